"""One include line per domain. Everything inside an organization lives under ``o/<organization>/``."""

from django.urls import include, path

INSIDE = [
    path("", include("crm.accounts.urls")),
    path("contacts/", include("crm.contacts.urls")),
    path("tasks/", include("crm.tasks.urls")),
    path("giving/", include("crm.giving.urls")),
    path("pipeline/", include("crm.pipeline.urls")),
    path("outreach/", include("crm.outreach.urls")),
    path("receipts/", include("crm.receipts.urls")),
    path("imports/", include("crm.imports.urls")),
    path("insights/", include("crm.insights.urls")),
    path("notifications/", include("crm.notifications.inside")),
    path("work/", include("crm.core.urls")),
]

urlpatterns = [
    path("", include("crm.accounts.me")),
    path("", include("crm.notifications.urls")),
    path("", include("crm.receipts.public")),
    path("", include("crm.outreach.public")),
    path("o/<slug:organization>/", include(INSIDE)),
]
