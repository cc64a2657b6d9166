"""Screens of official receipts."""

from crm.receipts.views.receipts import (
    AnnualIssueView,
    AnnualSpecimenView,
    ContactReceiptsView,
    GiftReceiptView,
    GiftSpecimenView,
    ReceiptCancelView,
    ReceiptDetailView,
    ReceiptIssueView,
    ReceiptListView,
    ReceiptPdfView,
    ReceiptReplaceView,
)

__all__ = [
    "AnnualIssueView",
    "AnnualSpecimenView",
    "ContactReceiptsView",
    "GiftReceiptView",
    "GiftSpecimenView",
    "ReceiptCancelView",
    "ReceiptDetailView",
    "ReceiptIssueView",
    "ReceiptListView",
    "ReceiptPdfView",
    "ReceiptReplaceView",
]
