"""Watching long work: one page that polls itself until the work is over."""

import mimetypes

import django_filters
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crm.core import operations, undo
from crm.core.models import Operation
from crm.core.web import tables
from crm.core.web.files import download
from crm.core.web.filters import CrmFilterSet
from crm.core.web.tables import escaped
from crm.core.web.views import ActionView, DetailView, ListView, ScopedView

TONES = {"waiting": "", "running": "is-info", "done": "is-ok", "failed": "is-bad", "cancelled": "is-warn"}


LEFT_SHOWN = 200


class KindColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        work = operations.KINDS.get(record.kind)
        title = escaped(str(work.title(record) if work else record.kind))
        return f'<a class="mc-name" href="{record.get_absolute_url()}">{title}</a>'


class OperationTable(tables.CrmTable):
    kind = KindColumn(verbose_name=_("Work"), orderable=False, unlabelled=True)
    status = tables.ChoiceColumn(choices=Operation.Status, tones=TONES, orderable=False)
    done = tables.NumberColumn(orderable=False)
    failed = tables.NumberColumn(verbose_name=_("Refused"), orderable=False)
    started_by = tables.Column(needs=("started_by__user",), orderable=False)
    created_at = tables.MomentColumn(verbose_name=_("Asked"), orderable=False)


class OperationFilter(CrmFilterSet):
    status = django_filters.ChoiceFilter(choices=Operation.Status.choices, label=_("Status"))
    q = None


class OperationListView(ListView):
    permission = "operations.view"
    model = Operation
    table_class = OperationTable
    filterset_class = OperationFilter
    title = _("Work in progress")
    can_export = False
    empty_icon = "activity"
    empty_title = _("No long work yet")
    empty_text = _("Imports, exports and receipt runs show their progress here.")

    def get_queryset(self):
        return super().get_queryset().order_by("-created_at", "-pk")


def left_rows(view: ScopedView, undoing: Operation) -> list[dict]:
    """What an undo had to leave, its reason in words, with the address of the record; the first ones of many."""
    return [
        {
            "label": one["label"],
            "reason": undo.REASONS.get(one["reason"], one["reason"]),
            "url": view.url(one["url_name"], pk=one["pk"]) if one.get("url_name") else "",
        }
        for one in undo.left_by(undoing)[:LEFT_SHOWN]
    ]


class OperationDetailView(DetailView):
    """The progress of one operation; the fragment stops polling by itself once it is over."""

    permission = "operations.view"
    model = Operation
    template_name = "generic/operation.html"
    fragment_name = "generic/_operation.html"
    context_name = "operation"

    def get_context(self, **context) -> dict:
        operation = self.object
        work = operations.KINDS.get(operation.kind)
        over = work is not None and operation.is_over
        undoing = operation.kind == undo.UndoWork.kind
        return super().get_context(
            work=work,
            title=work.title(operation) if work else operation.kind,
            result_url=work.url(operation) if over else "",
            is_forgotten=over
            and work.kept is not None
            and operation.status == Operation.Status.DONE
            and not operation.result_file,
            may_undo=over and work.undoable and undo.why_not(operation) is None,
            left=(left_rows(self, operation) if undoing else work.left(operation, by=self.membership)) if over else [],
            **context,
        )


class OperationCancelView(ActionView):
    permission = "operations.view"
    model = Operation
    title = _("Stop this work?")
    question = _("What is already done stays done. The rest is left out.")
    submit_label = _("Stop")
    danger = True

    def act(self, operation: Operation):
        return operations.cancel(operation)


class OperationUndoView(ActionView):
    """Take back what this work changed. Rows touched since stay as they are, and are listed."""

    permission = "operations.view"
    model = Operation
    service = staticmethod(undo.start_undo)
    title = _("Undo this work?")
    question = _("What it wrote is taken back. Records that somebody changed since stay as they are, and are listed.")
    submit_label = _("Undo")
    danger = True

    def get_success_url(self, operation: Operation, result: Operation) -> str:
        """The page of the undo; where it is already over and left nothing, back to where the work was asked for."""
        if result.status != Operation.Status.DONE or result.failed:
            return result.get_absolute_url()
        messages.success(self.request, _("It is undone: everything is again as it was."))
        return operations.KINDS[operation.kind].url(operation) or result.get_absolute_url()


class OperationFileView(ScopedView):
    permission = "operations.view"
    model = Operation

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        operation = self.get_object()
        work = operations.KINDS.get(operation.kind)
        if work is not None and work.result_permission:
            self.check(work.result_permission)
        name = operation.result_file.name or "file"
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return download(operation.result_file, filename=name, content_type=kind)
