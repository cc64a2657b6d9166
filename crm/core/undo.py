"""Taking back what an operation did: itself an operation, chunk after chunk, from the last step to the first."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Operation

# Why a row stays as it is: what :attr:`Undone.left` may say.
REASONS = {
    "touched": _("Changed since"),
    "used": _("Other records lead to it"),
    "gone": _("No longer there"),
    "forbidden": _("Your role does not allow it"),
}


def why_not(operation: Operation):
    """The reason this operation cannot be undone, or ``None``."""
    work = operations.KINDS.get(operation.kind)
    if work is None or not work.undoable:
        return _("This kind of work cannot be undone.")
    if not operation.is_over:
        return _("This work is still going on. Stop it first.")
    if operation.undone_by_id:
        return _("This work was already undone.")
    if not work.is_undoable(operation):
        return _("This work changed nothing.")
    return None


@transaction.atomic
def start_undo(operation: Operation, *, by) -> Operation:
    """Undo a finished operation, at once when it is small; raises :class:`DomainError` when it cannot be, or was already."""
    locked = Operation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    if problem := why_not(locked):
        raise DomainError(problem, code="not_undoable")
    quick = operations.KINDS[locked.kind].is_quick(locked)
    undone = operations.start(kind=UndoWork.kind, by=by, total=locked.done, at_once=quick, operation_id=locked.pk)
    locked.undone_by = undone
    locked.save()
    if quick:
        operations.run_to_end(undone.pk)
        undone.refresh_from_db()
        if undone.error:
            raise DomainError(undone.error, code="not_undoable")
    return undone


@operations.register
class UndoWork(operations.Work):
    """One step of the other operation at a time, the last one first; what it leaves is kept as steps of its own."""

    kind = "undo"
    label = _("Undo")
    icon = "arrow-back-up"

    def undone(self, operation: Operation) -> Operation:
        rows = Operation.objects.select_related("organization", "started_by__user")
        return rows.get(pk=operation.params["operation_id"])

    def run_chunk(self, operation: Operation) -> operations.Progress:
        former = self.undone(operation)
        work = operations.KINDS[former.kind]
        number = operation.cursor["next"] if operation.cursor else former.steps.count()
        outcome = operations.Undone()
        if number:
            step = former.steps.get(number=number)
            outcome = work.undo_step(former, step.data, by=operation.started_by)
        if outcome.left:
            operation.steps.create(number=operation.steps.count() + 1, data={"left": outcome.left})
        if number <= 1:
            work.finish_undo(former, by=operation.started_by)
        return operations.Progress(
            done=outcome.done, failed=len(outcome.left), cursor={"next": number - 1}, finished=number <= 1
        )

    def url(self, operation: Operation) -> str:
        former = self.undone(operation)
        return operations.KINDS[former.kind].url(former) or former.get_absolute_url()


def left_by(operation: Operation) -> list[dict]:
    """What an undo had to leave as it is, in order."""
    return [one for step in operation.steps.order_by("-number") for one in step.data["left"]]
