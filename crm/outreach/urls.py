from django.urls import path

from crm.outreach import views

app_name = "outreach"

urlpatterns = [
    path("messages/", views.CommunicationListView.as_view(), name="communication_list"),
    path("messages/print/", views.LetterPrintView.as_view(), name="letter_print"),
    path("messages/<int:pk>/", views.CommunicationDetailView.as_view(), name="communication_detail"),
    path("templates/", views.TemplateListView.as_view(), name="template_list"),
    path("templates/new/", views.TemplateCreateView.as_view(), name="template_create"),
    path("templates/new/notice/", views.NoticeTemplateCreateView.as_view(), name="notice_template_create"),
    path("templates/new/receipt/", views.ReceiptTemplateCreateView.as_view(), name="receipt_template_create"),
    path("templates/<int:pk>/edit/", views.TemplateUpdateView.as_view(), name="template_update"),
    path("contacts/<int:pk>/messages/", views.ContactCommunicationsView.as_view(), name="contact_communications"),
]
