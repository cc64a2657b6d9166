"""Addresses of receipts outside any organization, open without signing in."""

from django.urls import path

from crm.receipts.views.verifying import VerifyView

app_name = "verify"

urlpatterns = [
    path("r/<slug:slug>/<slug:number>/<str:code>/", VerifyView.as_view(), name="receipt"),
]
