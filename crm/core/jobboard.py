"""What the Jobs page tells: each scheduled job with its last and next run, what failed and why, and asking for it again."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.conf import Conf
from django_q.models import Schedule, Task

from crm.core.errors import DomainError
from crm.core.jobs import JOBS, enqueue
from crm.core.models import Operation

logger = structlog.get_logger(__name__)

ERROR_LENGTH = 300
TRACEBACK_LENGTH = 8_000  # the end of it: that is where it happened
SHOWN_FOR = timedelta(days=30)
HEADER = "Traceback (most recent call last):"

# What an error means to somebody who does not read Python. By the name of the error, since its words may be anything.
UNANSWERED = _("A server that Merci depends on did not answer in time.")
MEANINGS = {
    **dict.fromkeys(
        (
            "ConnectionError", "ConnectionRefusedError", "ConnectionResetError", "ConnectionAbortedError",
            "BrokenPipeError", "TimeoutError", "gaierror", "SSLError", "SSLEOFError", "SMTPServerDisconnected",
            "SMTPConnectError", "SMTPHeloError", "APIConnectionError", "ReadTimeout", "ConnectTimeout", "Unclear",
        ),
        UNANSWERED,
    ),
    **dict.fromkeys(
        ("SMTPAuthenticationError", "AuthenticationError"),
        _("A server refused the name or the password that Merci gives: they have to be corrected in its settings."),
    ),
    **dict.fromkeys(
        ("SMTPResponseException", "SMTPDataError", "SMTPSenderRefused", "SMTPRecipientsRefused", "NotTaken"),
        _("The mail server refused the message."),
    ),
    **dict.fromkeys(
        ("OperationalError", "InterfaceError"), _("The database was busy, or did not answer for a moment.")
    ),
    **dict.fromkeys(("DoesNotExist", "Http404"), _("What it was about does not exist any more.")),
    **dict.fromkeys(
        ("OSError", "PermissionError", "FileNotFoundError", "FileExistsError", "SuspiciousFileOperation"),
        _("A file could not be read or written on the server: its disk may be full."),
    ),
    "MemoryError": _("The server had not enough memory for it."),
}  # fmt: skip
UNKNOWN = _("Something went wrong inside Merci itself: the person who looks after the server finds the details here.")


@dataclass(frozen=True)
class ScheduledJob:
    """``outcome``: ``ok``, ``failed``, ``waiting`` (queued or running now) or empty (has never run).

    ``seconds``: how long the last run took; ``None`` where it took several attempts (the queue keeps the start of the
    first and the end of the last).
    """

    label: object
    timing: str
    next_at: datetime | None
    last_at: datetime | None
    outcome: str
    seconds: float | None = None
    error: str = ""
    meaning: object = ""


@dataclass(frozen=True)
class FailedJob:
    """``meaning`` is for everybody; ``error`` and ``traceback`` (empty unless asked for) quote what the program said."""

    pk: str
    label: object
    at: datetime
    attempts: int
    will_retry: bool
    may_ask_again: bool
    meaning: object
    error: str
    traceback: str = ""


def _name(text: str) -> str:
    """The error's name, without its module: the first line after the frames of the last traceback."""
    _before, header, frames = text.rpartition(HEADER)
    lines = frames.splitlines()[1:] if header else text.splitlines()[-1:]
    line = next((line for line in lines if line and not line.startswith(" ")), "")
    return line.partition(":")[0].rpartition(".")[2].strip()


def first_line(result: object, *, whole: bool) -> str:
    """What went wrong, from the text the queue keeps (message, colon, traceback); only the error's name if not ``whole``.

    A message may quote an address or a name of the organization whose job it was.
    """
    text = str(result or "").strip()
    if not whole:
        return _name(text)
    message = text.partition(": Traceback (")[0]
    message = (message.strip().splitlines() or [""])[0]
    return (message or _name(text))[:ERROR_LENGTH]


def meaning(result: object) -> object:
    """One plain sentence about a failure, for a person who did not write the program."""
    return MEANINGS.get(_name(str(result or "").strip()), UNKNOWN)


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
                seconds=_seconds(task) if task else None,
                error=first_line(task.result, whole=whole) if outcome == "failed" else "",
                meaning=meaning(task.result) if outcome == "failed" else "",
            )
        )
    return board


def _seconds(task: Task) -> float | None:
    return max(0.0, (task.stopped - task.started).total_seconds()) if task.attempt_count == 1 else None


def _payload(task: Task) -> tuple[str, dict]:
    """The path and the arguments of a job; empty for what somebody else queued."""
    try:
        path, *rest = task.args
        return str(path), json.loads(rest[0]) if rest else {}
    except (TypeError, ValueError):
        return "", {}


def failures(*, organization, whole: bool, traces: bool = False, limit: int = 20) -> list[FailedJob]:
    """The latest failed jobs: all of them (``whole``), or the system's own and those known to be of ``organization``.

    ``traces``: with the traceback, for superusers.
    """
    rows = Task.objects.filter(success=False, stopped__gte=timezone.now() - SHOWN_FOR).order_by("-stopped", "pk")
    found = []
    for task in rows[: limit * 5]:
        if not _is_shown(task, organization, whole=whole):
            continue
        declared = JOBS.get(_payload(task)[0])
        found.append(
            FailedJob(
                pk=task.pk,
                label=declared.label if declared else task.name,
                at=task.stopped,
                attempts=task.attempt_count,
                will_retry=not _gave_up(task),
                may_ask_again=_gave_up(task) and declared is not None and declared.by_hand,
                meaning=meaning(task.result),
                error=first_line(task.result, whole=whole),
                traceback=str(task.result or "")[-TRACEBACK_LENGTH:] if traces else "",
            )
        )
    return found[:limit]


def _gave_up(task: Task) -> bool:
    return task.attempt_count >= Conf.MAX_ATTEMPTS


def _is_shown(task: Task, organization, *, whole: bool) -> bool:
    path, arguments = _payload(task)
    declared = JOBS.get(path)
    return whole or bool(declared and declared.schedule) or _is_of(arguments, organization)


def _is_of(arguments: dict, organization) -> bool:
    if "operation_id" in arguments:
        return Operation.objects.filter(pk=arguments["operation_id"], organization=organization).exists()
    return arguments.get("organization_id") == organization.pk


@transaction.atomic
def ask_again(pk: str, *, organization, whole: bool) -> object:
    """Put a job that failed for good back in the queue, with fresh attempts; returns its label.

    The failure goes as its successor is queued: a second click, or a second person, finds nothing left to ask for.
    Raises :class:`DomainError` where it is not (or no longer) one that may be asked for.
    """
    known = pk.isalnum() and pk.isascii()
    task = Task.objects.select_for_update().filter(pk=pk[:32], success=False).first() if known else None
    path, arguments = _payload(task) if task else ("", {})
    declared = JOBS.get(path)
    if task is None or declared is None or not _is_shown(task, organization, whole=whole):
        raise DomainError(_("This job is no longer among the failed ones: somebody may have asked for it already."))
    if not (_gave_up(task) and declared.by_hand):
        raise DomainError(_("This job is not one that can be asked for here."))
    number = enqueue(declared, **arguments)
    Schedule.objects.filter(task=task.pk).update(task=number)
    task.delete()
    logger.info("job_asked_again", job=path)
    return declared.label
