"""What a file of contacts can fill beyond the columns of a contact: the fields an organization defined, tags, further
e-mails and phones.
"""

from collections.abc import Callable, Iterable
from functools import partial

from crm.accounts.models import Organization
from crm.contacts import custom_fields
from crm.contacts.choices import CustomFieldKind, PointKind
from crm.contacts.models import Contact, ContactPoint, CustomField, Tag, TagAssignment
from crm.core.text import clean
from crm.imports.choices import Mode
from crm.imports.dates import parse_date
from crm.imports.fields import Target
from crm.imports.problems import RowProblem, ValueProblem
from crm.imports.text import refuse_damaged

PREFIX = custom_fields.PREFIX
# Field of a file → kind of address, and the field that holds the primary one.
POINTS = {"email2": (PointKind.EMAIL, "email"), "phone2": (PointKind.PHONE, "phone")}
LONGEST_TAG = Tag._meta.get_field("name").max_length
CODES = {
    CustomFieldKind.NUMBER: "own_number",
    CustomFieldKind.CHOICE: "own_choice",
    CustomFieldKind.YES_NO: "boolean",
}


# --- the fields of an organization ----------------------------------------------------------------------------------------


def own_targets(organization: Organization) -> tuple[Target, ...]:
    """The fields in use, known by their labels in both languages. One query."""
    return tuple(
        Target(
            f"{PREFIX}{field.code}",
            field.label,
            tuple(filter(None, (field.label_fr, field.label_en))),
            "own",
            own=field,
        )
        for field in custom_fields.fields_of(organization)
    )


def own_parser(field: CustomField, *, order, zone) -> Callable[[str], object]:
    """What reads a cell of this field; dates are read as those of the other columns are."""
    if field.kind == CustomFieldKind.DATE:
        return lambda text: parse_date(text, order=order, zone=zone).isoformat()
    return partial(_parse, field)


def _parse(field: CustomField, text: str):
    if field.kind == CustomFieldKind.TEXT:
        refuse_damaged(text)
        if len(text) > custom_fields.LONGEST:
            raise ValueProblem("too_long", found=len(text), limit=custom_fields.LONGEST)
    try:
        return custom_fields.parse(field, text)
    except ValueError:
        raise ValueProblem(CODES[field.kind], text) from None


def own_values(values: dict, there: dict, mode: str) -> dict:
    """``Contact.custom`` with what the row says: blanks only with :attr:`Mode.FILL`, nothing else forgotten."""
    said = {name.removeprefix(PREFIX): value for name, value in values.items() if name.startswith(PREFIX)}
    if mode == Mode.SKIP or not said:
        return there
    return there | {code: value for code, value in said.items() if mode != Mode.FILL or code not in there}


# --- tags and further addresses -------------------------------------------------------------------------------------------


def parse_tags(text: str) -> tuple[str, ...]:
    """``Gala; Bénévole`` → two names, each once whatever its case."""
    refuse_damaged(text)
    names: dict[str, str] = {}
    for part in text.split(";"):
        if name := clean(part):
            names.setdefault(name.casefold(), name)
    for name in names.values():
        if len(name) > LONGEST_TAG:
            raise ValueProblem("too_long", found=len(name), limit=LONGEST_TAG)
    return tuple(names.values())


class Extras:
    """The tags and further addresses of the contacts of one chunk: those there, and those that its rows have added."""

    def __init__(self, organization: Organization, *, mode: str, may_add_tags: bool) -> None:
        self.organization, self.mode, self.may_add_tags = organization, mode, may_add_tags
        self._names: set[str] | None = None  # of every tag of the organization
        self._tags: dict[int, set[str]] = {}
        self._points: dict[int, set[tuple[str, str]]] = {}

    def load(self, contacts: Iterable[Contact], rows: list[dict]) -> None:
        """Read what these contacts have, where the rows ask for it: two queries at most."""
        self._tags, self._points = {}, {}
        there = {contact.pk: contact for contact in contacts if contact.pk}
        if any("tags" in values for values in rows):
            if self._names is None:
                names = Tag.objects.filter(organization=self.organization).values_list("name", flat=True)
                self._names = {name.casefold() for name in names}
            worn = TagAssignment.objects.filter(contact__pk__among=there).values_list("contact_id", "tag__name")
            for pk, name in worn:
                self._tags.setdefault(id(there[pk]), set()).add(name.casefold())
        if any(name in values for values in rows for name in POINTS):
            points = ContactPoint.objects.filter(contact__pk__among=there).values_list("contact_id", "kind", "value")
            for pk, kind, value in points:
                self._points.setdefault(id(there[pk]), set()).add((kind, value))

    def problem(self, values: dict) -> RowProblem | None:
        """A tag that nobody has made yet, for somebody who may not make any."""
        if self.may_add_tags or self._names is None:
            return None
        unknown = [name for name in values.get("tags", ()) if name.casefold() not in self._names]
        return RowProblem("tag_unknown", text=unknown[0]) if unknown else None

    def new_tags(self, contact: Contact, values: dict) -> tuple[str, ...]:
        """The names this row adds. What a cell does not name stays: a file adds tags and never takes one off."""
        wanted = values.get("tags", ())
        if not wanted:
            return ()
        worn = self._tags.setdefault(id(contact), set())
        if self._is_left_alone(contact, worn):
            return ()
        added = tuple(name for name in wanted if name.casefold() not in worn)
        worn.update(name.casefold() for name in added)
        return added

    def new_points(self, contact: Contact, values: dict) -> tuple[tuple[str, str], ...]:
        """The further addresses this row adds: neither the primary one nor one that is there."""
        added = []
        for name, (kind, primary) in POINTS.items():
            if not (value := values.get(name)):
                continue
            there = self._points.setdefault(id(contact), set())
            if not self._is_left_alone(contact, there) and value != getattr(contact, primary):
                point = (kind.value, value)
                if point not in there:
                    there.add(point)
                    added.append(point)
        return tuple(added)

    def _is_left_alone(self, contact: Contact, there: set) -> bool:
        known = contact.pk is not None
        return known and (self.mode == Mode.SKIP or (self.mode == Mode.FILL and bool(there)))
