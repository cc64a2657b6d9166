"""The account at the payment company, and the door through which that company tells us how payments ended."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from crm.core.late import Late
from crm.core.web.views import ActionView, FormView
from crm.giving import services
from crm.giving.forms import StripeForm
from crm.giving.models import GatewayAccount
from crm.giving.services.gateways import EVENTS

stripe = Late("stripe")
logger = structlog.get_logger(__name__)
LARGEST = 1_000_000  # bytes of a message: Stripe's are of a few thousand


class GatewayView(FormView):
    """Connected or not; the keys are given here and never shown again."""

    permission = "settings.change"
    model = GatewayAccount
    form_class = StripeForm
    title = gettext_lazy("Online payments")
    submit_label = gettext_lazy("Connect Stripe")
    success_message = gettext_lazy("Stripe is connected.")
    template_name = "giving/gateway.html"

    def act(self, form: StripeForm) -> GatewayAccount:
        return services.connect_gateway(gateway="stripe", **form.cleaned_data, by=self.membership)

    def check_reach(self) -> None:
        """It is the organization's own."""

    def get_success_url(self) -> str:
        return self.url("giving:gateway")

    def get_cancel_url(self) -> str:
        return self.url("accounts:settings")

    def get_context(self, **context) -> dict:
        account = self.get_queryset().active().filter(gateway="stripe").select_related("connected_by__user").first()
        path = reverse("stripe_webhook", kwargs={"slug": self.membership.organization.slug})
        return super().get_context(
            account=account, webhook_url=self.request.build_absolute_uri(path), events=EVENTS, **context
        )


class GatewayDisconnectView(ActionView):
    permission = "settings.change"
    model = GatewayAccount
    title = gettext_lazy("Disconnect Stripe?")
    submit_label = gettext_lazy("Disconnect")
    success_message = gettext_lazy("Stripe is disconnected.")
    danger = True

    def get_object(self) -> GatewayAccount:
        return get_object_or_404(self.get_queryset().active(), gateway="stripe")

    def act(self, obj: GatewayAccount) -> GatewayAccount:
        return services.disconnect_gateway(obj, by=self.membership)

    def get_question(self, obj: GatewayAccount) -> str:
        return _("Nothing more is collected from the cards kept there, until Stripe is connected again.")


@method_decorator(csrf_exempt, name="dispatch")
class StripeWebhookView(View):
    """Messages of Stripe for one organization, each signed with a secret of its own. Nothing unsigned, altered or old passes."""

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = GatewayAccount.objects.active().filter(
            gateway="stripe", organization__slug=slug, organization__is_active=True
        )
        account = rows.select_related("organization").first()
        if account is None:
            return HttpResponse(status=404)
        if int(request.headers.get("Content-Length") or 0) > LARGEST:
            return HttpResponse(status=413)
        try:
            event = stripe.Webhook.construct_event(
                request.body, request.headers.get("Stripe-Signature"), account.webhook_secret, api_key="unused"
            )
        except (ValueError, stripe.SignatureVerificationError):
            logger.warning("webhook_refused", gateway="stripe", organization_id=account.organization_id)
            return HttpResponse(status=400)
        if event.livemode == account.is_test:
            return HttpResponse(status=204)  # of the other mode: not of this account
        done = services.take_event(account, event)
        logger.info("webhook_taken", gateway="stripe", kind=event.type, ours=done)
        return HttpResponse(status=200)
