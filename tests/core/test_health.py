import json
from datetime import timedelta

import pytest
from django.db import InterfaceError
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ

from crm.core import heartbeat
from crm.core.heartbeat import SCHEDULER, mark, others_alive, pulse, set_worker, worker_name, worker_state, working
from crm.core.housekeeping import beat, forget_old_tasks, probe
from crm.core.jobs import enqueue
from crm.core.models import Heartbeat
from crm.core.web import health


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(heartbeat, "_last_pulse", float("-inf"))
    monkeypatch.delenv(heartbeat.VARIABLE, raising=False)


def ready() -> tuple[int, dict]:
    response = Client().get("/readyz", headers={"host": "not-an-allowed-host.example"})
    return response.status_code, json.loads(response.content)["checks"]


def age(name: str, seconds: float) -> None:
    Heartbeat.objects.filter(name__startswith=name).update(at=timezone.now() - timedelta(seconds=seconds))


@pytest.fixture
def alive(db, settings):
    """A worker that has just run a job."""
    settings.WORKER_STALE_AFTER = 180
    mark(SCHEDULER)
    pulse()


# --- health addresses ---
def test_healthz_answers_without_a_database():
    response = Client().get("/healthz", headers={"host": "not-an-allowed-host.example"})
    assert (response.status_code, json.loads(response.content)) == (200, {"status": "ok"})


def test_readyz_is_green_when_database_migrations_and_worker_are(alive):
    assert ready() == (200, {"database": True, "migrations": True, "worker": True})


def test_readyz_is_red_when_no_worker_ever_ran(db):
    assert ready() == (503, {"database": True, "migrations": True, "worker": False})


@pytest.mark.parametrize("name", ["worker:", SCHEDULER])
def test_readyz_is_red_when_one_of_the_two_signs_of_life_stops(alive, name):
    age(name, 181)
    assert ready() == (503, {"database": True, "migrations": True, "worker": False})


def test_readyz_is_red_while_a_migration_is_missing(alive, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one to go"])
    assert ready() == (503, {"database": True, "migrations": False, "worker": False})


def test_readyz_says_so_when_the_database_is_away(db, monkeypatch):
    class Away:
        def cursor(self):
            raise InterfaceError("connection already closed")

        def close(self):
            pass

    monkeypatch.setattr(health, "connections", {"default": Away()})
    assert ready() == (503, {"database": False, "migrations": False, "worker": False})


# --- signs of life ---
def test_every_job_that_a_worker_runs_is_a_sign_of_life(db, run_jobs):
    enqueue(probe)
    run_jobs()
    assert worker_state().beat_age < 5


def test_a_job_of_the_scheduler_shows_that_the_scheduler_lives(db):
    assert worker_state().scheduler_age is None
    beat()
    assert worker_state().scheduler_age < 5


def test_pulses_are_written_seldom(db):
    pulse()
    Heartbeat.objects.all().delete()
    pulse()
    assert Heartbeat.objects.count() == 0


def test_a_pulse_that_cannot_be_written_does_not_fail_the_job(db, monkeypatch):
    def fail(name):
        raise InterfaceError("connection already closed")

    monkeypatch.setattr(heartbeat, "mark", fail)
    with working():
        done = True
    assert done


def test_a_long_job_gives_signs_of_life_while_it_runs(db, monkeypatch):
    import threading

    seen = threading.Semaphore(0)
    monkeypatch.setattr(heartbeat, "pulse_every", lambda: 0.01)
    monkeypatch.setattr(heartbeat, "mark", lambda name: seen.release())
    with working():
        assert all(seen.acquire(timeout=5) for _pulse in range(4))


def test_a_long_queue_behind_a_busy_worker_is_no_sign_of_death(alive):
    for _job in range(3):
        enqueue(probe)
    OrmQ.objects.update(lock=timezone.now() - timedelta(hours=1))
    state = worker_state()
    assert (state.is_alive, state.waiting, round(state.oldest_due / 60)) == (True, 3, 60)


def test_a_job_that_is_taken_does_not_wait(alive):
    enqueue(probe)
    OrmQ.objects.update(lock=timezone.now() + timedelta(minutes=20))
    assert (worker_state().waiting, worker_state().oldest_due) == (0, 0.0)


def test_one_silent_worker_among_several_is_seen(alive, monkeypatch):
    set_worker(1)
    mine = worker_name()
    mark(mine)
    age(mine, 500)
    assert (worker_state().beat_age < 5, worker_state(mine).beat_age > 499) == (True, True)


@pytest.mark.parametrize(
    ("name", "seconds", "expected"),
    [
        ("worker:elsewhere:1", 5, True),
        ("worker:elsewhere:1", 500, False),
        ("worker:{host}:{dead}", 5, False),
        ("worker:{host}:{living}", 5, True),
        ("worker:{host}:{mine}", 5, False),
    ],
    ids=["another host", "long silent", "its group is gone", "its group lives", "it is us"],
)
def test_another_worker_counts_while_it_lives(db, settings, name, seconds, expected):
    import os

    settings.WORKER_STALE_AFTER = 180
    set_worker(987654)
    full = name.format(host=heartbeat.this_host(), dead=4_000_000, living=os.getpgid(0), mine=987654)
    mark(full)
    age(full, seconds)
    assert others_alive() is expected


def test_old_results_are_forgotten_and_failures_kept_longer(db):
    from django_q.models import Task

    now = timezone.now()
    for number, (days, success) in enumerate([(2, True), (4, True), (29, False), (31, False)]):
        Task.objects.create(
            id=str(number), name=str(number), func="f", started=now, stopped=now - timedelta(days=days), success=success
        )
    mark("worker:old:1")
    age("worker:", 4 * 24 * 3600)
    assert forget_old_tasks() == 2
    assert sorted(Task.objects.values_list("id", flat=True)) == ["0", "2"]
    assert Heartbeat.objects.count() == 0
