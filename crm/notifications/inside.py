"""Addresses of notifications, inside an organization."""

from django.urls import path

from crm.notifications import views

app_name = "inbox"

urlpatterns = [
    path("", views.NotificationListView.as_view(), name="notification_list"),
    path("count/", views.CountView.as_view(), name="count"),
    path("digest/", views.DigestView.as_view(), name="digest"),
    path("digest/body/", views.DigestBodyView.as_view(), name="digest_body"),
    path("preferences/", views.PreferencesView.as_view(), name="preferences"),
]
