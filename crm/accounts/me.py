"""Addresses of the person signed in, outside any organization."""

from django.urls import path

from crm.accounts.views import home, invitation, preferences

app_name = "me"

urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("language/", preferences.LanguageView.as_view(), name="language"),
    path("theme/", preferences.ThemeView.as_view(), name="theme"),
    path("profile/", preferences.ProfileView.as_view(), name="profile"),
    path("invitation/<str:secret>/", invitation.InvitationAcceptView.as_view(), name="invitation_accept"),
]
