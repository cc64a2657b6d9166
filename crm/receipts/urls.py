from django.urls import path

from crm.receipts import views

app_name = "receipts"

urlpatterns = [
    path("", views.ReceiptListView.as_view(), name="receipt_list"),
    path("<int:pk>/", views.ReceiptDetailView.as_view(), name="receipt_detail"),
    path("<int:pk>/pdf/", views.ReceiptPdfView.as_view(), name="receipt_pdf"),
    path("<int:pk>/email/", views.ReceiptEmailView.as_view(), name="receipt_email"),
    path("<int:pk>/void/", views.ReceiptCancelView.as_view(), name="receipt_cancel"),
    path("<int:pk>/replace/", views.ReceiptReplaceView.as_view(), name="receipt_replace"),
    path("bulk/", views.ReceiptBulkView.as_view(), name="receipt_bulk"),
    path("reconciliation/", views.ReconciliationView.as_view(), name="reconciliation"),
    path("reconciliation/gifts/", views.ReconciledGiftListView.as_view(), name="reconciled_gifts"),
    path("runs/", views.RunListView.as_view(), name="run_list"),
    path("runs/new/", views.RunCreateView.as_view(), name="run_create"),
    path("runs/donors/", views.RunLineListView.as_view(), name="run_lines"),
    path("runs/<int:pk>/", views.RunDetailView.as_view(), name="run_detail"),
    path("runs/<int:pk>/approve/", views.RunApproveView.as_view(), name="run_approve"),
    path("runs/<int:pk>/email/", views.RunEmailView.as_view(), name="run_email"),
    path("runs/<int:pk>/print/", views.RunPrintView.as_view(), name="run_print"),
    path("runs/<int:pk>/pause/", views.RunPauseView.as_view(), name="run_pause"),
    path("runs/<int:pk>/resume/", views.RunResumeView.as_view(), name="run_resume"),
    path("runs/<int:pk>/stop/", views.RunStopView.as_view(), name="run_stop"),
    path("gifts/<int:pk>/", views.GiftReceiptView.as_view(), name="gift_receipt"),
    path("gifts/<int:pk>/issue/", views.ReceiptIssueView.as_view(), name="receipt_issue"),
    path("gifts/<int:pk>/specimen/", views.GiftSpecimenView.as_view(), name="gift_specimen"),
    path("contacts/<int:pk>/", views.ContactReceiptsView.as_view(), name="contact_receipts"),
    path("contacts/<int:pk>/annual/", views.AnnualIssueView.as_view(), name="annual_issue"),
    path("contacts/<int:pk>/annual/specimen/", views.AnnualSpecimenView.as_view(), name="annual_specimen"),
]
