import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from django_q.models import OrmQ, Schedule

from crm.core import housekeeping, jobs
from crm.core.jobs import JOBS, Timing, daily, enqueue, every, job, run, sync_schedules

CALLS: list[dict] = []


@job(label="A job of the tests")
def remember(**kwargs) -> str:
    CALLS.append(kwargs)
    return "done"


@job()
def break_down() -> None:
    raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def _forget():
    CALLS.clear()
    yield
    CALLS.clear()


def queued() -> list[tuple[str, dict]]:
    return [(row.task["args"][0], json.loads(row.task["args"][1])) for row in OrmQ.objects.order_by("pk")]


# --- the queue ---
def test_a_job_exists_once_its_transaction_has_committed(db):
    with transaction.atomic():
        enqueue(remember, number=1)
    assert queued() == [(remember.path, {"number": 1})]


@pytest.mark.django_db(transaction=True)
def test_a_job_vanishes_with_the_transaction_that_asked_for_it():
    with transaction.atomic():
        enqueue(remember, number=1)
        transaction.set_rollback(True)
    assert queued() == []


def test_arguments_travel_as_json_so_that_no_row_is_ever_pickled(db, organization):
    with pytest.raises(TypeError):
        enqueue(remember, organization=organization)
    assert queued() == []


def test_running_a_queued_job_gives_it_its_arguments(db):
    assert run(remember.path, '{"number": 2}') == "done"
    assert CALLS == [{"number": 2}]


def test_calling_a_job_runs_it_here_and_now():
    remember(number=3)
    assert CALLS == [{"number": 3}]


def test_a_job_that_fails_says_so_to_the_queue(db):
    with pytest.raises(ValueError, match="broken on purpose"):
        run(break_down.path)


@pytest.mark.parametrize("path", ["os.system", "crm.core.jobs.sync_schedules"])
def test_only_declared_jobs_are_run(db, path):
    with pytest.raises(TypeError, match="is not a job"):
        run(path, "{}")


# --- timings ---
@pytest.mark.parametrize(
    ("timing", "english", "french"),
    [
        (every(minutes=1), "Every minute", "Chaque minute"),
        (every(minutes=30), "Every 30 minutes", "Toutes les 30 minutes"),
        (every(minutes=60), "Every hour", "Chaque heure"),
        (every(minutes=120), "Every 2 hours", "Toutes les 2 heures"),
        (daily(at="03:30"), "Every day at 3:30\u00a0a.m.", "Chaque jour à 3\u00a0h\u00a030"),
    ],
)
def test_a_timing_is_said_in_words(timing, english, french):
    assert timing.words == english
    with translation.override("fr"):
        assert timing.words == french


def test_minutes_that_do_not_divide_the_hour_are_refused():
    with pytest.raises(ValueError, match="do not divide"):
        every(minutes=45)


@pytest.mark.parametrize("start", ["2026-03-08T00:10", "2026-11-01T00:10"], ids=["spring", "autumn"])
@pytest.mark.parametrize(("timing", "expected"), [(every(minutes=1), 1), (every(minutes=30), 30)], ids=str)
def test_a_frequent_job_keeps_its_pace_through_a_change_of_clocks(start, timing, expected):
    """The supervisor restarts a worker whose scheduler falls silent: a pause of an hour would be a false alarm."""
    moment = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("America/Toronto"))
    schedule = Schedule(schedule_type=Schedule.CRON, cron=timing.cron)
    gaps = set()
    for _step in range(8 * 60 // expected):
        with time_machine.travel(moment, tick=False):
            following = schedule.calculate_next_run(moment).astimezone(ZoneInfo("UTC"))
        gaps.add((following - moment.astimezone(ZoneInfo("UTC"))).total_seconds() / 60)
        moment = following
    assert max(gaps) == expected


# --- schedules ---
def scheduled() -> dict:
    return {path: declared for path, declared in JOBS.items() if declared.schedule}


def test_every_scheduled_job_has_a_row_and_nothing_else_has(db):
    Schedule.objects.create(
        name="crm.gone.job", func="crm.core.jobs.run", schedule_type=Schedule.CRON, cron="* * * * *"
    )
    assert sync_schedules() == len(scheduled())
    assert dict(Schedule.objects.values_list("name", "cron")) == {p: j.schedule.cron for p, j in scheduled().items()}


def test_syncing_again_changes_nothing_so_that_a_restart_skips_and_repeats_no_run(db):
    sync_schedules()
    Schedule.objects.update(next_run=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")))
    before = list(Schedule.objects.order_by("pk").values())
    sync_schedules()
    assert list(Schedule.objects.order_by("pk").values()) == before


def test_a_new_timing_moves_the_next_run(db, monkeypatch):
    sync_schedules()
    Schedule.objects.update(next_run=datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")))
    monkeypatch.setattr(housekeeping.beat, "schedule", every(minutes=2))
    with time_machine.travel("2026-05-05T12:01:00Z", tick=False):
        sync_schedules()
    row = Schedule.objects.get(name=housekeeping.beat.path)
    assert (row.cron, row.next_run) == ("*/2 * * * *", datetime(2026, 5, 5, 12, 2, tzinfo=ZoneInfo("UTC")))


def test_a_schedule_that_two_workers_made_at_once_is_left_once(db):
    sync_schedules()
    twin = Schedule.objects.get(name=housekeeping.beat.path)
    twin.pk = None
    twin.save()
    sync_schedules()
    assert Schedule.objects.filter(name=housekeeping.beat.path).count() == 1


def test_an_unreadable_timing_is_refused_before_it_could_stop_every_schedule(db, monkeypatch):
    from django.core.exceptions import ValidationError

    monkeypatch.setattr(housekeeping.beat, "schedule", Timing("every now and then"))
    with pytest.raises(ValidationError):
        sync_schedules()
    assert Schedule.objects.count() == 0


def test_the_command_says_how_many_schedules_there_are(db, capsys):
    call_command("sync_schedules")
    assert capsys.readouterr().out == f"{len(scheduled())} schedules\n"


def test_every_scheduled_job_has_words_for_the_jobs_page():
    dull = [
        path
        for path, declared in scheduled().items()
        if str(declared.label) == jobs.Job(declared.function, None, "", by_hand=True).label
    ]
    assert dull == []


def test_names_of_jobs_fit_the_columns_of_the_queue():
    assert [path for path in JOBS if len(path) > 100] == []
