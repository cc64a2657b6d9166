"""Addresses of outreach outside any organization, open without signing in."""

from django.urls import path

from crm.outreach.views.unsubscribing import UnsubscribeView

app_name = "unsubscribe"

urlpatterns = [path("u/<str:token>/", UnsubscribeView.as_view(), name="email")]
