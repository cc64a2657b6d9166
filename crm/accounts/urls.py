"""The team, the settings and the first page of an organization; personal addresses are in ``me.py``."""

from django.urls import path

from crm.accounts.views import audit, home, roles, saved, settings, takeout, team

app_name = "accounts"

urlpatterns = [
    path("", home.HomeInView.as_view(), name="home"),
    path("settings/", settings.SettingsView.as_view(), name="settings"),
    path("settings/organization/", settings.OrganizationUpdateView.as_view(), name="organization_update"),
    path("settings/organization/logo/", settings.LogoView.as_view(), name="organization_logo"),
    path("settings/organization/signature/", settings.SignatureView.as_view(), name="organization_signature"),
    path("settings/roles/", roles.RolesView.as_view(), name="roles"),
    path("settings/everything/", takeout.TakeoutView.as_view(), name="takeout"),
    path("settings/audit/", audit.AuditListView.as_view(), name="audit_list"),
    path("views/new/", saved.SavedViewCreateView.as_view(), name="saved_view_create"),
    path("views/<int:pk>/edit/", saved.SavedViewUpdateView.as_view(), name="saved_view_update"),
    path("views/<int:pk>/refresh/", saved.SavedViewRefreshView.as_view(), name="saved_view_refresh"),
    path("views/<int:pk>/delete/", saved.SavedViewDeleteView.as_view(), name="saved_view_delete"),
    path("team/", team.MemberListView.as_view(), name="member_list"),
    path("team/<int:pk>/", team.MemberUpdateView.as_view(), name="member_update"),
    path("team/invitations/", team.InvitationListView.as_view(), name="invitation_list"),
    path("team/invitations/new/", team.InvitationCreateView.as_view(), name="invitation_create"),
    path("team/invitations/<int:pk>/withdraw/", team.InvitationRevokeView.as_view(), name="invitation_revoke"),
    path("team/invitations/<int:pk>/resend/", team.InvitationResendView.as_view(), name="invitation_resend"),
]
