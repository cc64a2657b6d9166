"""Screens of payment methods, and of what is collected by itself."""

import secrets

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.contacts.screens import ForDonorMixin
from crm.core.dates import today_in
from crm.core.web.views import ActionView, CreateView, PageMixin, PanelView, ScopedView
from crm.giving import gateways, services
from crm.giving.forms import CollectForm, DebitMethodForm, DemoMethodForm
from crm.giving.models import PaymentMethod, Pledge
from crm.giving.views.pledges import PledgeActView


class ContactPaymentsView(PanelView):
    """The donor page's tab: what money can be collected from, and what it serves."""

    permission = "payment_methods.view"
    model = Contact
    fragment_name = "giving/_contact_payments.html"
    context_name = "contact"
    title = gettext_lazy("Payment methods")

    def get_context(self, **context) -> dict:
        rows = PaymentMethod.objects.visible_to(self.membership).filter(contact=self.object)
        today = today_in(self.membership.organization.timezone)
        methods = [
            (one, one.is_expired(today)) for one in rows.prefetch_related("pledges").order_by("-is_active", "-pk")
        ]
        return super().get_context(
            methods=methods,
            may_add=self.membership.can("payment_methods.add", self.object) and not self.object.is_archived,
            may_retire=self.membership.can("payment_methods.delete", self.object),
            **context,
        )


PREFERRED = ("demo", "stripe", "debit")  # where several are offered, the first one is asked for


class MethodPageMixin(ForDonorMixin):
    """A new card or account: by which of the gateways that are offered."""

    template_name = "giving/payment_method_form.html"
    title = gettext_lazy("New payment method")

    @cached_property
    def offered(self) -> dict:
        found = gateways.offered(self.membership.organization)
        return {code: found[code] for code in PREFERRED if code in found}

    def ways(self) -> list[tuple[str, str, str]]:
        """Code, name and address of each, for the links between them."""
        own = self.url("giving:payment_method_create", pk=self.donor.pk)
        hosted = self.url("giving:payment_method_hosted", pk=self.donor.pk)
        return [
            (code, str(gateway.label), hosted if code == "stripe" else f"{own}?gateway={code}")
            for code, gateway in self.offered.items()
        ]

    def get_cancel_url(self) -> str:
        return f"{self.donor.get_absolute_url()}?tab=payments"

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.donor, gateway=self.gateway, ways=self.ways(), **context)


class PaymentMethodCreateView(MethodPageMixin, CreateView):
    permission = "payment_methods.add"
    model = PaymentMethod
    forms = {"demo": DemoMethodForm, "debit": DebitMethodForm}
    submit_label = gettext_lazy("Save the payment method")
    success_message = gettext_lazy("The payment method is saved.")

    @property
    def gateway(self) -> str:
        """The one asked for in the address; else the first that is filled in here."""
        here = [code for code in self.offered if code in self.forms]
        asked = self.request.GET.get("gateway", "")
        return asked if asked in here else here[0]

    def get_form(self, data=None, files=None):
        return self.forms[self.gateway](data, files, membership=self.membership)

    def act(self, form) -> PaymentMethod:
        return services.add_payment_method(
            contact=self.donor, gateway=self.gateway, **form.cleaned_data, by=self.membership
        )


# The form leads, by way of our answer, to the company's page: browsers hold that to be where the form goes.
@method_decorator(csp_update({"form-action": ["https://checkout.stripe.com"]}), name="dispatch")
class PaymentMethodHostedView(MethodPageMixin, PageMixin, ScopedView):
    """A card typed on the payment company's own page: the person leaves for it, and comes back with the card kept there."""

    permission = "payment_methods.add"
    model = PaymentMethod
    template_name = "giving/payment_method_hosted.html"
    gateway = "stripe"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.page()

    def page(self, *, error: str = "", status: int = 200) -> HttpResponse:
        if self.gateway not in self.offered:
            raise Http404
        return self.render({"title": self.title, "error": error, "cancel_url": self.get_cancel_url()}, status=status)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Not in a transaction: another company is asked."""
        if self.gateway not in self.offered:
            raise Http404
        back = request.build_absolute_uri(self.url("giving:payment_method_back", pk=self.donor.pk))
        try:
            url = gateways.GATEWAYS[self.gateway].begin(
                organization=self.membership.organization, contact=self.donor, back=back,
                away=request.build_absolute_uri(self.get_cancel_url()), language=self.donor.language,
                key=f"merci-{secrets.token_urlsafe(12)}",
            )  # fmt: skip
        except gateways.Unreachable:
            return self.page(error=_("The payment company does not answer. Try again in a moment."), status=422)
        return HttpResponseRedirect(url)


class PaymentMethodBackView(ScopedView):
    """Back from the payment company's page. Asking twice keeps one card."""

    permission = "payment_methods.add"
    model = PaymentMethod
    pk_model = Contact  # what the number in the address names

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        donor = get_object_or_404(Contact.objects.visible_to(self.membership), pk=kwargs["pk"])
        self.check(self.permission, donor)
        organization = self.membership.organization
        if "stripe" not in gateways.offered(organization):
            raise Http404
        session = request.GET.get("session", "")[:200]
        try:
            card = gateways.GATEWAYS["stripe"].finish(organization=organization, contact=donor, session=session)
        except gateways.Unreachable:
            messages.error(request, _("The payment company does not answer. Open this address again in a moment."))
            return self.go(f"{donor.get_absolute_url()}?tab=payments")
        if card is None:
            messages.warning(request, _("No card was kept: the form of the payment company was not completed."))
        else:
            services.keep_card(contact=donor, gateway="stripe", card=card, by=self.membership)
            messages.success(request, _("The payment method is saved."))
        return self.go(f"{donor.get_absolute_url()}?tab=payments")


class PaymentMethodRetireView(ActionView):
    permission = "payment_methods.delete"
    model = PaymentMethod
    service = staticmethod(services.retire_payment_method)
    title = gettext_lazy("Stop using this payment method?")
    submit_label = gettext_lazy("Stop using it")
    success_message = gettext_lazy("The payment method is no longer used.")
    danger = True

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner")

    def get_question(self, method: PaymentMethod) -> str:
        return _("Nothing more is collected from %(method)s. The pledges that it served wait for another one.") % {
            "method": method
        }


class PledgeCollectView(PledgeActView):
    """Let what is due be collected by itself, or no longer."""

    permission = "payment_methods.change"
    form_class = CollectForm
    title = gettext_lazy("Automatic collection")
    question = gettext_lazy("%(pledge)s, %(donor)s: each payment is collected on its due date, and becomes a gift.")
    submit_label = gettext_lazy("Save")
    success_message = gettext_lazy("The collection is saved.")

    def get_form(self, data=None, files=None) -> CollectForm:
        return CollectForm(
            data, initial=self.get_initial(), membership=self.membership, pledge=self.object, today=self.today
        )

    def get_initial(self) -> dict:
        return {"payment_method": self.object.payment_method_id, "from_on": self.object.collects_from or self.today}

    def act(self, form: CollectForm) -> Pledge:
        return services.collect_from(self.object, **form.cleaned_data, by=self.membership)
