"""What a household does by itself when one of its members changes: its address is followed, its head is replaced."""

from collections.abc import Collection, Iterable

from django.utils import timezone

from crm.accounts import audit
from crm.contacts.choices import HouseholdRole
from crm.contacts.events import ContactUpdated
from crm.contacts.models import Contact, Household
from crm.contacts.services.timeline import log
from crm.core.bulk import columns
from crm.core.events import publish

ADDRESS = ("address_line1", "address_line2", "city", "province", "postal_code", "country")


def lock_household_of(contact: Contact) -> Household | None:
    """Hold the household before any of its members: everybody locks in this order, so nobody waits for each other."""
    pk = Contact.objects.filter(pk=contact.pk).values_list("household", flat=True).first()
    return Household.objects.select_for_update(of=("self",)).filter(pk=pk).first() if pk else None


def address_of(contact: Contact) -> dict:
    return {name: str(getattr(contact, name) or "") for name in ADDRESS}


def has_address(contact: Contact) -> bool:
    return any(getattr(contact, name) for name in ADDRESS if name != "country")


def update_member(member: Contact, *, by, verb: str = "contact.updated", told: dict | None = None, **fields) -> None:
    """Change some fields of a member: row, audit, timeline, event. Nothing where nothing differs.

    ``told`` is what the timeline says besides the changes of address.
    """
    before = audit.state(member)
    for name, value in fields.items():
        setattr(member, name, value)
    changed = audit.changes(before, audit.state(member))
    if not changed:
        return
    member.last_contact_at = timezone.now()
    member.save()
    audit.updated(member, before=before, by=by)
    if told is not None:
        changes = {name: pair for name, pair in changed.items() if name in ADDRESS}
        log(member, verb, by=by, **told, changes=changes)
    else:
        log(member, verb, by=by, changes=changed)
    publish(
        ContactUpdated(
            organization_id=member.organization_id, actor_id=by.pk, contact_id=member.pk, fields=tuple(changed)
        )
    )


def follow_address(head: Contact, *, by, left: dict | None = None, only: Collection[int] | None = None) -> None:
    """Who lives at the address of the household gets the head's: audited, on their timelines, published.

    ``left`` is the address that the head leaves: who is recorded somewhere else by now (an import, an earlier mistake)
    stays there. ``only`` names the members it is about.
    """
    if not has_address(head):
        return  # taking the head's address away says nothing of where the others live
    sharing = Contact.objects.select_for_update(of=("self",)).filter(
        household_id=head.household_id, shares_address=True, is_deceased=False, merged_into=None
    )
    if only is not None:
        sharing = sharing.filter(pk__in=only)
    for member in sharing.exclude(pk=head.pk).select_related("organization").order_by("pk"):
        if was_at(member, left):
            update_member(member, by=by, **address_of(head))


def was_at(member: Contact, left: dict | None) -> bool:
    """Whether a member lived where the head did (``left``; ``None``: nowhere that was known), or nowhere that is known."""
    return left is None or not has_address(member) or address_of(member) == left


def some_address(values: dict) -> dict | None:
    """The address in these values; ``None`` where there is none."""
    address = {name: str(values[name] or "") for name in ADDRESS}
    return address if any(value for name, value in address.items() if name != "country") else None


def address_before(contact: Contact, changed: dict) -> dict | None:
    """The address that these changes took the contact from; none where there was none."""
    return some_address(address_of(contact) | {name: changed[name][0] for name in ADDRESS if name in changed})


def next_head(members: Iterable[Contact]) -> Contact | None:
    """Who comes next: a living adult at the address first, then whoever lives, then whoever is left."""

    def place(one: Contact) -> tuple:
        return (
            one.is_archived,
            one.is_deceased,
            one.household_role != HouseholdRole.ADULT,
            one.household_role == HouseholdRole.CHILD,
            not one.shares_address,
            one.pk,
        )

    return min(members, key=place, default=None)


def set_head(household: Household, head: Contact | None, *, by) -> None:
    if household.head_id == (head.pk if head else None):
        return
    before = audit.state(household)
    household.head = head
    household.save()
    audit.updated(household, before=before, by=by)


def pass_head_on(contact: Contact, household: Household | None, *, by) -> None:
    """Somebody died or is archived: where they were the head, the next one is. Nobody’s address changes by that."""
    if household is None or household.head_id != contact.pk:
        return
    others = household.members.filter(merged_into=None, archived_at=None, is_deceased=False).exclude(pk=contact.pk)
    if (heir := next_head(others)) is not None:
        set_head(household, heir, by=by)


def pass_heads_on(contact_ids: Collection[int], *, by) -> list[list[int]]:
    """The same for many contacts archived in one act: household, who was its head and who is, for the undo."""
    rows = Household.objects.select_for_update(of=("self",)).select_related("head").order_by("pk")
    passed = []
    for household in rows.filter(head__in=contact_ids, head__archived_at__isnull=False):
        former = household.head
        pass_head_on(former, household, by=by)
        if household.head_id != former.pk:
            passed.append([household.pk, former.pk, household.head_id])
    return passed


def give_heads_back(passed: list[list[int]], contact_ids: Collection[int], *, by) -> None:
    """Of what :func:`pass_heads_on` says: those of these contacts who are back are head again, where nobody chose since."""
    former_of = {pk: (former, heir) for pk, former, heir in passed if former in contact_ids}
    rows = Household.objects.select_for_update(of=("self",)).filter(pk__in=list(former_of)).order_by("pk")
    for household in rows:
        former, heir = former_of[household.pk]
        if household.head_id == heir:
            set_head(household, household.members.filter(pk=former).first() or household.head, by=by)


def hold_households(contact_ids: Collection[int]) -> None:
    """Those of these contacts, held before the contacts themselves, as :func:`lock_household_of` does for one."""
    theirs = Contact.objects.filter(pk__among=contact_ids, household__isnull=False).values("household")
    list(Household.objects.select_for_update(of=("self",)).filter(pk__in=theirs).order_by("pk").values_list("pk"))


def who_moves_along(updated: list[tuple[Contact, dict]]) -> list[tuple[Contact, dict]]:
    """What :func:`after_update` does, for many changes written in one act: each ``(contact, columns before)``.

    Returns whoever lives with a head that moved, moved too and not yet saved, with their columns before. A member that
    moved alone no longer shares the address. The caller holds the households (:func:`hold_households`).
    """
    moved = [
        (contact, some_address(before))
        for contact, before in updated
        if contact.household_id and some_address(before) != some_address(vars(contact))
    ]
    if not moved:
        return []
    told = {contact.pk: contact for contact, _before in updated}
    households = Household.objects.in_bulk({contact.household_id for contact, _left in moved})
    living: dict[int, list[Contact]] = {}
    rows = Contact.objects.select_for_update(of=("self",)).filter(household__in=households, merged_into=None)
    for row in rows.select_related("organization").order_by("pk"):
        living.setdefault(row.household_id, []).append(told.get(row.pk, row))
    along = []
    for contact, left in moved:
        head_id, members = households[contact.household_id].head_id, living[contact.household_id]
        if head_id != contact.pk:
            head = next((one for one in members if one.pk == head_id), None)
            if head is None or address_of(head) != address_of(contact):
                contact.shares_address = False
        elif has_address(contact):
            for member in members:
                lives_there = member.shares_address and not member.is_deceased
                if member.pk not in told and lives_there and was_at(member, left):
                    along.append((member, columns(member)))
                    for name in ADDRESS:
                        setattr(member, name, getattr(contact, name))
    return along


def after_update(contact: Contact, changed: dict, household: Household | None, *, by) -> None:
    """The household’s part of a change of one member, in the same transaction.

    The head moved: whoever shares the address moves too. Anybody else moved: they no longer live at that address, so the
    next move of the head leaves them alone. The head died: the next one is.
    """
    if household is None:
        return
    if "is_deceased" in changed and contact.is_deceased:
        pass_head_on(contact, household, by=by)
    if not set(ADDRESS) & set(changed):
        return
    if household.head_id == contact.pk:
        follow_address(contact, by=by, left=address_before(contact, changed))
    elif contact.shares_address:
        head = household.head
        if head is None or address_of(head) != address_of(contact):
            before = audit.state(contact)
            contact.shares_address = False
            contact.save()
            audit.updated(contact, before=before, by=by)
