"""KPIs: what the numbers say, what people write down, what Merci measures (N-01 to N-03)."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.accounts.models import AuditEntry
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.money import to_cents
from crm.insights import jobs, kpis, metrics, rules, services
from crm.insights.choices import Metric
from crm.insights.models import Kpi, KpiValue
from crm.insights.movements import rate
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.factories.insights import KpiFactory, KpiValueFactory
from tests.giving.reading import page
from tests.insights.test_dashboard import furnish, rows

numbers = st.decimals(min_value=-10_000, max_value=10_000, places=2)


def kpi_of(by, **fields) -> Kpi:
    return services.create_kpi(by=by, title="Volunteer hours", **fields)


# --- what the numbers say ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "target", "fewer", "expected"),
    [
        ("1486", "1800", False, "82.6"),
        ("2700", "1800", False, "150.0"),  # surpassed
        ("-5", "100", False, "0"),
        ("5", "0", False, "100"),  # a target of zero is reached, or it is not
        ("-1", "0", False, "0"),
        ("3", "3", True, "100"),
        ("6", "3", True, "50.0"),
        ("0", "3", True, "100"),
        ("0", "0", True, "100"),
        ("2", "0", True, "0"),
    ],
)
def test_the_part_of_the_target_that_is_reached(value, target, fewer, expected):
    assert rules.reached(Decimal(value), Decimal(target), fewer_is_better=fewer) == Decimal(expected)


def test_without_a_value_or_a_target_nothing_is_said_of_it():
    assert rules.reached(None, Decimal(1)) is None
    assert rules.reached(Decimal(1), None) is None
    assert rules.change(Decimal(1), None) is None
    assert rules.change(Decimal(1), Decimal(0)) is None
    assert rules.trend(None, Decimal(1)) == "neutral"


@given(numbers, numbers, st.booleans())
@settings(deadline=None)
def test_trend_change_and_tone_agree(value, previous, fewer):
    direction, change = rules.trend(value, previous), rules.change(value, previous)
    assert direction == ("up" if value > previous else "down" if value < previous else "neutral")
    if change:
        assert (change > 0) == (direction == "up")
    good = {"up": not fewer, "down": fewer}
    assert rules.tone(direction, fewer_is_better=fewer) == (
        "" if direction == "neutral" else "ok" if good[direction] else "bad"
    )


@given(st.integers(0, 500), st.integers(1, 400), numbers, numbers)
@settings(deadline=None)
def test_a_pace_goes_evenly_from_its_beginning_to_the_target(day, length, start, target):
    first = date(2026, 1, 1)
    at = rules.pace(
        first + timedelta(days=day - 50), first=first, last=first + timedelta(days=length), start=start, target=target
    )
    assert min(start, target) <= at <= max(start, target)
    if day <= 50:
        assert at == start
    if day - 50 >= length:
        assert at == target


# --- what people write down -------------------------------------------------------------------------------------------
def test_each_value_stays_in_the_history_and_the_last_two_days_say_where_it_goes(admin, organization):
    kpi = kpi_of(admin, value=Decimal(100), target=Decimal(200))
    assert (kpi.value, kpi.previous, kpi.reached, kpi.change) == (100, None, 50, None)
    row = services.record_value(kpi, value=Decimal(110), note=" Night  shift ", by=admin)
    kpi.refresh_from_db()
    assert (kpi.value, kpi.previous, kpi.trend, kpi.change, kpi.tone) == (110, 100, "up", Decimal("10.0"), "ok")
    assert (row.target, row.on, row.recorded_by) == (200, today_in(organization.timezone), admin)
    services.update_kpi(kpi, target=Decimal(220), by=admin)
    assert [entry.target for entry in kpi.values.order_by("pk")] == [200, 200]  # that of its day
    assert AuditEntry.objects.filter(model="insights.kpivalue", object_id=row.pk, actor=admin).exists()


def test_a_value_of_an_earlier_day_completes_the_history_and_is_not_the_present_one(admin):
    kpi = kpi_of(admin, value=Decimal(100))
    services.record_value(kpi, value=Decimal(80), on=kpi.valued_on - timedelta(days=30), by=admin)
    kpi.refresh_from_db()
    assert (kpi.value, kpi.previous) == (100, 80)


@pytest.mark.parametrize("days", [1, 400, -20_000])
def test_a_day_still_to_come_or_out_of_any_calendar_is_refused(days, admin, organization):
    kpi = kpi_of(admin)
    with pytest.raises(DomainError) as refused:
        services.record_value(
            kpi, value=Decimal(1), on=today_in(organization.timezone) + timedelta(days=days), by=admin
        )
    assert refused.value.field == "on"
    assert not kpi.values.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"starts_on": date(2026, 1, 1), "target": 1}, "ends_on"),
        ({"ends_on": date(2026, 1, 1), "target": 1}, "starts_on"),
        ({"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 1), "target": 1}, "ends_on"),
        ({"starts_on": date(2026, 1, 1), "ends_on": date(2026, 2, 1)}, "target"),
        ({"starts_on": date(226, 1, 1), "ends_on": date(2026, 2, 1), "target": 1}, "starts_on"),
        ({"target": Decimal(-1)}, "target"),
        ({"unit": "miles"}, "unit"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(fields, wrong, admin):
    with pytest.raises(DomainError) as refused:
        kpi_of(admin, **fields)
    assert refused.value.field == wrong
    assert not Kpi.objects.exists()


def test_cards_keep_the_order_given_to_them(admin, outsider):
    made = [services.create_kpi(by=admin, title=name) for name in "abcd"]
    services.create_kpi(by=outsider, title="theirs")

    def order() -> str:
        return "".join(Kpi.objects.of(admin.organization).in_order().values_list("title", flat=True))

    services.move_kpi(made[3], to=1, by=admin)
    assert order() == "dabc"
    services.move_kpi(made[0], to=3, by=admin)
    assert order() == "dbac"
    services.move_kpi(made[1], to=99, by=admin)
    assert order() == "dacb"
    with pytest.raises(DomainError):
        services.move_kpi(Kpi.objects.get(title="theirs"), to=1, by=admin)


def test_a_deleted_one_takes_its_history_along_and_the_audit_log_keeps_what_it_was(admin):
    kpi = kpi_of(admin, value=Decimal(1))
    services.delete_kpi(kpi, by=admin)
    assert not KpiValue.objects.exists()
    assert AuditEntry.objects.filter(model="insights.kpi", action="delete", object_id=kpi.pk).exists()
    with pytest.raises(DomainError):
        services.record_value(kpi, value=Decimal(1), by=admin)


# --- what Merci measures ----------------------------------------------------------------------------------------------
@pytest.fixture(params=[1, 4, 10])
def lively(request, organization, admin, owner):
    organization.fiscal_year_start = request.param
    organization.save()
    furnish(organization, admin, owner, Random(request.param), 40)
    return organization


@pytest.mark.parametrize("metric", Metric.values)
def test_each_metric_is_what_the_list_behind_it_holds(metric, lively, admin, browse):
    kpi = services.create_kpi(by=admin, title="Live", metric=metric)
    desk = browse(admin)
    shown = page(desk.open("insights:kpi_detail", pk=kpi.pk))
    link = shown.one("main .mc-foot a.ms-auto").get("href")
    if metric == Metric.RETENTION:
        assert desk.get(link).context["report"].retention == kpi.value
        return
    listed = rows(desk, link)
    of = {
        Metric.RAISED: lambda: sum(gift.amount for gift in listed),
        Metric.AVERAGE_GIFT: lambda: to_cents(sum(gift.amount for gift in listed) / len(listed)),
        Metric.MONTHLY: lambda: sum(pledge.monthly or 0 for pledge in listed if pledge.currency == "CAD"),
        Metric.OPEN_ASKS: lambda: sum(ask.amount for ask in listed),
        Metric.CONVERSION: lambda: rate(sum(ask.stage == "won" for ask in listed), len(listed)),
    }
    assert kpi.value == of.get(metric, listed.count)()
    if metric != Metric.NEW_DONORS:
        assert kpi.value > 0


@pytest.mark.parametrize("metric", ["", *Metric.values])
def test_a_page_without_a_value_yet_says_so(metric, admin, browse):
    """A new organization: nothing to divide by, nobody wrote anything down."""
    kpi = services.create_kpi(by=admin, title="New", metric=metric)
    shown = page(browse(admin).open("insights:kpi_detail", pk=kpi.pk))
    assert ("No value yet" in shown.words) == (kpi.value is None)


def test_only_those_who_see_the_whole_list_are_led_to_it(lively, admin, owner, browse):
    kpi = services.create_kpi(by=admin, title="Live", metric=Metric.RAISED)
    shown = page(browse(owner).open("insights:kpi_detail", pk=kpi.pk))
    assert not shown.css("main .mc-foot a.ms-auto")  # their own gifts would be another number
    assert shown.texts("main .mc-kpi-value") == [kpis.said(kpi, kpi.value)]


def test_every_hour_each_is_measured_and_a_day_is_in_the_history_once(organization, admin, owner):
    kpi = services.create_kpi(by=admin, title="Live", metric=Metric.RAISED, target=Decimal(100))
    twin = services.create_kpi(by=admin, title="The same", metric=Metric.RAISED)
    KpiValueFactory(kpi=kpi, on=kpi.valued_on - timedelta(days=1), value=Decimal(5), recorded_by=None)
    GiftFactory(contact=ContactFactory(organization=organization), amount=Decimal(30), received_on=kpi.valued_on)
    for _hour in range(3):
        assert jobs.measure_kpis() == 2
    kpi.refresh_from_db()
    twin.refresh_from_db()
    assert (kpi.value, kpi.previous, kpi.reached, twin.value) == (30, 5, 30, 30)
    assert list(kpi.values.order_by("on").values_list("value", "recorded_by")) == [(5, None), (30, None)]


def test_what_merci_measures_nobody_writes_down_and_the_reverse(admin):
    with pytest.raises(DomainError, match="by itself"):
        services.record_value(services.create_kpi(by=admin, title="L", metric=Metric.GIFTS), value=Decimal(1), by=admin)
    with pytest.raises(DomainError, match="by people"):
        services.measure_kpi(kpi_of(admin), by=admin)


def test_what_cannot_be_measured_yet_has_no_value_and_no_history(admin):
    kpi = services.create_kpi(by=admin, title="L", metric=Metric.RETENTION)
    assert (kpi.value, kpi.values.count()) == (None, 0)
    assert (kpi.unit, kpi.fewer_is_better) == ("percentage", False)


def test_measuring_costs_as_many_queries_for_ten_donors_as_for_fifty(organization, admin, owner):
    for metric in Metric.values:
        services.create_kpi(by=admin, title=metric, metric=metric)

    def cost() -> int:
        with CaptureQueriesContext(connection) as taken:
            services.measure_kpis(organization)
        return len(taken)

    furnish(organization, admin, owner, Random(1), 10)
    before = cost()
    furnish(organization, admin, owner, Random(2), 40)
    assert cost() <= before


# --- as people read them ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "unit", "french", "english"),
    [
        ("1486", "hours", "1 486 h", "1,486 h"),
        ("12.50", "none", "12,5", "12.5"),
        ("1200", "none", "1 200", "1,200"),
        ("1", "days", "1 jour", "1 day"),
        ("3.5", "days", "3,5 jours", "3.5 days"),
        ("68.40", "percentage", "68,4 %", "68.4%"),
        ("99.50", "currency", "99,50 $", "$99.50"),
        ("44155.25", "currency", "44 155 $", "$44,155"),
        ("-3", "none", "−3", "−3"),
    ],
)
def test_a_number_is_written_in_its_unit_the_way_of_each_language(value, unit, french, english):
    for language, expected in (("fr", french), ("en", english)):
        with override(language):
            assert kpis.written(Decimal(value), unit, "CAD").replace("\u00a0", " ") == expected


def test_a_line_is_thinned_evenly_and_always_ends_with_the_last_value(admin):
    today = date(2026, 6, 30)
    daily, rare = KpiFactory(created_by=admin), KpiFactory(created_by=admin)
    KpiValue.objects.bulk_create(
        KpiValue(organization=admin.organization, kpi=daily, on=today - timedelta(days=back), value=365 - back)
        for back in range(365)
    )
    for back in (50, 20, 3):
        KpiValueFactory(kpi=rare, on=today - timedelta(days=back), value=back)
    shown, few = kpis.with_series([daily, rare], today=today, days=365)
    assert 24 <= len(shown.series) <= 36
    assert shown.series == sorted(shown.series)
    assert shown.series[-1] == 365
    assert few.series == [50, 20, 3]
    assert kpis.with_series([rare], today=today, days=30)[0].series == [20, 3]


def test_the_history_of_a_period_begins_with_the_value_in_force_and_ends_today(admin):
    today = date(2026, 6, 30)
    kpi = KpiFactory(created_by=admin, value=8, target=100, starts_on=date(2026, 6, 10), ends_on=date(2026, 7, 10))
    for back, value in ((60, 5), (10, 7), (10, 8)):
        KpiValueFactory(kpi=kpi, on=today - timedelta(days=back), value=value)
    told = kpis.history(kpi, today=today, days=30)
    assert told.values == [(date(2026, 5, 31), 5), (date(2026, 6, 20), 8), (today, 8)]
    assert [day for day, _at in told.pace] == [date(2026, 6, 10), today]
    assert "rose from 5 on May 31, 2026 to 8 on June 30, 2026. The pace needed is 66.67." in told.title
    assert kpis.history(KpiFactory(created_by=admin), today=today, days=30).values == []


def test_behind_or_ahead_of_the_pace_and_what_a_week_would_have_to_bring(admin):
    today = date(2026, 1, 11)
    fields = {"created_by": admin, "target": Decimal(100), "starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 21)}
    behind = kpis.standing(KpiFactory(value=Decimal(30), **fields), today=today)
    assert (behind.left, behind.gap, behind.behind, behind.weekly, behind.is_reached) == (70, -20, 20, 49, False)
    ahead = kpis.standing(KpiFactory(value=Decimal(60), **fields), today=today)
    assert (ahead.gap, ahead.behind) == (10, 0)
    assert kpis.standing(KpiFactory(value=Decimal(100), **fields), today=today).is_reached
    fewer = kpis.standing(
        KpiFactory(value=Decimal(140), fewer_is_better=True, **fields | {"starts_at": 200}), today=today
    )
    assert (fewer.left, fewer.gap, fewer.is_reached) == (40, 10, False)
    assert kpis.standing(KpiFactory(created_by=admin, value=Decimal(1)), today=today) is None
    assert metrics.MEASURES.keys() == set(Metric.values)
