"""Addresses of the person signed in, outside any organization."""

from django.urls import path

from crm.accounts import views

app_name = "me"

urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("language/", views.LanguageView.as_view(), name="language"),
    path("theme/", views.ThemeView.as_view(), name="theme"),
]
