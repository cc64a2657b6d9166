"""Writes on households. One household a person; the head gives the address and stands first in greetings (C-14)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts.choices import HouseholdRole
from crm.contacts.models import Contact, Household
from crm.contacts.services.household_upkeep import (
    address_of,
    follow_address,
    has_address,
    lock_household_of,
    next_head,
    set_head,
    update_member,
)
from crm.core.errors import DomainError, validated

TEXTS = ("name", "formal_fr", "formal_en", "informal_fr", "informal_en", "addressee_fr", "addressee_en")


def _hold(*households: Household | None) -> dict[int, Household]:
    """The households as they are now, held in the order of their numbers."""
    ids = {one.pk for one in households if one is not None}
    rows = Household.objects.select_for_update(of=("self",)).select_related("organization").order_by("pk")
    held = {row.pk: row for row in rows.filter(pk__in=ids)}
    if len(held) < len(ids):
        raise DomainError(_("Somebody dissolved this household meanwhile."), code="gone")
    return held


def _members(household: Household) -> list[Contact]:
    rows = Contact.objects.select_for_update(of=("self",)).select_related("organization").order_by("pk")
    return list(rows.filter(household=household))


def _check(contact: Contact, household_organization: int) -> None:
    if contact.organization_id != household_organization:
        raise DomainError(_("This contact does not exist in your organization."), field="other")
    if contact.is_organization:
        raise DomainError(
            _("%(name)s is an organization: only people live in a household. Add a relation instead.")
            % {"name": contact.name},
            field="other",
        )
    if contact.is_archived:
        raise DomainError(_("%(name)s is archived. Restore the contact first.") % {"name": contact.name}, field="other")


def _enter(household: Household, contact: Contact, others: list[Contact], *, role: str, shares: bool, by) -> None:
    """Row, audit and timeline of somebody who comes in."""
    fields = {"household": household, "household_role": role, "shares_address": shares}
    head = next((one for one in others if one.pk == household.head_id), None)
    if shares and head is not None and has_address(head) and not contact.is_deceased:
        fields |= address_of(head)
    told = {"household": household.pk, "people": [one.pk for one in others]}
    update_member(contact, by=by, verb="household.joined", told=told, **fields)


@transaction.atomic
def start_household(
    contact: Contact,
    *,
    other: Contact,
    role: str = HouseholdRole.ADULT,
    shares_address: bool = True,
    decision: str = "",
    by,
) -> Household:
    """Put two people in one household: ``contact`` becomes the head of a new one, or one of them enters the other's.

    ``role`` and ``shares_address`` are those of who comes in. Somebody who lives elsewhere stays there until
    ``decision`` says ``move`` (out of there) or ``join`` (``contact`` enters that household). Row, audit and timeline of
    each; who shares the address gets the head's.
    """
    if contact.pk == other.pk:
        raise DomainError(_("Choose somebody else than the contact itself."), field="other")
    _check(other, by.organization_id)
    here, there = lock_household_of(contact), lock_household_of(other)
    if here is None:
        _check(contact, by.organization_id)
    else:
        return add_member(here, contact=other, role=role, shares_address=shares_address, move=decision == "move", by=by)
    if there is not None and decision == "join":
        return add_member(there, contact=contact, role=role, shares_address=shares_address, by=by)
    if there is not None:
        if decision != "move":
            raise _lives_elsewhere(other)
        leave_household(other, by=by)
    first, second = _locked(contact), _locked(other)
    head = second if first.is_deceased and not second.is_deceased else first
    household = Household(organization_id=by.organization_id, head=head)
    household.save()
    audit.created(household, by=by)
    _enter(household, first, [second], role=HouseholdRole.ADULT, shares=True, by=by)
    _enter(household, second, [first], role=role, shares=shares_address, by=by)
    return household


def _locked(contact: Contact) -> Contact:
    return Contact.objects.select_for_update(of=("self",)).select_related("organization").get(pk=contact.pk)


def _lives_elsewhere(contact: Contact) -> DomainError:
    return DomainError(
        _("%(name)s already lives in another household. Say below what to do.") % {"name": contact.name},
        field="decision",
        code="elsewhere",
    )


@transaction.atomic
def add_member(
    household: Household,
    *,
    contact: Contact,
    role: str = HouseholdRole.ADULT,
    shares_address: bool = True,
    move: bool = False,
    by,
) -> Household:
    """Somebody comes in: out of their other household when ``move`` says so; row, audit, timeline.

    Who shares the address gets the head's at once, and whenever the head moves. Adding a member twice changes nothing.
    """
    _check(contact, household.organization_id)
    held = _hold(household, lock_household_of(contact))
    household, contact = held[household.pk], _locked(contact)
    if contact.household_id == household.pk:
        return household
    if contact.household_id:
        if not move:
            raise _lives_elsewhere(contact)
        leave_household(contact, by=by)
        contact = _locked(contact)
    _enter(household, contact, _members(household), role=role, shares=shares_address, by=by)
    if household.head_id is None:
        set_head(household, contact, by=by)
    return household


@transaction.atomic
def update_household(household: Household, *, by, head: Contact | None = None, places: dict | None = None, **texts):
    """Who stands first, the place of each member, the texts written by hand; an empty text is generated again.

    ``places`` is {pk of a member: (role, shares the address)}. A new head, and who comes to share the address, brings the
    head's address to whoever shares it, with audit and timeline.
    """
    household = _hold(household)[household.pk]
    members = _members(household)
    by_pk = {one.pk: one for one in members}
    before = audit.state(household)
    for name in TEXTS:
        if name in texts:
            setattr(household, name, texts[name].strip())
    if head is not None:
        if head.pk not in by_pk:
            raise DomainError(_("The head is one of the members."), field="head")
        head = by_pk[head.pk]
        if head.pk != household.head_id and (head.is_deceased or head.is_archived):
            raise DomainError(_("The head of a household is somebody one can write to."), field="head")
        household.head = head
    validated(household, exclude=["organization", "head"])
    if audit.changes(before, audit.state(household)):
        household.save()
        audit.updated(household, before=before, by=by)
    newly = {pk for pk, (_role, shares) in (places or {}).items() if pk in by_pk and shares > by_pk[pk].shares_address}
    for pk, (role, shares) in (places or {}).items():
        if pk not in by_pk:
            raise DomainError(_("Somebody changed the members meanwhile. Check them, then save again."), code="gone")
        _replace(by_pk[pk], role=role, shares=shares, by=by)
    if household.head_id in by_pk:
        everybody = before["head_id"] != household.head_id
        follow_address(by_pk[household.head_id], by=by, only=None if everybody else newly)
    return household


def _replace(member: Contact, *, role: str, shares: bool, by) -> None:
    if role not in HouseholdRole.values:
        raise DomainError(_("Choose a place in the household."), field="head")
    update_member(member, by=by, verb="household.changed", household_role=role, shares_address=shares)


@transaction.atomic
def leave_household(contact: Contact, *, by) -> Contact:
    """Take somebody out: they keep all they have; the next one becomes the head; an empty household goes.

    Whoever has no household is left as they are, so that it may be called twice, and inside other acts (anonymize).
    """
    household = lock_household_of(contact)
    contact = _locked(contact)
    if household is None or contact.household_id != household.pk:
        return contact
    others = [one for one in _members(household) if one.pk != contact.pk]
    if others and household.head_id == contact.pk:
        set_head(household, next_head(others), by=by)
    _go(household, contact, others, by=by)
    if not others:
        _remove(household, by=by)
    return contact


def _go(household: Household, contact: Contact, others: list[Contact], *, by) -> None:
    told = {"people": [one.pk for one in others]}
    fields = {"household": None, "household_role": "", "shares_address": False}
    update_member(contact, by=by, verb="household.left", told=told, **fields)


def _remove(household: Household, *, by) -> None:
    audit.deleted(household, by=by)
    household.delete()


@transaction.atomic
def dissolve_household(household: Household, *, by) -> None:
    """Everybody goes their way with all they have; the household and its greetings are removed; audit, timelines."""
    household = _hold(household)[household.pk]
    members = _members(household)
    for member in members:
        _go(household, member, [one for one in members if one.pk != member.pk], by=by)
    _remove(household, by=by)
