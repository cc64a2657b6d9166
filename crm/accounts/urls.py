"""The team, the settings and the first page of an organization; personal addresses are in ``me.py``."""

from django.urls import path

from crm.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.HomeInView.as_view(), name="home"),
]
