"""The system's own jobs: signs of life, and forgetting what nobody needs any more."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core import operations
from crm.core.heartbeat import PREFIX, SCHEDULER, mark
from crm.core.jobs import daily, every, job
from crm.core.models import Heartbeat, OperationStep

SUCCESSES_KEPT = timedelta(days=3)
FAILURES_KEPT = timedelta(days=30)
UNDO_KEPT = timedelta(days=60)  # what an undo would need repeats personal data: it is not kept for ever (Law 25)


@job(schedule=every(minutes=1), label=_("Sign of life"))
def beat() -> None:
    """Came from the scheduler, through the queue and a worker: all three are alive."""
    mark(SCHEDULER)


@job(label=_("Is anybody there?"))
def probe() -> None:
    """Does nothing: being run is the answer (every job that runs leaves a pulse)."""


@job(schedule=daily(at="03:30"), label=_("Forget old results of jobs"))
def forget_old_tasks() -> int:
    """The queue keeps every result (its own pruning is slow): three days of successes, thirty of failures."""
    from django_q.models import Task

    now = timezone.now()
    Heartbeat.objects.filter(name__startswith=PREFIX, at__lt=now - SUCCESSES_KEPT).delete()
    old = Task.objects.filter(success=True, stopped__lt=now - SUCCESSES_KEPT).delete()[0]
    return old + Task.objects.filter(success=False, stopped__lt=now - FAILURES_KEPT).delete()[0]


@job(schedule=daily(at="03:35"), label=_("Forget what old work would need to be undone"))
def forget_old_steps() -> int:
    return OperationStep.objects.filter(operation__created_at__lt=timezone.now() - UNDO_KEPT).delete()[0]


@job(schedule=daily(at="03:40"), label=_("Forget files that were made to be taken away"))
def forget_old_results() -> int:
    return operations.forget_old_results()
