"""What a worker survives, shown with real processes on both databases. Nothing is lost and nothing is done twice."""

import os
import signal

import psutil
import pytest

from tests.faults.jobs import ROWS
from tests.faults.stage import lives, on_server, until

pytestmark = pytest.mark.fault


def test_a_worker_gives_a_sign_of_life_within_seconds_of_its_start(stage):
    assert stage.play("state") == "silent"
    stage.worker()
    until(stage.ready, seconds=8)
    assert stage.play("state") == "alive"


def test_a_worker_waits_for_a_database_that_is_not_migrated_yet(blank, template):
    blank.worker()
    until(lambda: "database_not_ready" in blank.log(), what="the worker to notice")
    blank.make(template)
    until(blank.ready, what="the worker to begin")


def test_the_queue_runs_on_after_the_idle_worker_at_its_head_is_killed(stage):
    stage.worker(processes=1)
    until(stage.ready)
    (idle,) = until(lambda: stage.titles(" idle"), what="an idle worker")
    idle.send_signal(signal.SIGKILL)
    stage.play("acts", "6")
    until(lambda: len(stage.acts()) >= 6, seconds=25, what="the six jobs")
    until(lambda: stage.waiting() == 0, what="an empty queue")
    assert stage.acts() == [0, 1, 2, 3, 4, 5]
    assert "cluster_stale" in stage.log()


def test_an_operation_whose_worker_is_killed_ends_as_if_nothing_had_happened(stage):
    stage.worker()
    stage.play("operation")
    busy = int(until(lambda: (stage.folder / "busy").exists() and (stage.folder / "busy").read_text()))
    assert stage.acts() == list(range(20))
    os.kill(busy, signal.SIGKILL)
    stage.cue()
    until(lambda: not lives(busy))

    def over() -> bool:
        stage.play("wake")
        return stage.query("SELECT status FROM core_operation") == [("done",)]

    until(over, seconds=20, what="the end of the operation")
    # The queue hands the killed job out again in the end; it must find nothing left to do.
    stage.play("redeliver")
    until(lambda: stage.waiting() == 0, what="an empty queue")
    assert stage.acts() == list(range(ROWS))
    assert stage.query("SELECT done, failed, total FROM core_operation") == [(ROWS, 0, ROWS)]


def test_sigterm_lets_the_running_job_finish_and_leaves_no_process_behind(stage):
    worker = stage.worker(processes=1)
    stage.play("slow")
    until((stage.folder / "busy").exists)
    family = psutil.Process(worker.pid).children(recursive=True)
    worker.send_signal(signal.SIGTERM)
    until(lambda: not stage.titles(" pusher"), what="the cluster to begin its end")
    assert (worker.poll(), stage.acts()) == (None, [])
    stage.cue()
    assert worker.wait(timeout=10) == 0
    assert stage.acts() == [1]
    assert [process for process in family if process.is_running()] == []
    assert stage.waiting() == 0


def test_a_killed_supervisor_takes_its_cluster_along_and_the_next_one_takes_over(stage):
    first = stage.worker()
    until(stage.ready)
    family = psutil.Process(first.pid).children(recursive=True)
    first.kill()
    first.wait()
    until(lambda: not any(lives(process) for process in family), what="its end")
    stage.worker()
    stage.play("acts", "3")
    until(lambda: len(stage.acts()) >= 3, what="the three jobs")
    assert stage.acts() == [0, 1, 2]


def test_a_cluster_that_dies_is_started_again_with_the_jobs_it_had_taken(stage):
    stage.worker(processes=1)
    stage.play("slow")
    until((stage.folder / "busy").exists)
    os.kill(os.getpgid(int((stage.folder / "busy").read_text())), signal.SIGKILL)  # the main process of the cluster
    until(lambda: "cluster_exited" in stage.log(), what="the supervisor to notice")
    stage.cue()
    until(lambda: stage.waiting() == 0, what="an empty queue")
    assert stage.acts() == [1]


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)  # SQLite has no connections to cut
def test_jobs_run_on_after_every_connection_to_the_database_was_cut(stage):
    stage.worker()
    until(stage.ready)
    until(lambda: stage.waiting() == 0, what="the jobs of the start")  # one that is cut comes back after 20 minutes
    on_server("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", stage.name)
    stage.play("acts", "3")
    until(lambda: len(stage.acts()) >= 3, seconds=25, what="the three jobs")
    until(lambda: stage.waiting() == 0, what="an empty queue")
    assert stage.acts() == [0, 1, 2]


def ends_with_its_job_cut(stage, worker) -> None:
    """The worker ends by itself; the job cut in the middle comes back with the next one and is done once."""
    assert worker.wait(timeout=25) == 0
    assert stage.acts() == []
    stage.cue()
    stage.worker()
    until(lambda: stage.waiting() == 0, what="an empty queue")
    assert stage.acts() == [1]


def test_a_signal_to_every_process_at_once_loses_no_job(stage):
    """What some process managers do."""
    worker = stage.worker(processes=2)
    stage.play("slow")
    until((stage.folder / "busy").exists)
    for process in [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]:
        process.send_signal(signal.SIGTERM)
    ends_with_its_job_cut(stage, worker)


def test_a_signal_that_reaches_the_job_processes_first_does_not_keep_the_worker_from_ending(stage):
    """The idle one dies with the lock of the queue in hand: those started in its place wait for it in vain, and never
    read that they are to stop.
    """
    worker = stage.worker(processes=2)
    stage.play("slow")
    until((stage.folder / "busy").exists)
    first = [*until(lambda: stage.titles(" idle"), what="an idle worker"), *stage.titles(" processing")]
    for process in first:
        process.send_signal(signal.SIGTERM)
    until(lambda: len({process.pid for process in stage.titles(" idle")} - {process.pid for process in first}) == 2)
    worker.send_signal(signal.SIGTERM)
    ends_with_its_job_cut(stage, worker)
