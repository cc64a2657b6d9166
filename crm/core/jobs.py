"""Work outside the request. ``@job`` declares a function (and its schedule beside it); ``enqueue`` is the only way in.

The queue lives in the same database and rows are written inside the caller's transaction: a job exists if and only if
its transaction committed. Arguments are JSON values; a job is idempotent, because a killed worker means a second run.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules, import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core import heartbeat
from crm.core.dates import format_time
from crm.core.models import Heartbeat

logger = structlog.get_logger(__name__)

JOBS: dict[str, "Job"] = {}


@dataclass(frozen=True)
class Timing:
    """When a job runs by itself: a cron line, read in the server's time zone (``TIME_ZONE``), and how to say it."""

    cron: str
    minutes: int = 0
    at: str = ""

    @property
    def words(self) -> str:
        """“Every 30 minutes”, “Every day at 3:30 a.m.” in the reader's language."""
        if self.minutes and self.minutes < 60:
            return ngettext("Every minute", "Every %(count)s minutes", self.minutes) % {"count": self.minutes}
        if self.minutes:
            hours = self.minutes // 60
            return ngettext("Every hour", "Every %(count)s hours", hours) % {"count": hours}
        hour, minute = map(int, self.at.split(":"))
        # Said in the server's zone, which is what the cron line means; the zone itself is on the page.
        clock = datetime(2026, 1, 15, hour, minute, tzinfo=timezone.get_default_timezone())
        with timezone.override(timezone.get_default_timezone()):
            return _("Every day at %(time)s") % {"time": format_time(clock)}


def daily(*, at: str) -> Timing:
    """Every day at ``HH:MM``. Avoid 02:00-03:00: that hour does not exist, or exists twice, when clocks change."""
    hour, minute = map(int, at.split(":"))
    return Timing(f"{minute} {hour} * * *", at=at)


def every(*, minutes: int) -> Timing:
    """Every so many minutes: a divisor of 60, or whole hours."""
    if not (60 % minutes == 0 or minutes % 60 == 0):
        raise ValueError(f"{minutes} minutes do not divide an hour evenly")
    cron = f"*/{minutes} * * * *" if minutes < 60 else f"0 */{minutes // 60} * * *"
    return Timing(cron, minutes=minutes)


class Job:
    """A named background function. Calling it runs it here and now; ``enqueue`` runs it in a worker."""

    def __init__(self, function: Callable, schedule: Timing | None, label: object, *, by_hand: bool) -> None:
        self.function = function
        self.schedule = schedule
        self.by_hand = by_hand
        self.path = f"{function.__module__}.{function.__qualname__}"
        self.label = label or function.__name__.replace("_", " ").capitalize()
        update_wrapper(self, function)

    def __call__(self, **kwargs):
        return self.function(**kwargs)


def job(*, schedule: Timing | None = None, label: object = "", by_hand: bool = True) -> Callable[[Callable], Job]:
    """Declare a background function. ``label`` (translated) is what people read on the Jobs page.

    ``by_hand``: one that failed for good can be asked for again there; not where its own page has a better button.
    """

    def declare(function: Callable) -> Job:
        declared = Job(function, schedule, label, by_hand=by_hand)
        JOBS[declared.path] = declared
        return declared

    return declare


def discover() -> None:
    """Import the ``jobs`` module of every app, so that ``JOBS`` is complete whichever process this is."""
    autodiscover_modules("jobs")


def enqueue(job: Job, **kwargs) -> str:
    """Ask a worker to run ``job`` once the present transaction has committed; returns the number the queue gives it."""
    from django_q.tasks import async_task

    payload = json.dumps(kwargs)
    name = job.path.rsplit(".", 1)[-1]
    return async_task(
        "crm.core.jobs.run", job.path, payload, q_options={"task_name": name[:100], "group": job.path[-100:]}
    )


def run(path: str, payload: str = "{}"):
    """What the worker calls: find the job by its path and run it with a log line at the end, whichever end it is."""
    declared = import_string(path)
    if not isinstance(declared, Job):
        raise TypeError(f"{path} is not a job")
    with structlog.contextvars.bound_contextvars(job=path), heartbeat.working():
        started = timezone.now()
        try:
            result = declared(**json.loads(payload))
        except BaseException as error:
            logger.warning("job_failed", seconds=_since(started), error=type(error).__name__)
            raise
        logger.info("job_done", seconds=_since(started))
    return result


def _since(started) -> float:
    return round((timezone.now() - started).total_seconds(), 3)


@transaction.atomic
def sync_schedules() -> int:
    """Make the queue's schedules equal to those declared in code; returns how many there are.

    One unparsable cron line would stop every schedule (django-q2 rolls back the whole pass), hence ``full_clean``. Two
    workers that start together wait for each other here: the queue's own table would let both create the same row.
    """
    from django_q.models import Schedule

    discover()
    heartbeat.mark("schedules")
    Heartbeat.objects.select_for_update().get(name="schedules")
    wanted = {path: declared for path, declared in JOBS.items() if declared.schedule}
    rows: dict[str, Schedule] = {}
    for row in Schedule.objects.select_for_update().order_by("pk"):
        if row.name in wanted and row.name not in rows:
            rows[row.name] = row
        else:
            row.delete()
    for path, declared in wanted.items():
        row = rows.get(path) or Schedule(name=path)
        right = {
            "func": "crm.core.jobs.run",
            "args": repr((path,)),
            "schedule_type": Schedule.CRON,
            "cron": declared.schedule.cron,
            "repeats": -1,
        }
        if row.pk and all(getattr(row, name) == value for name, value in right.items()):
            continue  # its next run stays what it was: a restart neither skips nor repeats anything
        for name, value in right.items():
            setattr(row, name, value)
        row.full_clean(exclude=["task", "hook", "kwargs", "cluster"])
        row.next_run = row.calculate_next_run()
        row.save()
    return len(wanted)
