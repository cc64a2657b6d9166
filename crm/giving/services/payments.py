"""Payment methods, and the collecting of what is due: once for each instalment, whatever crashes (F-10).

Three steps, each its own transaction: decide (a pending charge, with its key), send (outside any transaction), settle (the
answer becomes a gift, or a failure). A worker killed between two of them leaves a pending charge that anybody may send
again: the gateway knows the key, and the row is settled once.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.contacts.models import Contact
from crm.core.dates import day_in
from crm.core.errors import DomainError, validated
from crm.core.sealing import seal
from crm.giving import pledges
from crm.giving.choices import OPEN_PLEDGES, ChargeStatus, GiftType, Method, PaymentKind, PledgeStatus
from crm.giving.gateways import GATEWAYS, Answer, Request, Unanswered, offered
from crm.giving.models import Charge, Instalment, PaymentMethod, Pledge
from crm.giving.models.payments import LIVE
from crm.giving.services.gifts import record_gift
from crm.giving.services.periods import hold_books
from crm.giving.services.pledges import fail_pledge

logger = structlog.get_logger(__name__)

RETRY_AFTER = (
    timedelta(days=3),
    timedelta(days=4),
)  # after the first failure, and after the second; the third is the last
METHODS = {PaymentKind.CARD: Method.CREDIT_CARD, PaymentKind.BANK: Method.BANK_TRANSFER}


# --- payment methods ----------------------------------------------------------------------------------------------------
@transaction.atomic
def add_payment_method(
    *, contact: Contact, gateway: str, kind: str, last_four: str, token: str, by, **about
) -> PaymentMethod:
    """Keep what a gateway knows a card or an account by. A full number is refused: we never hold one (F-11).

    ``about`` is the rest of what one may know: ``brand``, ``expires_on``, ``mandate_on``.
    """
    contacts.hold(contact)
    if gateway not in offered(by.organization):
        raise DomainError(_("This gateway is not known here."), field="gateway", code="gateway")
    if len(last_four) != 4 or not last_four.isalnum():
        raise DomainError(_("The last four characters only, never the whole number."), field="last_four", code="number")
    for name, text in (("token", token), ("brand", about.get("brand", ""))):
        if looks_like_a_number(text):
            raise DomainError(
                _("This looks like the whole number of a card: it is never kept."), field=name, code="number"
            )
    method = PaymentMethod(
        organization=by.organization, contact=contact, gateway=gateway, kind=kind, last_four=last_four,
        sealed_token=seal(token), recorded_by=by, **about,
    )  # fmt: skip
    validated(method, exclude=["organization", "contact", "recorded_by"])
    method.save()
    audit.created(method, by=by)
    return method


@transaction.atomic
def keep_card(*, contact: Contact, gateway: str, card, by) -> PaymentMethod:
    """What a gateway's own page kept (:class:`crm.giving.gateways.stripe.Card`); one that we have already is that one."""
    contacts.hold(contact)
    for known in PaymentMethod.objects.filter(contact=contact, gateway=gateway):
        if known.token == card.token:
            return known
    return add_payment_method(
        contact=contact, gateway=gateway, kind=card.kind, brand=card.brand, last_four=card.last_four, token=card.token,
        expires_on=card.expires_on, by=by,
    )  # fmt: skip


def looks_like_a_number(text: str) -> bool:
    return sum(letter.isdigit() for letter in text) >= 12


@transaction.atomic
def retire_payment_method(method: PaymentMethod, *, by) -> PaymentMethod:
    """No longer used: nothing is collected from it. Its past charges keep it."""
    method = PaymentMethod.objects.select_for_update(of=("self",)).get(pk=method.pk)
    before = audit.state(method)
    method.is_active = False
    method.save()
    if audit.changes(before, audit.state(method)):
        audit.updated(method, before=before, by=by)
    return method


@transaction.atomic
def forget_payment_methods(*, contact_ids: Iterable[int]) -> None:
    """Of a donor who must be forgotten: no token, no number."""
    methods = PaymentMethod.objects.filter(contact__in=list(contact_ids))
    audit.scrub("giving.paymentmethod", list(methods.values_list("pk", flat=True)))
    methods.update(sealed_token="", brand="", last_four="0000", is_active=False)


# --- collecting ---------------------------------------------------------------------------------------------------------
def due_pledges(organization, *, on: date, by_file: bool = False) -> list[int]:
    """The pledges of which something may be due to collect, one whose pause is over this morning too: each is looked at
    again under its lock. Those whose gateway a worker asks or, ``by_file``, those that wait for a file to the bank: these
    are in the organization's own currency.
    """
    codes = [code for code, gateway in GATEWAYS.items() if gateway.by_file == by_file]
    rows = Pledge.objects.of(organization).filter(
        status__in=OPEN_PLEDGES, payment_method__is_active=True, contact__archived_at=None,
        next_due_on__lte=on, collects_from__lte=on, payment_method__gateway__in=codes,
    )  # fmt: skip
    if by_file:
        taken = Charge.objects.filter(instalment=OuterRef("pk"), status__in=LIVE)
        free = Instalment.objects.filter(
            pledge=OuterRef("pk"), due_on__lte=on, due_on__gte=OuterRef("collects_from"), is_skipped=False
        )
        free = free.filter(paid__lt=F("amount")).exclude(Exists(taken))
        rows = rows.filter(Exists(free), currency=organization.currency)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def decide_charge(pledge_id: int, *, on: date, until: date | None = None) -> Charge | None:
    """A pending charge for the oldest instalment to collect, if there is one; the pledge is held meanwhile.

    ``on`` is today. ``until``: what is due by that day is collected already, for a bank that wants to know before.
    """
    pledges.refresh([pledge_id], on=on)
    locked = Pledge.objects.select_for_update(of=("self",), no_key=True).select_related(
        "payment_method", "organization"
    )
    pledge = locked.get(pk=pledge_id)
    method = pledge.payment_method
    if pledge.status != PledgeStatus.ACTIVE or method is None or not method.is_active or pledge.contact.is_archived:
        return None
    for instalment in _collectable(pledge, on=until or on):
        tried = list(instalment.charges.order_by("attempt"))
        if any(charge.status in LIVE for charge in tried):
            continue  # on its way, or collected once and given back: never taken again by itself
        failed = [charge for charge in tried if charge.status == ChargeStatus.FAILED]
        if failed and (len(failed) > len(RETRY_AFTER) or on < failed[-1].answered_on + RETRY_AFTER[len(failed) - 1]):
            continue
        number = tried[-1].attempt + 1 if tried else 1
        return Charge.objects.create(
            organization=pledge.organization, pledge=pledge, instalment=instalment, method=method, attempt=number,
            key=f"merci-{instalment.pk}-{number}", amount=instalment.left, currency=pledge.currency,
        )  # fmt: skip
    return None


def _collectable(pledge: Pledge, *, on: date) -> Iterable[Instalment]:
    rows = pledge.instalments.filter(due_on__lte=on, due_on__gte=pledge.collects_from, is_skipped=False)
    return rows.filter(paid__lt=F("amount")).order_by("due_on")


def send_charge(charge_id: int) -> bool:
    """Ask the gateway and settle its answer; returns whether this call settled it. Not inside a transaction.

    Raises :class:`crm.giving.gateways.Unreachable`; then the charge waits to be sent again. One that is on its way at a bank
    waits for the gateway to say how it ended.
    """
    charge = _mark_sent(charge_id)
    if charge is None:
        return False
    request = Request(
        charge.key, charge.amount, charge.currency, charge.method.token, charge.organization_id, charge.sent_at
    )
    try:
        answer = GATEWAYS[charge.method.gateway].charge(request)
    except Unanswered as error:
        Charge.objects.filter(pk=charge_id, status=ChargeStatus.PENDING).update(
            reference=str(error)[:100], updated_at=timezone.now()
        )
        return False
    return settle_charge(charge_id, answer)


@transaction.atomic
def _mark_sent(charge_id: int) -> Charge | None:
    """The charge, if it is still to be sent: dropped when its pledge was paused, changed or ended before it ever went out."""
    pledge_id = Charge.objects.values_list("pledge", flat=True).get(pk=charge_id)
    pledge = Pledge.objects.select_for_update(of=("self",), no_key=True).get(pk=pledge_id)
    charge = Charge.objects.select_for_update(of=("self",)).select_related("method", "instalment").get(pk=charge_id)
    if charge.status != ChargeStatus.PENDING:
        return None
    if charge.sent_at is None:
        is_wanted = pledge.status == PledgeStatus.ACTIVE and not charge.instalment.is_skipped
        if not is_wanted or pledge.payment_method_id != charge.method_id or not charge.method.is_active:
            charge.status = ChargeStatus.DROPPED
            charge.save()
            return None
        charge.sent_at = timezone.now()
        charge.save()
    return charge


@transaction.atomic
def settle_charge(charge_id: int, answer: Answer) -> bool:
    """Write down what the gateway answered, once: a gift on the pledge, or a failure and what follows from it."""
    rows = Charge.objects.select_related("pledge__contact", "method__recorded_by", "organization")
    charge = rows.get(pk=charge_id)
    contacts.hold(
        charge.pledge.contact
    )  # the order of every write on gifts: the donor, the pledge, then what hangs off it
    Pledge.objects.select_for_update(of=("self",), no_key=True).get(pk=charge.pledge_id)
    charge = rows.select_for_update(of=("self",)).get(pk=charge_id)
    if charge.status != ChargeStatus.PENDING:
        return False
    charge.answered_at, charge.reference, charge.reason = answer.at, answer.reference, answer.reason
    charge.answered_on = day_in(answer.at, charge.organization.timezone)
    if answer.is_paid:
        charge.gift = _gift_of(charge)
        charge.status = ChargeStatus.PAID
        charge.save()
    else:
        charge.status = ChargeStatus.FAILED
        charge.save()
        _failed(charge, answer)
    return True


def _gift_of(charge: Charge):
    pledge, method = charge.pledge, charge.method
    closed = hold_books(charge.organization_id)  # the answer of a night whose books were closed since: the next day
    received_on = max(charge.answered_on, closed + timedelta(days=1)) if closed else charge.answered_on
    return record_gift(
        contact=pledge.contact, amount=charge.amount, currency=charge.currency, received_on=received_on,
        fund=pledge.fund, campaign=pledge.campaign, appeal=pledge.appeal, pledge=pledge, method=METHODS[method.kind],
        type=GiftType.RECURRING, by=method.recorded_by, was_collected=True,
    )  # fmt: skip


def _failed(charge: Charge, answer: Answer) -> None:
    pledge, by = charge.pledge, charge.method.recorded_by
    said = {"amount": str(charge.amount), "currency": charge.currency, "reason": answer.reason}
    contacts.log(pledge.contact, "charge.failed", subject=pledge, by=None, severity=Severity.WARNING, **said)
    failures = charge.instalment.charges.filter(status=ChargeStatus.FAILED).count()
    if answer.is_final or failures > len(RETRY_AFTER):
        fail_pledge(pledge, by=by, reason=answer.reason)


def stuck_charges(*, before) -> list[int]:
    """Pending since before that moment: their worker is gone, or their gateway did not answer.

    Those on their way at a bank, in a file or known by a reference, wait for its word: they are not sent again.
    """
    rows = Charge.objects.filter(status=ChargeStatus.PENDING, file=None, reference="", updated_at__lt=before).order_by(
        "updated_at"
    )
    return list(rows.values_list("pk", flat=True)[:1000])
