"""The list of gifts, its total, its export; what giving shows on the donor page."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.giving import services
from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.giving.reading import facts, page

NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


# --- the list ---


@pytest.fixture
def gifts(contact, fund, admin) -> dict[str, Gift]:
    other = ContactFactory(organization=contact.organization, first_name="Zoé", last_name="Roy", city="Lévis")
    events = FundFactory(organization=contact.organization, code="EV")
    base = {"fund": fund, "recorded_by": admin}
    return {
        "old": GiftFactory(contact=contact, amount="20.00", received_on=date(2025, 1, 5), method="cash", **base),
        "euro": GiftFactory(contact=contact, amount="500.00", currency="EUR", received_on=date(2026, 5, 1), **base),
        "zoe": GiftFactory(contact=other, amount="75.50", received_on=date(2026, 6, 1), type="recurring",
                           **base | {"fund": events}),
        "back": GiftFactory(contact=other, amount="10.00", received_on=date(2026, 6, 1), status="refunded", **base),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["back", "zoe", "euro", "old"]),
        ({"q": "cote HELENE"}, ["euro", "old"]),
        ({"q": "levis"}, ["back", "zoe"]),
        ({"received_on_after": "2026-05-01", "received_on_before": "2026-05-31"}, ["euro"]),
        ({"amount_min": "20,00", "amount_max": "75.50"}, ["zoe", "old"]),
        ({"method": ["cash", "payroll"]}, ["old"]),
        ({"type": "recurring"}, ["zoe"]),
        ({"status": "refunded"}, ["back"]),
        ({"currency": "EUR"}, ["euro"]),
        ({"fund": "EV"}, ["zoe"]),
        ({"sort": "amount"}, ["back", "old", "zoe", "euro"]),
        ({"sort": "-amount"}, ["euro", "zoe", "old", "back"]),
        ({"sort": "received_on"}, ["old", "euro", "zoe", "back"]),
        ({"recorded_since": "2026-11-20"}, ["back", "zoe", "euro", "old"]),
        ({"recorded_since": "2026-11-21"}, []),
    ],
)
def test_the_list_is_narrowed_and_sorted(admin, gifts, browse, asked, found):
    if "fund" in asked:
        asked = {"fund": gifts["zoe"].fund_id}
    records = browse(admin).open("giving:gift_list", asked).context["page"].records
    names = {gift.pk: name for name, gift in gifts.items()}
    assert [names[record.pk] for record in records] == found


def test_the_filters_in_force_are_said_in_words(admin, gifts, browse):
    asked = {"amount_min": "1000", "received_on_after": "2026-01-01", "status": ["completed", "pending"]}
    response = browse(admin).open("giving:gift_list", asked)
    assert page(response).texts("a.mc-chip b") == ["≥ January 1, 2026", "≥ $1,000.00", "Received, Pending"]
    assert response.context["page"].records == []


def test_the_empty_list_says_how_to_begin(admin, browse):
    document = page(browse(admin).open("giving:gift_list"))
    assert document.one("main .mc-empty").words == (
        "No gifts yetRecord a first gift, or import the ones you already have.New gift"
    )


def test_the_total_adds_received_gifts_by_currency(admin, gifts, browse):
    total = page(browse(admin).open("giving:gift_totals")).one("main section p")
    assert total.words == "$95.50 + €500.00 received, 4 gifts (1 pending, failed or refunded is not added)"


def test_the_total_follows_the_filters(admin, gifts, browse):
    assert page(browse(admin).open("giving:gift_totals", {"q": "zoe"})).one("main section p").words == (
        "$75.50 received, 2 gifts (1 pending, failed or refunded is not added)"
    )


def test_a_total_that_would_cost_too_much_is_not_drawn(admin, gifts, browse, monkeypatch):
    monkeypatch.setattr("crm.giving.queries.TOTALS_CAP", 3)
    assert page(browse(admin).open("giving:gift_totals")).one("main section p").words == (
        "More than 3 gifts: narrow the list to see its total."
    )


def test_the_export_says_amount_and_currency_in_columns_of_their_own(admin, gifts, browse):
    response = browse(admin).open("giving:gift_list", {"export": "csv", "currency": "EUR"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Donor,Received,Amount,Currency,Fund,Method,Type,Status",
        "Hélène Côté-Bouchard,2026-05-01,500.00,EUR,General fund,Cheque,One-time,Received",
    ]


def test_a_name_that_would_be_code_is_shown_as_text(admin, fund, browse):
    bad = "<img src=x onerror=alert(1)>"
    contact = ContactFactory(organization=fund.organization, first_name="", last_name=bad)
    fund.name_en = bad
    fund.save()
    gift = GiftFactory(
        contact=contact, fund=fund, recorded_by=admin, note=f"{bad}\n</textarea><script>alert(2)</script>"
    )
    services.correct_gift(gift, by=admin, note=gift.note + "!")
    browser = browse(admin)
    for name, kwargs in (
        ("giving:gift_list", {}),
        ("giving:gift_detail", {"pk": gift.pk}),
        ("giving:gift_update", {"pk": gift.pk}),
        ("giving:gift_delete", {"pk": gift.pk}),
        ("giving:fund_list", {}),
        ("giving:contact_gifts", {"pk": contact.pk}),
        ("contacts:contact_detail", {"pk": contact.pk}),
    ):
        document = page(browser.open(name, **kwargs))
        assert (document.css("img"), document.css("script:not([src])")) == ([], []), name


def test_the_cost_of_a_page_does_not_grow_with_its_rows(admin, contact, fund, browse, published):
    browser = browse(admin)
    browser.open("giving:gift_list")  # the first visit writes that somebody is here
    costs = {}
    for rows in (2, 10):
        while Gift.objects.count() < rows:
            donor = ContactFactory(organization=contact.organization)
            services.record_gift(
                contact=donor, amount=Decimal(5), received_on=date(2026, 1, 1), by=admin,
                fund=FundFactory(organization=contact.organization),
            )  # fmt: skip
        for name in ("gift_list", "gift_totals", "fund_list"):
            with CaptureQueriesContext(connection) as queries:
                browser.open(f"giving:{name}")
            costs.setdefault(name, []).append(len(queries))
    assert [name for name, (few, many) in costs.items() if few != many] == []


@pytest.mark.parametrize(
    ("sort", "index"), [("", "gift_recent"), ("-amount", "gift_by_amount"), ("amount", "gift_by_amount")]
)
def test_a_page_of_the_list_is_read_from_an_index_and_never_sorted(admin, gifts, browse, sort, index):
    """The 500th page of 500,000 gifts too: the index holds the order, nothing is gathered first."""
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        browse(admin).open("giving:gift_list", {"sort": sort})
        (query,) = [
            row["sql"] for row in queries.captured_queries
            if 'FROM "giving_gift"' in row["sql"] and "ORDER BY" in row["sql"] and "COUNT" not in row["sql"]
        ]  # fmt: skip
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + query)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert (index in plan, "Sort" in plan, "TEMP B-TREE" in plan) == (True, False, False), plan


# --- panels of the donor page ---


@pytest.fixture
def giving(contact, fund, admin, published):
    for amount, currency, day in (
        ("300.00", "CAD", date(2017, 3, 1)),
        ("100.00", "CAD", date(2025, 3, 1)),
        ("70.00", "USD", date(2025, 8, 1)),
        ("150.00", "CAD", date(2026, 2, 1)),
    ):
        services.record_gift(
            contact=contact, amount=Decimal(amount), currency=currency, received_on=day, fund=fund, by=admin
        )
    return contact


def test_the_summary_says_what_the_donor_gave(reader, giving, browse):
    assert facts(browse(reader).open("giving:contact_summary", pk=giving.pk)) == {
        "Lifetime total": "$550.00+ US$70.00",
        "In 2026": "$150.0050% more than on this day in 2025$100.00 in all of 2025",
        "Last gift": "$150.00February 1, 2026",
        "Number of gifts": "4since 2017",
        "Average gift": "$183.33",
        "Largest gift": "$300.00March 1, 2017",
    }


def test_the_summary_in_french_keeps_its_spaces(reader, giving, browse):
    document = page(browse(reader, "fr").open("giving:contact_summary", pk=giving.pk))
    assert document.css("dl.mc-facts dd")[0].text.startswith(f"550,00{NBSP}$")


def test_the_bars_show_every_year_and_say_their_result(reader, giving, browse):
    document = page(browse(reader).open("giving:contact_summary", pk=giving.pk))
    svg = document.one("main svg[role=img]")
    assert svg.get("aria-label") == "Gifts per year, from $300.00 in 2017 to $150.00 in 2026"
    rows = document.texts("main table tr")
    assert rows == [
        "2017$300.00", "2018$0.00", "2019$0.00", "2020$0.00", "2021$0.00", "2022$0.00", "2023$0.00", "2024$0.00",
        "2025$100.00", "2026$150.00",
    ]  # fmt: skip
    assert len(svg.css("rect")) == 10


def test_a_year_of_giving_before_new_years_night_is_still_right_the_next_morning(reader, giving, browse):
    with time_machine.travel("2027-01-01T00:30:00-05:00"):
        found = facts(browse(reader).open("giving:contact_summary", pk=giving.pk))
    assert found["In 2027"] == "$0.00$150.00 in all of 2026"


def test_somebody_who_never_gave_has_an_empty_summary(admin, reader, contact, browse):
    for person, buttons in ((admin, ["New gift"]), (reader, [])):
        document = page(browse(person).open("giving:contact_summary", pk=contact.pk))
        assert document.one("main .mc-empty").texts("a") == buttons


def test_the_tab_of_gifts_goes_page_by_page(reader, contact, fund, admin, browse):
    for place in range(27):
        GiftFactory(contact=contact, fund=fund, recorded_by=admin, amount=Decimal(place + 1))
    browser = browse(reader)
    first = page(browser.open("giving:contact_gifts", pk=contact.pk))
    assert (len(first.css("tbody tr")), first.one(".mc-foot > span").words) == (25, "1–25 of 27")
    second = page(browser.open("giving:contact_gifts", {"page": 2}, pk=contact.pk))
    assert second.texts("tbody a") == ["$2.00", "$1.00"]


def test_the_panels_of_a_stranger_are_not_there(colleague, outsider, giving, browse):
    for person in (colleague, outsider):
        for name in ("contact_summary", "contact_gifts"):
            assert browse(person).open(f"giving:{name}", pk=giving.pk).status_code == 404
