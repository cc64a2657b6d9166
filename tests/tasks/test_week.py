"""A week of tasks, day by day: everything due in it once, in the right place, for the right person."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.tasks.models import Task
from tests.factories.contacts import ContactFactory
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-27T03:30:00Z", tick=False):  # still Thursday the 26th in Toronto
        yield


@pytest.fixture
def week(organization, admin, owner):
    """A task a day from the Sunday before to the Monday after, named by its day; one of a colleague."""
    donor = ContactFactory(organization=organization, owner=owner, first_name="Luc", last_name="Roy")
    for number in range(-1, 8):
        day = MONDAY + timedelta(days=number)
        TaskFactory(contact=donor, owner=admin, title=f"Task {day:%d}", due_on=day)
    TaskFactory(contact=donor, owner=owner, title="Theirs", due_on=MONDAY)


def shown(response) -> list[list[str]]:
    return [[node.words for node in day.css(".mc-name")] for day in page(response).css(".mc-week > section")]


def test_each_day_holds_what_is_due_on_it_by_the_clock_of_the_organization(week, admin, browse):
    response = browse(admin).open("tasks:task_week")
    assert shown(response) == [[f"Task {23 + number}"] for number in range(7)]
    assert page(response).one(".is-today h2").words.startswith("Thursday")
    assert "5 tasks are overdue" not in page(response).one("main").words
    assert "4 tasks are overdue" in page(response).one("main").words


@pytest.mark.parametrize("asked", ["2026-11-29", "2026-11-23", "nonsense", "0001-01-01", "9999-12-31", ""])
def test_any_day_finds_its_week_and_nonsense_finds_one_too(week, admin, browse, asked):
    response = browse(admin).open("tasks:task_week", {"week": asked})
    assert response.status_code == 200
    if asked.startswith("2026"):
        assert shown(response)[0] == ["Task 23"]


def test_one_goes_from_week_to_week(week, admin, browse):
    desk = browse(admin)
    before, _this, after = page(desk.open("tasks:task_week")).css(".btn-group a")
    url = desk.url("tasks:task_week")
    assert shown(desk.get(url + before.get("href")))[6] == ["Task 22"]
    assert shown(desk.get(url + after.get("href")))[0] == ["Task 30"]


def test_ones_own_unless_one_asks_for_everybodys_and_done_ones_stay_in_their_place(week, admin, owner, browse):
    assert shown(browse(admin).open("tasks:task_week", {"whose": "all"}))[0] == ["Task 23", "Theirs"]
    Task.objects.filter(title="Task 24").update(done_at="2026-11-24T15:00Z", done_by=admin)
    assert shown(browse(admin).open("tasks:task_week"))[1] == ["Task 24"]
    assert shown(browse(owner).open("tasks:task_week", {"whose": "all"}))[0] == ["Theirs"]


def test_a_full_week_costs_no_query_more(week, admin, browse, organization):
    desk = browse(admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as taken:
            desk.open("tasks:task_week")
        return len(taken)

    cost()
    before = cost()
    for number in range(40):
        donor = ContactFactory(organization=organization)
        TaskFactory(contact=donor, owner=admin, due_on=MONDAY + timedelta(days=number % 7))
    assert cost() == before
