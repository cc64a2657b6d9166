"""Screens of payment methods, and of what is collected by itself."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.web.views import ActionView, CreateView, PanelView
from crm.giving import gateways, services
from crm.giving.forms import CollectForm, DemoMethodForm
from crm.giving.models import PaymentMethod, Pledge
from crm.giving.views.pledges import PledgeActView
from crm.giving.views.shared import ForDonorMixin


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


class PaymentMethodCreateView(ForDonorMixin, CreateView):
    permission = "payment_methods.add"
    model = PaymentMethod
    form_class = DemoMethodForm
    template_name = "giving/payment_method_form.html"
    title = gettext_lazy("New payment method")
    submit_label = gettext_lazy("Save the payment method")
    success_message = gettext_lazy("The payment method is saved.")

    def act(self, form: DemoMethodForm) -> PaymentMethod:
        return services.add_payment_method(contact=self.donor, gateway="demo", **form.cleaned_data, by=self.membership)

    def get_cancel_url(self) -> str:
        return f"{self.donor.get_absolute_url()}?tab=payments"

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.donor, has_gateway=bool(gateways.offered()), **context)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return super().post(request, *args, **kwargs) if gateways.offered() else self.get(request, *args, **kwargs)


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
