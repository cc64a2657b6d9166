"""Long lists as a file, made by a worker: the same rows and columns as the list on screen, for whoever asked.

The list is read again by its address and its filters, with what the person may see when the file is made. The file is
written before the transaction that keeps it, so a killed worker leaves nothing and the next one begins it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from crm.core import lists, mailer, operations
from crm.core.errors import DomainError
from crm.core.events import Event, publish
from crm.core.models import Operation
from crm.core.web import exports
from crm.core.web.paging import batches


@dataclass(frozen=True, kw_only=True)
class ListTakenOut(Event):
    """Rows left as a file that a worker made: which, how many, with which filters (Law 25)."""

    model: str
    rows: int
    query: str


def start_export(*, url_name: str, query: str, kind: str, rows: int, by, mails: str = "") -> Operation:
    """Queue the file of a list: ``kind`` is ``csv`` or ``xlsx``, ``query`` the filters, order and columns of the list.

    ``mails``: the name under which it is told by e-mail to ``by`` once it is there.
    """
    told = {"mails": mails} if mails else {}
    return operations.start(kind=ExportWork.kind, by=by, total=rows, list=url_name, query=query, format=kind, **told)


def tell_ready(operation: Operation, *, rows: int) -> None:
    """An e-mail to who had it made, with the way to the file: rows of donors never travel by e-mail themselves."""
    user = operation.started_by.user
    with override(user.language):
        url = settings.SITE_URL + operation.get_absolute_url()
    mailer.send(
        key=f"export:{operation.pk}",
        to=user.email,
        template="list_ready",
        context={"name": operation.params["mails"], "rows": rows, "url": url, "days": ExportWork.kept.days},
        language=user.language,
        organization=operation.organization,
    )


@operations.register
class ExportWork(operations.Work):
    """The whole file is one chunk; its progress is the number of rows written."""

    kind = "export"
    label = gettext_lazy("Export of a list")
    icon = "file-export"
    result_permission = "exports.run"
    kept = timedelta(days=7)

    def title(self, operation: Operation):
        try:
            return _("%(list)s, as a file") % {"list": lists.asked_in(operation).title}
        except LookupError:
            return self.label

    def prepare(self, operation: Operation) -> dict:
        view, by = lists.asked_in(operation, query=operation.params["query"]), operation.started_by
        if not (by.is_active and by.user.is_active and by.can("exports.run") and by.can(view.permission)):
            raise DomainError(_("The person who asked for this file may no longer take it out."))
        written, path = Written(operation.pk, batches(view.read())), self.begin_file(operation, "list")
        title, kind = str(view.title), operation.params["format"]
        with path.open("wb") as file:
            exports.write(view.table, written, file, title=title, kind=kind)
        if written.is_stopped:
            path.unlink()
        return {
            "path": path,
            "rows": written.count,
            "name": exports.filename(title, kind),
            "model": view.model._meta.label_lower,
        }

    def run_chunk(self, operation: Operation) -> operations.Progress:
        made = operation.prepared
        self.hand_over(operation, made["path"], name=made["name"])
        operation.done, operation.total = 0, made["rows"]  # what was shown as progress is what this chunk did
        publish(
            ListTakenOut(
                organization_id=operation.organization_id,
                actor_id=operation.started_by_id,
                model=made["model"],
                rows=made["rows"],
                query=operation.params["query"],
            )
        )
        if operation.params.get("mails"):
            tell_ready(operation, rows=made["rows"])
        return operations.Progress(done=made["rows"], finished=True)


class Written:
    """The rows on their way into the file: counted, shown as progress, and stopped when somebody stops the work."""

    def __init__(self, operation_id: int, found: Iterator[list]) -> None:
        self.operation_id, self.found, self.count, self.is_stopped = operation_id, found, 0, False

    def __iter__(self) -> Iterator:
        for rows in self.found:
            if not operations.still_at_it(self.operation_id, done=self.count):
                self.is_stopped = True
                return
            yield from rows
            self.count += len(rows)
