"""Writes on gifts. Every act ends in the same place: the donor's totals, recomputed."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.contacts.models import Contact, TimelineEvent
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.events import publish
from crm.core.money import to_cents
from crm.giving import pledges, queries, rules, summaries
from crm.giving.choices import GiftStatus, Method, Returned
from crm.giving.events import GiftCorrected, GiftDeleted, GiftRecorded
from crm.giving.models import Fund, Gift, GiftSplit
from crm.giving.services import printed, thanks
from crm.giving.services.credits import check_credits, follow_matches
from crm.giving.services.periods import check_open
from crm.giving.services.tributes import tribute_of

UNSAID = {"contact_id", "fund_id", "undone_on"}  # in the line of a timeline
# What the ledger says of a gift.
BOOKED = {"amount", "currency", "received_on", "status", "fund_id", "splits"}
Parts = Mapping[Fund, Decimal]


def check_gift(gift: Gift, *, today: date | None = None) -> None:
    """The rules of F-01 that hold for every gift, typed or imported; raises :class:`DomainError` with its field.

    ``today`` is the organization's own date, for those who check many.
    """
    if not isinstance(gift.amount, Decimal):
        raise TypeError("an amount is a Decimal, never a float")
    if problem := rules.amount_problem(gift.amount):
        raise DomainError(problem, field="amount", code="amount")
    gift.amount = to_cents(gift.amount)  # 50 and 50.00 are the same money: not a change for the audit log
    if problem := rules.date_problem(gift.received_on, today=today or today_in(gift.organization.timezone)):
        raise DomainError(problem, field="received_on", code="date")
    if gift.contact.organization_id != gift.organization_id:
        raise DomainError(_("This donor belongs to another organization."), field="contact", code="foreign")
    if gift.fund_id is not None and gift.fund.organization_id != gift.organization_id:
        raise DomainError(_("This fund belongs to another organization."), field="fund", code="foreign")
    _check_campaign(gift)
    _check_pledge(gift)
    if gift.tribute_id is not None and gift.tribute.organization_id != gift.organization_id:
        raise DomainError(_("This person is honoured in another organization."), field="tribute_name", code="foreign")
    _check_advantage(gift)
    _check_property(gift)
    _check_rate(gift)
    if gift.recorded_by.organization_id != gift.organization_id:
        raise DomainError(_("This person does not work in the organization of the donor."), code="foreign")


def _check_pledge(gift: Gift) -> None:
    """A gift pays for its donor's own pledge, in the money that was promised."""
    if gift.pledge_id is None:
        return
    if gift.pledge.contact_id != gift.contact_id:
        raise DomainError(_("This pledge is of another donor."), field="pledge", code="pledge")
    if gift.pledge.currency != gift.currency:
        raise DomainError(_("This pledge is in another currency."), field="pledge", code="currency")


def _check_advantage(gift: Gift) -> None:
    """An advantage has a value and a description, or neither (Income Tax Regulations s. 3501(1)(h.1))."""
    if not gift.advantage:
        gift.advantage_description, gift.advantage_is_cash = "", False
        return
    if problem := rules.amount_problem(gift.advantage):
        raise DomainError(problem, field="advantage", code="advantage")
    gift.advantage = to_cents(gift.advantage)
    if not gift.advantage_description:
        raise DomainError(_("Say what the donor received."), field="advantage_description", code="advantage")


def _check_property(gift: Gift) -> None:
    """Property is described, and was not paid with a cheque; money is not described."""
    if gift.is_property:
        gift.method, gift.cheque_number = Method.OTHER, ""
        if not gift.property_description:
            raise DomainError(_("Describe what was given."), field="property_description", code="property")
    elif gift.property_description or gift.appraiser_name or gift.appraiser_address:
        raise DomainError(_("Only a gift of property is described and appraised."), field="nature", code="property")
    if bool(gift.appraiser_name) != bool(gift.appraiser_address):
        missing = "appraiser_address" if gift.appraiser_name else "appraiser_name"
        raise DomainError(_("The law asks for the name and the address of the appraiser."), field=missing)


def _check_rate(gift: Gift) -> None:
    if gift.exchange_rate is None:
        return
    if gift.currency == gift.organization.currency:
        raise DomainError(_("This gift is in your own currency: it has no exchange rate."), field="exchange_rate")
    if gift.exchange_rate <= 0:
        raise DomainError(_("The exchange rate must be more than zero."), field="exchange_rate")


def _check_parts(gift: Gift, parts: Parts) -> None:
    """One fund for the whole, or parts that make it up to the cent (F-02)."""
    if gift.fund_id is not None:
        return
    if not parts:
        raise DomainError(_("Choose the fund."), field="fund", code="fund")
    if problem := rules.split_problem(list(parts.values()), amount=gift.amount):
        raise DomainError(problem, field="splits", code="split")
    if any(fund.organization_id != gift.organization_id for fund in parts):
        raise DomainError(_("This fund belongs to another organization."), field="splits", code="foreign")


def _told(parts: Parts) -> dict[str, str]:
    """As :meth:`Gift.told_beside` says them."""
    return {str(fund.pk): str(to_cents(amount)) for fund, amount in parts.items()}


def _write_parts(gift: Gift, parts: Parts) -> None:
    gift.splits.all().delete()
    rows = [GiftSplit(gift=gift, fund=fund, amount=to_cents(amount)) for fund, amount in parts.items()]
    GiftSplit.objects.bulk_create(rows)


def _check_campaign(gift: Gift) -> None:
    """An appeal says its campaign; the two never say different things."""
    if gift.appeal_id and gift.campaign_id is None:
        gift.campaign = gift.appeal.campaign
    if gift.campaign_id is None:
        return
    if gift.campaign.organization_id != gift.organization_id:
        raise DomainError(_("This campaign belongs to another organization."), field="campaign", code="foreign")
    if gift.appeal_id and gift.appeal.campaign_id != gift.campaign_id:
        raise DomainError(_("This appeal is of another campaign."), field="appeal", code="campaign")


def _validate(gift: Gift) -> None:
    """The rest: choices, lengths and, where there is one, the external number (``check_gift`` saw to the amount)."""
    relations = ["organization", "contact", "fund", "campaign", "appeal", "pledge", "tribute", "recorded_by"]
    validated(gift, exclude=relations, constraints=bool(gift.external_id))


def gift_event(gift: Gift, verb: str, *, by, contact: Contact | None = None, **kwargs) -> TimelineEvent:
    """One line of the donor's timeline about a gift, not yet saved: what its template says, as data."""
    return contacts.timeline_event(
        contact or gift.contact,
        verb,
        subject=gift,
        by=by,
        amount=str(gift.amount),
        currency=gift.currency,
        method=gift.nature if gift.is_property else gift.method,
        fund=gift.fund_names,
        received_on=gift.received_on.isoformat(),
        **kwargs,
    )


def _today(gift: Gift) -> date:
    return today_in(gift.organization.timezone)


@transaction.atomic
def record_gift(
    *,
    contact: Contact,
    amount: Decimal,
    received_on: date,
    fund: Fund | None,
    by,
    splits: Parts | None = None,
    was_collected: bool = False,
    **fields,
) -> Gift:
    """Save a gift; recompute the donor's totals and status; audit; timeline; last contact; publish GiftRecorded.

    ``was_collected``: a gateway has the money, so it is written down even for a contact archived meanwhile. It is for
    ``fund`` or, where that is ``None``, shared out as ``splits`` say (fund → amount). A ``tribute``
    not saved yet is opened, unless there is a page of that name. Raises
    :class:`DomainError` with the field it belongs to.
    """
    contacts.hold(contact)
    if "tribute" in fields:
        fields["tribute"] = tribute_of(fields["tribute"], by=by)
    gift = Gift(
        organization=by.organization if by.organization_id == contact.organization_id else contact.organization,
        contact=contact,
        amount=amount,
        received_on=received_on,
        fund=fund,
        recorded_by=by,
        **fields,
    )
    if contact.is_archived and not was_collected:
        raise DomainError(
            _("This contact is archived. Restore it before recording a gift."), field="contact", code="archived"
        )
    check_gift(gift)
    if gift.received_on < _today(gift):  # days that are not over are never closed
        check_open(gift.organization_id, gift.received_on)
    parts = splits or {} if fund is None else {}
    _check_parts(gift, parts)
    _validate(gift)
    gift.save()
    if parts:
        _write_parts(gift, parts)
    audit.created(gift, by=by)
    summaries.refresh([contact.pk], on=_today(gift))
    pledges.refresh([gift.pledge_id], on=_today(gift))
    thanks.follow([gift], today=_today(gift))
    follow_matches([gift], today=_today(gift))
    contacts.log_many([gift_event(gift, "gift.recorded", by=by, severity=Severity.SUCCESS)])
    contacts.touch(contact)
    publish(GiftRecorded(organization_id=gift.organization_id, actor_id=by.pk, gift_id=gift.pk, contact_id=contact.pk))
    return gift


def _locked(gift: Gift) -> Gift:
    rows = Gift.objects.select_for_update(of=("self",), no_key=True).select_related(
        "contact", "fund", "campaign", "appeal", "pledge", "tribute", "organization", "recorded_by"
    )
    return rows.get(pk=gift.pk)


def _check_books(gift: Gift, changed: dict) -> None:
    """What the closed books say stays. A gift that goes back does so today, which is open; what was given back by mistake
    comes back only while the day it went is open.
    """
    if "undone_on" in changed:
        check_open(gift.organization_id, gift.undone_on or date.fromisoformat(changed["undone_on"][0]))
        changed = {name: pair for name, pair in changed.items() if name not in {"status", "undone_on"}}
    if BOOKED & changed.keys():
        before = changed.get("received_on", [gift.received_on.isoformat()])[0]
        check_open(gift.organization_id, date.fromisoformat(before), gift.received_on)


def _check_what_leans_on(gift: Gift, changed: dict) -> None:
    """What a valid receipt says stays, what the closed books say, and what others are credited with."""
    if printed.FIELDS.intersection(changed) and gift.receipt_lines.filter(is_live=True).exists():
        raise DomainError(
            _("An official receipt was issued for this gift. Void or replace the receipt first."),
            code="receipted",
            field="replacing",
        )
    _check_books(gift, changed)
    if {"amount", "contact_id", "currency"} & changed.keys():
        check_credits(gift)


def _change(gift: Gift, verb: str, fields: dict, *, by, **data) -> Gift:
    """The one way a gift changes; ``gift`` is locked. Nothing happens when nothing differs."""
    before, former_pledge = audit.state(gift), gift.pledge_id
    former, former_funds, former_parts = gift.contact, gift.fund_names, dict(gift.parts)
    parts = fields.pop("splits", None) or (former_parts if gift.fund_id is None else {})
    if (wanted := fields.get("contact")) is not None and wanted != former:
        contacts.hold(wanted)
        fields.setdefault("pledge", None)  # a pledge stays with its donor
    if "tribute" in fields:
        fields["tribute"] = tribute_of(fields["tribute"], by=by)
    for name, value in fields.items():
        setattr(gift, name, value)
    if gift.status in (GiftStatus.COMPLETED, GiftStatus.PENDING):
        gift.undone_on = None
    check_gift(gift)
    parts = parts if gift.fund_id is None else {}
    _check_parts(gift, parts)
    _validate(gift)
    changed = audit.changes(before, audit.state(gift) | {"splits": _told(parts)})
    if not changed:
        return gift
    _check_what_leans_on(gift, changed)
    gift.save()
    if "splits" in changed:
        _write_parts(gift, parts)
    audit.updated(gift, before=before, by=by)
    summaries.refresh([former.pk, gift.contact_id], on=_today(gift))
    pledges.refresh([former_pledge, gift.pledge_id], on=_today(gift))
    thanks.follow([gift], today=_today(gift), since=timezone.now())
    follow_matches([gift], today=_today(gift))
    if gift.fund_names != former_funds:
        data["fund_before"] = former_funds
    # Names of donors and funds are not in "changes": one may not be visible to the reader of the other's timeline.
    data["changes"] = {name: pair for name, pair in changed.items() if name not in UNSAID}
    if former == gift.contact:
        contacts.log_many([gift_event(gift, verb, by=by, **data)])
    else:
        contacts.forget_subject(former, gift)
        away = gift_event(gift, verb, by=by, contact=former, moved="away", **data)
        away.subject_id = None
        contacts.log_many([away, gift_event(gift, verb, by=by, moved="here", **data)])
    contacts.touch(gift.contact)
    publish(
        GiftCorrected(
            organization_id=gift.organization_id,
            actor_id=by.pk,
            gift_id=gift.pk,
            contact_id=gift.contact_id,
            fields=tuple(changed),
        )
    )
    return gift


@transaction.atomic
def correct_gift(gift: Gift, *, by, replacing: str = "", **fields) -> Gift:
    """Change a gift; audit, timeline and totals follow, of both donors when it moves from one to the other.

    Refused for what a valid official receipt says, unless ``replacing`` says why: then a new receipt cancels and replaces
    it, in the same transaction. Publishes GiftCorrected.
    """
    try:
        with transaction.atomic():
            return _change(_locked(gift), "gift.corrected", dict(fields), by=by)
    except DomainError as error:
        if error.code != "receipted" or not replacing.strip():
            raise
    gift = _locked(gift)
    with printed.replaced(gift, reason=replacing, by=by):
        return _change(gift, "gift.corrected", fields, by=by)


@transaction.atomic
def refund_gift(gift: Gift, *, by, reason: str = "") -> Gift:
    """The money went back, or the cheque bounced: the gift stays in the history and leaves every total (F-05).

    ``reason`` is kept in the timeline. Refused for money that never came, and while a valid receipt names the gift.
    """
    gift = _locked(gift)
    if gift.status == GiftStatus.REFUNDED:
        return gift
    if gift.status != GiftStatus.COMPLETED:
        raise DomainError(_("Only a gift that was received can be refunded. Edit its status instead."), code="status")
    went = {"status": GiftStatus.REFUNDED, "undone_on": _today(gift)}
    return _change(gift, "gift.refunded", went, by=by, reason=reason.strip()[:500])


@transaction.atomic
def return_gift(gift: Gift, *, by, why: str, reason: str = "") -> Gift:
    """The payment did not go through after all, such as a cheque without funds (F-05): the gift failed, and stays.

    ``why`` is a :class:`Returned`, kept in the timeline with ``reason``. Refused for money that never came, and while a
    valid receipt names the gift.
    """
    gift = _locked(gift)
    if gift.status == GiftStatus.FAILED:
        return gift
    if gift.status != GiftStatus.COMPLETED:
        raise DomainError(_("Only a gift that was received can come back. Edit its status instead."), code="status")
    if not queries.may_come_back(gift):
        raise DomainError(_("No bank returns cash or property: refund the gift instead."), code="method")
    data = {"why": Returned(why).value, "reason": reason.strip()[:300]}
    went = {"status": GiftStatus.FAILED, "undone_on": _today(gift)}
    return _change(gift, "gift.returned", went, by=by, **data)


@transaction.atomic
def delete_gift(gift: Gift, *, by) -> None:
    """Erase a gift typed by mistake; audit and timeline keep what it was. Publishes GiftDeleted.

    Refused once any receipt, even a void one, names it: refund it instead (F-05).
    """
    gift = _locked(gift)
    if problem := queries.why_not_deletable(gift):
        raise DomainError(problem, code="receipted")
    check_open(gift.organization_id, gift.received_on)
    pk, contact, pledge_id, today = gift.pk, gift.contact, gift.pledge_id, _today(gift)
    for rows in (gift.credits, gift.claims):  # they go with it
        audit.deleted_many(list(rows.order_by("pk")), by=by)
    audit.deleted(gift, by=by)
    contacts.forget_subject(contact, gift)
    event = gift_event(gift, "gift.deleted", by=by, severity=Severity.WARNING)
    event.subject_id = None
    gift.delete()
    contacts.log_many([event])
    summaries.refresh([contact.pk], on=today)
    pledges.refresh([pledge_id], on=today)
    contacts.touch(contact)
    publish(GiftDeleted(organization_id=contact.organization_id, actor_id=by.pk, gift_id=pk, contact_id=contact.pk))


@transaction.atomic
def forget_words(*, contact_ids: Iterable[int]) -> int:
    """Empty what was written about a donor who must be forgotten: notes on gifts, in the audit log too. Amounts stay."""
    gifts = Gift.objects.filter(contact__in=list(contact_ids))
    audit.scrub("giving.gift", list(gifts.values_list("pk", flat=True)), names={"note"})
    return gifts.exclude(note="").update(note="")
