"""Writes on what connects an organization to a payment company, and on what that company tells us (F-10)."""

import structlog
from django.db import transaction

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.core.errors import DomainError
from crm.core.sealing import seal
from crm.giving.choices import ChargeStatus, GiftStatus, Returned
from crm.giving.gateways import Unanswered
from crm.giving.gateways.stripe import answer_of
from crm.giving.models import Charge, GatewayAccount
from crm.giving.services.gifts import refund_gift, return_gift
from crm.giving.services.payments import settle_charge

logger = structlog.get_logger(__name__)
ENDED = ("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled")
REFUNDED, DISPUTED = "charge.refunded", "charge.dispute.created"
EVENTS = (*ENDED, REFUNDED, DISPUTED)  # those that Stripe must be asked to tell


@transaction.atomic
def connect_gateway(*, gateway: str, key: str, webhook_secret: str, by) -> GatewayAccount:
    """Keep the organization's keys, sealed; connecting again replaces them. The audit log says who, never what."""
    account = GatewayAccount.objects.select_for_update().filter(organization=by.organization, gateway=gateway).first()
    before = audit.state(account) if account else None
    account = account or GatewayAccount(organization=by.organization, gateway=gateway)
    account.sealed_key, account.sealed_webhook_secret = seal(key), seal(webhook_secret)
    account.is_test, account.is_active, account.connected_by = "_test_" in key, True, by
    account.save()
    audit.saved(account, before=before, by=by)
    return account


@transaction.atomic
def disconnect_gateway(account: GatewayAccount, *, by) -> GatewayAccount:
    """Nothing more is collected through it, and its keys are forgotten. The cards kept there wait to be connected again."""
    account = GatewayAccount.objects.select_for_update().get(pk=account.pk)
    before = audit.state(account)
    account.sealed_key, account.sealed_webhook_secret, account.is_active = seal(""), seal(""), False
    account.save()
    audit.updated(account, before=before, by=by)
    return account


def take_event(account: GatewayAccount, event) -> bool:
    """What Stripe says by itself, its signature checked before: how a payment ended, or that it went back.

    Told twice, late or out of order, it is done once: a charge is settled once, a gift goes back once. Returns whether it
    was about something of ours.
    """
    row = event.data.object
    if event.type in ENDED:
        charge = _charge_of(account, key=getattr(row.metadata, "merci_key", ""))
        if charge is None:
            return False
        try:
            settle_charge(charge.pk, answer_of(row))
        except Unanswered:
            return False
        return True
    if event.type == REFUNDED:
        charge = _charge_of(account, reference=str(row.payment_intent or ""))
        if charge is not None and row.amount_refunded >= row.amount:
            reverse_charge(charge)
        elif charge is not None:
            _tell(charge, "charge.part_refunded")
        return charge is not None
    if event.type == DISPUTED:
        charge = _charge_of(account, reference=str(row.payment_intent or ""))
        if charge is not None:
            reverse_charge(charge, why=Returned.DISPUTED)
        return charge is not None
    return False


def _charge_of(account: GatewayAccount, *, key: str = "", reference: str = "") -> Charge | None:
    rows = Charge.objects.filter(organization=account.organization_id, method__gateway=account.gateway)
    rows = rows.select_related("gift__contact", "method__recorded_by", "pledge__contact")
    return rows.filter(**({"key": key} if key else {"reference": reference})).first() if key or reference else None


@transaction.atomic
def reverse_charge(charge: Charge, *, why: str = "") -> None:
    """The money went back: the gift is refunded, or returned for a reason. What a receipt or the closed books hold is told
    on the donor's page instead: people decide.
    """
    if charge.status != ChargeStatus.PAID or charge.gift.status != GiftStatus.COMPLETED:
        return
    by = charge.method.recorded_by
    try:
        with transaction.atomic():
            if why:
                return_gift(charge.gift, why=why, by=by)
            else:
                refund_gift(charge.gift, reason="Stripe", by=by)
    except DomainError as error:
        logger.warning("charge_not_reversed", charge_id=charge.pk, code=error.code)
        _tell(charge, "charge.not_reversed")


def _tell(charge: Charge, verb: str) -> None:
    """Once on the donor's page."""
    known = charge.pledge.contact.timeline.filter(verb=verb, subject_model="giving.gift", subject_id=charge.gift_id)
    if charge.gift_id is not None and not known.exists():
        said = {"amount": str(charge.amount), "currency": charge.currency}
        contacts.log(charge.pledge.contact, verb, subject=charge.gift, by=None, severity=Severity.WARNING, **said)
