"""The page an invitation leads to: public, and good for one use."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from crm.accounts import services
from crm.accounts.forms import AcceptForm
from crm.accounts.models import Invitation
from crm.core.errors import DomainError
from crm.core.web.urls import org_url

# What the person may do here: join with the present account, make one, sign in first, or sign out first.
JOIN, MAKE, SIGN_IN, SIGN_OUT = "join", "make", "sign_in", "sign_out"


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("password")], name="dispatch")
class InvitationAcceptView(View):
    """New people choose a name and a password; those who have an account must be signed in as themselves."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"  # the address holds the secret: no other page hears it
        return response

    def way(self, invitation: Invitation) -> str:
        account, user = services.account_for(invitation), self.request.user
        if user.is_authenticated:
            return JOIN if account and account.pk == user.pk else SIGN_OUT
        return SIGN_IN if account else MAKE

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        invitation = services.open_invitation(secret)
        if invitation is None:
            return self.gone()
        way = self.way(invitation)
        return self.page(invitation, way, AcceptForm(email=invitation.email) if way == MAKE else None)

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        invitation = services.open_invitation(secret)
        if invitation is None:
            return self.gone()
        way, form, account = self.way(invitation), None, {}
        if way == MAKE:
            form = AcceptForm(request.POST, email=invitation.email)
            if not form.is_valid():
                return self.page(invitation, way, form, status=422)
            account = form.cleaned_data
        user = request.user if request.user.is_authenticated else None
        try:
            membership = services.accept_invitation(secret=secret, user=user, **account)
        except DomainError as error:
            if error.code == "gone":
                return self.gone()
            return self.page(invitation, way, form, error=str(error), status=422)
        name = membership.organization.name
        messages.success(request, _("Welcome to the team of %(organization)s.") % {"organization": name})
        url = org_url(membership, "accounts:home")
        return HttpResponseRedirect(url) if user else perform_login(request, membership.user, redirect_url=url)

    def page(self, invitation: Invitation, way: str, form=None, *, error: str = "", status: int = 200) -> HttpResponse:
        context = {
            "title": _("Join the team of %(organization)s") % {"organization": invitation.organization.name},
            "invitation": invitation,
            "way": way,
            "form": form,
            "error": error,
        }
        return render(self.request, "accounts/invitation_accept.html", context, status=status)

    def gone(self) -> HttpResponse:
        context = {"title": _("This invitation is no longer valid")}
        return render(self.request, "accounts/invitation_gone.html", context, status=410)
