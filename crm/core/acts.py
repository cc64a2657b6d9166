"""One act on many rows of a list: counted first, then done in chunks, undone where nobody changed them since.

A domain writes a :class:`BulkAction` and names it in ``bulk_actions`` of its list; a domain above adds its own to another
one's list with :func:`offer` when it starts. What is to be done is frozen as steps of the operation, chunk by chunk: rows
that leave the filter while it runs are not skipped, rows that come later are not taken in.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import transaction
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from crm.core import lists, operations
from crm.core.errors import DomainError
from crm.core.models import Operation, OperationStep
from crm.core.money import format_number
from crm.core.undo import REASONS

CHUNK = 200
AT_ONCE = 50  # rows up to which the person need not wait for a worker
LEFT_KEPT = 200
OFFERED: dict[str, list["BulkAction"]] = {}


class BulkAction:
    """One act. ``run`` and ``undo`` make one service call each; the words say its consequence."""

    code = ""
    label = ""
    icon = ""
    permission = ""
    form_class = None
    undoable = True
    danger = False
    explanation = ""
    url_name = ""  # of one row, for those that were left as they are
    owner_path = "owner"  # to the person whose own rows they are
    together = ""  # path to what rows must share a chunk by: one letter to a donor, whatever the number of gifts
    reasons: dict[str, object] = {}

    def may(self, by) -> bool:
        return by.can(self.permission)

    def form(self, data=None, *, by):
        """The form of the act, or ``None`` where there is nothing to choose."""
        return self.form_class(data, membership=by) if self.form_class else None

    def said(self, count: int, data: dict) -> str:
        """The button: the act and its consequence."""
        raise NotImplementedError

    def told(self, count: int, data: dict) -> str:
        """The message once it is done."""
        raise NotImplementedError

    def sample(self, rows: QuerySet, *, data: dict, by):
        """What it would make of one of ``rows``, shown before it is done; ``None`` where there is nothing to show."""
        return

    def respond(self, selection, *, data: dict, by):
        """An act that changes nothing (a file) answers by itself; ``None``: it is done by :meth:`run`."""
        return

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        """Which rows have nothing to be done to, by reason; ``data`` is empty while the form is."""
        return {}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        """Do it; returns what :meth:`undo` will need (JSON values)."""
        raise NotImplementedError

    def undo(self, data: dict, *, by) -> operations.Undone:
        """Take it back where nobody changed it since."""
        raise NotImplementedError

    # --- what follows is the same for all ---
    def all_skips(self, *, data: dict, by) -> dict[str, Q]:
        """With the rows that the role does not reach first: somebody may see a row without the right to change it."""
        theirs = {"forbidden": ~Q(**{self.owner_path: by})} if by.scope(self.permission) == "own" else {}
        return theirs | self.skips(data=data, by=by)

    def why(self, reason: str):
        return self.reasons.get(reason) or REASONS.get(reason, reason)


def numbered(sentence: str, count: int) -> str:
    return sentence % {"count": format_number(count)}


def offer(url_name: str, action: BulkAction) -> None:
    """Add an act to the list of another domain, below."""
    OFFERED.setdefault(url_name, []).append(action)


def actions_of(view, url_name: str) -> list[BulkAction]:
    return [*view.bulk_actions, *OFFERED.get(url_name, ())]


def found(view, url_name: str, code: str) -> BulkAction | None:
    return next((action for action in actions_of(view, url_name) if action.code == code), None)


def _reason(skips: dict[str, Q]) -> Case:
    """The first reason that holds, or an empty text: the row is to be done."""
    return Case(*(When(test, then=Value(reason)) for reason, test in skips.items()), default=Value(""))


def counted(rows: QuerySet, action: BulkAction, *, data: dict, by) -> tuple[int, dict[str, int]]:
    """How many rows it will be done to, and how many not, by reason; one query."""
    skips = action.all_skips(data=data, by=by)
    if not skips:
        return rows.order_by().count(), {}
    found = rows.order_by().annotate(bulk_reason=_reason(skips)).values_list("bulk_reason").annotate(n=Count("pk"))
    numbers = dict(found)
    return numbers.pop("", 0), {reason: numbers[reason] for reason in skips if numbers.get(reason)}


def todo(rows: QuerySet, action: BulkAction, *, data: dict, by) -> QuerySet:
    """The rows that it will be done to, in no order."""
    rows, skips = rows.order_by(), action.all_skips(data=data, by=by)
    return rows.annotate(bulk_reason=_reason(skips)).filter(bulk_reason="") if skips else rows


def chunked(rows: QuerySet, *, together: str = "") -> Iterator[list[int]]:
    """The keys of ``rows``, about :data:`CHUNK` at a time; rows equal in ``together`` are never parted."""
    if together:
        pairs = rows.order_by(together, "pk").values_list(together, "pk").iterator()
        groups = ([pk for _value, pk in same] for _value, same in groupby(pairs, key=lambda pair: pair[0]))
    else:
        groups = ([pk] for pk in rows.order_by("pk").values_list("pk", flat=True).iterator())
    chunk: list[int] = []
    for group in groups:
        if chunk and len(chunk) + len(group) > CHUNK:
            yield chunk
            chunk = []
        chunk += group
    if chunk:
        yield chunk


@transaction.atomic
def start(
    *, rows: QuerySet, action: BulkAction, data: dict, form_data: dict[str, list[str]], url_name: str, query: str, by
) -> Operation:
    """Freeze the rows to be done and do it: at once when they are few, else by a worker."""
    chunks = list(chunked(todo(rows, action, data=data, by=by), together=action.together))
    total = sum(map(len, chunks))
    operation = operations.start(
        kind=BulkWork.kind,
        by=by,
        total=total,
        at_once=total <= AT_ONCE,
        list=url_name,
        act=action.code,
        form=form_data,
        query=query,
    )
    steps = (OperationStep(operation=operation, number=n, data={"rows": ids}) for n, ids in enumerate(chunks, start=1))
    OperationStep.objects.bulk_create(steps, batch_size=500)
    if total <= AT_ONCE:
        operations.run_to_end(operation.pk)
        operation.refresh_from_db()
        if operation.status == Operation.Status.FAILED:
            raise DomainError(operation.error)
    return operation


@operations.register
class BulkWork(operations.Work):
    """A step of the operation holds the rows of one chunk; done, it holds what undoing it needs and what was left."""

    kind = "bulk"
    label = _("Act on many records")
    icon = "list-check"
    undoable = True

    def action(self, operation: Operation) -> BulkAction | None:
        try:
            view = lists.asked_in(operation)
        except LookupError:
            return None
        return found(view, operation.params["list"], operation.params["act"])

    def title(self, operation: Operation):
        action = self.action(operation)
        return action.label if action else self.label

    def is_undoable(self, operation: Operation) -> bool:
        action = self.action(operation)
        return bool(action and action.undoable and operation.done)

    def is_quick(self, operation: Operation) -> bool:
        return operation.total <= AT_ONCE

    def told(self, operation: Operation) -> str:
        action = self.action(operation)
        return action.told(operation.done, self.data(action, operation))

    def data(self, action: BulkAction, operation: Operation) -> dict:
        """What was chosen in the form, read again: a person chosen then may have left since."""
        form = action.form(posted(operation.params["form"]), by=operation.started_by)
        if form is None:
            return {}
        if not form.is_valid():
            raise DomainError(_("What was chosen for this act is no longer possible. What was done before is kept."))
        return form.cleaned_data

    def allowed(self, operation: Operation) -> tuple[object, BulkAction]:
        """The list and the act, for somebody who may still do it; asked again for each chunk."""
        by = operation.started_by
        view, action = lists.asked_in(operation), self.action(operation)
        if action is None or not (by.user.is_active and by.can(view.permission) and action.may(by)):
            raise DomainError(_("The person who asked for this may no longer do it. What was done before is kept."))
        return view, action

    def run_chunk(self, operation: Operation) -> operations.Progress:
        number = operation.cursor.get("next", 1)
        step = operation.steps.filter(number=number).first()
        if step is None:
            return operations.Progress(cursor={"next": number}, finished=True)
        view, action = self.allowed(operation)
        by = operation.started_by
        data = self.data(action, operation)
        ids = step.data["rows"]
        list(view.model.objects.filter(pk__in=ids).select_for_update().order_by("pk").values_list("pk", flat=True))
        rows = view.get_queryset().filter(pk__in=ids).order_by("pk")
        skips = action.all_skips(data=data, by=by)
        reasons = dict(rows.annotate(bulk_reason=_reason(skips)).values_list("pk", "bulk_reason")) if skips else None
        if reasons is None:
            reasons = dict.fromkeys(rows.values_list("pk", flat=True), "")
        todo = [pk for pk in ids if reasons.get(pk) == ""]
        left = [[pk, reasons.get(pk, "gone")] for pk in ids if reasons.get(pk) != ""]
        done = action.run(todo, data=data, by=by) if todo else {}
        step.data = {"undo": done, "left": left}
        step.save()
        last = not operation.steps.filter(number=number + 1).exists()
        return operations.Progress(done=len(todo), failed=len(left), cursor={"next": number + 1}, finished=last)

    def undo_step(self, operation: Operation, data: dict, *, by) -> operations.Undone:
        action = self.action(operation)
        if not data.get("undo"):
            return operations.Undone()  # nothing was done in it, or the work was stopped before
        if action is None or not action.may(by):
            raise DomainError(_("Your role does not allow this act to be undone."))
        return action.undo(data["undo"], by=by)

    def url(self, operation: Operation) -> str:
        view = lists.asked_in(operation)
        query = operation.params["query"]
        return f"{view.request.path}?{query}" if query else view.request.path

    def left(self, operation: Operation, *, by) -> list[dict]:
        """Rows that were no longer to be done when their turn came, named as the reader may see them now."""
        steps = operation.steps.filter(data__has_key="left").order_by("number")
        pairs = [pair for step in steps.iterator() for pair in step.data["left"]][:LEFT_KEPT]
        action = self.action(operation)
        if not pairs or action is None:
            return []
        rows = lists.asked_in(operation, by=by).get_queryset().order_by().in_bulk([pk for pk, _reason in pairs])
        return [
            {
                "label": str(rows[pk]) if pk in rows else f"{pk}",
                "reason": action.why(reason),
                "url_name": action.url_name if pk in rows else "",
                "pk": pk,
            }
            for pk, reason in pairs
        ]


def posted(form_data: dict[str, Iterable[str]]) -> QueryDict:
    """Form values kept as JSON, as a form reads them."""
    data = QueryDict(mutable=True)
    for name, values in form_data.items():
        data.setlist(name, list(values))
    return data
