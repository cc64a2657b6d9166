"""Money collected by real workers that are killed at random: each instalment is charged once, and each charge is a gift."""

import os
import signal
from contextlib import suppress
from random import Random

import psutil
import pytest

from tests.faults.stage import comes, family, until

pytestmark = pytest.mark.fault
DUE = 500
KILLS = 10


def paid(stage) -> int:
    return stage.count("giving_charge", "status = 'paid'")


def kill_something(stage, rng: Random) -> None:
    """One process of the worker, or all of them with their parent: then another worker is started."""
    worker = stage.workers[-1]
    everybody = family(worker.pid)
    whole = [*everybody, psutil.Process(worker.pid)]
    victims = [rng.choice(everybody)] if everybody and rng.random() < 0.6 else whole
    for victim in victims:
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            os.kill(victim.pid, signal.SIGKILL)
    if len(victims) > 1 or worker.poll() is not None:
        worker.wait()
        stage.worker()


def test_five_hundred_due_payments_are_collected_once_whatever_is_killed(stage):
    rng = Random(stage.vendor)
    stage.play("promise", str(DUE))
    stage.worker()
    until(stage.ready)
    stage.play("collect")

    def reached(count: int) -> bool:
        """So many are paid; else what the scheduler and the queue do sooner or later is done now."""
        if comes(lambda: paid(stage) >= count, seconds=2):
            return True
        if stage.workers[-1].poll() is not None:
            stage.worker()
        stage.play("redeliver")
        stage.play("wake_charges")
        return False

    for number in range(KILLS):
        until(lambda number=number: reached(number * DUE // KILLS + 5), seconds=60, what=f"kill {number + 1}")
        kill_something(stage, rng)
    stage.play("collect")  # a second morning, while the first is not over
    until(lambda: reached(DUE), seconds=60, what="the last payment")

    def drained() -> bool:
        """What the dead never acknowledged comes again, and finds nothing to do."""
        stage.play("redeliver")
        return comes(lambda: stage.waiting() == 0, seconds=10)

    until(drained, seconds=90, what="an empty queue")
    assert stage.query("SELECT status, count(*) FROM giving_charge GROUP BY status") == [("paid", DUE)]
    assert stage.query("SELECT count(*), count(DISTINCT key) FROM giving_demobankcharge") == [(DUE, DUE)]
    assert stage.query("SELECT count(*), count(DISTINCT contact_id), sum(amount) FROM giving_gift") == [
        (DUE, DUE, sum(20 + n for n in range(DUE)))
    ]
    assert stage.count("giving_instalment", "paid > 0") == DUE
    stage.play("check_totals")
