"""Addresses of receipts outside any organization, open without signing in."""

from django.urls import path

from crm.receipts.views.verifying import LinkedFileView, VerifyView

app_name = "verify"

urlpatterns = [
    path("r/file/<str:token>/", LinkedFileView.as_view(), name="file"),
    path("r/<slug:slug>/<slug:number>/<str:code>/", VerifyView.as_view(), name="receipt"),
]
