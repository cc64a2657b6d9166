"""Issuing, drawing, voiding and replacing receipts."""

from crm.receipts.services.delivering import email_receipt, email_receipts, file_name
from crm.receipts.services.drawing import (
    AlteredReceipt,
    draw_receipt,
    marked_pdf,
    specimen_pdf,
    stored_pdf,
    try_to_draw,
)
from crm.receipts.services.issuing import issue_annual_receipt, issue_receipt, replace_receipt, replacing
from crm.receipts.services.runs import approve_run, pause_run, resume_run, start_run, stop_run
from crm.receipts.services.sending import email_run, print_run
from crm.receipts.services.voiding import cancel_receipt, forget_names

__all__ = [
    "AlteredReceipt",
    "approve_run",
    "cancel_receipt",
    "draw_receipt",
    "email_receipt",
    "email_receipts",
    "email_run",
    "file_name",
    "forget_names",
    "issue_annual_receipt",
    "issue_receipt",
    "marked_pdf",
    "pause_run",
    "print_run",
    "replace_receipt",
    "replacing",
    "resume_run",
    "specimen_pdf",
    "start_run",
    "stop_run",
    "stored_pdf",
    "try_to_draw",
]
