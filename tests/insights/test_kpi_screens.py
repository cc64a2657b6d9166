"""The cards of the KPIs, one of them, and its form: as each role sees and uses them (N-02, N-04)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.core.dates import today_in
from crm.insights import services
from crm.insights.models import Kpi, KpiValue
from tests.factories.insights import KpiFactory, KpiValueFactory
from tests.giving.reading import errors, page

NEW = {
    "title": "Volunteer hours", "description": "Since January 1", "metric": "", "unit": "hours", "value": "1,470.50",
    "target": "1800", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "starts_at": "", "is_featured": "on",
    "submission": "one",
}  # fmt: skip


@pytest.fixture
def hours(admin) -> Kpi:
    return services.create_kpi(
        by=admin, title="Volunteer hours", unit="hours", value=Decimal(1470), target=Decimal(1800)
    )


def test_a_director_chooses_a_number_to_follow_and_sees_it_on_my_day(admin, browse):
    desk = browse(admin)
    made = desk.post(desk.url("insights:kpi_create"), NEW)
    kpi = Kpi.objects.get()
    assert made.url == desk.url("insights:kpi_detail", pk=kpi.pk)
    shown = page(desk.get(made.url))
    assert shown.texts("main .mc-kpi-value") == ["1,470.5 h"]
    assert "81.7% of 1,800 h" in shown.one("main").words
    assert page(desk.open("insights:home_kpis")).texts("main .mc-kpi-label") == ["Volunteer hours"]
    assert desk.post(desk.url("insights:kpi_create"), NEW).status_code == 302  # sent twice
    assert Kpi.objects.count() == KpiValue.objects.count() == 1


def test_what_is_typed_wrong_is_said_beside_its_field_and_nothing_is_lost(admin, browse):
    desk = browse(admin)
    wrong = NEW | {"value": "about twelve", "target": "12.345", "ends_on": "2025-01-01", "title": ""}
    answer = desk.post(desk.url("insights:kpi_create"), wrong)
    assert answer.status_code == 422
    assert set(errors(answer)) == {"value", "target", "title"}
    assert page(answer).one("input[name=value]").get("value") == "about twelve"
    late = desk.post(desk.url("insights:kpi_create"), NEW | {"ends_on": "2025-01-01"})
    assert set(errors(late)) == {"ends_on"}
    assert not Kpi.objects.exists()


def test_one_that_merci_measures_has_its_unit_already(admin, browse):
    desk = browse(admin)
    desk.post(desk.url("insights:kpi_create"), NEW | {"metric": "at_risk", "value": "9"})
    kpi = Kpi.objects.get()
    assert (kpi.unit, kpi.fewer_is_better, kpi.value) == ("none", True, 0)
    asked = page(desk.open("insights:kpi_update", pk=kpi.pk))
    assert not asked.css("[name=metric], [name=unit], [name=fewer_is_better], [name=value]")
    answer = desk.post(
        desk.url("insights:kpi_update", pk=kpi.pk),
        {"title": "At risk", "target": "3", "metric": "raised", "unit": "hours"},
    )
    assert answer.status_code == 302
    kpi.refresh_from_db()
    assert (kpi.title, kpi.metric, kpi.unit, kpi.target) == ("At risk", "at_risk", "none", 3)


@pytest.mark.parametrize("who", ["admin", "owner", "finance", "member"])
def test_everybody_but_a_reader_updates_a_value_in_its_card(who, hours, browse, request):
    desk = browse(request.getfixturevalue(who))
    card = page(desk.open("insights:kpi_list")).one("article")
    asked = page(desk.get(card.one("a.mc-iconbtn").get("hx-get"), headers={"HX-Request": "true"}))
    assert "Now: 1,470 h" in asked.one("form").words
    form = {"value": "1,486", "note": "Night shift", "place": "card", "submission": "a"}
    saved = desk.post(asked.one("form").get("hx-post"), form, headers={"HX-Request": "true"})
    told = page(saved).one("article")
    assert (saved.status_code, told.texts(".mc-kpi-value")) == (200, ["1,486 h"])
    assert "The value is saved." in told.words
    again = desk.post(asked.one("form").get("hx-post"), form, headers={"HX-Request": "true"})  # a double click
    assert page(again).texts(".mc-kpi-value") == ["1,486 h"]
    assert list(hours.values.order_by("pk").values_list("value", "note")) == [(1470, ""), (1486, "Night shift")]


def test_nonsense_in_a_card_stays_in_it_and_is_explained(hours, member, browse):
    desk = browse(member)
    url = desk.url("insights:kpi_record", pk=hours.pk)
    answer = desk.post(url, {"value": "twelve", "place": "card"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert page(answer).one("input[name=value]").get("value") == "twelve"
    assert "Enter a number such as 1,250 or 12.5." in page(answer).one("form").words
    back = desk.get(url, {"place": "card", "cancel": "1"}, headers={"HX-Request": "true"})
    assert page(back).texts(".mc-kpi-value") == ["1,470 h"]


def test_on_its_page_an_earlier_day_may_be_given_but_not_a_later_one(hours, finance, browse, organization):
    desk, today = browse(finance), today_in(organization.timezone)
    url = desk.url("insights:kpi_record", pk=hours.pk)
    late = desk.post(url, {"value": "2", "on": (today + timedelta(days=1)).isoformat()})
    assert set(errors(late)) == {"on"}
    assert desk.post(url, {"value": "900", "on": "2026-03-31", "note": "Books"}).status_code == 302
    history = page(desk.open("insights:kpi_detail", pk=hours.pk)).css("tbody tr")
    assert [row.words.split(" ")[0] for row in history] == [today.strftime("%B"), "March"]
    assert "+63.3%" in history[0].words


def test_a_reader_sees_everything_and_changes_nothing(hours, reader, browse):
    desk = browse(reader)
    assert not page(desk.open("insights:kpi_list")).css(
        "main article form, main article .mc-iconbtn, main .btn-primary"
    )
    assert not page(desk.open("insights:kpi_detail", pk=hours.pk)).css("main form")
    for name in ("kpi_record", "kpi_update", "kpi_delete", "kpi_move", "kpi_measure"):
        assert desk.post(desk.url(f"insights:{name}", pk=hours.pk), {"value": "1"}).status_code == 403
    assert hours.values.count() == 1


def test_only_administrators_create_order_and_delete(hours, owner, finance, member, browse):
    for person in (owner, finance, member):
        desk = browse(person)
        assert desk.post(desk.url("insights:kpi_create"), NEW).status_code == 403
        for name in ("kpi_update", "kpi_delete", "kpi_move"):
            assert desk.post(desk.url(f"insights:{name}", pk=hours.pk), {"to": "1"}).status_code == 403
    assert Kpi.objects.count() == 1


def test_another_organizations_kpi_is_not_there(hours, outsider, browse):
    desk = browse(outsider)
    for name in ("kpi_detail", "kpi_record", "kpi_update", "kpi_delete", "kpi_measure"):
        assert desk.open(f"insights:{name}", pk=hours.pk).status_code == 404
    assert desk.open("insights:kpi_value_list", {"kpi": hours.pk}).context["filter"].form.errors


def test_cards_are_arranged_by_administrators(admin, finance, browse):
    first, second, third = (services.create_kpi(by=admin, title=name) for name in ("One", "Two", "Three"))
    desk = browse(admin)

    def titles() -> list[str]:
        return page(desk.open("insights:kpi_list", {"arrange": "1"})).texts("article h2 a")

    for kpi, to, expected in (
        (third, "1", ["Three", "One", "Two"]),
        (third, "2", ["One", "Three", "Two"]),
        (first, "9" * 30, ["One", "Three", "Two"]),  # nonsense: the first place
        (second, "-1", ["Two", "One", "Three"]),
    ):
        desk.post(desk.url("insights:kpi_move", pk=kpi.pk), {"to": to})
        assert titles() == expected
    arranging = page(desk.open("insights:kpi_list", {"arrange": "1"}))
    assert arranging.all("article:first-of-type form button", "value") == ["1", "0", "2", "1", "1", "3", "1", "2", "4"]
    assert not page(browse(finance).open("insights:kpi_list", {"arrange": "1"})).css("article form")


def test_script_in_a_name_is_only_a_name(admin, browse):
    kpi = KpiFactory(created_by=admin, title="<script>alert(1)</script>", value=Decimal(2), previous=Decimal(1))
    KpiValueFactory(kpi=kpi, note="<img src=x onerror=alert(1)>")
    desk = browse(admin)
    for url in ("insights:kpi_list", "insights:kpi_value_list", "insights:home_kpis"):
        assert b"<script>alert" not in desk.open(url).content
        assert b"<img src=x" not in desk.open(url).content
    assert b"<img src=x" not in desk.open("insights:kpi_detail", pk=kpi.pk).content


def test_the_history_leaves_as_a_file_with_its_numbers(hours, admin, browse):
    answer = browse(admin).open("insights:kpi_value_list", {"kpi": hours.pk, "export": "csv"})
    header, line = b"".join(answer.streaming_content).decode("utf-8-sig").strip().splitlines()
    assert header.startswith("KPI,Day,By,Value,Target,Reached")
    assert "1470" in line


@pytest.mark.parametrize("name", ["insights:kpi_list", "insights:home_kpis"])
def test_a_hundred_cards_with_a_year_each_cost_as_many_queries_as_two(name, admin, organization, browse):
    desk, today = browse(admin), today_in(organization.timezone)

    def add(count: int) -> None:
        for _one in range(count):
            kpi = KpiFactory(
                created_by=admin, value=Decimal(3), previous=Decimal(2), target=Decimal(9), valued_on=today
            )
            KpiValue.objects.bulk_create(
                KpiValue(organization=organization, kpi=kpi, on=today - timedelta(days=back), value=back)
                for back in range(60)
            )

    def cost() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert desk.open(name, {"days": "365"}).status_code == 200
        return len(taken)

    add(2)
    cost()
    before = cost()
    add(98)
    assert cost() <= before
