"""What the Jobs page tells: each scheduled job with its last and next run, what failed, what mail did not leave."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django_q.conf import Conf
from django_q.models import Schedule, Task

from crm.core.jobs import JOBS
from crm.core.models import Operation

ERROR_LENGTH = 300
SHOWN_FOR = timedelta(days=30)


@dataclass(frozen=True)
class ScheduledJob:
    """``outcome``: ``ok``, ``failed``, ``waiting`` (queued or running now) or empty (has never run)."""

    label: object
    timing: str
    next_at: datetime | None
    last_at: datetime | None
    outcome: str
    error: str = ""


@dataclass(frozen=True)
class FailedJob:
    label: object
    at: datetime
    attempts: int
    will_retry: bool
    error: str


def first_line(result: object, *, whole: bool) -> str:
    """What went wrong, from the text the queue keeps (message, colon, traceback); only the error's name if not ``whole``.

    A message may quote an address or a name of the organization whose job it was.
    """
    text = str(result or "").strip()
    message, _separator, _traceback = text.partition(": Traceback (")
    last = text.splitlines()[-1] if text else ""
    name = last.partition(":")[0].rpartition(".")[2].strip()
    if not whole:
        return name
    message = (message.strip().splitlines() or [""])[0]
    return (message or last)[:ERROR_LENGTH]


def scheduled(*, whole: bool) -> list[ScheduledJob]:
    """Every job that runs by itself, the soonest first. Two queries, whatever their number."""
    rows = [row for row in Schedule.objects.order_by("next_run", "pk") if row.name in JOBS]
    tasks = Task.objects.in_bulk([row.task for row in rows if row.task])
    board = []
    for row in rows:
        declared, task = JOBS[row.name], tasks.get(row.task)
        outcome = ("ok" if task.success else "failed") if task else ("waiting" if row.task else "")
        board.append(
            ScheduledJob(
                label=declared.label,
                timing=declared.schedule.words if declared.schedule else "",
                next_at=row.next_run,
                last_at=task.stopped if task else None,
                outcome=outcome,
                error=first_line(task.result, whole=whole) if outcome == "failed" else "",
            )
        )
    return board


def _payload(task: Task) -> tuple[str, dict]:
    """The path and the arguments of a job; empty for what somebody else queued."""
    try:
        path, *rest = task.args
        return str(path), json.loads(rest[0]) if rest else {}
    except (TypeError, ValueError):
        return "", {}


def failures(*, organization, whole: bool, limit: int = 20) -> list[FailedJob]:
    """The latest failed jobs: all of them (``whole``), or the system's own and those known to be of ``organization``."""
    rows = Task.objects.filter(success=False, stopped__gte=timezone.now() - SHOWN_FOR).order_by("-stopped", "pk")
    found = []
    for task in rows[: limit * 5]:
        path, arguments = _payload(task)
        declared = JOBS.get(path)
        if not (whole or (declared and declared.schedule) or _is_of(arguments, organization)):
            continue
        found.append(
            FailedJob(
                label=declared.label if declared else task.name,
                at=task.stopped,
                attempts=task.attempt_count,
                will_retry=task.attempt_count < Conf.MAX_ATTEMPTS,
                error=first_line(task.result, whole=whole),
            )
        )
    return found[:limit]


def _is_of(arguments: dict, organization) -> bool:
    if "operation_id" in arguments:
        return Operation.objects.filter(pk=arguments["operation_id"], organization=organization).exists()
    return arguments.get("organization_id") == organization.pk
