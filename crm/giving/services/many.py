"""Many gifts written in one act, and taken back as if it had not been."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from django.db import transaction

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Lifecycle, Severity
from crm.contacts.models import Contact, TimelineEvent
from crm.core.bulk import fingerprint, insert_objects, others_lead_to
from crm.core.dates import today_in
from crm.core.events import Event, publish
from crm.core.operations import Undone
from crm.giving import summaries
from crm.giving.choices import ClaimStatus, ThanksStatus
from crm.giving.events import GiftsTakenBack
from crm.giving.models import Gift, GivingSummary, MatchingClaim, SoftCredit, Thanks, TributeNotice
from crm.giving.services import thanks
from crm.giving.services.credits import follow_matches
from crm.giving.services.gifts import check_gift, gift_event
from crm.giving.services.periods import check_open, hold_books

RECEIPT_LINES = "receipts.receiptline"  # of the domain above: named, not imported


@transaction.atomic
def write_gifts(gifts: list[Gift], *, by, tell: Callable[..., Event], **told) -> dict:
    """Write many gifts at once: rows, audit, one timeline line each, totals once per donor; publish one event.

    Each has one fund and no pledge. ``tell(gift_ids=…, contact_ids=…)`` makes the event; ``told`` is kept in each line.
    Raises :class:`DomainError` for the first gift that breaks a rule. Returns what :func:`take_back_gifts` needs.
    """
    today = today_in(by.organization.timezone)
    for gift in gifts:
        check_gift(gift, today=today)
    check_open(by.organization_id, *(gift.received_on for gift in gifts))
    donors = tuple(sorted({gift.contact_id for gift in gifts}))
    before = _standing(donors)
    insert_objects(gifts)
    audit.created_many(gifts, by=by)
    lines = [gift_event(gift, "gift.recorded", by=by, severity=Severity.SUCCESS, **told) for gift in gifts]
    contacts.log_many(lines)
    summaries.refresh(donors, on=today)
    thanks.follow(gifts, today=today)
    follow_matches(gifts, today=today)
    after = _standing(donors)
    publish(tell(gift_ids=tuple(gift.pk for gift in gifts), contact_ids=donors))
    return {
        "created": [
            [gift.pk, fingerprint(gift), gift.contact_id, line.pk] for gift, line in zip(gifts, lines, strict=True)
        ],
        "donors": [[pk, before[pk][0], after[pk][0], before[pk][1]] for pk in donors],
    }


def _standing(contact_ids) -> dict[int, tuple[str, int | None]]:
    """The giving status of each contact and, where there is a summary, the number of gifts in it."""
    rows = Contact.objects.filter(pk__among=contact_ids).values_list("pk", "lifecycle", "summary__gift_count")
    return {pk: (lifecycle, count) for pk, lifecycle, count in rows}


@transaction.atomic
def take_back_gifts(data: dict, *, by, cause: str) -> Undone:
    """Undo one :func:`write_gifts`: its gifts go with their lines, totals and giving status are again what they were.

    A gift that anybody changed since, or that a receipt names, even a void one, stays and is listed. The audit log
    keeps what each gift was; publishes GiftsTakenBack.
    """
    created = {pk: (mark, contact_id, line) for pk, mark, contact_id, line in data["created"]}
    rows = Gift.objects.filter(pk__in=list(created)).select_related("contact").order_by("pk")
    present = {gift.pk: gift for gift in rows.select_for_update(of=("self",))}
    reasons = {pk: "gone" for pk in created if pk not in present}
    reasons |= {pk: "touched" for pk, gift in present.items() if fingerprint(gift) != created[pk][0]}
    closed = hold_books(by.organization_id)
    reasons |= {pk: "closed" for pk, gift in present.items() if closed is not None and gift.received_on <= closed}
    for pk, label in others_lead_to(Gift, list(present), own={}).items():
        reasons[pk] = "receipted" if label == RECEIPT_LINES else "used"
    thanked = Thanks.objects.filter(gift__in=present).exclude(status=ThanksStatus.DUE)
    reasons |= dict.fromkeys(thanked.values_list("gift_id", flat=True), "touched")
    reasons |= dict.fromkeys(_leaned_on(present), "touched")
    going = [gift for pk, gift in present.items() if pk not in reasons]
    audit.deleted_many(going, by=by)
    TimelineEvent.objects.filter(pk__in=[created[gift.pk][2] for gift in going]).delete()
    Gift.objects.filter(pk__in=[gift.pk for gift in going]).delete()
    if going:
        _restore_donors(data["donors"], {gift.contact_id for gift in going}, on=today_in(by.organization.timezone))
        publish(
            GiftsTakenBack(
                organization_id=by.organization_id,
                actor_id=by.pk,
                cause=cause,
                gift_ids=tuple(gift.pk for gift in going),
                contact_ids=tuple(sorted({gift.contact_id for gift in going})),
            )
        )
    left = [_left(pk, present.get(pk), reason) for pk, reason in sorted(reasons.items())]
    return Undone(done=len(going), left=left)


def _leaned_on(gifts) -> Iterable[int]:
    """Those of these gifts that a family knows of, that somebody is credited with, or that a company was asked to match."""
    asked = MatchingClaim.objects.exclude(status=ClaimStatus.POTENTIAL)
    for rows in (TributeNotice.objects.all(), SoftCredit.objects.all(), asked):
        yield from rows.filter(gift__in=gifts).values_list("gift_id", flat=True)


def _restore_donors(stood: list, contact_ids: set[int], *, on: date) -> None:
    """Totals follow the gifts that are left. A status these gifts had moved goes back, unless others decide it again."""
    is_now = _standing(contact_ids)
    summaries.refresh(contact_ids, on=on)
    counts = dict(GivingSummary.objects.filter(contact__in=contact_ids).values_list("contact_id", "gift_count"))
    moves: dict[str, list[int]] = defaultdict(list)
    never: list[int] = []
    followed = {Lifecycle.DONOR, Lifecycle.LAPSED}
    for pk, before, after, count in stood:
        if pk not in counts or counts[pk] != (count or 0):
            continue
        if count is None:
            never.append(pk)
        # Donor and lapsed turn into each other by themselves; any other status since was set by hand, and stays.
        by_itself = is_now[pk][0] == after or {is_now[pk][0], after} <= followed
        if before != after and by_itself and not (count and before in followed):
            moves[before].append(pk)
    for lifecycle, ids in moves.items():
        contacts.set_lifecycle(contact_ids=ids, lifecycle=lifecycle)
    GivingSummary.objects.filter(contact__in=never).exclude(contact__gifts__isnull=False).delete()


def _left(pk: int, gift: Gift | None, reason: str) -> dict:
    if gift is None:
        return {"label": f"#{pk}", "reason": reason}
    label = f"{gift.contact.name}, {gift.received_on.isoformat()}, {gift.amount} {gift.currency}"
    return {"label": label, "url_name": "giving:gift_detail", "pk": pk, "reason": reason}
