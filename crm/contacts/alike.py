"""While somebody types a new contact: who of those they may see may already be that one (C-16).

Asked at every pause of the typing, so it reads the indexed columns only and answers in a few hundredths of a second.
Contacts of colleagues are not hinted at, not even by number: a fundraiser could otherwise try addresses to learn whom
the others know. The nightly search finds those, and shows them to whoever sees both.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from crm.contacts import nicknames
from crm.contacts.blocks import read
from crm.contacts.keys import personal
from crm.contacts.likeness import Likely, Likeness, compare, names_alike
from crm.contacts.models import Contact, ContactPoint
from crm.core.text import fold

SHOWN = 5
LOOKED_AT = 300
SURE_NAME = 0.93  # a name this much alike is worth a word even before an address is typed


@dataclass(frozen=True)
class LookAlike:
    contact: Contact
    likeness: Likeness


def sort_names(typed: Likely) -> set[str]:
    """How a contact with this name may be sorted: both orders, and the usual short and long forms of the first name."""
    if typed.is_organization:
        return {fold(typed.organization_name or typed.last_name)} - {""}
    first, last = fold(typed.first_name), fold(typed.last_name)
    if not (first and last):
        return {one for one in (first, last) if " " in one}
    joined = first.replace(" ", "")
    return {f"{last} {first}", f"{first} {last}", *(f"{last} {way}" for way in nicknames.ways(joined))}


def _candidates(rows: QuerySet, organization_id: int, typed: Likely, email: str, phone: str) -> set[int]:
    """Numbers of those worth a look: each branch of the union is answered from an index of its own.

    One condition with OR would make SQLite read every contact of the organization.
    """
    wanted = {"sort_name__in": sorted(sort_names(typed)), "phone": phone}
    if email and personal([email]):
        wanted["email"] = email
    if typed.postal and not typed.is_nameless:
        wanted["postal_code"] = typed.postal_code
    branches = [rows.order_by().filter(**{name: value}).values_list("pk") for name, value in wanted.items() if value]
    reach = [value for value in (email, phone) if value]
    if reach:
        points = ContactPoint.objects.filter(organization_id=organization_id, value__in=reach)
        branches.append(points.order_by().values_list("contact_id"))
    if not branches:
        return set()
    return {pk for (pk,) in branches[0].union(*branches[1:])[:LOOKED_AT]}


def look_alikes(membership, typed: Likely, *, email: str = "", phone: str = "") -> list[LookAlike]:
    """The contacts this person may see who may be the one being typed, the likeliest first."""
    rows = Contact.objects.visible_to(membership).active()
    pks = _candidates(rows, membership.organization_id, typed, email.strip().lower(), phone)
    if not pks:
        return []
    scored = []
    for one in read(rows.filter(pk__in=pks)).values():
        likeness = compare(one, typed)
        if not likeness and names_alike(one, typed) >= SURE_NAME:
            likeness = Likeness(likeness.score, ("name_same",))
        if likeness.reasons:
            scored.append((likeness.score, one.pk, likeness))
    best = sorted(scored, key=lambda row: (-row[0], row[1]))[:SHOWN]
    known = rows.in_bulk([pk for _score, pk, _likeness in best]) if best else {}
    return [LookAlike(known[pk], likeness) for _score, pk, likeness in best if pk in known]
