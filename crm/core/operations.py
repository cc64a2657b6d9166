"""Running an :class:`~crm.core.models.Operation`: chunk after chunk, each in its own transaction with its cursor.

A domain declares a kind of operation by subclassing :class:`Work` and registering it at start-up (in its ``jobs`` module,
which every process imports). One runner at a time holds an operation; two on the same one would be harmless too, since
each chunk locks the operation's row and reads the cursor afresh.
"""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from crm.core.errors import DomainError
from crm.core.jobs import enqueue, every, job
from crm.core.models import Operation, result_path

logger = structlog.get_logger(__name__)

SLICE_SECONDS = 20  # one job’s share: whoever waits behind a long import waits this long, then it queues itself again
MAX_STUMBLES = 5  # a chunk that fails (or kills its worker) this many times in a row will not pass the next time either
KINDS: dict[str, "Work"] = {}


@dataclass
class Progress:
    """What one chunk did: rows done and failed, where the next one begins, and whether it was the last.

    ``undo`` is what :meth:`Work.undo_step` will need to take this very chunk back (JSON values); empty for nothing.
    """

    done: int = 0
    failed: int = 0
    cursor: dict = field(default_factory=dict)
    finished: bool = False
    undo: dict | None = None


@dataclass
class Undone:
    """What taking one chunk back did: rows restored, and those left as they are with the reason each
    (``{"label": …, "url_name": …, "pk": …, "reason": code}``: data, said in the reader's language).
    """

    done: int = 0
    left: list[dict] = field(default_factory=list)


class Work:
    """A kind of long work. ``run_chunk`` does one bounded piece and returns its :class:`Progress`.

    It runs inside the transaction that also moves the cursor: never send mail or render files in it; publish or enqueue.
    The language and the clock are those of the person who asked. A chunk lasts seconds: it holds SQLite's only write lock.
    """

    kind = ""
    label = ""
    icon = "loader"
    undoable = False
    kept: timedelta | None = None  # how long its file is; without, as long as the operation
    result_permission = ""  # needed to download the result, where seeing the operation does not say enough
    # All that a chunk does is in the database: what a power cut takes goes with the cursor and is done again. So nobody waits
    # for the disk after each chunk. Not for work whose numbers, files or letters somebody may have seen.
    may_be_redone = False

    def prepare(self, operation: Operation) -> object:
        """Slow work that only reads (drawing a file), before the transaction of the next chunk begins.

        What it returns is ``operation.prepared`` in the chunk. Done again when the chunk fails.
        """

    def run_chunk(self, operation: Operation) -> Progress:
        raise NotImplementedError

    def finish(self, operation: Operation) -> None:
        """Last act, in the transaction of the last chunk: files, notifications, totals."""

    def undo_step(self, operation: Operation, data: dict, *, by) -> Undone:
        """Take back the chunk that recorded ``data``; rows that somebody touched since stay and are listed."""
        raise NotImplementedError

    def unfinished(self, operation: Operation) -> Path:
        """The folder of a file that is being made, beside the stored files and as private as they are."""
        return Path(settings.MEDIA_ROOT) / "operations" / "unfinished" / str(operation.pk)

    def begin_file(self, operation: Operation, name: str) -> Path:
        """Where to write it."""
        self.unfinished(operation).mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.unfinished(operation) / name

    def hand_over(self, operation: Operation, path: Path, *, name: str) -> None:
        """Make this file the result, in the transaction of the last chunk. What an attempt that was killed just before its
        end had handed over goes: nobody would know of it.
        """
        self._clear(operation)
        with path.open("rb") as stream:
            operation.result_file.save(name, File(stream), save=False)
        shutil.rmtree(self.unfinished(operation), ignore_errors=True)

    def forget(self, operation: Operation) -> None:
        """It is older than ``kept``: its file goes, with whatever an interrupted one left; that it was made stays."""
        if operation.result_file:
            operation.result_file.delete(save=True)
        self._clear(operation)
        shutil.rmtree(self.unfinished(operation), ignore_errors=True)

    @staticmethod
    def _clear(operation: Operation) -> None:
        storage, folder = operation.result_file.storage, result_path(operation, "").rstrip("/")
        with suppress(FileNotFoundError):
            for name in storage.listdir(folder)[1]:
                storage.delete(f"{folder}/{name}")

    def finish_undo(self, operation: Operation, *, by) -> None:
        """Last act of an undo, in the transaction of its last chunk."""

    def url(self, operation: Operation) -> str:
        """Where a person goes to see the result."""
        return ""

    def title(self, operation: Operation):
        """What this one is called, where its kind says too little."""
        return self.label

    def is_undoable(self, operation: Operation) -> bool:
        """Whether this one, once over, changed something that can be taken back."""
        return operation.steps.exists()

    def is_quick(self, operation: Operation) -> bool:
        """So small that the person who undoes it need not wait for a worker."""
        return False

    def left(self, operation: Operation, *, by) -> list[dict]:
        """Rows it was not done to, each with its reason in words (like :attr:`Undone.left`), as ``by`` may see them."""
        return []


def register(work: type[Work]) -> type[Work]:
    KINDS[work.kind] = work()
    return work


@transaction.atomic
def start(*, kind: str, by, total: int = 0, at_once: bool = False, **params) -> Operation:
    """Create the operation and queue it; ``by`` is the membership that asked.

    ``at_once``: the caller runs it to its end in this very transaction, nothing is queued.
    """
    operation = Operation.objects.create(
        organization_id=by.organization_id, kind=kind, total=total, params=params, started_by=by
    )
    if not at_once:
        enqueue(run_operation, operation_id=operation.pk)
    return operation


@transaction.atomic
def begin(*, kind: str, by, total: int, at_most: int, **params) -> Operation:
    """:func:`start` it; when it is as short as ``at_most``, do it at once, so that nobody waits for a worker.

    Raises :class:`DomainError` where what was done at once failed: then nothing is done.
    """
    quick = total <= at_most
    operation = start(kind=kind, by=by, total=total, at_once=quick, **params)
    if quick:
        run_to_end(operation.pk)
        operation.refresh_from_db()
        if operation.status == Operation.Status.FAILED:
            raise DomainError(operation.error)
    return operation


def _going(operation_id: int):
    return Operation.objects.filter(pk=operation_id, status__in=[Operation.Status.WAITING, Operation.Status.RUNNING])


def _take(operation_id: int) -> str:
    """Become the one runner of an operation; empty when another one moved it a moment ago."""
    runner, now = secrets.token_hex(8), timezone.now()
    idle = Q(runner="") | Q(moved_at=None) | Q(moved_at__lt=now - timedelta(seconds=settings.OPERATION_STUCK_AFTER))
    return runner if _going(operation_id).filter(idle).update(runner=runner, moved_at=now) else ""


@contextmanager
def _as_asked(operation: Operation) -> Iterator[None]:
    """The language and the clock of the person who asked."""
    with override(operation.started_by.user.language), timezone.override(ZoneInfo(operation.organization.timezone)):
        yield


def _without_waiting_for_the_disk() -> None:
    """For this transaction: PostgreSQL writes it down within the second, in its turn; it is whole or it never was."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def advance(operation_id: int, *, runner: str | None = None) -> bool:
    """Run one chunk; returns whether more is left. Safe to call from several workers at once.

    With ``runner``, only as long as that runner still holds the operation. The attempt is counted before it begins, in
    its own transaction, so that a chunk which kills its worker is counted too.
    """
    mine = _going(operation_id) if runner is None else _going(operation_id).filter(runner=runner)
    if not mine.update(stumbles=F("stumbles") + 1):
        return False
    rows = Operation.objects.select_related("organization", "started_by__user")
    waiting = rows.get(pk=operation_id)
    prepared = None
    if waiting.stumbles <= MAX_STUMBLES:
        with _as_asked(waiting):
            prepared = KINDS[waiting.kind].prepare(waiting)
    with transaction.atomic():
        if KINDS[waiting.kind].may_be_redone:
            _without_waiting_for_the_disk()
        operation = rows.select_for_update(of=("self",)).get(pk=operation_id)
        if operation.is_over or (runner is not None and operation.runner != runner):
            return False
        with _as_asked(operation):
            if operation.stumbles > MAX_STUMBLES:
                logger.error("operation_given_up", operation_id=operation_id, kind=operation.kind)
                raise DomainError(_("This work stopped several times at the same place. What was done before is kept."))
            operation.started_at = operation.started_at or timezone.now()
            operation.status = Operation.Status.RUNNING
            work = KINDS[operation.kind]
            operation.prepared = prepared
            progress = work.run_chunk(operation)
            if progress.undo:
                operation.steps.create(number=operation.steps.count() + 1, data=progress.undo)
            operation.done += progress.done
            operation.failed += progress.failed
            operation.cursor = progress.cursor
            operation.moved_at = timezone.now()
            operation.stumbles = 0
            if progress.finished:
                operation.status = Operation.Status.DONE
                operation.finished_at = timezone.now()
                work.finish(operation)
            operation.save()
        return not progress.finished


def run_to_end(operation_id: int, *, seconds: float | None = None) -> bool:
    """Advance until the end or until ``seconds`` have passed; returns whether more is left for the caller to queue.

    One runner at a time: a second call while another is moving the operation returns ``False`` at once.
    """
    started = time.monotonic()
    runner = _take(operation_id)
    while runner:
        try:
            more = advance(operation_id, runner=runner)
        except DomainError as error:
            language = Operation.objects.values_list("started_by__user__language", flat=True).get(pk=operation_id)
            with override(language):
                fail(operation_id, str(error))
            return False
        except Exception:
            _going(operation_id).filter(runner=runner).update(runner="")  # whoever tries next need not wait
            raise
        if not more:
            return False
        if seconds is not None and time.monotonic() - started > seconds:
            return bool(_going(operation_id).filter(runner=runner).update(runner=""))
    return False


def still_at_it(operation_id: int, *, done: int | None = None) -> bool:
    """Slow work that :meth:`Work.prepare` does: while it lasts nobody else takes it up, and its progress shows.

    Returns whether to go on: ``False`` once somebody stopped it. Not inside a transaction, or nobody would see it.
    """
    going = _going(operation_id)
    if done is None:
        stale = timezone.now() - timedelta(seconds=settings.OPERATION_STUCK_AFTER / 4)
        going.filter(moved_at__lt=stale).update(moved_at=timezone.now())
        return going.exists()
    return bool(going.update(done=done, status=Operation.Status.RUNNING, moved_at=timezone.now()))


@transaction.atomic
def fail(operation_id: int, message: str) -> None:
    """Stop for good with a sentence for the person who started it. What earlier chunks did stays."""
    _going(operation_id).update(status=Operation.Status.FAILED, error=message, finished_at=timezone.now())


@transaction.atomic
def cancel(operation: Operation) -> None:
    """Stop after the present chunk. What is done stays done."""
    locked = Operation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    if not locked.is_over:
        locked.status = Operation.Status.CANCELLED
        locked.finished_at = timezone.now()
        locked.save()


def forget_old_results() -> int:
    """Files that repeat what the organization holds are not left lying about (Law 25); returns how many went."""
    gone = 0
    for work in KINDS.values():
        if work.kept is None:
            continue
        old = Operation.objects.filter(kind=work.kind, created_at__lt=timezone.now() - work.kept)
        gone += old.exclude(result_file="").count()
        for operation in old.iterator():
            work.forget(operation)
    return gone


@job(label=_("Long work, piece by piece"))
def run_operation(*, operation_id: int) -> None:
    if run_to_end(operation_id, seconds=SLICE_SECONDS):
        enqueue(run_operation, operation_id=operation_id)


@job(schedule=every(minutes=1), label=_("Take up again work that was interrupted"))
def wake_stuck_operations() -> int:
    """Queue again what a killed worker left half-way; its cursor is where the last finished chunk put it."""
    before = timezone.now() - timedelta(seconds=settings.OPERATION_STUCK_AFTER)
    stuck = Operation.objects.filter(status__in=[Operation.Status.WAITING, Operation.Status.RUNNING]).filter(
        Q(moved_at__lt=before) | Q(moved_at=None, created_at__lt=before)
    )
    woken = 0
    for operation in stuck.order_by(F("moved_at").asc(nulls_first=True))[:20]:
        # Claiming by moving the clock keeps the next minute from queueing it a second time; nobody holds it any more.
        claimed = Operation.objects.filter(pk=operation.pk, moved_at=operation.moved_at)
        if claimed.update(moved_at=timezone.now(), runner=""):
            enqueue(run_operation, operation_id=operation.pk)
            woken += 1
    if woken:
        logger.warning("operations_woken", count=woken)
    return woken
