"""Rules against a second, naive implementation: the same people, exactly, on whichever database the tests run."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
import time_machine

from crm.contacts.criteria import Context, catalogue
from crm.contacts.criteria.rules import compiled
from crm.contacts.models import Contact, CustomField, Group, GroupMember, Tag, TagAssignment
from crm.giving import rhythm, summaries
from crm.giving.models import Gift, Pledge, Thanks
from tests.contacts.plain_rules import Person, Plain
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory, PledgeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 3, 30, tzinfo=UTC)  # still November 26 in Toronto
TODAY = date(2026, 11, 26)
CITIES = ("Laval", "Lévis", "Québec", "MONTRÉAL", "")
EDGES = (date(2026, 1, 1), date(2025, 12, 31), date(2025, 1, 1), date(2024, 12, 31), date(2026, 4, 1), date(2026, 3, 31),
         date(2025, 4, 1), date(2025, 3, 31), TODAY, TODAY - timedelta(days=61), TODAY - timedelta(days=62))  # fmt: skip


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def custom_fields(organization) -> None:
    choices = [{"code": code, "fr": code, "en": code} for code in ("s", "m", "l")]
    for code, kind in (("shirt", "choice"), ("children", "number"), ("joined", "date"), ("motto", "text"),
                       ("board", "yes_no")):  # fmt: skip
        CustomField.objects.create(
            organization=organization, code=code, label_en=code.title(), kind=kind,
            choices=choices if kind == "choice" else [],
        )  # fmt: skip


def custom_values(dice: Random) -> dict:
    kept = {}
    if dice.random() < 0.6:
        kept["shirt"] = dice.choice("sml")
    if dice.random() < 0.6:
        kept["children"] = dice.choice(("0", "2", "10", "-1", "2.50"))
    if dice.random() < 0.6:
        kept["joined"] = dice.choice(EDGES).isoformat()
    if dice.random() < 0.6:
        kept["motto"] = dice.choice(("Merci", "MERCI beaucoup", "100 %", "Zoé_x"))
    if dice.random() < 0.6:
        kept["board"] = dice.random() < 0.5
    return kept


def promise(contact, dice: Random, *, fund, by) -> Pledge | None:
    if dice.random() < 0.5:
        return None
    return PledgeFactory(
        contact=contact, fund=fund, recorded_by=by, frequency=dice.choice(("monthly", "quarterly")),
        status=dice.choice(("active", "paused", "completed")), late_since=dice.choice((None, TODAY)),
    )  # fmt: skip


@pytest.fixture
def crowd(organization, admin, owner, outsider):
    """A hundred contacts of every sort, their gifts, tags and groups."""
    organization.fiscal_year_start = 4
    organization.save()
    dice = Random(7)
    custom_fields(organization)
    funds = [FundFactory(organization=organization) for _number in range(3)]
    tags = [Tag.objects.create(organization=organization, name=f"Tag {number}") for number in range(3)]
    groups = [Group.objects.create(organization=organization, name=f"Group {number}") for number in range(2)]
    for number in range(110):
        city = dice.choice(CITIES)
        visits = dice.choice((0, 0, 1, 4))
        contact = ContactFactory(
            organization=organization, city=city, kind=dice.choice(("person", "organization")), last_name=f"Roy{number}",
            organization_name="X", language=dice.choice(("fr", "en")), province=dice.choice(("QC", "ON", "NB", "")),
            postal_code=dice.choice(("G9A 5H7", "G9B 1A1", "K1A 0B1", "")), email=dice.choice(("", "a@b.test")),
            address_line1=dice.choice(("", "1 rue X")), owner=dice.choice((None, admin, owner)),
            is_deceased=dice.random() < 0.1, custom=custom_values(dice), visit_count=visits,
            visit_total=Decimal(visits) * Decimal("33.35"),
            last_visit_at=NOW - timedelta(days=dice.randrange(0, 90), hours=5) if visits else None,
            created_at=datetime(2026, 1, 1, dice.randrange(2, 8), tzinfo=UTC) - timedelta(days=dice.randrange(0, 500)),
        )  # fmt: skip
        pledge = promise(contact, dice, fund=funds[0], by=admin)
        for _gift in range(dice.choice((0, 0, 1, 2, 3, 6))):
            day = dice.choice(EDGES) if dice.random() < 0.6 else TODAY - timedelta(days=dice.randrange(0, 1400))
            gift = GiftFactory(
                pledge=dice.choice((None, pledge)), contact=contact, fund=dice.choice(funds), recorded_by=admin, received_on=day,
                amount=Decimal(dice.choice(("0.10", "0.20", "33.33", "50", "499.99", "500.00"))),
                currency=dice.choice(("CAD", "CAD", "CAD", "USD")), type=dice.choice(("one_time", "recurring")),
                status=dice.choice(("completed", "completed", "completed", "pending", "refunded")),
            )  # fmt: skip
            if dice.random() < 0.2:
                Thanks.objects.create(organization=organization, gift=gift, status=dice.choice(("due", "done")))
        for tag in tags:
            if dice.random() < 0.3:
                TagAssignment.objects.create(tag=tag, contact=contact)
        for group in groups:
            if dice.random() < 0.3:
                GroupMember.objects.create(group=group, contact=contact)
    Contact.objects.filter(last_name="Roy5").update(archived_at=NOW)
    ContactFactory(organization=outsider.organization)
    summaries.refresh(Contact.objects.of(organization).values_list("pk", flat=True), on=TODAY)
    list(rhythm.sweep(organization))
    return {"funds": funds, "tags": tags, "groups": groups}


def persons(organization) -> list[Person]:
    return [
        Person(
            contact,
            list(Gift.objects.filter(contact=contact)),
            set(TagAssignment.objects.filter(contact=contact).values_list("tag_id", flat=True)),
            set(GroupMember.objects.filter(contact=contact).values_list("group_id", flat=True)),
        )
        for contact in Contact.objects.of(organization).filter(archived_at=None)
    ]


def a_value(part, context, dice: Random):
    """Something a person could choose or type for this part, edges included."""
    if part.shape == "amount":
        return dice.choice(("0", "0.30", "33.33", "50", "133.40", "499.99", "500.00", "1000"))
    if part.shape == "number":
        return dice.choice(("-1", "0", "2", "2.5")) if getattr(part, "signed", False) else dice.choice((0, 1, 2, 3, 6))
    if part.shape == "days":
        return dice.choice((1, 30, 61, 62, 365))
    if part.shape == "date":
        return dice.choice(EDGES).isoformat()
    if part.shape == "choices":
        codes = [code for code, _word in part.options(context)]
        return [dice.choice(codes) for _number in range(dice.choice((1, 2)))]
    if part.shape == "period":
        return dice.choice((
            {"span": "this_year"}, {"span": "last_year"}, {"span": "this_fiscal_year"}, {"span": "last_fiscal_year"},
            {"span": "days", "days": 62}, {"span": "year", "year": 2025},
            {"span": "between", "from": "2025-03-31", "to": "2026-04-01"},
        ))  # fmt: skip
    return dice.choice(("laval", "L", "é", "QUÉBEC", "g9a", "G9 A", "merci", "100 %", "_"))


def a_rule(context, dice: Random, codes: list[str]) -> dict:
    criterion = catalogue(context)[dice.choice(codes)]
    op = dice.choice(criterion.ops)
    values = [a_value(part, context, dice) for part in op.parts]
    for place, part in enumerate(op.parts):
        if type(part).__name__ == "Rows":
            values[place] = [int(one) for one in dict.fromkeys(values[place])]
    return {"field": criterion.code, "op": op.code, "value": values[0] if len(values) == 1 else values}


def a_tree(context, dice: Random, codes: list[str], depth: int = 1) -> dict:
    parts = [
        a_tree(context, dice, codes, depth + 1) if depth < 4 and dice.random() < 0.3 else a_rule(context, dice, codes)
        for _number in range(dice.choice((1, 2, 3)))
    ]
    return {dice.choice(("all", "any", "none")): parts}


@pytest.mark.parametrize("month", [1, 4, 11])
def test_every_rule_and_every_tree_finds_exactly_whom_plain_python_finds(organization, crowd, month):
    organization.fiscal_year_start = month
    everybody = persons(organization)
    context, dice = Context(organization), Random(month)
    plain = Plain(today=TODAY, fiscal_month=month, zone=organization.timezone)
    codes = [code for code in catalogue(context) if hasattr(plain, code.replace("custom.", "custom_"))]
    assert len(codes) >= 30
    asked = 0
    for code in codes:  # each criterion alone, every way to ask, and its contrary
        for _number in range(12):
            rule = a_rule(context, dice, [code])
            asked += check({dice.choice(("all", "none")): [rule]}, organization, everybody, plain)
    for _number in range(150):
        asked += check(a_tree(context, dice, codes), organization, everybody, plain)
    assert asked > 300  # most of them find some people and leave others out


def check(raw: dict, organization, everybody, plain) -> bool:
    rows = Contact.objects.of(organization).active().filter(compiled(raw, Context(organization)))
    found = set(rows.values_list("pk", flat=True))
    wanted = {person.contact.pk for person in everybody if plain.tree(raw, person)}
    assert found == wanted, raw
    return 0 < len(found) < len(everybody)
