"""Rows about contacts that are there already: a note on them, a task for them, what they promised. Nobody is made for such a
row.
"""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from crm.contacts.models import Contact, Note
from crm.core.bulk import new_object
from crm.core.errors import DomainError
from crm.giving import imported as giving
from crm.giving.choices import Frequency
from crm.giving.models import Pledge
from crm.imports.about_targets import WHOSE
from crm.imports.funds import Funds
from crm.imports.matching import Keys
from crm.imports.problems import RowProblem, ValueProblem
from crm.imports.rows import ParsedRow
from crm.tasks.choices import TaskPriority, TaskType
from crm.tasks.imported import HOLDERS
from crm.tasks.models import Task

SAID = frozenset(target.name for target in WHOSE)


def nobody(row: ParsedRow, keys: Keys) -> RowProblem | None:
    """Why a row finds nobody, with what it says of them; ``None`` when it says nothing."""
    said = {name.removeprefix("contact_"): str(value) for name, value in row.values.items() if name in SAID}
    name = " ".join(filter(None, map(said.get, ("first_name", "last_name")))) or said.get("organization_name", "")
    telling = said.get("number") or said.get("external_id") or said.get("email")
    if not (name or telling):
        return None
    if telling or keys.postal_code or keys.is_organization:
        return RowProblem("contact_unknown", text=telling or name)
    return RowProblem("contact_name_alone", text=name)


class About:
    """What the rows of a file make, and what is there already of the contacts of a chunk."""

    def __init__(self, organization, by, *, now: datetime) -> None:
        self.organization, self.by, self.now = organization, by, now
        self.known: set[tuple] = set()

    def load(self, contacts: list[Contact]) -> None:
        """Read what is known of these contacts from before the import began."""
        raise NotImplementedError

    def made(self, row: ParsedRow, contact: Contact | None, keys: Keys, *, owner):
        """The new row, a problem, or ``None`` when it is there already. ``owner`` is whom the file names."""
        raise NotImplementedError


class Notes(About):
    """Notes, at noon of their day by the clock of the organization; the same text on the same contact is there already."""

    def load(self, contacts: list[Contact]) -> None:
        rows = Note.objects.present().filter(contact__pk__among={one.pk for one in contacts}, created_at__lt=self.now)
        self.known = set(rows.values_list("contact_id", "text"))

    def made(self, row: ParsedRow, contact: Contact | None, keys: Keys, *, owner) -> Note | RowProblem | None:
        if contact is None:
            return nobody(row, keys) or RowProblem("contact_unsaid")
        text, day = row.values["text"], row.values.get("said_on")
        if (contact.pk, text) in self.known:
            return None
        at = min(datetime.combine(day, time(12), ZoneInfo(self.organization.timezone)), self.now) if day else self.now
        return new_object(
            Note, {"text": text, "at": at}, organization=self.organization, contact=contact, author=self.by
        )


class Tasks(About):
    """Tasks, for the colleague the row names, else whoever is responsible for the contact, else the person who imports."""

    def load(self, contacts: list[Contact]) -> None:
        ids = {one.pk for one in contacts}
        rows = Task.objects.filter(organization=self.organization, created_at__lt=self.now)
        about = rows.filter(contact__pk__among=ids) | rows.filter(contact=None)
        self.known = set(about.values_list("contact_id", "title", "due_on"))

    def made(self, row: ParsedRow, contact: Contact | None, keys: Keys, *, owner) -> Task | RowProblem | None:
        values = row.values
        if contact is None and (problem := nobody(row, keys)):
            return problem
        if contact is not None and contact.is_archived:
            return RowProblem("contact_archived", text=contact.name)
        if (contact.pk if contact else None, values["title"], values.get("due_on")) in self.known:
            return None
        owner = owner or (contact.owner if contact and contact.owner and contact.owner.is_active else None) or self.by
        if owner.role not in HOLDERS or (contact is not None and not owner.can("contacts.view", contact)):
            return RowProblem("owner_without_tasks", text=str(owner))
        fields = {
            "title": values["title"],
            "due_on": values.get("due_on"),
            "type": values.get("task_type", TaskType.FOLLOW_UP),
            "priority": values.get("task_priority", TaskPriority.MEDIUM),
            "notes": values.get("details", ""),
        }
        return new_object(
            Task, fields, organization=self.organization, contact=contact, owner=owner, created_by=self.by
        )


class Pledges(About):
    """Promises that are under way or to come. Known by their external number or, without one, by donor, amount, pace and
    first payment.
    """

    def __init__(self, organization, by, *, now: datetime) -> None:
        super().__init__(organization, by, now=now)
        self.funds = Funds(organization)
        self.numbers: set[str] = set()

    def load(self, contacts: list[Contact]) -> None:
        rows = Pledge.objects.filter(organization=self.organization)
        ours = rows.filter(contact__pk__among={one.pk for one in contacts}, created_at__lt=self.now)
        self.known = set(ours.values_list("contact_id", "amount", "frequency", "starts_on"))
        self.numbers |= set(rows.exclude(external_id="").values_list("external_id", flat=True))

    def made(
        self, row: ParsedRow, contact: Contact | None, keys: Keys, *, owner
    ) -> Pledge | RowProblem | ValueProblem | None:
        values = row.values
        if contact is None:
            return nobody(row, keys) or RowProblem("contact_unsaid")
        if contact.is_archived:
            return RowProblem("contact_archived", text=contact.name)
        fund = self.funds.find(values.get("fund", ""))
        if fund is None:
            return ValueProblem("fund_unknown", values.get("fund", "–"))
        frequency, number = values.get("frequency", Frequency.MONTHLY), values.get("external_id", "")
        if number in self.numbers if number else self._is_known(contact, values, frequency):
            return None
        pledge = Pledge(
            organization=self.organization, contact=contact, fund=fund, recorded_by=self.by, amount=values["amount"],
            currency=values.get("currency", self.organization.currency), frequency=frequency, external_id=number,
            starts_on=values["starts_on"], anchor_on=values["starts_on"], ends_on=values.get("ends_on"),
            note=values.get("note", ""),
        )  # fmt: skip
        try:
            giving.check_pledge(pledge)
        except DomainError as error:
            return RowProblem("pledge_refused", text=str(error))
        if number:
            self.numbers.add(number)
        return pledge

    def _is_known(self, contact: Contact, values: dict, frequency: str) -> bool:
        return (contact.pk, values["amount"], frequency, values["starts_on"]) in self.known
