"""Tasks on screens: the list, the acts made in place, who is told what, the morning digest."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from crm.contacts.models import Contact
from crm.tasks.digest import collect_tasks
from crm.tasks.models import Task
from crm.tasks.templatetags.tasks_ui import due
from tests.factories.contacts import ContactFactory
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


@pytest.fixture
def task(contact, owner):
    return TaskFactory(contact=contact, owner=owner, title="Call about the gala", due_on=TODAY)


def titles(response) -> list[str]:
    return page(response).texts("[data-rows] a.mc-name")


# --- the list -----------------------------------------------------------------------------------------------------------
def test_each_tab_holds_its_own_and_the_menu_counts_what_is_due(contact, owner, admin, browse):
    for title, day in (("Late", -3), ("Now", 0), ("Soon", 4)):
        TaskFactory(contact=contact, owner=owner, title=title, due_on=TODAY + timedelta(days=day))
    TaskFactory(contact=contact, owner=owner, title="Some day", due_on=None)
    TaskFactory(contact=contact, owner=owner, title="Past", due_on=TODAY, done_at=timezone.now())
    TaskFactory(contact=contact, owner=admin, title="Hers", due_on=TODAY)
    client = browse(owner)
    found = {when: titles(client.open("tasks:task_list", {"when": when})) for when in ("overdue", "today", "upcoming")}
    assert found == {"overdue": ["Late"], "today": ["Now"], "upcoming": ["Soon", "Some day"]}
    everything = client.open("tasks:task_list")
    assert titles(everything) == ["Late", "Now", "Soon", "Some day"]
    assert titles(client.open("tasks:task_list", {"when": "done"})) == ["Past"]
    assert "Tasks2" in page(everything).texts("#nav .nav-link")
    assert titles(client.open("tasks:task_list", {"whose": "all"})) == ["Late", "Now", "Soon", "Some day"]


def test_an_administrator_sees_her_own_then_everybodys_and_a_reader_everybodys(contact, owner, admin, reader, browse):
    TaskFactory(contact=contact, owner=owner, title="His")
    TaskFactory(contact=contact, owner=admin, title="Hers")
    assert titles(browse(admin).open("tasks:task_list")) == ["Hers"]
    assert titles(browse(admin).open("tasks:task_list", {"whose": "all"})) == ["His", "Hers"]
    assert titles(browse(reader).open("tasks:task_list")) == ["His", "Hers"]
    assert not page(browse(reader).open("tasks:task_list")).css("[data-rows] .btn")


def test_the_donor_of_a_task_is_named_to_those_who_see_them_only(contact, owner, colleague, browse):
    TaskFactory(contact=contact, owner=owner, title="Call")
    Contact.objects.filter(pk=contact.pk).update(owner=colleague)  # she no longer follows this donor
    client, task = browse(owner), Task.objects.get()
    for response in (
        client.open("tasks:task_list"),
        client.open("tasks:task_list", {"q": "Côté"}),
        client.open("tasks:task_detail", pk=task.pk),
        client.open("tasks:task_complete", pk=task.pk),
    ):
        assert contact.name not in response.content.decode()
    done = client.send("tasks:task_complete", {"outcome": ""}, pk=task.pk)
    assert done.url == client.url("tasks:task_list")  # not to a page she may not open
    assert collect_tasks(owner, timezone.now(), timezone.now()) is None


# --- acts in place ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["next", "li", "tr"])
def test_done_in_place_shows_the_place_again_and_can_be_taken_back(task, owner, browse, place):
    client = browse(owner)
    url = client.url("tasks:task_complete", pk=task.pk)
    asked = client.get(url, {"place": place}, headers={"HX-Request": "true"})
    token = page(asked).one("[name=submission]").get("value")
    typed = {"place": place, "outcome": "She says yes", "submission": token}
    first, again = (client.post(url, typed, headers={"HX-Request": "true"}) for _twice in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert "timeline-changed" in first.headers["HX-Trigger"]
    assert "<html" not in first.content.decode()
    task.refresh_from_db()
    assert (task.outcome, task.contact.timeline.filter(verb="task.done").count()) == ("She says yes", 1)
    back = client.send("tasks:task_reopen", {"place": place}, htmx=True, pk=task.pk)
    task.refresh_from_db()
    assert (back.status_code, task.is_done) == (200, False)
    assert "Call about the gala" in back.content.decode()


def test_without_script_an_act_has_its_page_and_leads_back_to_the_donor(task, contact, owner, browse):
    client = browse(owner)
    assert client.open("tasks:task_postpone", pk=task.pk).status_code == 200
    sent = client.send("tasks:task_postpone", {"due_on": "2026-11-25"}, pk=task.pk)
    assert sent.url == contact.get_absolute_url()
    assert Task.objects.get().due_on == date(2026, 11, 25)


@pytest.mark.parametrize("typed", ["", "yesterday", "2026-11-19", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused_in_place(task, owner, browse, typed):
    sent = browse(owner).send("tasks:task_postpone", {"due_on": typed, "place": "next"}, htmx=True, pk=task.pk)
    assert sent.status_code == 422
    assert page(sent).css(".invalid-feedback")
    assert Task.objects.get().due_on == TODAY


def test_a_forged_place_is_no_place(task, owner, browse):
    sent = browse(owner).send("tasks:task_complete", {"place": "<script>"}, htmx=True, pk=task.pk)
    assert sent.status_code == 204  # led to the donor's page, as without a place


# --- planning -----------------------------------------------------------------------------------------------------------
def test_who_plans_only_their_own_is_not_asked_who_and_cannot_say_it(contact, owner, admin, member, browse):
    client = browse(member)
    asked = client.open("tasks:task_quick", pk=contact.pk)
    assert not page(asked).css("[name=owner]")
    assert client.send("tasks:task_quick", {"title": "Call", "owner": admin.pk}, pk=contact.pk).status_code == 302
    assert Task.objects.get().owner == member


def test_another_organizations_person_or_one_without_tasks_is_no_choice(contact, admin, finance, outsider, browse):
    for forged in (outsider.pk, finance.pk, 999999, "x"):
        sent = browse(admin).send("tasks:task_quick", {"title": "Call", "owner": forged}, htmx=True, pk=contact.pk)
        assert sent.status_code == 422
    assert Task.objects.count() == 0


def test_an_owner_who_does_not_see_the_donor_is_refused_beside_the_field(contact, admin, colleague, browse):
    sent = browse(admin).send("tasks:task_quick", {"title": "Call", "owner": colleague.pk}, htmx=True, pk=contact.pk)
    assert "may not see this contact" in " ".join(page(sent).texts(".invalid-feedback"))


def test_the_quick_task_sent_twice_is_planned_once(contact, admin, browse):
    typed = {"title": "Call", "owner": admin.pk, "submission": "one"}
    for _twice in range(2):
        sent = browse(admin).send("tasks:task_quick", typed, htmx=True, pk=contact.pk)
    assert (sent.status_code, Task.objects.count()) == (200, 1)


def test_who_may_plan_with_a_donor(contact, owner, member, colleague, finance, reader, browse):
    answers = [
        browse(person).send("tasks:task_quick", {"title": "Call"}, pk=contact.pk).status_code
        for person in (owner, member, colleague, finance, reader)
    ]
    assert answers == [302, 302, 404, 403, 403]


def test_a_colleagues_task_is_not_found_and_a_readers_not_changed(task, colleague, member, reader, outsider, browse):
    for person in (colleague, member, outsider):
        assert browse(person).send("tasks:task_complete", pk=task.pk).status_code == 404
    assert browse(reader).open("tasks:task_detail", pk=task.pk).status_code == 200
    assert browse(reader).send("tasks:task_delete", pk=task.pk).status_code == 403
    assert Task.objects.get().is_done is False


# --- words --------------------------------------------------------------------------------------------------------------
def test_the_digest_tells_the_readers_own_tasks_of_today_late_ones_first(contact, owner, admin):
    TaskFactory(contact=contact, owner=owner, title="Now", due_on=TODAY)
    TaskFactory(contact=contact, owner=owner, title="Late", due_on=TODAY - timedelta(days=2))
    TaskFactory(contact=contact, owner=owner, title="Soon", due_on=TODAY + timedelta(days=1))
    TaskFactory(contact=ContactFactory(organization=contact.organization), owner=admin, title="Hers", due_on=TODAY)
    section = collect_tasks(owner, timezone.now(), timezone.now())
    assert [(line.text, line.tone) for line in section.lines] == [("Late", "bad"), ("Now", "")]
    assert (section.total, section.lines[0].detail) == ("2 tasks to do today. 1 is late.", contact.name)


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (TODAY, "today", "aujourd’hui"),
        (TODAY + timedelta(days=1), "tomorrow", "demain"),
        (date(2026, 11, 26), "Thursday, November 26", "jeudi 26\u00a0novembre"),
        (date(2027, 1, 1), "Friday, January 1, 2027", "vendredi 1er\u00a0janvier 2027"),
        (None, "no date", "sans date"),
    ],
)
def test_a_day_inside_a_sentence(day, english, french):
    assert due(day) == english
    with translation.override("fr"):
        assert due(day) == french
