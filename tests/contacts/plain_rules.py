"""The rules of segments a second time, in plain Python over rows: slow, obvious, and nothing shared with the product."""

import itertools
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")


class Person:
    """A contact with everything the rules look at, read once."""

    def __init__(self, contact, gifts, tags, groups) -> None:
        self.contact, self.tags, self.groups = contact, tags, groups
        self.pledges = list(contact.pledges.all())
        self.thanks = [gift.thanks for gift in gifts if hasattr(gift, "thanks")]
        self.gifts = [gift for gift in gifts if gift.status == "completed"]
        self.own = [gift for gift in self.gifts if gift.currency == "CAD"]

    def total(self, first=date.min, last=date.max) -> Decimal:
        return sum((gift.amount for gift in self.own if first <= gift.received_on <= last), Decimal(0))

    @property
    def days(self) -> list[date]:
        return sorted(gift.received_on for gift in self.gifts)


class Plain:
    def __init__(self, *, today: date, fiscal_month: int, zone: str) -> None:
        self.today, self.fiscal_month, self.zone = today, fiscal_month, ZoneInfo(zone)

    # --- spans ---
    def year(self, basis: str, back: int = 0) -> tuple[date, date]:
        month = self.fiscal_month if basis == "fiscal" else 1
        start = date(self.today.year - (self.today.month < month) - back, month, 1)
        end = date(start.year + 1, month, 1) - timedelta(days=1)
        return start, end

    def span(self, value: dict) -> tuple[date, date]:
        kind = value["span"]
        if kind == "days":
            return self.today - timedelta(days=value["days"] - 1), self.today
        if kind == "year":
            return date(value["year"], 1, 1), date(value["year"], 12, 31)
        if kind == "between":
            return date.fromisoformat(value["from"]), date.fromisoformat(value["to"])
        return self.year("fiscal" if "fiscal" in kind else "calendar", int(kind.startswith("last")))

    def local(self, moment: datetime | None) -> date | None:
        return moment.astimezone(self.zone).date() if moment else None

    # --- comparisons ---
    @staticmethod
    def compare(op: str, value, found) -> bool:
        if found is None:
            return False
        if op == "between":
            low, high = sorted(Decimal(str(one)) for one in value)
            return low <= found <= high
        wanted = Decimal(str(value))
        return {"gte": found >= wanted, "lte": found <= wanted, "eq": found == wanted}[op]

    def on_day(self, op: str, value, found: date | None) -> bool:
        if op in ("known", "unknown"):
            return (found is not None) == (op == "known")
        if found is None:
            return False
        if op == "period":
            first, last = self.span(value)
            return first <= found <= last
        return found < date.fromisoformat(value) if op == "before" else found >= date.fromisoformat(value)

    @staticmethod
    def chosen(op: str, value, found: set) -> bool:
        if op == "empty":
            return not found
        return bool(found & set(value)) == (op == "in")

    @staticmethod
    def text(op: str, value, found: str) -> bool:
        found = found.lower()
        if op in ("empty", "filled"):
            return (not found) == (op == "empty")
        wanted = value.lower()
        return {
            "is": found == wanted, "is_not": found != wanted, "starts": found.startswith(wanted),
            "contains": wanted in found,
        }[op]  # fmt: skip

    # --- a rule, a tree ---
    def rule(self, rule: dict, person: Person) -> bool:
        field, op, value = rule["field"], rule["op"], rule.get("value")
        name = field.replace("custom.", "custom_")
        return bool(getattr(self, name)(op, value, person))

    def tree(self, raw: dict, person: Person) -> bool:
        if "field" in raw:
            return self.rule(raw, person)
        ((mode, parts),) = raw.items()
        answers = [self.tree(part, person) for part in parts]
        return {"all": all(answers), "any": any(answers), "none": not any(answers)}[mode]

    # --- criteria: giving ---
    def total(self, op, value, person):
        return person.gifts and self.compare(op, value, person.total())

    def sum_in(self, op, value, person):
        *amounts, period = value
        first, last = self.span(period)
        if not any(first <= gift.received_on <= last for gift in person.own):
            return False
        return self.compare(op, amounts if op == "between" else amounts[0], person.total(first, last))

    def gave_in(self, op, value, person):
        first, last = self.span(value)
        return any(first <= day <= last for day in person.days) == (op == "yes")

    def gift_count(self, op, value, person):
        return self.compare(op, value, Decimal(len(person.gifts)))

    def largest(self, op, value, person):
        return self.compare(op, value, max((gift.amount for gift in person.own), default=None))

    def average(self, op, value, person):
        if not person.own:
            return False
        return self.compare(op, value, (person.total() / len(person.own)).quantize(CENT, ROUND_HALF_UP))

    def first_gift(self, op, value, person):
        return self.on_day(op, value, min(person.days, default=None))

    def last_gift(self, op, value, person):
        return self.on_day(op, value, max(person.days, default=None))

    def fund(self, op, value, person):
        return self.chosen(op, value, {gift.fund_id for gift in person.gifts})

    def lybunt(self, op, value, person):
        (start, end), (first, last) = self.year(op), self.year(op, 1)
        return any(first <= day <= last for day in person.days) and not any(start <= day <= end for day in person.days)

    def sybunt(self, op, value, person):
        start, end = self.year(op)
        return any(day < start for day in person.days) and not any(start <= day <= end for day in person.days)

    def new_donor(self, op, value, person):
        return bool(person.days) and person.days[0] >= self.year(op)[0]

    def monthly(self, op, value, person):
        since = self.today - timedelta(days=61)
        for gift in person.gifts:
            pledge = gift.pledge
            holds = pledge and (pledge.frequency, pledge.status) == ("monthly", "active")
            if gift.received_on >= since and (holds or (not pledge and gift.type == "recurring")):
                return op == "yes"
        return op == "no"

    def at_risk(self, op, value, person):
        days = sorted(set(person.days))
        gaps = sorted((later - earlier).days for earlier, later in itertools.pairwise(days))
        if person.contact.lifecycle != "donor" or person.contact.is_deceased or not gaps:
            return op == "no"
        middle = len(gaps) // 2
        usual = gaps[middle] if len(gaps) % 2 else (gaps[middle - 1] + gaps[middle]) / 2
        silent = (self.today - days[-1]).days > max(60, 1.5 * usual)
        return silent == (op == "yes")

    def promised(self, op, value, person):
        return any(one.status in ("active", "paused") for one in person.pledges) == (op == "yes")

    def late(self, op, value, person):
        return any(one.status == "active" and one.late_since for one in person.pledges) == (op == "yes")

    def to_thank(self, op, value, person):
        return any(one.status == "due" for one in person.thanks) == (op == "yes")

    def inactive(self, op, value, person):
        seen = [*person.days, *filter(None, [self.local(person.contact.last_visit_at)])]
        return not seen or (self.today - max(seen)).days >= value

    # --- criteria: contacts ---
    def kind(self, op, value, person):
        return self.chosen(op, value, {person.contact.kind})

    def language(self, op, value, person):
        return self.chosen(op, value, {person.contact.language})

    def province(self, op, value, person):
        return self.chosen(op, value, {person.contact.province})

    def lifecycle(self, op, value, person):
        return self.chosen(op, value, {person.contact.lifecycle})

    def owner(self, op, value, person):
        return self.chosen(op, value, {person.contact.owner_id} - {None})

    def city(self, op, value, person):
        return self.text(op, value, person.contact.city)

    def postal_code(self, op, value, person):
        return self.text(op, (value or "").replace(" ", ""), person.contact.postal_code.replace(" ", ""))

    def has_email(self, op, value, person):
        return bool(person.contact.email) == (op == "yes")

    def has_address(self, op, value, person):
        return bool(person.contact.address_line1) == (op == "yes")

    def deceased(self, op, value, person):
        return person.contact.is_deceased == (op == "yes")

    def created(self, op, value, person):
        return self.on_day(op, value, self.local(person.contact.created_at))

    def last_visit(self, op, value, person):
        return self.on_day(op, value, self.local(person.contact.last_visit_at))

    def visit_count(self, op, value, person):
        return self.compare(op, value, Decimal(person.contact.visit_count))

    def visit_total(self, op, value, person):
        return person.contact.visit_count and self.compare(op, value, person.contact.visit_total)

    def tag(self, op, value, person):
        return self.chosen(op, value, person.tags)

    def group(self, op, value, person):
        return self.chosen(op, value, person.groups)

    def custom_shirt(self, op, value, person):
        return self.chosen(op, value, {person.contact.custom.get("shirt")} - {None})

    def custom_children(self, op, value, person):
        kept = person.contact.custom.get("children")
        return self.compare(op, value, Decimal(kept) if kept else None)

    def custom_joined(self, op, value, person):
        kept = person.contact.custom.get("joined")
        return self.on_day(op, value, date.fromisoformat(kept) if kept else None)

    def custom_motto(self, op, value, person):
        return self.text(op, value, person.contact.custom.get("motto", ""))

    def custom_board(self, op, value, person):
        return (person.contact.custom.get("board") is True) == (op == "yes")
