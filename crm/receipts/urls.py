from django.urls import path

from crm.receipts import views

app_name = "receipts"

urlpatterns = [
    path("", views.ReceiptListView.as_view(), name="receipt_list"),
    path("<int:pk>/", views.ReceiptDetailView.as_view(), name="receipt_detail"),
    path("<int:pk>/pdf/", views.ReceiptPdfView.as_view(), name="receipt_pdf"),
    path("<int:pk>/void/", views.ReceiptCancelView.as_view(), name="receipt_cancel"),
    path("<int:pk>/replace/", views.ReceiptReplaceView.as_view(), name="receipt_replace"),
    path("gifts/<int:pk>/", views.GiftReceiptView.as_view(), name="gift_receipt"),
    path("gifts/<int:pk>/issue/", views.ReceiptIssueView.as_view(), name="receipt_issue"),
    path("gifts/<int:pk>/specimen/", views.GiftSpecimenView.as_view(), name="gift_specimen"),
    path("contacts/<int:pk>/", views.ContactReceiptsView.as_view(), name="contact_receipts"),
    path("contacts/<int:pk>/annual/", views.AnnualIssueView.as_view(), name="annual_issue"),
    path("contacts/<int:pk>/annual/specimen/", views.AnnualSpecimenView.as_view(), name="annual_specimen"),
]
