"""Addresses of a person's own digest, outside any organization; open without signing in, by the signed link of the mail."""

from django.urls import path

from crm.notifications import views

app_name = "notifications"

urlpatterns = [
    path("digest/stop/<str:token>/", views.DigestStopView.as_view(), name="digest_stop"),
]
