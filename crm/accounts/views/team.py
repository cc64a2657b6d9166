"""The team: who works here, with which role, and who is invited."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.accounts import services
from crm.accounts.filters import InvitationFilter, MemberFilter
from crm.accounts.forms import InvitationForm, MemberForm
from crm.accounts.models import Invitation, Membership
from crm.accounts.tables import InvitationTable, MemberTable
from crm.core.web.actions import Link
from crm.core.web.views import ActionView, CreateView, ListView, UpdateView

INVITE = Link(
    gettext_lazy("Invite somebody"), "accounts:invitation_create", "user-plus", "settings.change", primary=True
)


class MemberListView(ListView):
    permission = "settings.view"
    model = Membership
    table_class = MemberTable
    filterset_class = MemberFilter
    actions = (Link(gettext_lazy("Invitations"), "accounts:invitation_list", "mail", "settings.view"), INVITE)
    title = gettext_lazy("Team")
    template_name = "accounts/member_list.html"
    empty_icon = "users-group"
    empty_title = gettext_lazy("Nobody here")
    empty_text = gettext_lazy("Invite the people you work with.")

    def get_queryset(self):
        return super().get_queryset().order_by("-is_active", "user__first_name", "user__last_name", "pk")

    def get_context(self, **context) -> dict:
        waiting = Invitation.objects.visible_to(self.membership).open().count()
        return super().get_context(waiting=waiting, **context)


class MemberUpdateView(UpdateView):
    permission = "settings.change"
    model = Membership
    form_class = MemberForm
    service = staticmethod(services.update_member)
    template_name = "accounts/member_form.html"

    def get_queryset(self):
        return super().get_queryset().select_related("user", "organization")

    @property
    def title(self) -> str:
        return str(self.object.user)

    def get_success_message(self) -> str:
        return _("The access of %(name)s is up to date.") % {"name": self.object.user}

    def get_success_url(self) -> str:
        # Whoever took their own access away has nothing left to see here.
        mine = self.object.pk == self.membership.pk
        name = "accounts:home" if mine and not self.object.can("settings.view") else "accounts:member_list"
        return self.url(name)

    def get_cancel_url(self) -> str:
        return self.url("accounts:member_list")


class InvitationListView(ListView):
    permission = "settings.view"
    model = Invitation
    table_class = InvitationTable
    filterset_class = InvitationFilter
    actions = (INVITE,)
    title = gettext_lazy("Invitations")
    template_name = "accounts/invitation_list.html"
    empty_icon = "mail"
    empty_title = gettext_lazy("No invitation yet")
    empty_text = gettext_lazy("An invitation is a link sent by e-mail; it works once, for seven days.")

    def get_queryset(self):
        return super().get_queryset().order_by("-created_at", "-pk")


class InvitationCreateView(CreateView):
    permission = "settings.change"
    model = Invitation
    form_class = InvitationForm
    service = staticmethod(services.invite)
    title = gettext_lazy("Invite somebody")
    submit_label = gettext_lazy("Send the invitation")
    template_name = "accounts/invitation_form.html"

    def get_initial(self) -> dict:
        return {"role": "member", "language": self.membership.organization.default_language}

    def get_success_message(self) -> str:
        days = services.INVITATION_DAYS
        text = ngettext(
            "The invitation is on its way to %(email)s. It works for %(days)d day.",
            "The invitation is on its way to %(email)s. It works for %(days)d days.",
            days,
        )
        return text % {"email": self.object.email, "days": days}

    def get_success_url(self) -> str:
        return self.url("accounts:invitation_list")

    def get_cancel_url(self) -> str:
        return self.url("accounts:member_list")


class InvitationMixin:
    permission = "settings.change"
    model = Invitation

    def get_queryset(self):
        return super().get_queryset().filter(accepted_at=None, revoked_at=None)

    def get_success_url(self, obj, result) -> str:
        return self.url("accounts:invitation_list")

    def get_cancel_url(self, obj) -> str:
        return self.url("accounts:invitation_list")


class InvitationRevokeView(InvitationMixin, ActionView):
    service = staticmethod(services.revoke_invitation)
    title = gettext_lazy("Withdraw this invitation?")
    submit_label = gettext_lazy("Withdraw")
    danger = True
    success_message = gettext_lazy("The invitation is withdrawn: its link no longer works.")

    def get_question(self, invitation: Invitation) -> str:
        return _("The link sent to %(email)s stops working at once.") % {"email": invitation.email}


class InvitationResendView(InvitationMixin, ActionView):
    title = gettext_lazy("Send this invitation again?")
    submit_label = gettext_lazy("Send again")
    success_message = gettext_lazy("A new invitation is on its way.")

    def get_question(self, invitation: Invitation) -> str:
        return _("%(email)s gets a new link. The earlier one stops working.") % {"email": invitation.email}

    def act(self, invitation: Invitation) -> Invitation:
        return services.invite(
            email=invitation.email, role=invitation.role, language=invitation.language, by=self.membership
        )
