"""The donor page: one timeline for every verb, what each role is told, who opened it, what it costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.contacts import queries, services
from crm.contacts.models import RecordView
from crm.contacts.services.openings import QUIET
from crm.giving.queries import a_year_before, giving_years, trend
from crm.tasks.services import complete_task, create_task
from tests.factories.contacts import ContactFactory, VisitFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.factories.receipts import issued
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page


def verbs(contact, **kwargs) -> list[str]:
    return [entry.event.verb for day in queries.timeline(contact, **kwargs).days for entry in day.entries]


# --- the timeline -------------------------------------------------------------------------------------------------------
def test_a_verb_that_nobody_knows_and_data_that_make_no_sense_break_nothing(contact, admin, browse):
    for verb, data in (
        ("dance.waltzed", {}),
        ("contact.teleported", {"changes": {"city": ["Québec", "Lévis"], "no_such_field": [1, 2]}}),
        ("visit.recorded", {}),
        ("visit.deleted", {"on": "not a date"}),
        ("task.created", {"due_on": 7}),
        ("task.done", {}),
    ):
        services.log(contact, verb, by=None, **data)
    shown = page(browse(admin).open("contacts:contact_detail", pk=contact.pk))
    assert len(shown.css("#timeline .mc-tl")) == 6
    assert "dance.waltzed" in shown.text
    assert "City: Québec → Lévis" in " ".join(shown.texts("#timeline .mc-tl p"))


def test_each_chip_keeps_its_own_and_what_has_no_chip_is_a_change(contact):
    for verb in ("gift.recorded", "note.added", "visit.recorded", "task.done", "receipt.issued", "consent.recorded",
                 "contact.updated", "tag.added", "household.joined", "dance.waltzed", "communication.noted"):  # fmt: skip
        services.log(contact, verb, by=None)
    assert {group: sorted(verbs(contact, group=group)) for group in queries.GROUPS} == {
        "gifts": ["gift.recorded"],
        "notes": ["note.added", "visit.recorded"],
        "tasks": ["task.done"],
        "receipts": ["receipt.issued"],
        "messages": ["communication.noted"],
        "consents": ["consent.recorded"],
        "changes": ["contact.updated", "dance.waltzed", "household.joined", "tag.added"],
    }
    assert len(verbs(contact)) == len(verbs(contact, group="nonsense")) == 11


def test_a_role_is_not_told_on_the_timeline_what_it_may_not_see(contact, admin, finance, member):
    for verb in ("gift.recorded", "task.done", "receipt.issued", "note.added"):
        services.log(contact, verb, by=None)
    assert set(verbs(contact, reader=admin)) == {"gift.recorded", "task.done", "receipt.issued", "note.added"}
    assert set(verbs(contact, reader=finance)) == {"gift.recorded", "receipt.issued", "note.added"}
    assert set(verbs(contact, reader=member)) == {"gift.recorded", "task.done", "note.added"}


def test_a_day_that_goes_on_below_is_not_said_twice(contact):
    at = timezone.now().replace(hour=17, minute=0)
    services.log_many(services.timeline_event(contact, "note.added", by=None, at=at) for _n in range(queries.PAGE + 2))
    first = queries.timeline(contact)
    below = queries.timeline(contact, before=first.next_before)
    assert (first.continues, below.continues, len(below.days[0].entries)) == (False, True, 2)
    assert not queries.timeline(contact, before="0_0").continues


@pytest.mark.parametrize("before", ["", "x", "1_", "_1", "99999999999999999_1", "-1_1", "²_²", "1" * 40 + "_1"])
def test_a_place_in_the_past_that_is_not_ours_is_ignored(contact, admin, browse, before):
    services.log(contact, "note.added", by=admin)
    response = browse(admin).open("contacts:contact_timeline", {"before": before, "depth": "²"}, pk=contact.pk)
    assert response.status_code == 200


# --- who opened it ------------------------------------------------------------------------------------------------------
def test_opening_a_record_is_written_once_a_day_and_counted_once_in_five_minutes(contact, owner, browse):
    client = browse(owner)
    with time_machine.travel("2026-11-20T14:00:00-05:00", tick=False) as clock:
        for name in ("contact_detail", "contact_timeline", "contact_notes", "contact_update"):
            client.open(f"contacts:{name}", pk=contact.pk)
        assert list(RecordView.objects.values_list("membership", "contact", "day", "times")) == [
            (owner.pk, contact.pk, date(2026, 11, 20), 1)
        ]
        clock.shift(QUIET)
        client.open("contacts:contact_detail", pk=contact.pk)
        assert RecordView.objects.get().times == 2
        clock.shift(timedelta(hours=9, minutes=45))  # 23 h 50 in Montréal, already tomorrow in UTC
        client.open("contacts:contact_detail", pk=contact.pk)
        assert RecordView.objects.get().times == 3
        clock.shift(timedelta(minutes=20))
        client.open("contacts:contact_detail", pk=contact.pk)
    assert list(RecordView.objects.order_by("day").values_list("day", "times")) == [
        (date(2026, 11, 20), 3),
        (date(2026, 11, 21), 1),
    ]


@pytest.mark.parametrize(
    "name", ["contact_timeline", "contact_notes", "contact_visits", "contact_profile", "contact_update"]
)
def test_no_door_beside_the_page_goes_unwritten(contact, owner, browse, name):
    assert browse(owner).open(f"contacts:{name}", pk=contact.pk).status_code == 200
    assert RecordView.objects.get().contact_id == contact.pk


def test_who_was_refused_opened_nothing(contact, colleague, outsider, browse):
    for person in (colleague, outsider):
        assert browse(person).open("contacts:contact_detail", pk=contact.pk).status_code == 404
    assert RecordView.objects.count() == 0


def test_the_last_visited_are_ones_own_the_latest_first(contact, owner, admin, browse):
    other = ContactFactory(organization=contact.organization, owner=owner, last_name="Zola", first_name="Émile")
    client = browse(owner)
    with time_machine.travel("2026-11-20T14:00:00-05:00", tick=False) as clock:
        for opened in (contact, other):
            client.open("contacts:contact_detail", pk=opened.pk)
            clock.shift(60)
        assert page(client.open("contacts:contact_recent")).texts("a.mc-name") == [other.name, contact.name]
    assert page(browse(admin).open("contacts:contact_recent")).texts("main a.mc-name") == []


# --- its panels ---------------------------------------------------------------------------------------------------------
def test_the_page_comes_whole_with_what_every_domain_says_of_the_contact(contact, fund, admin, browse):
    GiftFactory(contact=contact, fund=fund, recorded_by=admin, amount=Decimal("71.30"))
    TaskFactory(contact=contact, owner=admin, title="Call about the gala")
    shown = page(browse(admin).open("contacts:contact_detail", pk=contact.pk))
    assert {"Consents", "Household and relations"} <= set(shown.texts("section h2"))
    assert "No gift received yet" in shown.text
    assert "Call about the gala" in " ".join(shown.texts("#next-action"))
    assert not [tag for tag in shown.css("[hx-trigger]") if tag.get("hx-trigger").startswith("load")]
    assert "$71.30" in " ".join(
        page(browse(admin).open("contacts:contact_detail", {"tab": "gifts"}, pk=contact.pk)).texts("#tab-card td")
    )


def test_a_panel_that_fails_takes_nothing_with_it_and_tries_again_by_itself(
    contact, admin, browse, monkeypatch, caplog
):
    monkeypatch.setattr("crm.giving.queries.giving_years", lambda *_args, **_kwargs: 1 / 0)
    response = browse(admin).open("contacts:contact_detail", pk=contact.pk)
    shown = page(response)
    assert response.status_code == 200
    assert [tag.get("hx-get").rsplit("/", 2)[1] for tag in shown.css("[data-panel][hx-trigger=load]")] == ["summary"]
    assert "panel_failed" in caplog.text


def test_a_panel_reads_its_own_address_not_that_of_the_page(contact, fund, admin, browse):
    GiftFactory.create_batch(3, contact=contact, fund=fund, recorded_by=admin)
    shown = page(
        browse(admin).open("contacts:contact_detail", {"tab": "gifts", "page": "7", "sort": "x"}, pk=contact.pk)
    )
    assert len(shown.css("#tab-card tbody tr")) == 3


# --- what it costs ------------------------------------------------------------------------------------------------------
def test_the_page_costs_the_same_for_one_thing_of_each_kind_as_for_ten(contact, admin, browse):
    client = browse(admin)

    def add(count: int) -> None:
        for _n in range(count):
            fund = FundFactory(organization=contact.organization)
            issued(GiftFactory(contact=contact, fund=fund, recorded_by=admin), by=admin)
            services.add_note(contact, text="Called.", by=admin)
            services.record_visit(contact, by=admin, amount=Decimal(5))
            services.correct_visit(VisitFactory(contact=contact, recorded_by=admin), by=admin, note="Twice")
            complete_task(create_task(title="Call", owner=admin, by=admin, contact=contact), by=admin, outcome="Yes")
            create_task(title="Call", owner=admin, by=admin, contact=contact)

    def cost() -> list[str]:
        with CaptureQueriesContext(connection) as found:
            assert client.open("contacts:contact_detail", pk=contact.pk).status_code == 200
        return [query["sql"] for query in found]

    add(1)
    cost()
    few = cost()
    add(3)
    many = cost()
    assert len(many) == len(few), many
    assert len(few) <= 30, len(few)


def test_the_tabs_say_how_many_things_they_hold_to_those_who_see_them(contact, admin, finance, owner, browse):
    services.add_note(contact, text="Called.", by=admin)
    for _n in range(2):
        services.record_visit(contact, by=admin)
    TaskFactory(contact=contact, owner=owner)
    seen = page(browse(admin).open("contacts:contact_detail", pk=contact.pk)).texts("#tab-card > .mc-tabs a")
    assert {"Notes 1", "Visits 2", "Tasks 1", "Gifts", "Profile"} <= set(seen)
    seen = page(browse(finance).open("contacts:contact_detail", pk=contact.pk))
    assert not [text for text in seen.texts("#tab-card > .mc-tabs a") if text.startswith("Tasks")]
    assert not seen.css("#next-action")
    assert not seen.css("#quick")


# --- the trend ----------------------------------------------------------------------------------------------------------
def test_this_year_is_compared_with_the_same_days_of_the_year_before(contact, fund, admin):
    for day, amount in (("2025-01-10", 100), ("2025-06-01", 900), ("2026-01-10", 150)):
        GiftFactory(
            contact=contact, fund=fund, recorded_by=admin, amount=Decimal(amount), received_on=date.fromisoformat(day)
        )
    years = giving_years(contact, currency="CAD", today=date(2026, 3, 1))
    assert (years.total_of(2025), years.last_year_so_far) == (1000, 100)
    assert trend(years.total_of(2026), years.last_year_so_far).percent == 50
    assert trend(Decimal(50), Decimal(0)).percent is None
    assert (trend(Decimal(0), Decimal(80)).percent, trend(Decimal(0), Decimal(80)).tone) == (-100, "down")
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)
