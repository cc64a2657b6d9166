"""The Jobs page: what it tells, and to whom."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task

from crm.core import jobboard
from crm.core.heartbeat import SCHEDULER, mark, worker_name
from crm.core.housekeeping import beat, probe
from crm.core.jobs import enqueue, sync_schedules
from crm.core.mailer import deliver
from crm.core.models import OutgoingEmail
from crm.core.operations import run_operation
from tests.factories.core import OperationFactory

ERROR = "no such person: zoe@example.test : Traceback (most recent call last):\n  File…\nsmtplib.SMTPRefused: no such person"


def task(pk: str, job, *, success: bool = False, result: object = ERROR, attempts: int = 3, **arguments) -> Task:
    now = timezone.now()
    return Task.objects.create(
        id=pk,
        name=pk,
        func="crm.core.jobs.run",
        args=(job.path, json.dumps(arguments)),
        started=now,
        stopped=now,
        success=success,
        result=result,
        attempt_count=attempts,
    )


def page(browse, who) -> str:
    response = browse(who).open("core:job_list")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def email(organization):
    return OutgoingEmail.objects.create(
        key="k", organization=organization, recipient="zoe@example.test", language="en", subject="Your day", text="…",
        status="failed", error="no such person", attempts=3,
    )  # fmt: skip


def test_it_says_that_the_worker_runs_or_not(db, admin, browse):
    assert "The worker gives no sign of life" in page(browse, admin)
    mark(SCHEDULER)
    mark(worker_name())
    assert "The worker is running" in page(browse, admin)


@pytest.mark.parametrize("role", ["owner", "finance", "member", "reader"])
def test_it_is_for_administrators(role, request, browse):
    assert browse(request.getfixturevalue(role)).open("core:job_list").status_code == 403


def test_a_scheduled_job_shows_its_words_its_last_and_its_next_run(db):
    sync_schedules()
    last = task("a" * 32, beat, success=True, result=None)
    following = timezone.now() + timedelta(minutes=1)
    Schedule.objects.filter(name=beat.path).update(task=last.pk, next_run=following)
    (row,) = [row for row in jobboard.scheduled(whole=True) if row.label == beat.label]
    assert (str(row.label), row.timing, row.outcome) == ("Sign of life", "Every minute", "ok")
    assert (row.last_at, row.next_at) == (last.stopped, following)


@pytest.mark.parametrize(("whole", "error"), [(True, "no such person: zoe@example.test"), (False, "SMTPRefused")])
def test_a_failed_run_shows_its_reason_whole_or_only_by_name(db, whole, error):
    sync_schedules()
    Schedule.objects.filter(name=beat.path).update(task=task("b" * 32, beat).pk)
    (row,) = [row for row in jobboard.scheduled(whole=whole) if row.label == beat.label]
    assert (row.outcome, row.error) == ("failed", error)


def test_a_run_without_a_result_yet_is_in_progress(db):
    sync_schedules()
    Schedule.objects.filter(name=beat.path).update(task="c" * 32)
    assert [row.outcome for row in jobboard.scheduled(whole=True) if row.label == beat.label] == ["waiting"]


def test_a_failed_job_shows_its_reason_and_whether_it_will_be_tried_again(db, organization):
    task("1", deliver, attempts=1, email_id=1)
    task("2", deliver, attempts=3, email_id=2)
    task("3", deliver, success=True, email_id=3)
    rows = jobboard.failures(organization=organization, whole=True)
    assert [(str(row.label), row.attempts, row.will_retry) for row in rows] == [
        ("Send an e-mail", 3, False),
        ("Send an e-mail", 1, True),
    ]


@pytest.mark.parametrize("result", ["", None, 42, "x", " : Traceback (most recent call last):\n  …\nOSError"])
def test_any_result_has_a_first_line(result):
    assert isinstance(jobboard.first_line(result, whole=True), str)


def test_an_error_without_a_message_is_named(db):
    assert jobboard.first_line(" : Traceback (most recent call last):\n  …\nbuiltins.OSError", whole=True) == "OSError"


def test_one_organization_learns_nothing_of_the_jobs_of_another(admin, outsider, organization):
    mine, theirs = OperationFactory(organization=organization), OperationFactory(organization=outsider.organization)
    task("mine", run_operation, operation_id=mine.pk)
    task("theirs", run_operation, operation_id=theirs.pk)
    task("event-mine", deliver, organization_id=organization.pk)
    task("event-theirs", deliver, organization_id=outsider.organization_id)
    task("nobody", deliver, email_id=1)
    task("system", beat)
    rows = jobboard.failures(organization=organization, whole=False)
    assert [str(row.label) for row in rows] == ["Sign of life", "Send an e-mail", "Long work, piece by piece"]
    assert {row.error for row in rows} == {"SMTPRefused"}


def test_the_only_organization_reads_the_reasons_in_full(admin, browse):
    task("1", deliver, email_id=1)
    assert "no such person: zoe@example.test" in page(browse, admin)


def test_with_others_on_the_server_the_reasons_stay_hidden(admin, outsider, browse):
    task("1", deliver, email_id=1)
    task("2", beat)
    text = page(browse, admin)
    assert ("SMTPRefused" in text, "zoe@example.test" in text) == (True, False)


def test_an_undelivered_email_is_shown_to_its_own_organization_only(admin, outsider, email, browse):
    assert "Your day" in page(browse, admin)
    assert "Your day" not in page(browse, outsider)


def test_an_undelivered_email_can_be_sent_again(admin, email, browse, run_jobs, mailoutbox):
    client = browse(admin)
    question = client.open("core:email_again", pk=email.pk).content.decode()
    assert "the person receives it twice" in question
    assert client.send("core:email_again", pk=email.pk).url == client.url("core:job_list")
    run_jobs()
    assert [message.to for message in mailoutbox] == [["zoe@example.test"]]


def test_an_email_of_another_organization_cannot_be_sent_again(outsider, email, browse):
    assert browse(outsider).send("core:email_again", pk=email.pk).status_code == 404
    email.refresh_from_db()
    assert email.status == "failed"


def test_the_page_costs_the_same_however_many_jobs_failed(admin, browse):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sync_schedules()
    client = browse(admin)
    client.open("core:job_list")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.open("core:job_list")
        return len(queries)

    task("0", deliver, email_id=0)
    few = cost()
    for number in range(1, 12):
        task(str(number), deliver, email_id=number)
    assert cost() == few


FRAMES = 'Traceback (most recent call last):\n  File "x.py", line 1, in run\n    go()\n'


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (f"[Errno 111] : {FRAMES}ConnectionRefusedError: [Errno 111]", "did not answer in time"),
        (f"down : {FRAMES}django.db.utils.OperationalError: down\n\tIs the server running?", "database was busy"),
        (f"no : {FRAMES}smtplib.SMTPAuthenticationError: (535, b'no')", "name or the password"),
        (f"gone : {FRAMES}crm.core.models.OutgoingEmail.DoesNotExist: gone", "does not exist any more"),
        (f"full : {FRAMES}OSError: [Errno 28] No space left on device", "disk may be full"),
        (f"1 : {FRAMES}KeyError: 1\n\nDuring handling, another exception occurred:\n\n{FRAMES}MemoryError", "memory"),
        (f"1 : {FRAMES}KeyError: 1", "inside Merci itself"),
        ("", "inside Merci itself"),
        (None, "inside Merci itself"),
    ],
)
def test_a_failure_is_told_in_a_plain_sentence(result, said):
    assert said in str(jobboard.meaning(result))


def test_a_scheduled_job_shows_how_long_it_took(admin, browse):
    sync_schedules()
    last = task("d" * 32, beat, success=True, attempts=1, result=None)
    Task.objects.filter(pk=last.pk).update(started=last.stopped - timedelta(seconds=75))
    Schedule.objects.filter(name=beat.path).update(task=last.pk)
    assert "75 seconds" in page(browse, admin)


def test_only_a_superuser_reads_the_traceback(admin, browse):
    task("1", beat, result=f"secret : {FRAMES}KeyError: secret")
    assert "x.py" not in page(browse, admin)
    admin.user.is_superuser = True
    admin.user.save()
    assert "x.py" in page(browse, admin)


def test_how_much_waits_is_shown(admin, browse):
    enqueue(probe)
    text = page(browse, admin)
    assert "1 job waiting" in text
    assert "The oldest has waited for less than a second." in text


def test_a_job_that_failed_for_good_is_asked_for_again_once(admin, browse, run_jobs):
    sync_schedules()
    failed = task("e" * 32, beat)
    Schedule.objects.filter(name=beat.path).update(task=failed.pk)
    client = browse(admin)
    for _click in range(2):
        assert client.send("core:job_list", {"again": failed.pk}).url == client.url("core:job_list")
    assert [row.task["args"][0] for row in OrmQ.objects.all()] == [beat.path]
    assert not Task.objects.exists()
    (row,) = [row for row in jobboard.scheduled(whole=True) if row.label == beat.label]
    assert row.outcome == "waiting"
    text = client.open("core:job_list").content.decode()
    assert "“Sign of life” is in the queue again." in text
    assert "somebody may have asked for it already" in text


@pytest.mark.parametrize(
    ("job", "attempts"), [(beat, 1), (deliver, 3)], ids=["it will be tried again", "its e-mail has a button"]
)
def test_a_job_that_is_not_lost_cannot_be_asked_for(admin, browse, job, attempts):
    failed = task("1", job, attempts=attempts, organization_id=admin.organization_id)
    client = browse(admin)
    assert 'name="again"' not in client.open("core:job_list").content.decode()
    client.send("core:job_list", {"again": failed.pk})
    assert (Task.objects.count(), OrmQ.objects.count()) == (1, 0)


@pytest.mark.parametrize("again", ["", "0", "x" * 5000, "\x00", "’; DROP"])
def test_a_forged_number_asks_for_nothing(admin, browse, again):
    assert browse(admin).send("core:job_list", {"again": again}).status_code == 302
    assert not OrmQ.objects.exists()


def test_a_job_of_another_organization_cannot_be_asked_for(admin, outsider, browse):
    theirs = task("1", run_operation, operation_id=OperationFactory(organization=outsider.organization).pk)
    browse(admin).send("core:job_list", {"again": theirs.pk})
    assert Task.objects.filter(pk=theirs.pk).exists()


def test_somebody_who_may_look_but_not_change_cannot_ask(finance, browse):
    failed = task("1", beat)
    assert browse(finance).send("core:job_list", {"again": failed.pk}).status_code == 403
    assert Task.objects.filter(pk=failed.pk).exists()
