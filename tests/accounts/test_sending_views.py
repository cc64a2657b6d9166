"""Saved views that come by e-mail: once for each Monday or month, to who made them, with what they may see (O-04)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.accounts import sending_views
from crm.accounts.jobs import send_views
from crm.accounts.keeping_views import save_view, update_view
from crm.accounts.models import SavedView
from crm.core.errors import DomainError
from crm.core.models import Operation
from tests.accounts.test_saved_views import SCREEN, keep
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page

MONDAY = date(2026, 11, 30)


@pytest.fixture
def clock(monkeypatch):
    """``clock(day)``: it is seven in the morning of that day in Montréal."""

    def turn(day: date) -> None:
        at = datetime(day.year, day.month, day.day, 7, tzinfo=ZoneInfo("America/Toronto"))
        monkeypatch.setattr(timezone, "now", lambda: at)

    return turn


def waiting(person, **fields) -> SavedView:
    view = keep(person, **{"sends": "weekly"} | fields)
    SavedView.objects.filter(pk=view.pk).update(sent_on=None)
    return view


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
@settings(deadline=None)
def test_what_is_due_weekly_is_due_since_monday_and_monthly_since_the_first(day):
    monday, first = (sending_views.last_due(sends, day) for sends in ("weekly", "monthly"))
    assert (monday.weekday(), first.day) == (0, 1)
    assert timedelta(0) <= day - monday < timedelta(days=7)
    assert (first.year, first.month) == (day.year, day.month)


@pytest.mark.parametrize(("sends", "expected"), [("weekly", 5), ("monthly", 2)])
def test_over_a_month_of_hours_it_comes_once_for_each_monday_or_month(sends, expected, owner, clock, run_jobs):
    clock(date(2026, 10, 28))  # a Wednesday: nothing comes at once
    keep(owner, sends=sends)
    begun = 0
    for back in range(36):
        clock(date(2026, 10, 28) + timedelta(days=back))
        begun += sum(send_views() for _hour in range(3))
    assert begun == Operation.objects.filter(kind="export").count() == expected


def test_a_server_that_was_down_on_monday_sends_it_on_wednesday(owner, clock):
    clock(MONDAY - timedelta(days=4))
    keep(owner, sends="weekly")
    clock(MONDAY + timedelta(days=2))
    assert (send_views(), send_views()) == (1, 0)


@pytest.mark.parametrize(("language", "said"), [("fr", "2 lignes."), ("en", "2 rows.")])
def test_who_made_it_gets_the_way_to_a_file_of_what_they_see(
    language, said, owner, colleague, clock, run_jobs, mailoutbox, browse
):
    owner.user.language = language
    owner.user.save()
    for person in (owner, owner, colleague):
        ContactFactory(organization=owner.organization, owner=person, lifecycle="donor")
    waiting(owner, name="My <donors>", sends_as="csv", columns=["city"])
    clock(MONDAY)
    send_views()
    run_jobs()
    (message,) = mailoutbox
    operation = Operation.objects.get(kind="export")
    assert message.to == [owner.user.email]
    assert message.subject.startswith("My <donors>")
    assert said in message.body
    assert f"/{language}/o/" in message.body
    assert operation.get_absolute_url().partition("/o/")[2] in message.body
    assert "My &lt;donors&gt;" in message.alternatives[0].content
    assert message.attachments == []  # donors never travel by e-mail
    with operation.result_file.open() as file:
        text = file.read().decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 3
    assert browse(colleague).get(operation.get_absolute_url()).status_code == 404


def test_who_may_no_longer_take_lists_out_or_has_left_gets_nothing(owner, clock, run_jobs, mailoutbox):
    waiting(owner)
    clock(MONDAY)
    owner.role = "member"
    owner.save()
    assert send_views() == 0
    owner.role, owner.is_active = "fundraiser", False
    owner.save()
    assert send_views() == 0
    run_jobs()
    assert mailoutbox == []


def test_only_whoever_made_it_and_may_export_has_it_sent(admin, owner, reader, browse):
    with pytest.raises(DomainError):
        keep(reader, sends="weekly")
    view = keep(owner, is_shared=True)
    with pytest.raises(DomainError):
        update_view(view, name="Donors", is_shared=True, is_pinned=True, sends="weekly", by=admin)
    for person, asked in ((owner, 2), (admin, 0)):
        form = page(browse(person).open("accounts:saved_view_update", pk=view.pk))
        assert len(form.css("[name=sends], [name=sends_as]")) == asked
    own = save_view(screen=SCREEN, name="Mine", query="", columns=[], is_shared=False, is_pinned=True, by=reader)
    assert not page(browse(reader).open("accounts:saved_view_update", pk=own.pk)).css("[name=sends]")


@pytest.mark.parametrize("screen", ["accounts:home", "insights:retention"])
def test_a_page_that_is_no_list_to_take_out_is_not_sent(screen, admin):
    kept = {"query": "", "columns": [], "is_shared": False, "is_pinned": True}
    with pytest.raises(DomainError) as refused:
        save_view(screen=screen, name="X", sends="weekly", by=admin, **kept)
    assert refused.value.field == "sends"
    assert save_view(screen="giving:gift_list", name="X", sends="weekly", by=admin, **kept).sends == "weekly"


def test_it_is_asked_for_and_stopped_in_the_form_of_the_view(owner, browse):
    view, desk = keep(owner), browse(owner)
    form = {"name": "Donors", "is_pinned": "on", "sends": "monthly", "sends_as": "csv"}
    assert desk.post(desk.url("accounts:saved_view_update", pk=view.pk), form).status_code == 302
    view.refresh_from_db()
    assert (view.sends, view.sends_as, view.sent_on is not None) == ("monthly", "csv", True)
    shown = (
        page(desk.open("insights:report_list")).one("#reports-kept ~ ul, section[aria-labelledby=reports-kept]").words
    )
    assert "On the first of each month, as CSV" in shown
    desk.post(desk.url("accounts:saved_view_update", pk=view.pk), form | {"sends": ""})
    view.refresh_from_db()
    assert view.sends == ""


def test_a_view_of_a_list_that_is_no_more_is_passed_over(owner, clock, browse):
    view = waiting(owner)
    SavedView.objects.filter(pk=view.pk).update(screen="contacts:gone_list")
    clock(MONDAY)
    assert send_views() == 0
    assert (
        "Donors"
        not in page(browse(owner).open("insights:report_list")).one("section[aria-labelledby=reports-kept]").words
    )
