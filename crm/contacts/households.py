"""Reads on households: who lives there, how they are written to, who may read that. Public: letters call greeting_for.

What a person may not see stays unsaid: a fundraiser who follows one member of a household learns that there are others,
never who they are, what they gave, nor a greeting that would name them (:func:`seen_by`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from crm.contacts.choices import HouseholdRole, Language, RelationKind
from crm.contacts.greetings import Greetings, Member, generate, greeted
from crm.contacts.models import Contact, ContactRelation, Household
from crm.contacts.relations import inverse
from crm.core.money import ZERO
from crm.core.text import fold

LANGUAGES = tuple(Language.values)
KINDS = ("formal", "informal", "addressee")
ORDER = {HouseholdRole.ADULT: 0, HouseholdRole.OTHER: 1, HouseholdRole.CHILD: 2}


def person(contact: Contact, *, is_head: bool = False, role: str | None = None) -> Member:
    """What greetings know of a contact."""
    if contact.is_organization:
        return Member(organization=contact.name, language=contact.language)
    return Member(
        first=contact.first_name,
        last=contact.last_name,
        honorific=contact.honorific,
        suffix=contact.suffix,
        language=contact.language,
        role=(contact.household_role if role is None else role) or HouseholdRole.ADULT,
        is_deceased=contact.is_deceased,
        is_head=is_head,
    )


def in_order(contacts: Iterable[Contact], head_id: int | None) -> list[Contact]:
    """The head, then adults, others and children, each as they were recorded."""
    return sorted(
        contacts, key=lambda one: (one.pk != head_id, ORDER.get(one.household_role or HouseholdRole.ADULT, 0), one.pk)
    )


def people_of(household: Household) -> list[Contact]:
    """The members in the order of greetings. Those archived meanwhile are among them; a merged one has left."""
    return in_order(household.members.filter(merged_into=None), household.head_id)


def written(household: Household, kind: str, language: str) -> str:
    """The text that somebody wrote by hand; empty where it is generated."""
    return household.name if kind == "name" else getattr(household, f"{kind}_{language}")


def generated(contacts: Iterable[Contact], head_id: int | None, language: str) -> Greetings:
    """As the members make it; who is archived is not written to."""
    return generate([person(one, is_head=one.pk == head_id) for one in contacts if not one.is_archived], language)


def greetings_of(household: Household, contacts: Iterable[Contact], language: str) -> Greetings:
    """What letters say: what was written by hand, else what the members make of it."""
    made = generated(contacts, household.head_id, language)
    kinds = (*KINDS, "name")
    return Greetings(**{kind: written(household, kind, language) or getattr(made, kind) for kind in kinds})


# --- for letters --------------------------------------------------------------------------------------------------------
def greetings_for(contacts: Iterable[Contact], language: str = "") -> dict[int, Greetings]:
    """How to write to each contact, in their own language unless told otherwise: two queries however many they are.

    With the household where its greeting speaks to them (adults, and those who died: the letter goes to who is left);
    alone where it does not (a child, somebody who only lives there, no household). For letters, whoever sends them: what
    a person may read on screen is :func:`seen_by`.
    """
    contacts = list(contacts)
    wanted = {contact.household_id for contact in contacts if contact.household_id}
    households = Household.objects.in_bulk(wanted)
    members: dict[int, list[Contact]] = {pk: [] for pk in wanted}
    for one in Contact.objects.filter(household__in=wanted, merged_into=None):
        members[one.household_id].append(one)
    found = {}
    for contact in contacts:
        said = language or contact.language
        household = households.get(contact.household_id)
        if household and _is_spoken_to(contact, people := in_order(members[household.pk], household.head_id)):
            found[contact.pk] = greetings_of(household, people, said)
        else:
            found[contact.pk] = generate([person(contact, is_head=True, role=HouseholdRole.ADULT)], said)
    return found


def _is_spoken_to(contact: Contact, people: list[Contact]) -> bool:
    if contact.is_deceased:
        return True
    return contact.pk in {one.pk for one in spoken_to(people)}


def spoken_to(people: list[Contact]) -> list[Contact]:
    """Those whom the greeting of their household names."""
    pairs = [(one, person(one)) for one in people if not one.is_archived]
    named = {id(member) for member in greeted([member for _one, member in pairs])}
    return [one for one, member in pairs if id(member) in named]


def greeting_for(contact: Contact, kind: str, language: str = "") -> str:
    """One text of :func:`greetings_for`; ``kind`` is ``formal``, ``informal``, ``addressee`` or ``name``."""
    return getattr(greetings_for([contact], language)[contact.pk], kind)


# --- on screen ----------------------------------------------------------------------------------------------------------
@dataclass
class Text:
    """One text of the household: as it is said, and whether somebody wrote it by hand."""

    kind: str
    language: str
    said: str
    is_written: bool = False
    names_the_dead: str = ""  # a hand-written text is kept until reset: the page says whom it should no longer name


@dataclass
class Portrait:
    """A household as one person may see it."""

    household: Household
    people: list[Contact]
    hidden: int  # members this person may not see
    texts: dict[str, dict[str, Text]] = field(default_factory=dict)  # language → kind → text
    total: Decimal = ZERO
    year_total: Decimal = ZERO
    gift_count: int = 0
    last_on: object = None

    @property
    def is_whole(self) -> bool:
        return not self.hidden

    def name(self, language: str) -> str:
        return self.texts[language]["name"].said

    @property
    def untitled(self) -> list[Contact]:
        return untitled(self.people)

    @property
    def warnings(self) -> list[Text]:
        return [text for kinds in self.texts.values() for text in kinds.values() if text.names_the_dead]


def untitled(people: list[Contact]) -> list[Contact]:
    """Whom the greeting names without a title, which makes it neutral for everybody: the page says how to change that."""
    return [one for one in spoken_to(people) if one.last_name and person(one).title is None]


def texts_of(household: Household, people: list[Contact], *, by_hand: bool = True) -> dict[str, dict[str, Text]]:
    found: dict[str, dict[str, Text]] = {}
    for language in LANGUAGES:
        made = generated(people, household.head_id, language)
        found[language] = {}
        for kind in ("name", *KINDS):
            hand = written(household, kind, language) if by_hand else ""
            dead = _named_dead(hand, people) if hand and kind != "name" else ""
            found[language][kind] = Text(kind, language, hand or getattr(made, kind), bool(hand), dead)
    return found


def _named_dead(text: str, people: list[Contact]) -> str:
    words = f" {fold(text)} "
    living = {fold(one.first_name) for one in people if not one.is_deceased}
    return next(
        (
            one.name
            for one in people
            if one.is_deceased
            and fold(one.first_name)
            and fold(one.first_name) not in living
            and f" {fold(one.first_name)} " in words
        ),
        "",
    )


def seen_by(membership, household: Household, *, giving: bool = True) -> Portrait:
    """The household as ``membership`` may see it.

    Hidden members are counted and no more: the texts are then made from the visible ones alone, and those written by
    hand, which may name anybody, are not shown. Totals add up visible members only, so nothing can be subtracted.
    """
    everybody = people_of(household)
    mine = Contact.objects.visible_to(membership)
    visible = set(mine.filter(household=household).values_list("pk", flat=True))
    people = [one for one in everybody if one.pk in visible]
    for row in (household, *people):
        row.organization = membership.organization  # their addresses ask for it: no query a row
    portrait = Portrait(household, people, len(everybody) - len(people))
    portrait.texts = texts_of(household, people, by_hand=portrait.is_whole)
    if giving and membership.can("gifts.view"):
        # One row of totals a member, added up: no gift can count twice. One query.
        sums = mine.filter(household=household, merged_into=None).aggregate(
            total=Sum("summary__total"),
            year=Sum("summary__year_total", filter=Q(summary__year=timezone.localdate().year)),
            count=Sum("summary__gift_count"),
            last=Max("summary__last_on"),
        )
        portrait.total, portrait.year_total = sums["total"] or ZERO, sums["year"] or ZERO
        portrait.gift_count, portrait.last_on = sums["count"] or 0, sums["last"]
    return portrait


def sees_whole(membership, household: Household) -> bool:
    """Whether every member is visible: what changes a household for all of them asks for that."""
    counts = household.members.filter(merged_into=None).aggregate(
        all=Count("pk"), mine=Count("pk", filter=Q(pk__in=Contact.objects.visible_to(membership).values("pk")))
    )
    return counts["all"] == counts["mine"]


def _visible(membership, ids: list[int]) -> set[int]:
    return set(Contact.objects.visible_to(membership).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


@dataclass
class Line:
    """A relation as it stands on the page of one contact."""

    relation: ContactRelation
    other: Contact | None  # none: somebody this reader may not see
    label: str
    note: str = ""  # may name the other one: not said where that one is hidden
    is_member: bool = False  # said beside the name in the household, not a second time


def relations_seen_by(membership, contact: Contact) -> list[Line]:
    """What others are for this contact, from whichever side it was recorded; names within what the reader may see."""
    rows = ContactRelation.objects.filter(Q(contact=contact) | Q(other=contact), organization=contact.organization_id)
    sides = [
        (row, row.other_id, row.kind) if row.contact_id == contact.pk else (row, row.contact_id, inverse(row.kind))
        for row in rows.order_by("pk")
    ]
    others = Contact.objects.in_bulk([pk for _row, pk, _kind in sides])
    for other in others.values():
        other.organization = membership.organization
    pairs = [(row, others[pk], kind) for row, pk, kind in sides]
    seen = _visible(membership, [other.pk for _row, other, _kind in pairs])
    words = dict(RelationKind.choices)
    lines = [
        Line(
            row,
            other if other.pk in seen else None,
            str(words[kind]),
            row.note if other.pk in seen else "",
            other.pk in seen and bool(contact.household_id) and other.household_id == contact.household_id,
        )
        for row, other, kind in pairs
        if other.merged_into_id is None
    ]
    return sorted(lines, key=lambda line: (line.other is None, line.relation.pk))


def name_seen_by(membership, contact: Contact, language: str) -> str:
    """What the household of a contact is called, for the head of their page; empty where they have none."""
    if contact.household_id is None:
        return ""
    return seen_by(membership, contact.household, giving=False).name(language)
