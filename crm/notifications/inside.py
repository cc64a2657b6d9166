"""Addresses of notifications, inside an organization."""

from django.urls import path

from crm.notifications import views

app_name = "inbox"

urlpatterns = [path("", views.NotificationListView.as_view(), name="notification_list")]
