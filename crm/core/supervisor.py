"""Keeps a job cluster running: ``manage.py worker``.

A django-q2 cluster whose idle worker is killed at the wrong moment (by the out-of-memory killer, say) dies with it: the
worker held the queue's lock, every process still looks alive and no job runs any more (django-q2 issue 23). So the
cluster is watched from outside through the signs of :mod:`crm.core.heartbeat`, ended and started again.

The cluster is a fork in a session of its own: it shares the memory of what is already imported, a Ctrl-C in the terminal
does not reach it, and its processes can be killed as one group. To stop it, SIGTERM goes to its main process only: sent
to the whole group it would interrupt the jobs in the middle.
"""

import ctypes
import multiprocessing
import os
import select
import signal
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog
from django.conf import settings
from django.db import Error, connections
from django.utils import timezone
from django_q.cluster import Sentinel

from crm.core import heartbeat
from crm.core.housekeeping import probe
from crm.core.jobs import enqueue, sync_schedules
from crm.core.preload import preload

logger = structlog.get_logger(__name__)

HEALTHY_AFTER = 120.0
PR_SET_PDEATHSIG = 1  # prctl(2)
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


def _end_with(parent: int) -> None:
    """On Linux: when the supervisor is killed outright, the cluster stops in good order instead of living on alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


class _Told:
    """What the cluster asks of its “stop” event, without a lock shared between processes that a SIGKILL could leave taken."""

    def __init__(self) -> None:
        self.told = False

    def set(self, *signal_and_frame) -> None:
        self.told = True

    def is_set(self) -> bool:
        return self.told

    def wait(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self.told


class _Started(_Told):
    """Its “start” event, set once the job processes exist: from then on SIGTERM asks for an end in good order."""

    def __init__(self, stop: _Told) -> None:
        super().__init__()
        self.stop = stop

    def set(self, *signal_and_frame) -> None:
        super().set()
        signal.signal(signal.SIGTERM, self.stop.set)


def _default_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def run_cluster(parent: int) -> None:
    """What the child process does: become the cluster (what ``manage.py qcluster`` does one process further down)."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    _default_signals()
    _end_with(parent)
    heartbeat.set_worker(os.getpid())
    os.register_at_fork(after_in_child=_default_signals)  # a job process that runs out of time is ended by SIGTERM
    stop = _Told()
    Sentinel(stop, _Started(stop), uuid.uuid4())


def release_taken() -> int:
    """Give back the jobs that a dead cluster had taken; without it they would wait for the queue's retry (20 minutes).

    Only when no other cluster works on this queue: whose they are is not written on them.
    """
    from django_q.models import OrmQ

    if heartbeat.others_alive():
        return 0
    now = timezone.now()
    return OrmQ.objects.filter(lock__gt=now).update(lock=now)


class Supervisor:
    """Starts the cluster, watches it, restarts it with growing pauses; ends when it is told to."""

    def __init__(self) -> None:
        self.limit = settings.WORKER_STALE_AFTER
        self.check_every = min(30.0, max(1.0, self.limit / 6))
        self.stop_within = settings.Q_CLUSTER["timeout"] + 30
        self.child: multiprocessing.Process | None = None
        self.signals_to_stop = 0
        self.trusted_since = 0.0  # monotonic: silence counts from here (start, or the database coming back)
        self.probed_at = 0.0
        self.reader, self.writer = socket.socketpair()

    # --- signals and time ---
    def _on_stop(self, number: int, frame) -> None:
        self.signals_to_stop += 1

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Signals wake the supervisor up through a socket, so that it sleeps without polling."""
        for end in (self.reader, self.writer):
            end.setblocking(False)
        before = {number: signal.getsignal(number) for number in SIGNALS}
        signal.set_wakeup_fd(self.writer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _sleep(self, seconds: float) -> None:
        """Until a signal arrives (the end of the child is one) or the time has passed."""
        select.select([self.reader], [], [], max(0.0, seconds))
        with suppress(BlockingIOError):
            while self.reader.recv(512):
                pass

    # --- one cluster ---
    def _alive(self) -> bool:
        return self.child is not None and self.child.is_alive()

    def _start(self) -> None:
        preload()
        self.child = multiprocessing.get_context("fork").Process(target=run_cluster, args=(os.getpid(),))
        self.child.start()
        heartbeat.set_worker(self.child.pid)
        self.trusted_since = time.monotonic()
        try:
            heartbeat.mark(heartbeat.SCHEDULER)
            self._probe()
        except Error as error:
            logger.warning("database_away", error=type(error).__name__)
        finally:
            connections.close_all()
        logger.info("cluster_started", pid=self.child.pid)

    def _probe(self) -> None:
        enqueue(probe)
        self.probed_at = time.monotonic()

    def _end(self, grace: float) -> None:
        """SIGTERM to the main process, SIGKILL to the whole group when it has not ended after ``grace`` seconds, or once
        it works at nothing any more and yet does not end.

        A second Ctrl-C cuts the wait short.
        """
        pid = self.child.pid
        asked = self.signals_to_stop
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        now = time.monotonic()
        until, may_be_silent = now + grace, now + self.limit
        while self._alive() and now < until and self.signals_to_stop <= max(asked, 1):
            if now > may_be_silent and self._is_silent():
                break
            self._sleep(min(until - now, self.check_every))
            now = time.monotonic()
        if self._alive():
            logger.error("cluster_killed", pid=pid, grace=grace)
        self._kill_group(pid)
        self.child.join()

    def _kill_group(self, pid: int) -> None:
        """Nothing of the cluster may survive its main process: an orphan would hold jobs whose results nobody saves."""
        until = time.monotonic() + 5
        with suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < until:
                os.killpg(pid, signal.SIGKILL)
                self.child.join(0)  # a dead main process stays in its group until somebody takes note
                time.sleep(0.02)

    def _is_silent(self) -> bool:
        """Whether no job runs: each one pulses. A process manager that signals all processes at once may leave the cluster
        waiting for a lock that died with the process that held it.
        """
        try:
            age = heartbeat.worker_state(heartbeat.worker_name()).beat_age
        except Error as error:
            logger.warning("database_away", error=type(error).__name__)
            return False
        finally:
            connections.close_all()
        return age is None or age > self.limit

    # --- watching ---
    def _trouble(self) -> str:
        """Why the cluster must be restarted, or nothing."""
        up = time.monotonic() - self.trusted_since
        try:
            state = heartbeat.worker_state(heartbeat.worker_name())
            silent = up if state.beat_age is None else min(up, state.beat_age)
            unscheduled = up if state.scheduler_age is None else min(up, state.scheduler_age)
            if silent > self.limit / 2 and time.monotonic() - self.probed_at > self.limit / 2:
                self._probe()
            quiet = silent > self.limit
            unplanned = unscheduled > max(self.limit, heartbeat.SCHEDULER_SILENCE)
            # With several clusters a quiet one may only be idle: the others take the jobs first.
            if (quiet and state.oldest_due > self.limit / 2) or ((quiet or unplanned) and not heartbeat.others_alive()):
                logger.error(
                    "cluster_stale", silent=round(silent), unscheduled=round(unscheduled), waiting=state.waiting
                )
                return "stale"
        except Error as error:
            # Without a database no cluster can work; it is not to blame, and gets its full time again afterwards.
            logger.warning("database_away", error=type(error).__name__)
            self.trusted_since = time.monotonic()
        finally:
            connections.close_all()
        return ""

    def _watch(self) -> str:
        """Wait for a reason to act: ``stop``, ``exited`` or ``stale``."""
        clock = time.time()
        while True:
            self._sleep(self.check_every)
            if self.signals_to_stop:
                return "stop"
            if not self._alive():
                logger.error("cluster_exited", code=self.child.exitcode)
                return "exited"
            if time.time() - clock > 3 * self.check_every + 5:
                self.trusted_since = time.monotonic()  # the machine was asleep: old signs of life mean nothing
            clock = time.time()
            if trouble := self._trouble():
                return trouble

    def _prepare(self) -> None:
        """Bring the schedules up to date, waiting for a database that is still coming up or being migrated."""
        pause = 0.5
        while not self.signals_to_stop:
            try:
                count = sync_schedules()
                released = release_taken()
            except Error as error:
                logger.warning("database_not_ready", error=type(error).__name__, next_try=pause)
                connections.close_all()
                self._sleep(pause)
                pause = min(10.0, pause * 2)
            else:
                logger.info("worker_ready", schedules=count, released=released)
                connections.close_all()
                return

    def _recover(self) -> None:
        try:
            released = release_taken()
            logger.info("jobs_released", count=released)
        except Error as error:
            logger.warning("database_away", error=type(error).__name__)
        finally:
            connections.close_all()

    def run(self) -> None:
        """Until SIGTERM or SIGINT, which lets the running jobs finish."""
        with self._signals():
            self._prepare()
            pause = 0.0
            while not self.signals_to_stop:
                self._start()
                started = time.monotonic()
                reason = self._watch()
                if reason == "stop":
                    stuck = bool(self._trouble())
                    self._end(settings.WORKER_GRACE if stuck else self.stop_within)
                    break
                self._end(settings.WORKER_GRACE if reason == "stale" else 0)
                self._recover()
                if time.monotonic() - started > HEALTHY_AFTER:
                    pause = 0.0
                if pause:
                    self._sleep(pause)
                pause = min(settings.WORKER_LONGEST_PAUSE, max(1.0, pause * 2))
        logger.info("worker_stopped")
