"""Addresses: languages first, then the product; health checks are answered by a middleware before any of this."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView

from crm.core.web import outbox
from crm.core.web.mail_webhook import mail_webhook
from crm.core.web.text_webhook import text_webhook
from crm.giving.views.gateways import StripeWebhookView

urlpatterns = [
    path("", login_not_required(RedirectView.as_view(pattern_name="me:home")), name="root"),
    path("admin/", admin.site.urls),
    path("webhooks/stripe/<slug:slug>/", login_not_required(StripeWebhookView.as_view()), name="stripe_webhook"),
    path("webhooks/mail/<str:provider>/", mail_webhook, name="mail_webhook"),
    path("webhooks/text/twilio/", text_webhook, name="text_webhook"),
    *i18n_patterns(
        path("account/", include("allauth.urls")),
        path("", include("crm.urls")),
    ),
]
if settings.DEMO_ALLOWED:
    urlpatterns += [
        path("outbox/", outbox.OutboxView.as_view(), name="outbox"),
        path("outbox/<str:name>", outbox.LetterView.as_view(), name="outbox_letter"),
        path("outbox/<str:name>/body", outbox.BodyView.as_view(), name="outbox_body"),
    ]
handler400 = "crm.core.web.errors.bad_request"
handler403 = "crm.core.web.errors.forbidden"
handler404 = "crm.core.web.errors.not_found"
