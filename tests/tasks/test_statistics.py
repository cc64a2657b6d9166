"""Tasks in numbers: each is that of the list it leads to, for each role (M-01)."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.core.dates import today_in
from crm.tasks.choices import TaskType
from tests.factories.contacts import ContactFactory
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page


def busy(organization, people, count: int, seed: int = 1) -> None:
    dice, today = Random(seed), today_in(organization.timezone)
    for _one in range(count):
        TaskFactory(
            contact=ContactFactory(organization=organization), owner=dice.choice(people), type=dice.choice(TaskType.values),
            due_on=dice.choice((None, today - timedelta(days=dice.randrange(-9, 40)))),
            done_at=dice.choice((None, timezone.now() - timedelta(days=dice.randrange(0, 60), hours=dice.randrange(24)))),
        )  # fmt: skip


@pytest.mark.parametrize("who", ["admin", "owner", "member", "reader"])
@pytest.mark.parametrize("days", ["", "7", "365", "12"])
def test_every_number_opens_as_many_tasks(who, days, organization, admin, owner, member, browse, request):
    busy(organization, [admin, owner, member], 60)
    desk = browse(request.getfixturevalue(who))
    found = page(desk.open("tasks:statistics", {"days": days}))
    links = found.css("main tbody a")
    assert links
    for link in links:
        answer = desk.get(link.get("href"))
        assert (answer.context["filter"].ignored, answer.context["filter"].qs.count()) == ([], int(link.words)), (
            link.get("href")
        )
    people = len(found.css("#tasks-people")) and len(found.css("table[aria-labelledby=tasks-people] tbody tr"))
    assert people == (3 if who in ("admin", "reader") else 1)


def test_the_sums_agree_along_both_axes(organization, admin, owner, browse):
    busy(organization, [admin, owner], 40)
    context = browse(admin).open("tasks:statistics").context
    for axis in ("people", "types"):
        for name in ("open", "overdue", "done"):
            assert sum(getattr(row, name) for _label, _query, row in context[axis]) == getattr(context["total"], name)


def test_nothing_to_count_says_so(admin, finance, browse):
    assert page(browse(admin).open("tasks:statistics")).css("main .mc-empty")
    assert browse(finance).open("tasks:statistics").status_code == 403


def test_it_costs_as_many_queries_for_many_as_for_few(organization, admin, owner, browse):
    desk = browse(admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as taken:
            desk.open("tasks:statistics")
        return len(taken)

    busy(organization, [admin, owner], 5)
    cost()
    before = cost()
    busy(organization, [admin, owner], 60, seed=2)
    assert cost() <= before
