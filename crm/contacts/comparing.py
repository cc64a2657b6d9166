"""Two contacts side by side, field by field: what each says, which of the two we would keep, and what comes out."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact, CustomField
from crm.core.text import fold

KEPT, ABSORBED = "kept", "absorbed"
SIDES = (KEPT, ABSORBED)

NAMES = ("honorific", "first_name", "middle_name", "last_name", "suffix", "organization_name")
ADDRESS = ("address_line1", "address_line2", "city", "province", "postal_code", "country")
DEATH = ("is_deceased", "deceased_on")
PLAIN = (
    "kind", *NAMES, "job_title", "email", "phone", ADDRESS, "language", "relationship", "funnel_stage", "owner",
    "external_id", "company_size", "industry", "lead_source", "estimated_value", "priority", "receipt_preference",
    DEATH,
)  # fmt: skip
SETTLED = (
    "kind",
    "language",
    "relationship",
    "funnel_stage",
    "owner",
    "priority",
    "receipt_preference",
    "external_id",
)  # ours, unless empty
LABELS = {ADDRESS: _("Postal address"), DEATH: _("Deceased")}


def fullness(text: str) -> tuple:
    """Sorts the fuller way of writing a name last: more letters, neither shouted nor mumbled, with its accents."""
    letters = [char for char in text if char.isalpha()]
    mixed = not (text.isupper() or text.islower())
    return len(letters), mixed, sum(not char.isascii() for char in letters)


@dataclass
class Line:
    """One field (or one address) of the two contacts. ``values`` by side; ``pick`` is the side that is kept."""

    code: str
    label: str
    fields: tuple[str, ...]
    values: dict[str, tuple]
    pick: str = KEPT

    def is_empty(self, side: str) -> bool:
        values = self.values[side]
        if self.fields == ADDRESS:
            values = values[:-1]  # a country alone is no address
        return not any(value not in (None, "", False) for value in values)

    @cached_property
    def is_same(self) -> bool:
        return self.values[KEPT] == self.values[ABSORBED]

    @cached_property
    def is_conflict(self) -> bool:
        """Both say something, and not the same."""
        return not (self.is_same or self.is_empty(KEPT) or self.is_empty(ABSORBED))

    @property
    def chosen(self) -> tuple:
        return self.values[self.pick]


def _suggested(line: Line, kept: Contact, absorbed: Contact) -> str:
    """The side we would keep: what is filled, then the fuller name or address, then the newer record."""
    if line.is_same or line.is_empty(ABSORBED):
        return KEPT
    if line.is_empty(KEPT):
        return ABSORBED
    if line.code in SETTLED:
        return KEPT
    if line.code in NAMES:
        mine, other = (str(line.values[side][0]) for side in SIDES)
        return ABSORBED if fullness(other) > fullness(mine) else KEPT
    if line.fields == ADDRESS:
        mine, other = (sum(bool(value) for value in line.values[side]) for side in SIDES)
        if mine != other:
            return ABSORBED if other > mine else KEPT
    return ABSORBED if absorbed.updated_at > kept.updated_at else KEPT


def _whole_name(kept: Contact, absorbed: Contact) -> str:
    """The side whose name is complete, where the other one’s is all in one field (``COTE, Jean Francois``)."""
    complete = [bool(contact.first_name and contact.last_name) for contact in (kept, absorbed)]
    return "" if complete[0] == complete[1] else SIDES[complete.index(True)]


def _label(fields: tuple[str, ...]) -> str:
    label = str(LABELS.get(fields) or Contact._meta.get_field(fields[0]).verbose_name)
    return label[:1].upper() + label[1:]


def _custom_codes(kept: Contact, absorbed: Contact) -> dict[str, str]:
    """The custom fields that either contact has filled, with their labels: those in use first, in their order."""
    known = CustomField.objects.of(kept.organization_id).order_by("-is_active", "position", "pk")
    used = {**(kept.custom or {}), **(absorbed.custom or {})}
    labels = {one.code: one.label for one in known if one.code in used}
    return labels | {code: code for code in used if code not in labels}


def lines(kept: Contact, absorbed: Contact, picks: dict[str, str] | None = None) -> list[Line]:
    """Every field that at least one of the two has filled, with the side ``picks`` names or the one we suggest."""
    found = []
    for entry in PLAIN:
        fields = entry if isinstance(entry, tuple) else (entry,)
        values = {
            side: tuple(getattr(contact, name) for name in fields)
            for side, contact in zip(SIDES, (kept, absorbed), strict=True)
        }
        found.append(Line(fields[0], _label(fields), fields, values))
    for code, label in _custom_codes(kept, absorbed).items():
        values = {
            side: ((contact.custom or {}).get(code),)
            for side, contact in zip(SIDES, (kept, absorbed), strict=True)
        }  # fmt: skip
        found.append(Line(f"custom.{code}", label, (), values))
    whole = _whole_name(kept, absorbed)
    for line in found:
        asked = (picks or {}).get(line.code)
        suggested = whole if whole and line.code in ("first_name", "last_name") else _suggested(line, kept, absorbed)
        line.pick = asked if asked in SIDES else suggested
    return [line for line in found if not (line.is_empty(KEPT) and line.is_empty(ABSORBED))]


def outcome(kept: Contact, absorbed: Contact, picks: dict[str, str] | None = None) -> dict:
    """The fields of the kept contact after the merge, of those the two of them differ in."""
    values: dict = {}
    custom = {**(absorbed.custom or {}), **(kept.custom or {})}
    for line in lines(kept, absorbed, picks):
        if line.fields:
            values.update(zip(line.fields, line.chosen, strict=True))
        elif line.chosen[0] not in (None, ""):
            custom[line.code.removeprefix("custom.")] = line.chosen[0]
    values["custom"] = custom
    # The stricter holds, whoever is asked.
    values["do_not_contact"] = kept.do_not_contact or absorbed.do_not_contact
    values["last_contact_at"] = max(kept.last_contact_at, absorbed.last_contact_at)
    values["created_at"] = min(kept.created_at, absorbed.created_at)
    if kept.household_id is None and absorbed.household_id is not None:
        for name in ("household_id", "household_role", "shares_address"):
            values[name] = getattr(absorbed, name)
    for name, number in (("visit_count", 0), ("visit_total", 0)):
        values[name] = (getattr(kept, name) or number) + (getattr(absorbed, name) or number)
    visits = [moment for moment in (kept.last_visit_at, absorbed.last_visit_at) if moment]
    values["last_visit_at"] = max(visits, default=None)
    return values


def other_reach(kept: Contact, absorbed: Contact, values: dict) -> list[tuple[str, str]]:
    """E-mails and phones that are no longer the first of anybody: they become further ones of the kept contact."""
    found = []
    for kind in ("email", "phone"):
        for contact in (kept, absorbed):
            value = getattr(contact, kind)
            if value and fold(value) != fold(values.get(kind) or "") and (kind, value) not in found:
                found.append((kind, value))
    return found


def better_kept(one: Contact, other: Contact) -> Contact:
    """Which of two records to keep unless told otherwise: the older one, whose address people have written down."""
    return min((one, other), key=lambda contact: (contact.is_archived, contact.pk))
