"""Which contact does a row mean? External number first, then e-mail with the name, then name with postal code.

Spouses share an address and often an e-mail, so an e-mail alone decides only when the row has no name (C-05).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from crm.accounts.models import Organization
from crm.contacts.choices import Kind
from crm.contacts.models import Contact
from crm.contacts.names import sort_name
from crm.contacts.services import hold_households


class Ambiguous(Exception):
    """Several contacts fit; choosing one would be a guess. ``args[0]`` is how many."""


@dataclass(frozen=True)
class Keys:
    """What a row says about who it is."""

    external_id: str = ""
    email: str = ""
    name: str = ""
    postal_code: str = ""
    is_organization: bool = False
    number: int | None = None  # the one Merci gave: in a file exported from here

    @classmethod
    def of(cls, contact: Contact) -> "Keys":
        return cls(
            contact.external_id,
            contact.email.lower(),
            sort_name(contact),
            contact.postal_code,
            contact.kind == Kind.ORGANIZATION,
        )

    @property
    def is_bare_organization(self) -> bool:
        """Known by its name and nothing else: companies, unlike people, seldom share one."""
        return self.is_organization and bool(self.name) and not (self.external_id or self.email or self.postal_code)


# What finding somebody reads, and what is said of them; a contact that is to be changed is read whole.
READS = (
    "organization", "kind", "first_name", "last_name", "organization_name", "name", "external_id", "email", "postal_code",
    "archived_at", "merged_into", "owner",
)  # fmt: skip


@dataclass
class ContactIndex:
    """The contacts that the rows of one chunk may mean, and those the file has just made."""

    organization: Organization
    hold: bool = False
    is_whole: bool = True  # every column of them: a quarter of the time of a file of gifts
    loaded: dict[int, Contact] = field(default_factory=dict)
    by_external: dict[str, Contact] = field(default_factory=dict)
    by_email: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    by_company: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    by_place: dict[tuple[str, str], list[Contact]] = field(default_factory=lambda: defaultdict(list))

    def load(self, wanted: Iterable[Keys]) -> None:
        """Fetch candidates for these rows, in as many queries as there are ways to be known."""
        meant = self._candidates(list(wanted))
        if self.hold:
            hold_households(meant)
        self._keep(self._rows().filter(pk__among=meant))

    def _rows(self) -> QuerySet:
        rows = Contact.objects.filter(organization=self.organization)
        if self.hold:  # in order, so that two imports never wait for each other
            rows = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
        return rows if self.is_whole else rows.only(*READS)

    def _candidates(self, wanted: list[Keys]) -> set[int]:
        """The numbers of the contacts that these rows may mean. One index serves each query; one with all of it in an OR
        would read the whole table, and name and postal code together every pair of a name and a code.
        """
        mine = Contact.objects.filter(organization=self.organization).order_by()
        found = {keys.number for keys in wanted if keys.number}
        if numbers := {keys.external_id for keys in wanted if keys.external_id}:
            numbered = mine.filter(external_id__among=numbers).exclude(external_id="")  # said, so that its index serves
            found.update(numbered.values_list("pk", flat=True))
        if addresses := {keys.email for keys in wanted if keys.email}:
            found.update(mine.filter(email__among=addresses).values_list("pk", flat=True))
        places = {(keys.postal_code, keys.name) for keys in wanted if keys.name and keys.postal_code}
        if places:
            there = mine.filter(postal_code__among={code for code, _name in places})
            rows = there.values_list("pk", "postal_code", "sort_name").iterator(chunk_size=2000)
            found.update(pk for pk, code, name in rows if (code, name) in places)
        if companies := {keys.name for keys in wanted if keys.is_bare_organization}:
            named = mine.filter(sort_name__in=companies, kind=Kind.ORGANIZATION)
            found.update(named.values_list("pk", flat=True))
        return found

    def _keep(self, rows: Iterable[Contact]) -> None:
        fresh = [contact for contact in rows if contact.pk not in self.loaded]
        for contact in fresh:
            contact.organization = self.organization  # the same object for all: not one more made for each
            self.loaded[contact.pk] = contact
            self.add(contact)
        # A merged contact lives on in the one that was kept: what is said of it is said of that one.
        kept = {contact.merged_into_id for contact in fresh if contact.merged_into_id} - self.loaded.keys()
        if kept:
            self._keep(self._rows().filter(pk__in=kept))

    def _living(self, contact: Contact) -> Contact:
        while contact.merged_into_id in self.loaded:
            contact = self.loaded[contact.merged_into_id]
        return contact

    def add(self, contact: Contact, keys: Keys | None = None) -> None:
        keys = keys or Keys.of(contact)
        if keys.external_id:
            self.by_external[keys.external_id] = contact
        if keys.email:
            self.by_email[keys.email].append(contact)
        if keys.name and keys.postal_code:
            self.by_place[keys.name, keys.postal_code].append(contact)
        if keys.name and keys.is_organization:
            self.by_company[keys.name].append(contact)

    def find(self, keys: Keys) -> Contact | None:
        """The one contact meant, ``None`` for nobody known; raises :class:`Ambiguous`."""
        found = self._find(keys)
        return self._living(found) if found is not None else None

    def _find(self, keys: Keys) -> Contact | None:
        if keys.number:
            return self.loaded.get(keys.number)
        if keys.external_id and keys.external_id in self.by_external:
            return self.by_external[keys.external_id]
        if keys.email:
            same = self._free(self.by_email.get(keys.email, []), keys)
            if keys.name:
                same = [contact for contact in same if sort_name(contact) == keys.name]
            if same:
                return self._only(same)
        if keys.name and keys.postal_code:
            same = self._free(self.by_place.get((keys.name, keys.postal_code), []), keys)
            if same:
                return self._only(same)
        if keys.is_bare_organization and (same := self.by_company.get(keys.name)):
            return self._only(same)
        return None

    @staticmethod
    def _free(contacts: list[Contact], keys: Keys) -> list[Contact]:
        """A contact that already has another external number is somebody else."""
        if not keys.external_id:
            return contacts
        return [contact for contact in contacts if contact.external_id in ("", keys.external_id)]

    def _only(self, contacts: list[Contact]) -> Contact:
        different = {id(living): living for living in map(self._living, contacts)}
        if len(different) > 1:
            raise Ambiguous(len(different))
        return next(iter(different.values()))
