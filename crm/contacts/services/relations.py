"""Writes on relations: stored once, said on both pages (C-15)."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts.models import Contact, ContactRelation
from crm.contacts.relations import inverse, offered
from crm.contacts.services.timeline import log
from crm.core.errors import DomainError, validated


def _hold(*contacts: Contact) -> dict[int, Contact]:
    """Both contacts, held in the order of their numbers: the same relation said from both sides at once is one."""
    rows = Contact.objects.select_for_update(of=("self",)).select_related("organization").order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=[one.pk for one in contacts])}


def _check(contact: Contact, other: Contact, kind: str, *, apart_from: int | None = None) -> None:
    if contact.pk == other.pk:
        raise DomainError(_("A contact has no relation with itself."), field="other")
    if contact.organization_id != other.organization_id:
        raise DomainError(_("This contact does not exist in your organization."), field="other")
    if kind not in offered(contact.kind, other.kind):
        raise DomainError(
            _("%(name)s is an organization: choose a relation that one has with an organization.")
            % {"name": other.name}
            if other.is_organization
            else _("%(name)s is a person: choose a relation that one has with a person.") % {"name": other.name},
            field="kind",
        )
    same = Q(contact=contact, other=other, kind=kind) | Q(contact=other, other=contact, kind=inverse(kind))
    if ContactRelation.objects.filter(same).exclude(pk=apart_from).exists():
        raise DomainError(_("This relation is already there."), field="kind", code="twice")


def _tell(relation: ContactRelation, verb: str, *, by) -> None:
    """On both timelines, each from its own side. Numbers, never names: a reader may not see the other one."""
    sides = (
        (relation.contact, relation.other, relation.kind),
        (relation.other, relation.contact, inverse(relation.kind)),
    )
    for contact, other, kind in sides:
        log(contact, verb, by=by, people=[other.pk], kind=kind, note=relation.note)


@transaction.atomic
def add_relation(contact: Contact, *, other: Contact, kind: str, note: str = "", by) -> ContactRelation:
    """``other`` is the ``kind`` of ``contact``: row, audit, both timelines.

    The same relation said again is refused, from either side.
    """
    held = _hold(contact, other)
    contact, other = held[contact.pk], held[other.pk]
    _check(contact, other, kind)
    if other.is_archived:
        raise DomainError(_("%(name)s is archived. Restore the contact first.") % {"name": other.name}, field="other")
    relation = ContactRelation(
        organization_id=contact.organization_id, contact=contact, other=other, kind=kind, note=note.strip()
    )
    validated(relation, exclude=["organization", "contact", "other"])
    relation.save()
    audit.created(relation, by=by)
    _tell(relation, "relation.added", by=by)
    return relation


def _held(relation: ContactRelation) -> ContactRelation:
    _hold(relation.contact, relation.other)
    rows = ContactRelation.objects.select_for_update(of=("self",)).select_related("contact", "other", "organization")
    row = rows.filter(pk=relation.pk).first()
    if row is None:
        raise DomainError(_("Somebody removed this relation meanwhile."), code="gone")
    return row


@transaction.atomic
def update_relation(relation: ContactRelation, *, kind: str, note: str = "", by) -> ContactRelation:
    """Say it better: ``kind`` is what ``relation.other`` is for ``relation.contact``. Row, audit, both timelines."""
    relation = _held(relation)
    before = audit.state(relation)
    _check(relation.contact, relation.other, kind, apart_from=relation.pk)
    was, relation.kind, relation.note = relation.kind, kind, note.strip()
    validated(relation, exclude=["organization", "contact", "other"])
    if not audit.changes(before, audit.state(relation)):
        return relation
    relation.save()
    audit.updated(relation, before=before, by=by)
    if was != kind:
        _tell(relation, "relation.changed", by=by)
    return relation


@transaction.atomic
def remove_relation(relation: ContactRelation, *, by) -> ContactRelation:
    """Take it off both pages; audit keeps what it was, both timelines say so."""
    relation = _held(relation)
    audit.deleted(relation, by=by)
    _tell(relation, "relation.removed", by=by)
    ContactRelation.objects.filter(pk=relation.pk).delete()
    return relation
