"""Writes on tributes: who is honoured, who is told, and that they were told (F-12)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.contacts.models import Contact, TimelineEvent
from crm.core.errors import DomainError, validated
from crm.core.operations import Undone
from crm.core.text import fold
from crm.giving import tributes
from crm.giving.models import Tribute, TributeNotice, TributeRecipient
from crm.giving.tributes import Waiting


def _check(tribute: Tribute) -> None:
    tribute.name = " ".join(tribute.name.split())
    tribute.key = fold(tribute.name)[:120]
    if not tribute.key:
        raise DomainError(_("Write the name."), field="name", code="name")
    if tribute.contact_id is not None and tribute.contact.organization_id != tribute.organization_id:
        raise DomainError(_("This contact belongs to another organization."), field="contact", code="foreign")
    validated(tribute, exclude=["organization", "contact"])


@transaction.atomic
def save_tribute(tribute: Tribute | None = None, *, by, **fields) -> Tribute:
    """Open the page of somebody honoured, or change it. Audited. Raises :class:`DomainError` for a name that has one."""
    if tribute is not None:
        tribute = Tribute.objects.select_for_update(of=("self",)).select_related("contact").get(pk=tribute.pk)
    before = audit.state(tribute) if tribute else None
    tribute = tribute or Tribute(organization=by.organization)
    for name, value in fields.items():
        setattr(tribute, name, value)
    _check(tribute)
    tribute.save()
    audit.saved(tribute, before=before, by=by)
    return tribute


def tribute_of(wanted: Tribute | None, *, by) -> Tribute | None:
    """What a gift names: an existing page, or, of a row not saved yet, the page of that name, opened where there is none.

    Belongs in the transaction that writes the gift.
    """
    if wanted is None or wanted.pk is not None:
        return wanted
    rows = Tribute.objects.of(by.organization).filter(kind=wanted.kind, key=fold(wanted.name)[:120])
    if found := rows.first():
        return found
    try:
        with transaction.atomic():
            return save_tribute(kind=wanted.kind, name=wanted.name, by=by)
    except (DomainError, IntegrityError):
        if found := rows.first():  # somebody else opened it in the same moment
            return found
        raise


@transaction.atomic
def delete_tribute(tribute: Tribute, *, by) -> None:
    """Erase a page opened by mistake. Refused once a gift names it, even one that went back."""
    tribute = Tribute.objects.select_for_update(of=("self",)).get(pk=tribute.pk)
    if tribute.gifts.exists():
        raise DomainError(_("Gifts name this person: the page can be closed, not deleted."), code="used")
    audit.deleted_many(list(tribute.recipients.order_by("pk")), by=by)
    audit.deleted(tribute, by=by)
    tribute.delete()


@transaction.atomic
def add_recipient(tribute: Tribute, *, contact: Contact, by) -> TributeRecipient:
    """From now on this contact is told who gave, of the gifts already received too. Adding twice adds once."""
    if contact.organization_id != tribute.organization_id:
        raise DomainError(_("This contact belongs to another organization."), field="contact", code="foreign")
    contacts.hold(contact)
    if contact.is_archived:
        raise DomainError(_("This contact is archived. Restore it first."), field="contact", code="archived")
    recipient, is_new = TributeRecipient.objects.get_or_create(
        tribute=tribute, contact=contact, defaults={"organization_id": tribute.organization_id}
    )
    if is_new:
        audit.created(recipient, by=by)
    return recipient


@transaction.atomic
def remove_recipient(recipient: TributeRecipient, *, by) -> None:
    """The contact is told no more; what they were told stays known."""
    for row in TributeRecipient.objects.select_for_update(of=("self",)).filter(pk=recipient.pk):
        audit.deleted(row, by=by)
        row.delete()


def hold_waiting(ids: Iterable[int]) -> list[Waiting]:
    """Those of these recipients who are to be told of something, held until the end of the transaction."""
    rows = TributeRecipient.objects.filter(pk__in=list(ids)).order_by("pk")
    contacts.hold_many(rows.order_by().values_list("contact", flat=True))
    rows = rows.select_for_update(of=("self",)).select_related("organization", "tribute", "contact")
    return tributes.waiting_of(rows)


def _note(held: list[Waiting], *, how: str, by) -> dict:
    at = timezone.now()
    notices = [
        TributeNotice(gift=gift, contact=one.recipient.contact, how=how, told_at=at, told_by=by)
        for one in held
        for gift in one.gifts
    ]
    TributeNotice.objects.bulk_create(notices)
    audit.created_many(notices, by=by, organization_id=by.organization_id)
    events = [
        contacts.timeline_event(
            one.recipient.contact, "gift.told", subject=one.recipient.tribute, by=by, severity=Severity.SUCCESS,
            how=how, gifts=len(one.gifts),
        )
        for one in held
        if how
    ]  # fmt: skip
    contacts.log_many(events)
    if how:
        contacts.touch_many({one.recipient.contact_id for one in held})
    return {
        "at": at.isoformat(),
        "told": {str(one.recipient.pk): [one.recipient.contact_id, [gift.pk for gift in one.gifts]] for one in held},
        "events": [event.pk for event in events],
    }


@transaction.atomic
def mark_told(ids: Iterable[int], *, how: str, by, held: list[Waiting] | None = None) -> dict:
    """These people know of the gifts they were still to be told of, ``how`` a :class:`ThankedHow`; audit and timeline.

    ``held``: what :func:`hold_waiting` gave whoever wrote the notices, so that a gift recorded in that very moment is not
    taken as told. Returns what :func:`take_notices_back` needs.
    """
    return _note(hold_waiting(ids) if held is None else held, how=how, by=by)


@transaction.atomic
def waive_notices(ids: Iterable[int], *, by) -> dict:
    """No notice is needed of the gifts that wait; the next ones will wait again."""
    return _note(hold_waiting(ids), how="", by=by)


@transaction.atomic
def take_notices_back(data: dict, *, by) -> Undone:
    """They wait again to be told: those whose notice nobody changed since. Their lines of the timeline go."""
    contacts.hold_many({contact for contact, _gifts in data["told"].values()})
    at, done, left = datetime.fromisoformat(data["at"]), 0, []
    for key, (contact, gifts) in data["told"].items():
        rows = TributeNotice.objects.select_for_update(of=("self",)).filter(gift__in=gifts, told_at=at)
        notices = list(rows.filter(contact=contact).order_by("pk"))
        if not notices:
            left.append({"label": f"#{key}", "reason": "touched"})
            continue
        audit.deleted_many(notices, by=by, organization_id=by.organization_id)
        rows.filter(pk__in=[notice.pk for notice in notices]).delete()
        TimelineEvent.objects.filter(pk__in=data["events"], contact=contact).delete()
        done += 1
    return Undone(done=done, left=left)


@transaction.atomic
def forget_tributes(*, contact_ids: Iterable[int]) -> None:
    """Somebody must be forgotten: as the person honoured, their name and note go; as family, they are told no more."""
    ids = list(contact_ids)
    honoured = Tribute.objects.filter(contact__in=ids)
    audit.scrub("giving.tribute", list(honoured.values_list("pk", flat=True)))
    for pk in list(honoured.values_list("pk", flat=True)):  # each keeps a key of its own
        honoured.filter(pk=pk).update(name="–", key=f"forgotten {pk}", note="", is_active=False)
    TributeRecipient.objects.filter(contact__in=ids).delete()
