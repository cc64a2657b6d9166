from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_q.models import OrmQ

from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Heartbeat, Operation
from crm.core.operations import MAX_STUMBLES, Progress, Work, advance, cancel, run_to_end, start, wake_stuck_operations

Status = Operation.Status


class Count(Work):
    """Writes one heartbeat row per step; ``params["trouble"]`` says what goes wrong at step 2."""

    kind = "count"
    seen: list = []

    def run_chunk(self, operation: Operation) -> Progress:
        step = operation.cursor.get("step", 0)
        type(self).seen.append((step, get_language(), timezone.get_current_timezone_name()))
        Heartbeat.objects.create(name=f"{operation.pk}/{step}", at=timezone.now())
        if step == 2 and (trouble := operation.params.get("trouble")):
            if trouble == "rule":
                raise DomainError(_("The date is in the future. A gift is recorded once received."))
            if trouble == "cancel":
                Operation.objects.filter(pk=operation.pk).update(status=Status.CANCELLED)
            else:
                raise RuntimeError("a mistake in the code")
        return Progress(done=1, cursor={"step": step + 1}, finished=step == 4)

    def finish(self, operation: Operation) -> None:
        operation.result = {"finished": True}


@pytest.fixture
def begin(admin, monkeypatch):
    """``begin(trouble="rule")``: an operation of five steps, asked for by the administrator."""
    monkeypatch.setitem(operations.KINDS, "count", Count())
    Count.seen = []
    return lambda **params: start(kind="count", by=admin, total=5, **params)


def steps(operation: Operation) -> list[str]:
    names = (
        Heartbeat.objects.filter(name__startswith=f"{operation.pk}/").order_by("name").values_list("name", flat=True)
    )
    return [name.partition("/")[2] for name in names]


def test_an_operation_is_queued_when_it_is_asked_for(begin, admin):
    operation = begin()
    assert (operation.status, operation.started_by, OrmQ.objects.count()) == (Status.WAITING, admin, 1)


def test_chunks_follow_each_other_to_the_end(begin):
    operation = begin()
    assert run_to_end(operation.pk) is False
    operation.refresh_from_db()
    assert (operation.status, operation.done, operation.percent) == (Status.DONE, 5, 100)
    assert (operation.result, operation.stumbles) == ({"finished": True}, 0)
    assert steps(operation) == ["0", "1", "2", "3", "4"]


def test_an_operation_that_is_over_is_never_run_again(begin):
    operation = begin()
    run_to_end(operation.pk)
    assert run_to_end(operation.pk) is False
    assert advance(operation.pk) is False
    assert steps(operation) == ["0", "1", "2", "3", "4"]


def test_out_of_time_it_asks_to_be_queued_again_and_goes_on_where_it_was(begin):
    operation = begin()
    assert run_to_end(operation.pk, seconds=-1) is True
    assert steps(operation) == ["0"]
    assert run_to_end(operation.pk) is False
    assert steps(operation) == ["0", "1", "2", "3", "4"]


def test_the_job_queues_the_rest_of_the_work(begin, run_jobs, monkeypatch):
    monkeypatch.setattr(operations, "SLICE_SECONDS", -1)
    operation = begin()
    assert run_jobs() == ["run_operation"] * 5
    assert steps(operation) == ["0", "1", "2", "3", "4"]


def test_a_second_runner_leaves_the_work_to_the_first(begin):
    operation = begin()
    run_to_end(operation.pk, seconds=-1)
    Operation.objects.filter(pk=operation.pk).update(runner="somebody", moved_at=timezone.now())
    assert run_to_end(operation.pk) is False
    assert steps(operation) == ["0"]


def test_a_runner_that_lost_the_work_to_another_stops(begin):
    operation = begin()
    Operation.objects.filter(pk=operation.pk).update(runner="the new one", moved_at=timezone.now())
    assert advance(operation.pk, runner="the old one") is False
    assert steps(operation) == []


def test_a_rule_stops_it_with_a_sentence_in_the_language_of_who_asked(begin, admin):
    admin.user.language = "fr"
    admin.user.save()
    operation = begin(trouble="rule")
    with translation.override("en"):
        assert run_to_end(operation.pk) is False
    operation.refresh_from_db()
    with translation.override("fr"):
        sentence = _("The date is in the future. A gift is recorded once received.")
    assert (operation.status, operation.error) == (Status.FAILED, sentence)
    assert steps(operation) == ["0", "1"]  # the chunk that was refused left nothing behind


def test_a_chunk_speaks_the_language_and_keeps_the_clock_of_who_asked(begin, admin):
    admin.user.language = "fr"
    admin.user.save()
    admin.organization.timezone = "America/Vancouver"
    admin.organization.save()
    run_to_end(begin().pk, seconds=-1)
    assert Count.seen == [(0, "fr", "America/Vancouver")]
    assert (get_language(), timezone.get_current_timezone_name()) == ("en", "America/Toronto")


def test_a_mistake_in_the_code_is_raised_and_leaves_the_work_free_for_the_next_attempt(begin):
    operation = begin(trouble="bug")
    with pytest.raises(RuntimeError):
        run_to_end(operation.pk)
    operation.refresh_from_db()
    assert (operation.status, operation.done, operation.runner, operation.stumbles) == (Status.RUNNING, 2, "", 1)
    assert steps(operation) == ["0", "1"]


def test_work_that_never_passes_the_same_place_is_given_up_with_a_reason(begin):
    operation = begin(trouble="bug")
    for _attempt in range(MAX_STUMBLES):
        with pytest.raises(RuntimeError):
            run_to_end(operation.pk)
    assert run_to_end(operation.pk) is False
    operation.refresh_from_db()
    assert (operation.status, steps(operation)) == (Status.FAILED, ["0", "1"])
    assert operation.error == "This work stopped several times at the same place. What was done before is kept."


def test_a_cancelled_operation_does_nothing_more(begin):
    operation = begin()
    run_to_end(operation.pk, seconds=-1)
    cancel(operation)
    assert run_to_end(operation.pk) is False
    operation.refresh_from_db()
    assert (operation.status, steps(operation)) == (Status.CANCELLED, ["0"])


def test_cancelling_what_is_over_changes_nothing(begin):
    operation = begin()
    run_to_end(operation.pk)
    cancel(operation)
    operation.refresh_from_db()
    assert operation.status == Status.DONE


def test_failing_what_was_cancelled_changes_nothing(begin):
    operation = begin()
    cancel(operation)
    operations.fail(operation.pk, "too late")
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Status.CANCELLED, "")


@pytest.mark.parametrize(
    ("status", "seconds", "woken"),
    [
        (Status.RUNNING, 91, 1),
        (Status.RUNNING, 30, 0),
        (Status.WAITING, 91, 1),
        (Status.DONE, 9999, 0),
        (Status.FAILED, 9999, 0),
        (Status.CANCELLED, 9999, 0),
    ],
)
def test_only_work_that_stopped_moving_is_taken_up_again(begin, status, seconds, woken):
    operation = begin()
    OrmQ.objects.all().delete()
    moved = timezone.now() - timedelta(seconds=seconds)
    Operation.objects.filter(pk=operation.pk).update(status=status, moved_at=moved, runner="the dead one")
    assert wake_stuck_operations() == woken
    assert OrmQ.objects.count() == woken


def test_work_whose_first_job_was_lost_is_taken_up_too(begin):
    operation = begin()
    OrmQ.objects.all().delete()
    Operation.objects.filter(pk=operation.pk).update(created_at=timezone.now() - timedelta(seconds=91))
    assert wake_stuck_operations() == 1


def test_stopped_work_is_queued_once_however_often_one_looks(begin):
    operation = begin()
    OrmQ.objects.all().delete()
    Operation.objects.filter(pk=operation.pk).update(
        status=Status.RUNNING, moved_at=timezone.now() - timedelta(seconds=91), runner="the dead one"
    )
    assert [wake_stuck_operations(), wake_stuck_operations()] == [1, 0]
    assert run_to_end(operation.pk) is False
    assert steps(operation) == ["0", "1", "2", "3", "4"]
