"""Is the worker alive and moving? The same signs feed ``/readyz``, the supervisor and the Jobs page.

Two signs, because each catches what the other cannot. The *pulse* is written whenever a worker starts, ends or is still
running a job: it stops when the queue is blocked (an idle worker killed while it holds the queue's lock). The
*scheduler's beat* comes from a job that the scheduler itself puts in the queue each minute: it stops when the scheduler is
stuck although jobs asked for by people still run. The age of the oldest waiting job alone proves nothing: five thousand
receipts asked for at once wait their turn behind a perfectly healthy worker.
"""

import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from crm.core.models import Heartbeat

logger = structlog.get_logger(__name__)

SCHEDULER = "scheduler"
PREFIX = "worker:"
VARIABLE = "MERCI_WORKER"
# The scheduler passes every 30 seconds and cron lines have minutes: a healthy beat is up to 90 seconds old.
SCHEDULER_SILENCE = 180
_last_pulse = 0.0


@dataclass(frozen=True)
class WorkerState:
    """Ages in seconds (``None``: never): the last pulse, the scheduler's last beat, the oldest job that is due and waits.

    ``waiting``: jobs that wait for their turn; ``taken``: those a worker has, or that wait for their next attempt.
    """

    beat_age: float | None
    scheduler_age: float | None
    oldest_due: float
    waiting: int
    taken: int

    @property
    def beat_seconds(self) -> int:
        return round(self.beat_age or 0)

    @property
    def is_alive(self) -> bool:
        limit = settings.WORKER_STALE_AFTER
        return (
            self.beat_age is not None
            and self.beat_age < limit
            and self.scheduler_age is not None
            and self.scheduler_age < max(limit, SCHEDULER_SILENCE)
        )


def this_host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def set_worker(pid: int) -> None:
    """Say which cluster this process belongs to: its host and its process group."""
    os.environ[VARIABLE] = f"{this_host()}:{pid}"


def worker_name() -> str:
    """The row of this process's cluster: one row each, so that one stuck cluster among several is seen."""
    return PREFIX + os.environ.get(VARIABLE, "")


def mark(name: str) -> None:
    """Write “now” beside a name, in one statement on both databases."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=timezone.now())], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def pulse_every() -> float:
    """Seconds between two pulses at most; well inside the limit after which silence means trouble."""
    return min(15.0, settings.WORKER_STALE_AFTER / 4)


def pulse() -> None:
    """A sign of life of this worker, at most once in :func:`pulse_every` seconds. Never the reason for a job to fail."""
    global _last_pulse  # noqa: PLW0603 - one number per process
    if time.monotonic() - _last_pulse < pulse_every():
        return
    try:
        mark(worker_name())
        _last_pulse = time.monotonic()
    except Error as error:
        logger.warning("pulse_not_written", error=type(error).__name__)


def _keep_pulsing(over: threading.Event) -> None:
    while not over.wait(pulse_every()):
        pulse()
    connection.close()  # this thread's own, if it ever opened one


@contextmanager
def working() -> Iterator[None]:
    """Around a job: pulses before and after it, and during it from a thread, since a long job is not a stuck one.

    Django-q ends a job at its timeout, so a hung job cannot pulse for ever.
    """
    pulse()
    over = threading.Event()
    thread = threading.Thread(target=_keep_pulsing, args=(over,), daemon=True, name="pulse")
    thread.start()
    try:
        yield
    finally:
        over.set()
        pulse()


def _age(at: datetime | None, now: datetime) -> float | None:
    return None if at is None else max(0.0, (now - at).total_seconds())


def worker_state(worker: str | None = None) -> WorkerState:
    """The state of all workers together or, with ``worker`` (a :func:`worker_name`), of that one."""
    from django_q.models import OrmQ

    now = timezone.now()
    beats = {row.name: row.at for row in Heartbeat.objects.filter(name__in=[SCHEDULER, *([worker] if worker else [])])}
    pulsed = beats.get(worker) if worker else _latest_pulse()
    # A waiting row's lock is the moment from which it may be taken; a taken one has its lock in the future.
    due = OrmQ.objects.filter(lock__lt=now)
    oldest = due.order_by("lock").values_list("lock", flat=True).first()
    return WorkerState(
        beat_age=_age(pulsed, now),
        scheduler_age=_age(beats.get(SCHEDULER), now),
        oldest_due=_age(oldest, now) or 0.0,
        waiting=due.count() if oldest else 0,
        taken=OrmQ.objects.filter(lock__gte=now).count(),
    )


def _latest_pulse() -> datetime | None:
    rows = Heartbeat.objects.filter(name__startswith=PREFIX)
    return rows.order_by("-at").values_list("at", flat=True).first()


def others_alive() -> bool:
    """Whether another cluster works on this queue: a recent sign of life and, on this host, a process group that exists."""
    since = timezone.now() - timedelta(seconds=settings.WORKER_STALE_AFTER)
    rows = Heartbeat.objects.filter(name__startswith=PREFIX, at__gte=since).exclude(name=worker_name())
    return any(_exists(name) for name in rows.values_list("name", flat=True))


def _exists(name: str) -> bool:
    host, _colon, group = name.removeprefix(PREFIX).partition(":")
    if host != this_host() or not group.isdigit():
        return True
    try:
        os.killpg(int(group), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
