"""What people want to be told, how, and when they are left alone (U-02)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from crm.notifications import inbox, jobs, services
from crm.notifications.kinds import KINDS
from crm.notifications.models import Notification
from crm.tasks.notices import GIVEN, OVERDUE
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page

TUESDAY = datetime(2026, 3, 3, 15, tzinfo=UTC)  # ten in the morning in Toronto
LATER = TUESDAY + timedelta(minutes=10)


@pytest.fixture
def choose(owner):
    def choose(*, here=None, by_email=(), quiet=(None, None), days=(), **texts):
        return services.save_preferences(
            here=list(KINDS) if here is None else here, by_email=list(by_email), quiet_from=quiet[0],
            quiet_until=quiet[1], quiet_days=list(days), by=owner, **texts,
        )  # fmt: skip

    return choose


@pytest.fixture
def tell(owner, admin, contact):
    """``tell("Call Luc")``: somebody gives the owner this task."""

    def tell(title: str, *, at=TUESDAY, **fields):
        task = TaskFactory(contact=contact, owner=owner, title=title, due_on=None, **fields)
        with time_machine.travel(at, tick=False):
            inbox.notify(owner, GIVEN, task.pk, by=admin.pk)
        return task

    return tell


def tick(run_jobs, at=LATER) -> list[str]:
    """What workers do at this moment: the subjects of what leaves."""
    before = len(mail.outbox)
    with time_machine.travel(at, tick=False):
        jobs.email_notifications()
        jobs.text_notifications()
        run_jobs()
    return [one.subject for one in mail.outbox[before:]]


def test_who_chose_nothing_is_told_in_merci_and_gets_no_e_mail(tell, run_jobs):
    tell("Call Luc")
    assert Notification.objects.count() == 1
    assert tick(run_jobs) == []


def test_a_kind_that_is_not_wanted_is_not_told(tell, choose, run_jobs):
    choose(here=[OVERDUE], by_email=[GIVEN])  # what is not told here does not come by e-mail either
    tell("Call Luc")
    assert not Notification.objects.exists()
    assert tick(run_jobs) == []


def test_what_is_wanted_by_e_mail_comes_together_and_once(tell, choose, owner, admin, contact, run_jobs):
    choose(by_email=[GIVEN])
    tell("Call Luc")
    tell("Call Léa")
    assert tick(run_jobs, TUESDAY + timedelta(minutes=1)) == []  # a moment later, with what else comes
    assert tick(run_jobs) == [f"2 notifications · {owner.organization.name}"]
    assert tick(run_jobs) == []
    message = mail.outbox[-1]
    assert message.to == [owner.user.email]
    for part in (message.body, message.alternatives[0].content):
        assert "gave you a task: Call Luc" in part
        assert "Call Léa" in part
        assert contact.name in part
        assert "http://" in part
    tell("One more", at=LATER)
    assert tick(run_jobs, LATER + timedelta(minutes=5)) == [f"{admin} gave you a task: One more"]


def test_what_was_read_in_merci_or_is_gone_makes_no_e_mail(tell, choose, owner, run_jobs):
    choose(by_email=[GIVEN])
    tell("Read")
    inbox.read(Notification.objects.get())
    tell("Gone").delete()
    assert tick(run_jobs) == []
    tell("Old", at=TUESDAY - timedelta(days=9))
    assert tick(run_jobs) == []


def test_two_workers_at_once_tell_it_once(tell, choose, owner, run_jobs):
    choose(by_email=[GIVEN])
    tell("Call Luc")
    with time_machine.travel(LATER, tick=False):
        assert [services.email_notifications(owner) for _worker in range(2)] == [1, 0]
        run_jobs()
    assert len(mail.outbox) == 1


def test_it_is_written_in_the_language_of_the_reader(tell, choose, owner, admin, run_jobs):
    owner.user.language = "fr"
    owner.user.save()
    choose(by_email=[GIVEN])
    tell("Appeler Luc")
    assert tick(run_jobs) == [f"{admin} vous confie une tâche\u00a0: Appeler Luc"]


@pytest.mark.parametrize(
    ("quiet", "days", "hour", "is_quiet"),
    [
        ((9, 12), (), 10, True),
        ((9, 12), (), 12, False),  # until the hour begins
        ((9, 12), (), 8, False),
        ((18, 8), (), 23, True),  # over midnight
        ((18, 8), (), 7, True),
        ((18, 8), (), 8, False),
        ((None, None), (1,), 10, True),  # Tuesday
        ((None, None), (5, 6), 10, False),
        ((0, 23), (), 23, False),
    ],
)
def test_e_mails_wait_while_it_is_quiet_by_the_persons_own_clock(
    quiet, days, hour, is_quiet, tell, choose, owner, run_jobs
):
    owner.user.timezone = "America/Vancouver"
    owner.user.save()
    choose(by_email=[GIVEN], quiet=quiet, days=days)
    local = datetime(2026, 3, 3, hour, 30, tzinfo=ZoneInfo("America/Vancouver"))
    tell("Call Luc", at=local - timedelta(minutes=10))
    assert len(tick(run_jobs, local)) == (0 if is_quiet else 1)
    assert len(tick(run_jobs, local + timedelta(days=1, hours=12 - hour))) == int(is_quiet)  # nothing is lost


def test_somebody_who_left_or_sees_the_donor_no_more_is_told_nothing(tell, choose, owner, run_jobs):
    choose(by_email=[GIVEN])
    tell("Call Luc")
    owner.is_active = False
    owner.save()
    assert tick(run_jobs) == []


# --- by text message --------------------------------------------------------------------------------------------------
MOBILE = "+15145550177"


def test_a_text_message_tells_together_and_once_what_kind_of_thing_happened_and_names_nobody(
    tell, choose, owner, admin, contact, texts_set_up, run_jobs
):
    choose(by_text=[GIVEN], text_to=MOBILE)
    tell("Call Luc")
    tell("Call Léa")
    tick(run_jobs, TUESDAY + timedelta(minutes=1))
    assert texts_set_up.asked == []  # a moment later, with what else comes
    for _again in range(2):
        assert tick(run_jobs) == []  # no e-mail
    [asked] = texts_set_up.asked
    assert asked["To"] == MOBILE
    assert asked["Body"].startswith(f"Merci: 2 notifications ({KINDS[GIVEN].label}). http://")
    assert not [word for word in ("Luc", "Léa", contact.name, str(admin)) if word in asked["Body"]]


@pytest.mark.parametrize("left_alone", ["quiet", "read", "silenced", "not set up"])
def test_no_text_message_where_one_is_left_alone(left_alone, tell, choose, owner, texts_set_up, settings, run_jobs):
    choose(
        here=[OVERDUE] if left_alone == "silenced" else None,
        quiet=(9, 12) if left_alone == "quiet" else (None, None),
        by_text=[GIVEN],
        text_to=MOBILE,
    )
    tell("Call Luc")
    if left_alone == "read":
        inbox.read(Notification.objects.get())
    if left_alone == "not set up":
        settings.TWILIO_FROM = ""
    tick(run_jobs)
    assert texts_set_up.asked == []
    assert Notification.objects.filter(texted_at=None).count() == (0 if left_alone == "silenced" else 1)


def test_two_workers_at_once_text_it_once(tell, choose, owner, texts_set_up, run_jobs):
    choose(by_email=[GIVEN], by_text=[GIVEN], text_to=MOBILE)
    tell("Call Luc")
    with time_machine.travel(LATER, tick=False):
        assert [services.text_notifications(owner) for _worker in range(2)] == [1, 0]
        assert services.email_notifications(owner) == 1  # the other way is another matter
        run_jobs()
    assert len(texts_set_up.asked) == 1


def test_stop_stops_the_text_messages_and_nothing_else(tell, choose, owner, texts_set_up, run_jobs):
    choose(by_email=[GIVEN], by_text=[GIVEN], text_to=MOBILE)
    texts_set_up.answer = (400, 21610)
    tell("Call Luc")
    tick(run_jobs)
    known = owner.notice_preferences
    known.refresh_from_db()
    assert (known.by_text, known.by_email) == ([], [GIVEN])


def test_its_page_asks_for_a_number_where_text_messages_can_be_sent(owner, choose, texts_set_up, settings, browse):
    desk = browse(owner)
    wanted = {"here": [GIVEN], "by_text": [GIVEN]}
    for number in ("", "nonsense", "514 555-0177 x12"):
        assert desk.send("inbox:preferences", {**wanted, "text_to": number}).status_code == 422
    assert desk.send("inbox:preferences", {**wanted, "text_to": "514 555-0177"}).status_code == 302
    known = owner.notice_preferences
    assert (known.by_text, known.text_to) == ([GIVEN], MOBILE)
    shown = page(desk.open("inbox:preferences"))
    assert shown.one('input[name="text_to"]').get("value") == "514 555-0177"
    assert [box.get("value") for box in shown.css('input[name="by_text"][checked]')] == [GIVEN]

    settings.TWILIO_FROM = ""
    assert not page(desk.open("inbox:preferences")).css('input[name="by_text"]')
    desk.send("inbox:preferences", {"here": [GIVEN]})
    known.refresh_from_db()
    assert (known.by_text, known.text_to) == ([GIVEN], MOBILE)  # kept for the day they can be sent again


# --- the page ---------------------------------------------------------------------------------------------------------
def test_the_page_holds_what_was_chosen_and_saves_it(owner, browse):
    desk = browse(owner)
    shown = page(desk.open("inbox:preferences"))
    assert len(shown.css('input[name="here"][checked]')) == len(KINDS)  # everything, at first
    assert not shown.css('input[name="by_email"][checked]')
    answer = desk.send(
        "inbox:preferences",
        {
            "here": [GIVEN, OVERDUE],
            "by_email": [GIVEN],
            "quiet_from": "18",
            "quiet_until": "8",
            "quiet_days": ["5", "6"],
        },
    )
    assert answer.status_code == 302
    known = owner.notice_preferences
    assert known.by_email == [GIVEN]
    assert OVERDUE not in known.silenced
    assert len(known.silenced) == len(KINDS) - 2
    assert (known.quiet_from, known.quiet_until, known.quiet_days) == (18, 8, [5, 6])
    again = page(desk.open("inbox:preferences"))
    assert [box.get("value") for box in again.css('input[name="by_email"][checked]')] == [GIVEN]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "9", "quiet_until": "9"},
        {"quiet_from": "9", "quiet_until": ""},
        {"quiet_from": "25", "quiet_until": "8"},
        {"by_email": ["nothing"]},
        {"quiet_days": ["9"]},
    ],
)
def test_nonsense_is_refused_and_keeps_what_was_there(wrong, owner, choose, browse):
    choose(by_email=[GIVEN])
    assert browse(owner).send("inbox:preferences", {"here": [GIVEN], **wrong}).status_code == 422
    owner.notice_preferences.refresh_from_db()
    assert owner.notice_preferences.by_email == [GIVEN]


def test_each_organization_has_its_own(owner, choose):
    """Somebody who works in two is told apart by membership, not by person."""
    choose(here=[])
    other = MembershipFactory(user=owner.user, role="fundraiser")
    task = TaskFactory(contact=ContactFactory(organization=other.organization), owner=other)
    for member in (owner, other):
        inbox.notify(member, GIVEN, task.pk)
    assert [one.membership for one in Notification.objects.all()] == [other]
