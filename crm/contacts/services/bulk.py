"""The same change to many contacts: one statement for the rows, one audit entry and one timeline line each."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from crm.accounts import audit
from crm.contacts.choices import Severity
from crm.contacts.events import ContactsChanged
from crm.contacts.models import Contact
from crm.contacts.services.household_upkeep import give_heads_back, hold_households, pass_heads_on
from crm.contacts.services.timeline import log_many, timeline_event
from crm.core.bulk import packed, unpacked, update_columns
from crm.core.events import publish
from crm.core.operations import Undone

UNDO = "bulk.undo"


def held(ids: Collection[int], *, by) -> list[Contact]:
    """The rows as they are now, those the person sees, held until the end; in the order of their numbers."""
    rows = Contact.objects.visible_to(by).filter(pk__in=ids).select_for_update(of=("self",))
    return list(rows.order_by("pk"))


def _write(contacts: list[tuple[Contact, dict]], *, by, cause: str, at: datetime) -> None:
    """Each contact its new columns: rows, audit, timeline; publish one ContactsChanged for all."""
    pairs, events, fields = [], [], set()
    for contact, values in contacts:
        before = audit.state(contact)
        for name, value in values.items():
            setattr(contact, name, value)
        contact.updated_at = at
        changed = audit.changes(before, audit.state(contact))
        fields |= changed.keys()
        pairs.append((contact, before))
        if "archived_at" in changed:
            verb, severity = ("contact.restored", Severity.INFO)
            if contact.archived_at is not None:
                verb, severity = ("contact.archived", Severity.WARNING)
            events.append(timeline_event(contact, verb, by=by, at=at, severity=severity))
        elif changed:
            events.append(timeline_event(contact, "contact.updated", by=by, at=at, changes=changed))
    update_columns(Contact, [(contact.pk, values | {"updated_at": at}) for contact, values in contacts])
    audit.updated_many(pairs, by=by)
    log_many(events)
    if pairs:
        ids = tuple(contact.pk for contact, _before in pairs)
        publish(
            ContactsChanged(
                organization_id=by.organization_id,
                actor_id=by.pk,
                cause=cause,
                contact_ids=ids,
                fields=tuple(sorted(fields)),
            )
        )


@transaction.atomic
def change_contacts(*, contact_ids: Collection[int], by, touches: bool = True, **values) -> dict:
    """The same columns to many contacts; those that have them already stay as they are.

    Moves the last contact as any edit does (C-06) unless ``touches`` is false; audit and timeline row by row; publishes
    one ContactsChanged. Returns what :func:`undo_change` needs.
    """
    now = timezone.now()
    changed, undo = [], []
    for contact in held(contact_ids, by=by):
        before = {name: getattr(contact, name) for name in values}
        if before == values:
            continue
        undo.append(
            [contact.pk, {name: packed(value) for name, value in before.items()}, packed(contact.last_contact_at)]
        )
        changed.append((contact, values | ({"last_contact_at": now} if touches else {})))
    _write(changed, by=by, cause="bulk", at=now)
    after = {name: packed(value) for name, value in values.items()}
    return {"after": after, "touched_at": packed(now) if touches else "", "rows": undo}


@transaction.atomic
def archive_contacts(*, contact_ids: Collection[int], by) -> dict:
    """Take many contacts out of every list; see :func:`~crm.contacts.services.archive_contact`."""
    hold_households(contact_ids)
    undo = change_contacts(contact_ids=contact_ids, by=by, touches=False, archived_at=timezone.now())
    return undo | {"heads": pass_heads_on([row[0] for row in undo["rows"]], by=by)}


def restore_contacts(*, contact_ids: Collection[int], by) -> dict:
    """Bring many archived contacts back; those that live on in another one, or were anonymized, are not asked for."""
    return change_contacts(contact_ids=contact_ids, by=by, touches=False, archived_at=None)


@transaction.atomic
def undo_change(data: dict, *, by, permission: str) -> Undone:
    """Each contact what it had before, where it still has what the act gave it; the others are left and listed.

    The last contact goes back too, where nothing has moved it since.
    """
    outcome, now, back = Undone(), timezone.now(), []
    if data.get("heads"):
        hold_households([row[0] for row in data["rows"]])
    after = unpacked(Contact, data["after"])
    touched_at = unpacked(Contact, {"last_contact_at": data["touched_at"] or None})["last_contact_at"]
    contacts = {contact.pk: contact for contact in held([row[0] for row in data["rows"]], by=by)}
    for pk, before, last_contact in data["rows"]:
        contact = contacts.get(pk)
        reason = ""
        if contact is None:
            reason = "gone"
        elif not by.can(permission, contact):
            reason = "forbidden"
        elif (
            any(getattr(contact, name) != value for name, value in after.items())
            or contact.anonymized_at
            or (contact.merged_into_id and before.get("archived_at", "") is None)
        ):
            reason = "touched"
        if reason:
            outcome.left.append(left(pk, contact, reason))
            continue
        values = unpacked(Contact, before)
        if touched_at and contact.last_contact_at == touched_at:
            values |= unpacked(Contact, {"last_contact_at": last_contact})
        back.append((contact, values))
    _write(back, by=by, cause=UNDO, at=now)
    if data.get("heads"):
        give_heads_back(data["heads"], {contact.pk for contact, _values in back}, by=by)
    outcome.done = len(back)
    return outcome


def left(pk: int, contact: Contact | None, reason: str) -> dict:
    """A row that stays as it is, as the page of the operation lists it."""
    if contact is None:
        return {"label": str(pk), "url_name": "", "pk": pk, "reason": reason}
    return {"label": contact.name, "url_name": "contacts:contact_detail", "pk": pk, "reason": reason}
