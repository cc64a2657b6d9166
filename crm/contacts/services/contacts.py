"""Writes on the contact itself."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts.choices import Severity
from crm.contacts.events import ContactArchived, ContactCreated, ContactRestored, ContactUpdated
from crm.contacts.holdings import relations_to
from crm.contacts.models import Contact
from crm.contacts.rules import check_move
from crm.contacts.services.household_upkeep import after_update, lock_household_of, pass_head_on
from crm.contacts.services.timeline import log, refuse_merged
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.events import publish
from crm.core.money import format_number

# Rows that say nothing a charity must keep once the contact itself was a mistake.
MAY_GO = {"contacts.timelineevent", "contacts.recordview", "contacts.duplicatepair", "giving.givingsummary"}


def check_contact(contact: Contact) -> None:
    contact.derive()
    if not contact.name:
        raise DomainError(_("Give at least a name or an e-mail address."), field="last_name", code="no_name")
    owner = contact.owner
    if owner is not None and owner.organization_id != contact.organization_id:
        raise DomainError(_("This person does not work in your organization."), field="owner")
    contact.is_deceased = contact.is_deceased or bool(contact.deceased_on)
    if contact.deceased_on and contact.deceased_on > today_in(contact.organization.timezone):
        raise DomainError(_("This day is still to come."), field="deceased_on")
    if contact.estimated_value is not None and contact.estimated_value < 0:
        raise DomainError(_("An estimated value is not negative."), field="estimated_value")
    validated(contact, exclude=["organization", "owner", "name", "sort_name", "search_text"])


def locked(contact: Contact) -> Contact:
    """The row as it is now, held until the end: saving a copy read earlier would undo what others wrote meanwhile."""
    row = Contact.objects.select_for_update(of=("self",)).select_related("organization", "owner").get(pk=contact.pk)
    refuse_merged(row)
    return row


def editable(contact: Contact) -> Contact:
    """The row locked, if it may still be written to: not one that lives on in another, nor one that was forgotten."""
    contact = locked(contact)
    if contact.anonymized_at:
        raise DomainError(_("This contact was anonymized: it cannot be changed any more."), code="anonymized")
    return contact


@transaction.atomic
def create_contact(*, by, owner=None, **fields) -> Contact:
    """Save a contact; its creator owns it when they may only work on their own; log, audit, publish."""
    if owner is None and by.scope("contacts.view") == "own":
        owner = by
    fields.setdefault("country", by.organization.country)
    contact = Contact(organization=by.organization, owner=owner, **fields)
    check_contact(contact)
    contact.save()
    audit.created(contact, by=by)
    log(contact, "contact.created", by=by)
    publish(ContactCreated(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk))
    return contact


@transaction.atomic
def update_contact(contact: Contact, *, by, **fields) -> Contact:
    """Change fields; move the last contact; the timeline and the audit log keep before and after.

    Where the head of a household moves, whoever shares the address moves too; where the head died, the next one is.
    """
    household = lock_household_of(contact)
    contact = editable(contact)
    before = audit.state(contact)
    was_dead = contact.is_deceased
    for name, value in fields.items():
        setattr(contact, name, value)
    if was_dead and not contact.is_deceased:
        contact.deceased_on = None  # the box was unticked: it was a mistake, date and all
    check_contact(contact)
    check_move(before["funnel_stage"], contact.funnel_stage)
    changed = audit.changes(before, audit.state(contact))
    if not changed:
        return contact
    contact.last_contact_at = timezone.now()
    contact.save()
    audit.updated(contact, before=before, by=by)
    log(contact, "contact.updated", by=by, changes=changed)
    after_update(contact, changed, household, by=by)
    publish(
        ContactUpdated(
            organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk, fields=tuple(changed)
        )
    )
    return contact


@transaction.atomic
def archive_contact(contact: Contact, *, by) -> Contact:
    """Take a contact out of every list. Nothing is lost; gifts and receipts stay; it can be restored (C-01).

    The head of a household leaves that place to the next one.
    """
    household = lock_household_of(contact)
    contact = locked(contact)
    if contact.is_archived:
        return contact
    before = audit.state(contact)
    contact.archived_at = timezone.now()
    contact.save()
    audit.updated(contact, before=before, by=by)
    log(contact, "contact.archived", by=by, severity=Severity.WARNING)
    pass_head_on(contact, household, by=by)
    publish(ContactArchived(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk))
    return contact


@transaction.atomic
def restore_contact(contact: Contact, *, by) -> Contact:
    """Bring an archived contact back."""
    contact = editable(contact)
    if not contact.is_archived:
        return contact
    before = audit.state(contact)
    contact.archived_at = None
    contact.save()
    audit.updated(contact, before=before, by=by)
    log(contact, "contact.restored", by=by)
    publish(ContactRestored(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk))
    return contact


def why_not_deletable(contact: Contact) -> list[str]:
    """What leads to this contact and keeps it from being destroyed, in words; empty when nothing does (C-01).

    Every table that points at contacts is asked, so that one added later is too.
    """
    found = []
    for key in relations_to(Contact):
        if key.model._meta.label_lower in MAY_GO:
            continue
        count = key.model._base_manager.filter(**{key.name: contact.pk}).count()
        if count:
            words = key.model._meta.verbose_name if count == 1 else key.model._meta.verbose_name_plural
            found.append(f"{format_number(count)} {words}")
    return found


@transaction.atomic
def delete_contact(contact: Contact, *, by) -> None:
    """Destroy a contact made by mistake. Only an archived one, that no gift, note, task… leads to; the audit log keeps it.

    Its own timeline, guesses about duplicates and the log of its readings go with it.
    """
    contact = locked(contact)
    if not contact.is_archived:
        raise DomainError(_("Archive the contact first."), code="active")
    if leading := why_not_deletable(contact):
        raise DomainError(
            _("This contact has to stay, archived: %(what)s.") % {"what": ", ".join(leading)}, code="used"
        )
    audit.deleted(contact, by=by)
    for key in relations_to(Contact):
        if key.model._meta.label_lower in MAY_GO:
            key.model._base_manager.filter(**{key.name: contact.pk}).delete()
    contact.delete()


@transaction.atomic
def set_lifecycle(*, contact_ids: Iterable[int], lifecycle: str) -> int:
    """Donor and lapsed follow the gifts (C-04): giving tells, in bulk, without touching the last contact."""
    return Contact.objects.filter(pk__among=contact_ids).exclude(lifecycle=lifecycle).update(lifecycle=lifecycle)
