"""Stripe, by its own library (F-10). Cards are typed on Stripe's page, never on ours: we keep its names for them.

Each organization has an account of its own there (:class:`~crm.giving.models.GatewayAccount`); a secret key is sealed like
any token. ``STRIPE_API_BASE`` says where Stripe is: the tests put a stand-in of its HTTP API there.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.late import Late
from crm.giving.gateways.base import FINAL, Answer, Gateway, Request, Unanswered, Unreachable, register
from crm.giving.models import GatewayAccount

stripe = Late("stripe")
logger = structlog.get_logger(__name__)
SECONDS = 20  # to answer; the same key is sent again later
KEYS_LAST = timedelta(
    hours=20
)  # Stripe keeps idempotency keys for a day at least (docs.stripe.com/api/idempotent_requests)
KINDS = {"card": "card", "acss_debit": "bank"}

# Stripe's decline codes (docs.stripe.com/declines/codes) as reasons of ours; any other is “declined”.
DECLINES = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired",
    "lost_card": "lost",
    "stolen_card": "lost",
    "pickup_card": "lost",
    "authentication_required": "confirmation",
    "account_closed": "closed",
    "debit_not_authorized": "revoked",
    "revocation_of_authorization": "revoked",
    "revocation_of_all_authorizations": "revoked",
    "stop_payment_order": "stopped",
}


@dataclass(frozen=True)
class Card:
    """A card or an account as Stripe tells of it once the donor's form there is filled."""

    token: str
    kind: str
    brand: str
    last_four: str
    expires_on: date | None


def in_cents(amount: Decimal) -> int:
    """Stripe counts in the smallest unit; every currency of ours has two decimals."""
    return int(amount * 100)


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def reason_of(error) -> str:
    """A refusal of Stripe's as a reason of ours; ``error`` is its object, or what a webhook tells of it."""
    codes = (getattr(error, "decline_code", None), getattr(error, "code", None))
    return next((DECLINES[code] for code in codes if code in DECLINES), "declined")


def answer_of(intent) -> Answer:
    """What a payment of Stripe's says. Raises :class:`Unanswered` while it is on its way."""
    reference = str(intent.id)
    if intent.status == "succeeded":
        return Answer(True, at(intent.created), reference)
    if intent.status == "processing":
        raise Unanswered(reference)
    reason = (
        "confirmation" if intent.status == "requires_action" else reason_of(getattr(intent, "last_payment_error", None))
    )
    return Answer(False, timezone.now(), reference, reason, reason in FINAL)


def client_of(account: GatewayAccount) -> "stripe.StripeClient":
    return stripe.StripeClient(
        account.key,
        base_addresses={"api": settings.STRIPE_API_BASE},
        http_client=stripe.RequestsClient(timeout=SECONDS),
        max_network_retries=0,  # the queue tries again, with the same key
    )


@register
class StripeGateway(Gateway):
    code = "stripe"
    label = _("Stripe")

    def is_offered(self, organization) -> bool:
        return GatewayAccount.objects.of(organization).active().filter(gateway=self.code).exists()

    def account(self, organization_id: int) -> GatewayAccount:
        account = GatewayAccount.objects.active().filter(organization=organization_id, gateway=self.code).first()
        if account is None:  # it was disconnected since: whoever connects it again lets the charge go on
            raise Unreachable("no account")
        return account

    def charge(self, request: Request) -> Answer:
        client = client_of(self.account(request.organization_id))
        customer, _slash, method = request.token.partition("/")
        try:
            if known := self._known(client, request):
                return answer_of(known)
            intent = client.v1.payment_intents.create(
                {
                    "amount": in_cents(request.amount),
                    "currency": request.currency.lower(),
                    "customer": customer,
                    "payment_method": method,
                    "payment_method_types": ["card", "acss_debit"],
                    "off_session": True,
                    "confirm": True,
                    "metadata": {"merci_key": request.key},
                },
                {"idempotency_key": request.key},
            )
        except stripe.CardError as error:
            reason = reason_of(error.error)
            reference = str(getattr(getattr(error.error, "payment_intent", None), "id", ""))
            return Answer(False, timezone.now(), reference, reason, reason in FINAL)
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                return Answer(False, timezone.now(), "", "unknown", True)
            logger.exception("stripe_refuses_the_request", key=request.key, code=error.code)
            raise Unreachable(str(error.code)) from error
        except stripe.StripeError as error:  # the network, their servers, too many calls, a wrong key: not an answer
            logger.warning("stripe_unreachable", key=request.key, kind=type(error).__name__)
            raise Unreachable(type(error).__name__) from error
        return answer_of(intent)

    def _known(self, client: "stripe.StripeClient", request: Request):
        """A payment of this key made long ago: Stripe forgets keys after a day, and would then charge a second time."""
        if request.sent_at is None or timezone.now() - request.sent_at < KEYS_LAST:
            return None
        found = client.v1.payment_intents.search({"query": f"metadata['merci_key']:'{request.key}'", "limit": 1})
        return next(iter(found.data), None)

    # --- keeping a card -------------------------------------------------------------------------------------------------
    def begin(self, *, organization, contact, back: str, away: str, key: str, language: str) -> str:
        """The address of Stripe's page where a card is typed; it comes ``back`` with ``?session=`` and its number."""
        client = client_of(self.account(organization.pk))
        try:
            customer = client.v1.customers.create(
                {"name": contact.name, "metadata": {"merci_contact": str(contact.pk)}},
                {"idempotency_key": f"{key}-customer"},
            )
            session = client.v1.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer.id,
                    "payment_method_types": ["card"],
                    "success_url": f"{back}?session={{CHECKOUT_SESSION_ID}}",
                    "metadata": {"merci_contact": str(contact.pk)},
                    "cancel_url": away,
                    "locale": "fr-CA" if language == "fr" else "en",
                },
                {"idempotency_key": f"{key}-session"},
            )
        except stripe.StripeError as error:
            raise Unreachable(type(error).__name__) from error
        return str(session.url)

    def finish(self, *, organization, contact, session: str) -> Card | None:
        """What was typed there for this contact; ``None`` while the form is not filled."""
        if not session.startswith("cs_"):
            return None
        client = client_of(self.account(organization.pk))
        try:
            found = client.v1.checkout.sessions.retrieve(session, {"expand": ["setup_intent.payment_method"]})
        except stripe.InvalidRequestError:
            return None
        except stripe.StripeError as error:
            raise Unreachable(type(error).__name__) from error
        intent = found.setup_intent
        mine = getattr(found.metadata, "merci_contact", "") == str(contact.pk)
        if intent is None or intent.status != "succeeded" or not mine:
            return None
        method = intent.payment_method
        card = method.card
        month = date(card.exp_year, card.exp_month, 28) + timedelta(days=4)
        return Card(
            token=f"{found.customer}/{method.id}",
            kind=KINDS.get(method.type, "card"),
            brand=str(card.brand).title(),
            last_four=str(card.last4),
            expires_on=month.replace(day=1) - timedelta(days=1),
        )
