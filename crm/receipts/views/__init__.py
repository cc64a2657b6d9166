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
from crm.receipts.views.runs import (
    RunApproveView,
    RunCreateView,
    RunDetailView,
    RunLineListView,
    RunListView,
    RunPauseView,
    RunResumeView,
    RunStopView,
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
    "RunApproveView",
    "RunCreateView",
    "RunDetailView",
    "RunLineListView",
    "RunListView",
    "RunPauseView",
    "RunResumeView",
    "RunStopView",
]
