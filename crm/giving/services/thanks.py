"""The thank-you of each gift follows the gift; people say how they thanked (F-07)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.contacts.models import TimelineEvent
from crm.core.operations import Undone
from crm.giving import following
from crm.giving.choices import GiftStatus, GiftType, ThanksStatus
from crm.giving.models import Gift, Thanks

RECENT = timedelta(days=60)  # older gifts come from history: nobody thanks for them now


def wanting(gifts: Iterable[Gift], *, today: date) -> list[Gift]:
    """Those to thank for: received, and lately; of a monthly donor, the first gift only. One query at most."""
    recent = [gift for gift in gifts if gift.status == GiftStatus.COMPLETED and gift.received_on >= today - RECENT]
    monthly = {gift.contact_id for gift in recent if gift.type == GiftType.RECURRING}
    if not monthly:
        return recent
    rows = Gift.objects.filter(contact__in=monthly, type=GiftType.RECURRING).counted().order_by()
    first = dict(rows.values_list("contact").annotate(first=Min("pk")))
    return [gift for gift in recent if gift.type != GiftType.RECURRING or gift.pk == first[gift.contact_id]]


def follow(gifts: Iterable[Gift], *, today: date, since: datetime | None = None) -> None:
    """The queue after these gifts were written: those that want thanks wait, those that went back no longer do.

    They wait from ``since`` on; from the moment they were recorded, where it is left out. What was thanked or let go
    stays so. Belongs in the transaction that wrote them.
    """
    gifts = list(gifts)
    if wanted := wanting(gifts, today=today):
        rows = [
            Thanks(organization_id=gift.organization_id, gift_id=gift.pk, created_at=since or gift.created_at)
            for gift in wanted
        ]
        Thanks.objects.bulk_create(rows, ignore_conflicts=True)
    gone = [gift.pk for gift in gifts if gift.status != GiftStatus.COMPLETED]
    if gone:
        Thanks.objects.filter(gift__in=gone, status=ThanksStatus.DUE).delete()
        organization_id = next(gift.organization_id for gift in gifts if gift.pk == gone[0])
        following.end_thanks(gone, organization_id=organization_id, gone=True)


def hold_due(ids: Iterable[int]) -> list[Thanks]:
    """Those of these that still wait, held until the end of the transaction: the donors first, as every act on a gift does."""
    rows = Thanks.objects.due().filter(pk__in=list(ids)).order_by("pk")
    contacts.hold_many(rows.order_by().values_list("gift__contact", flat=True))
    rows = rows.select_for_update(of=("self",)).select_related("organization", "gift__contact", "gift__fund")
    return list(rows)


def _settle(ids: Iterable[int], status: str, *, by, how: str = "", told: Mapping[int, dict] | None = None) -> dict:
    rows = hold_due(ids)
    at, events = timezone.now(), []
    for row in rows:
        before = audit.state(row)
        row.status, row.how, row.thanked_at, row.thanked_by, row.updated_at = status, how, at, by, at
        audit.updated(row, before=before, by=by)
        if status == ThanksStatus.DONE:
            gift = row.gift
            data = {"amount": str(gift.amount), "currency": gift.currency, "how": how} | (told or {}).get(row.pk, {})
            events.append(
                contacts.timeline_event(
                    gift.contact, "gift.thanked", subject=gift, by=by, severity=Severity.SUCCESS, **data
                )
            )
    Thanks.objects.bulk_update(rows, ["status", "how", "thanked_at", "thanked_by", "updated_at"])
    contacts.log_many(events)
    if rows:
        following.end_thanks([row.gift_id for row in rows], organization_id=rows[0].organization_id)
    if status == ThanksStatus.DONE:
        contacts.touch_many({row.gift.contact_id for row in rows})
    return {"at": at.isoformat(), "rows": [row.pk for row in rows], "events": [event.pk for event in events]}


@transaction.atomic
def mark_thanked(ids: Iterable[int], *, how: str, by, told: Mapping[int, dict] | None = None) -> dict:
    """These thank-yous are done, ``how`` a :class:`ThankedHow`: audit, timeline of each donor, last contact.

    Those done or let go meanwhile stay as they are. ``told`` adds to the line of the timeline, by key. Returns what
    :func:`take_thanks_back` needs.
    """
    return _settle(ids, ThanksStatus.DONE, by=by, how=how, told=told)


@transaction.atomic
def waive_thanks(ids: Iterable[int], *, by) -> dict:
    """Nobody thanks for these gifts: they leave the queue. Returns what :func:`take_thanks_back` needs."""
    return _settle(ids, ThanksStatus.WAIVED, by=by)


@transaction.atomic
def take_thanks_back(data: dict, *, by) -> Undone:
    """They wait again, unless somebody changed them since or the money has gone back meanwhile; their lines go."""
    at = datetime.fromisoformat(data["at"])
    contacts.hold_many(Thanks.objects.filter(pk__in=data["rows"]).values_list("gift__contact", flat=True))
    rows = Thanks.objects.select_for_update(of=("self",)).filter(pk__in=data["rows"], thanked_at=at)
    rows = list(rows.select_related("gift__contact").order_by("pk"))
    back = [row for row in rows if row.gift.status == GiftStatus.COMPLETED]
    for row in back:
        before = audit.state(row)
        row.status, row.how, row.thanked_at, row.thanked_by = ThanksStatus.DUE, "", None, None
        audit.updated(row, before=before, by=by)
    Thanks.objects.bulk_update(back, ["status", "how", "thanked_at", "thanked_by"])
    subjects = [row.gift_id for row in back]
    TimelineEvent.objects.filter(pk__in=data["events"], subject_id__in=subjects).delete()
    if back:
        following.call_again(subjects, organization_id=back[0].organization_id, by=by)
    done = {row.pk for row in back}
    left = [{"label": f"#{pk}", "reason": "touched"} for pk in data["rows"] if pk not in done]
    return Undone(done=len(back), left=left)
