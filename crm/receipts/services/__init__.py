"""Issuing, drawing, voiding and replacing receipts."""

from crm.receipts.services.drawing import AlteredReceipt, draw_receipt, marked_pdf, specimen_pdf, stored_pdf
from crm.receipts.services.issuing import issue_annual_receipt, issue_receipt, replace_receipt, replacing
from crm.receipts.services.voiding import cancel_receipt, forget_names

__all__ = [
    "AlteredReceipt",
    "cancel_receipt",
    "draw_receipt",
    "forget_names",
    "issue_annual_receipt",
    "issue_receipt",
    "marked_pdf",
    "replace_receipt",
    "replacing",
    "specimen_pdf",
    "stored_pdf",
]
