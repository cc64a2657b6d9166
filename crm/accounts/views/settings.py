"""The settings of an organization: the index, what it says about itself, its two pictures."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from crm.accounts import rules, services
from crm.accounts.forms import OrganizationForm
from crm.accounts.models import Organization
from crm.core.web.files import download
from crm.core.web.views import FormView, PageMixin, ScopedView

PICTURES = ("logo", "signature")


class SettingsView(PageMixin, ScopedView):
    permission = "settings.view"
    template_name = "accounts/settings.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def get_context(self, **context) -> dict:
        sections = import_string(settings.SETTINGS_CARDS)
        shown = [(label, [card for card in cards if self.membership.can(card.permission)]) for label, cards in sections]
        requirements = rules.receipt_requirements(self.membership.organization)
        return super().get_context(
            title=_("Settings"),
            sections=[(label, cards) for label, cards in shown if cards],
            missing=[requirement for requirement in requirements if requirement.state == rules.MISSING],
            **context,
        )


class OrganizationUpdateView(FormView):
    permission = "settings.change"
    form_class = OrganizationForm
    title = _("Organization")
    submit_label = _("Save the settings")
    success_message = _("The settings are saved.")
    template_name = "accounts/organization_form.html"

    def load(self) -> None:
        self.object = Organization.objects.visible_to(self.membership).get()

    def get_form(self, data=None, files=None) -> OrganizationForm:
        return OrganizationForm(data, files, instance=self.object, membership=self.membership)

    def act(self, form: OrganizationForm) -> Organization:
        # A fresh copy: the form has already written its values on the instance it validated.
        current = Organization.objects.visible_to(self.membership).get()
        return services.update_organization(current, **form.cleaned_data, by=self.membership)

    def get_success_url(self) -> str:
        return self.url("accounts:organization_update")

    def get_cancel_url(self) -> str:
        return self.url("accounts:settings")

    def get_context(self, **context) -> dict:
        stored = self.membership.organization  # what is in force, not what a refused form says
        return super().get_context(
            requirements=rules.receipt_requirements(stored),
            is_ready=rules.is_ready_for_receipts(stored),
            pictures=[name for name in PICTURES if getattr(stored, name)],
            **context,
        )


class PictureView(ScopedView):
    """A stored picture, for those who see the settings; it has no address of its own anywhere else."""

    abstract = True
    permission = "settings.view"
    picture = ""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        file = getattr(self.membership.organization, self.picture)
        if not file:
            return HttpResponse(status=204)
        kind = "image/jpeg" if file.name.lower().endswith((".jpg", ".jpeg")) else "image/png"
        return download(file, filename=file.name, content_type=kind, inline=True)


class LogoView(PictureView):
    permission = "settings.view"
    picture = "logo"


class SignatureView(PictureView):
    permission = "settings.view"
    picture = "signature"
