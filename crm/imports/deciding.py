"""What an import would do with each row: the same decisions for the preview, the dry run and the real thing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from crm.accounts.models import Membership
from crm.contacts.models import Contact, Note
from crm.contacts.names import display_name, sort_name
from crm.core.bulk import columns, new_object
from crm.core.dates import today_in
from crm.giving.choices import GiftStatus, GiftType, Method
from crm.giving.models import Campaign, Gift, Pledge
from crm.giving.services import closed_until, hold_books
from crm.imports.about import Notes, Pledges, Tasks
from crm.imports.choices import ImportKind, Mode, Outcome
from crm.imports.funds import Campaigns, Funds
from crm.imports.matching import Ambiguous, ContactIndex, Keys
from crm.imports.own import POINTS, Extras, own_values
from crm.imports.problems import RowProblem, ValueProblem
from crm.imports.rows import CellProblem, ParsedRow
from crm.imports.sources import GIFT_NOTE
from crm.tasks.models import Task

CONTACT_FIELDS = (
    "external_id", "kind", "honorific", "first_name", "middle_name", "last_name", "suffix", "organization_name",
    "job_title", "email", "phone", "address_line1", "address_line2", "city", "province", "postal_code", "country",
    "language", "company_size", "industry", "lead_source", "priority", "receipt_preference",
    "do_not_contact", "is_deceased",
)  # fmt: skip
GIFT_FIELDS = (
    "received_on", "amount", "currency", "method", "type", "status", "is_anonymous", "note", "external_id", "receipted_by",
)  # fmt: skip


ABOUT = {ImportKind.NOTES: Notes, ImportKind.TASKS: Tasks, ImportKind.PLEDGES: Pledges}


class Said(NamedTuple):
    """What a row says of a name: enough to sort it by, without a contact for each row."""

    kind: str = "person"
    first_name: str = ""
    last_name: str = ""
    suffix: str = ""
    organization_name: str = ""
    email: str = ""
    phone: str = ""


@dataclass
class Decision:
    """One row: what would happen, to what, and why not."""

    line: int
    outcome: Outcome
    contact: Contact | None = None
    gift: Gift | None = None
    contact_is_new: bool = False
    before: dict | None = None
    note: str = ""
    tags: tuple[str, ...] = ()  # to put on the contact
    points: tuple[tuple[str, str], ...] = ()  # kind and value of further addresses to add
    about: Note | Task | Pledge | None = None  # in a file about contacts that are there
    problems: list[CellProblem] = field(default_factory=list)

    @property
    def is_left_out(self) -> bool:
        """Skipped because the row is none of our business, and not because it is there already."""
        return self.outcome == Outcome.SKIP and bool(self.problems)


class Decider:
    """Decides rows in order. It remembers what it made, so a file that names somebody twice makes one contact.

    ``hold`` keeps the contacts of a chunk locked until it is written, or an edit made meanwhile would be undone.
    ``owner`` is made responsible for new contacts whose row names nobody. ``may_add_contacts``: whether the person may
    create donors (finance staff import gifts of donors already known).
    """

    def __init__(
        self,
        *,
        kind: str,
        organization,
        by,
        mode: str = Mode.UPDATE,
        started_at: datetime | None = None,
        owner: Membership | None = None,
        hold: bool = False,
    ) -> None:
        self.kind = ImportKind(kind)
        self.organization = organization
        self.by = by
        self.mode = Mode(mode)
        self.started_at = started_at or timezone.now()
        self.contacts = ContactIndex(organization, hold=hold, is_whole=kind == ImportKind.CONTACTS)
        self.may_add_contacts = by.can("contacts.add")
        self.extras = Extras(organization, mode=self.mode, may_add_tags=by.can("segments.add"))
        self.about = ABOUT[self.kind](organization, by, now=self.started_at) if self.kind in ABOUT else None
        self.owner_of_new = owner or (by if by.scope("contacts.view") == "own" else None)
        books = hold_books if hold else closed_until
        self.closed = books(organization.pk) if kind == ImportKind.GIFTS else None
        self.funds, self.campaigns = Funds(organization), Campaigns(organization)
        self._colleagues: dict[str, Membership] | None = None

    def decide(self, rows: list[ParsedRow]) -> list[Decision]:
        """The decisions of one chunk; two or three queries whatever its length."""
        wanted = [self._keys(row.values, self.kind.prefix) for row in rows]
        self.contacts.load(keys for keys, row in zip(wanted, rows, strict=True) if row.is_good or keys.number)
        if self.about is not None:
            self.about.load(list(self.contacts.loaded.values()))
        if self.kind == ImportKind.CONTACTS:
            self.extras.load(self.contacts.loaded.values(), [row.values for row in rows])
        decisions = [self._decide(row, keys) for row, keys in zip(rows, wanted, strict=True)]
        if self.kind == ImportKind.GIFTS:
            self._leave_out_known_gifts(decisions)
        return decisions

    def _decide(self, row: ParsedRow, keys: Keys) -> Decision:
        if row.left_out is not None:
            return Decision(row.line, Outcome.SKIP, problems=[CellProblem(row.left_out)])
        if self.kind == ImportKind.CONTACTS and (row.is_good or keys.number):
            return self._contact(row, keys)
        if not row.is_good:
            return Decision(row.line, Outcome.ERROR, problems=row.problems)
        if self.about is not None:
            return self._about(row, keys)
        return self._second_person(row, keys) if row.is_contact else self._gift(row, keys)

    def _keys(self, values: dict, prefix: str) -> Keys:
        said = {name: values.get(prefix + name, "") for name in CONTACT_FIELDS}
        model = Said(**{name: said[name] for name in Said._fields})
        if not said["kind"]:
            kind = "organization" if said["organization_name"] and not said["last_name"] else "person"
            model = model._replace(kind=kind)
        named = said["first_name"] or said["last_name"] or said["organization_name"]
        return Keys(
            said["external_id"],
            (said["email"] or ("" if prefix else values.get("email2", ""))).lower(),
            sort_name(model) if named else "",
            said["postal_code"],
            model.kind == "organization",
            values.get(f"{prefix}number"),
        )

    # --- contacts ---

    def _contact(self, row: ParsedRow, keys: Keys) -> Decision:
        try:
            found = self.contacts.find(keys)
        except Ambiguous as error:
            return self._refused(row, RowProblem("contact_ambiguous", count=error.args[0]))
        note = row.values.get("note", "")
        if found is None and keys.number:
            return self._refused(row, RowProblem("contact_number_unknown", text=str(keys.number)))
        if found is not None and row.problems:
            row.problems = [one for one in row.problems if not _is_there_already(one, found)]
        if not row.is_good:
            return Decision(row.line, Outcome.ERROR, problems=row.problems)
        owner, problem = self._owner(row.values.get("owner_email", ""))
        problem = problem or self.extras.problem(row.values)
        if problem is not None:
            return self._refused(row, problem)
        if found is None:
            contact = self._new_contact(_with_primary(row.values), "")
            contact.custom = own_values(row.values, {}, self.mode)
            if owner is not None:
                contact.owner = owner
            if not display_name(contact):
                return self._refused(row, RowProblem("contact_without_name"))
            self.contacts.add(contact, keys)
            return Decision(
                row.line,
                Outcome.CREATE,
                contact=contact,
                contact_is_new=True,
                note=note,
                tags=self.extras.new_tags(contact, row.values),
                points=self.extras.new_points(contact, row.values),
            )
        return self._update(row, found, note, owner)

    def _owner(self, email: str):
        """The colleague of this address, and the problem when nobody here has it."""
        if not email:
            return None, None
        if self._colleagues is None:
            rows = Membership.objects.active().filter(organization=self.organization).select_related("user")
            self._colleagues = {member.user.email.lower(): member for member in rows}
        found = self._colleagues.get(email.lower())
        return found, None if found else ValueProblem("owner_unknown", email)

    def _new_contact(self, values: dict, prefix: str) -> Contact:
        fields = {name: values[prefix + name] for name in CONTACT_FIELDS if values.get(prefix + name)}
        if "kind" not in fields and fields.get("organization_name") and not fields.get("last_name"):
            fields["kind"] = "organization"
        fields.setdefault("language", self.organization.default_language)
        return new_object(Contact, fields, organization=self.organization, owner=self.owner_of_new)

    def _update(self, row: ParsedRow, contact: Contact, note: str, owner=None) -> Decision:
        before = columns(contact)
        for name in CONTACT_FIELDS:
            value = row.values.get(name)
            if value in (None, "") or self.mode == Mode.SKIP:
                continue
            if self.mode == Mode.FILL and getattr(contact, name):
                continue
            setattr(contact, name, value)
        if owner is not None and self.mode != Mode.SKIP and not (self.mode == Mode.FILL and contact.owner_id):
            contact.owner = owner
        contact.custom = own_values(row.values, contact.custom or {}, self.mode)
        after = columns(contact)
        changed = any(before[name] != after[name] for name in (*CONTACT_FIELDS, "owner_id", "custom"))
        note = "" if note == contact.latest_note or self.mode == Mode.SKIP else note
        tags, points = self.extras.new_tags(contact, row.values), self.extras.new_points(contact, row.values)
        outcome = Outcome.UPDATE if changed or note or tags or points else Outcome.SKIP
        return Decision(row.line, outcome, contact=contact, before=before, note=note, tags=tags, points=points)

    # --- notes, tasks and pledges ---

    def _about(self, row: ParsedRow, keys: Keys) -> Decision:
        try:
            contact = self.contacts.find(keys)
        except Ambiguous as error:
            return self._refused(row, RowProblem("contact_ambiguous", count=error.args[0]))
        owner, problem = self._owner(row.values.get("owner_email", ""))
        if problem is not None:
            return self._refused(row, problem)
        made = self.about.made(row, contact, keys, owner=owner)
        if isinstance(made, RowProblem | ValueProblem):
            return self._refused(row, made)
        outcome = Outcome.SKIP if made is None else Outcome.CREATE
        return Decision(row.line, outcome, contact=contact, about=made)

    # --- gifts ---

    def _second_person(self, row: ParsedRow, keys: Keys) -> Decision:
        """Somebody beside the donor: kept as a contact, and left alone when known."""
        try:
            found = self.contacts.find(keys)
        except Ambiguous as error:
            return self._refused(row, RowProblem("contact_ambiguous", count=error.args[0]))
        if found is not None:
            return Decision(row.line, Outcome.SKIP, contact=found)
        contact = self._new_contact(row.values, "contact_")
        if not display_name(contact):
            return self._refused(row, RowProblem("contact_without_name"))
        if not self.may_add_contacts:
            return self._refused(row, RowProblem("donor_unknown", text=display_name(contact)))
        self.contacts.add(contact, keys)
        return Decision(row.line, Outcome.CREATE, contact=contact, contact_is_new=True)

    def _gift(self, row: ParsedRow, keys: Keys) -> Decision:
        values = row.values
        today = today_in(self.organization.timezone)
        if values["received_on"] > today:
            return self._refused(row, ValueProblem("date_future", str(values["received_on"])))
        if self.closed is not None and values["received_on"] <= self.closed:
            return self._refused(row, ValueProblem("date_closed", str(self.closed)))
        fund = self.funds.find(values.get("fund", ""))
        if fund is None:
            return self._refused(row, ValueProblem("fund_unknown", values.get("fund", "–")))
        campaign = self.campaigns.find(values.get("campaign", ""))
        if problem := self._unknown_campaign(values, campaign):
            return self._refused(row, problem)
        try:
            contact = self.contacts.find(keys)
        except Ambiguous as error:
            return self._refused(row, RowProblem("contact_ambiguous", count=error.args[0]))
        is_new = False
        if contact is None:
            contact = self._new_contact(values, "contact_")
            if not display_name(contact):
                return self._refused(row, RowProblem("donor_missing"))
            if not self.may_add_contacts:
                return self._refused(row, RowProblem("donor_unknown", text=display_name(contact)))
            self.contacts.add(contact, keys)
            is_new = True
        fields = {name: values[name] for name in GIFT_FIELDS if values.get(name) not in (None, "")}
        fields.setdefault("currency", self.organization.currency)
        fields.setdefault("method", Method.OTHER)
        fields.setdefault("type", GiftType.ONE_TIME)
        fields.setdefault("status", GiftStatus.COMPLETED)
        gift = new_object(
            Gift,
            fields,
            organization=self.organization,
            contact=contact,
            fund=fund,
            campaign=campaign,
            recorded_by=self.by,
        )
        return Decision(row.line, Outcome.CREATE, contact=contact, gift=gift, contact_is_new=is_new)

    @staticmethod
    def _unknown_campaign(values: dict, campaign: Campaign | None):
        """Refused, or kept in words where the source names forms and not campaigns of ours; a problem or ``None``."""
        if campaign is not None or not (name := values.get("campaign")):
            return None
        if not (words := values.get("campaign_words")):
            return ValueProblem("campaign_unknown", name)
        note = "\n".join(filter(None, (values.get("note"), words)))
        if len(note) > GIFT_NOTE:
            return RowProblem("note_too_long", found=len(note), limit=GIFT_NOTE)
        values["note"] = note
        return None

    def _leave_out_known_gifts(self, decisions: list[Decision]) -> None:
        """A gift already recorded before this import began is left alone: sending a file twice doubles nothing.

        Known by its external number or, where the file has none, by donor, date, amount and currency.
        """
        made = [decision for decision in decisions if decision.gift is not None]
        known = self._known_numbers({decision.gift.external_id for decision in made} - {""})
        same = self._recorded([decision.gift for decision in made if not decision.gift.external_id])
        seen: set[str] = set()
        for decision in made:
            gift = decision.gift
            number = gift.external_id
            alike = (decision.contact.pk, gift.received_on, gift.amount, gift.currency) in same
            if number and number in seen:
                decision.outcome, decision.gift = Outcome.ERROR, None
                decision.problems = [CellProblem(ValueProblem("gift_number_twice", number))]
            elif number in known if number else alike:
                decision.outcome, decision.gift = Outcome.SKIP, None
            if number:
                seen.add(number)

    def _known_numbers(self, numbers: set[str]) -> set[str]:
        if not numbers:
            return set()
        rows = Gift.objects.filter(organization=self.organization, external_id__among=numbers)
        return set(rows.exclude(external_id="").values_list("external_id", flat=True))  # said, so that its index serves

    def _recorded(self, gifts: list[Gift]) -> set[tuple]:
        """Donor, date, amount and currency of what these donors had given in these days before the import began."""
        if not gifts:
            return set()
        days = [gift.received_on for gift in gifts]
        rows = Gift.objects.filter(
            contact__pk__among={gift.contact_id for gift in gifts} - {None},
            received_on__range=(min(days), max(days)),
            created_at__lt=self.started_at,
        )
        return set(rows.values_list("contact_id", "received_on", "amount", "currency"))

    def _refused(self, row: ParsedRow, problem) -> Decision:
        return Decision(row.line, Outcome.ERROR, problems=[CellProblem(problem)])


def _with_primary(values: dict) -> dict:
    """The only address of somebody new is their primary one, whichever column it stands in."""
    moved = {
        primary: values[name] for name, (_kind, primary) in POINTS.items() if name in values and not values.get(primary)
    }
    return values | moved


def _is_there_already(one: CellProblem, contact: Contact) -> bool:
    """The cell holds what the contact holds: an export sent back unchanged is never refused for it."""
    name = one.column.target.name if one.column else ""
    return name in CONTACT_FIELDS and one.problem.params.get("text", "") == str(getattr(contact, name))


def counted(decisions: Iterable[Decision]) -> dict[str, int]:
    counts = dict.fromkeys(("created", "updated", "skipped", "errors"), 0)
    names = {Outcome.CREATE: "created", Outcome.UPDATE: "updated", Outcome.SKIP: "skipped", Outcome.ERROR: "errors"}
    for decision in decisions:
        if decision.is_left_out:
            counts["left_out"] = counts.get("left_out", 0) + 1
        else:
            counts[names[decision.outcome]] += 1
    return counts


def left_out(decisions: Iterable[Decision]) -> Counter:
    """How many rows were left out for each reason, as ``code|text``."""
    reasons: Counter = Counter()
    for decision in decisions:
        if decision.is_left_out:
            problem = decision.problems[0].problem
            reasons[f"{problem.code}|{problem.params.get('text', '')}"] += 1
    return reasons
