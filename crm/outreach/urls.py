from django.urls import path

from crm.outreach import views

app_name = "outreach"

urlpatterns = [
    path("messages/", views.CommunicationListView.as_view(), name="communication_list"),
    path("messages/print/", views.LetterPrintView.as_view(), name="letter_print"),
    path("messages/<int:pk>/", views.CommunicationDetailView.as_view(), name="communication_detail"),
    path("mailings/", views.MailingListView.as_view(), name="mailing_list"),
    path("mailings/new/", views.MailingCreateView.as_view(), name="mailing_create"),
    path("mailings/people/", views.RecipientListView.as_view(), name="recipient_list"),
    path("mailings/people/<int:pk>/reply/", views.RecipientReplyView.as_view(), name="recipient_reply"),
    path("mailings/addresses/", views.SuppressedListView.as_view(), name="suppressed_list"),
    path("mailings/addresses/<int:pk>/delete/", views.SuppressedDeleteView.as_view(), name="suppressed_delete"),
    path("mailings/<int:pk>/", views.MailingDetailView.as_view(), name="mailing_detail"),
    path("mailings/<int:pk>/outlook/", views.MailingOutlookView.as_view(), name="mailing_outlook"),
    path("mailings/<int:pk>/edit/", views.MailingUpdateView.as_view(), name="mailing_update"),
    path("mailings/<int:pk>/delete/", views.MailingDeleteView.as_view(), name="mailing_delete"),
    path("mailings/<int:pk>/test/", views.MailingTestView.as_view(), name="mailing_test"),
    path("mailings/<int:pk>/schedule/", views.MailingScheduleView.as_view(), name="mailing_schedule"),
    path("mailings/<int:pk>/unschedule/", views.MailingUnscheduleView.as_view(), name="mailing_unschedule"),
    path("mailings/<int:pk>/start/", views.MailingStartView.as_view(), name="mailing_start"),
    path("mailings/<int:pk>/pause/", views.MailingPauseView.as_view(), name="mailing_pause"),
    path("mailings/<int:pk>/resume/", views.MailingResumeView.as_view(), name="mailing_resume"),
    path("mailings/<int:pk>/cancel/", views.MailingCancelView.as_view(), name="mailing_cancel"),
    path("mailings/<int:pk>/retry/", views.MailingRetryView.as_view(), name="mailing_retry"),
    path("templates/", views.TemplateListView.as_view(), name="template_list"),
    path("templates/new/", views.TemplateCreateView.as_view(), name="template_create"),
    path("templates/new/notice/", views.NoticeTemplateCreateView.as_view(), name="notice_template_create"),
    path("templates/new/receipt/", views.ReceiptTemplateCreateView.as_view(), name="receipt_template_create"),
    path("templates/new/mailing/", views.MailingTemplateCreateView.as_view(), name="mailing_template_create"),
    path("templates/new/text/", views.TextTemplateCreateView.as_view(), name="text_template_create"),
    path("templates/<int:pk>/edit/", views.TemplateUpdateView.as_view(), name="template_update"),
    path("messages/<int:pk>/edit/", views.ExchangeUpdateView.as_view(), name="exchange_update"),
    path("messages/<int:pk>/delete/", views.ExchangeDeleteView.as_view(), name="exchange_delete"),
    path("contacts/<int:pk>/exchange/", views.ExchangeCreateView.as_view(), name="exchange_create"),
    path("contacts/<int:pk>/write/", views.WriteView.as_view(), name="write"),
    path("contacts/<int:pk>/text/", views.TextView.as_view(), name="text"),
    path("contacts/<int:pk>/messages/", views.ContactCommunicationsView.as_view(), name="contact_communications"),
]
