"""The one timeline: every domain writes its acts on a contact here."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Severity
from crm.contacts.models import Contact, TimelineEvent
from crm.core.bulk import insert_objects, new_object
from crm.core.errors import DomainError


def refuse_merged(contact: Contact) -> None:
    """A merged contact lives on in another: nothing more is written on it."""
    if contact.merged_into_id:
        raise DomainError(
            _("%(name)s was merged into another contact. Open that one instead.") % {"name": contact.name},
            code="merged",
        )


def living(contact: Contact) -> Contact:
    """The contact itself, or the one it was merged into: where an act on what stayed behind (a receipt) is told."""
    return contact.merged_into if contact.merged_into_id else contact


def hold(contact: Contact) -> Contact:
    """Keep a contact from being merged until the end of the transaction; refuses one that was merged a moment ago."""
    row = Contact.objects.select_for_update(of=("self",), no_key=True).get(pk=contact.pk)
    refuse_merged(row)
    return row


def hold_many(contact_ids: Iterable[int]) -> dict[int, Contact]:
    """The same for many, in one order for everybody: ``{pk: contact}`` as they are now."""
    rows = Contact.objects.select_for_update(of=("self",), no_key=True).filter(pk__among=sorted(set(contact_ids)))
    found = {row.pk: row for row in rows.order_by("pk")}
    for row in found.values():
        refuse_merged(row)
    return found


def timeline_event(contact: Contact, verb: str, *, by, subject=None, at=None, severity=Severity.INFO, **data):
    """One row of the timeline, not yet saved (bulk writers collect them).

    Every act on a contact is told here, so this is where one on a merged contact is refused, whoever asks.
    """
    refuse_merged(contact)
    values = {
        "organization_id": contact.organization_id,
        "verb": verb,
        "at": at or timezone.now(),
        "severity": severity,
        "subject_model": subject._meta.label_lower if subject is not None else "",
        "subject_id": subject.pk if subject is not None else None,
        "data": data,
    }
    return new_object(TimelineEvent, values, contact=contact, actor=by)


def log(contact: Contact, verb: str, *, by, **kwargs) -> TimelineEvent:
    """Write one act on the contact's timeline: ``log(contact, "gift.recorded", subject=gift, by=by, amount="50.00")``."""
    event = timeline_event(contact, verb, by=by, **kwargs)
    event.save()
    return event


@transaction.atomic
def log_many(events: Iterable[TimelineEvent]) -> None:
    insert_objects(list(events))


def forget_subject(contact: Contact, subject) -> None:
    """The subject is leaving this contact or goes for good: its entries stay, and no longer lead to it."""
    rows = contact.timeline.filter(subject_model=subject._meta.label_lower, subject_id=subject.pk)
    rows.update(subject_id=None)


def touch_many(contact_ids: Iterable[int]) -> None:
    """The last contact with each of them was now."""
    Contact.objects.filter(pk__among=list(contact_ids)).update(last_contact_at=timezone.now())


def touch(contact: Contact) -> None:
    """The last contact was now: any edit, note, communication or stage change moves it (C-06)."""
    contact.last_contact_at = timezone.now()
    Contact.objects.filter(pk=contact.pk).update(last_contact_at=contact.last_contact_at)
