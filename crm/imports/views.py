"""Screens of imports: send a file, see what would happen, import, see what happened."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from crm.core import undo
from crm.core.money import format_number
from crm.core.web import exports
from crm.core.web.actions import Link
from crm.core.web.operations import left_rows
from crm.core.web.views import ActionView, CreateView, DetailView, FormView, ListView, ScopedView
from crm.imports import services, sources
from crm.imports.choices import OUTCOME_TONES, ImportKind, Outcome
from crm.imports.filters import ImportFilter
from crm.imports.forms import ColumnsForm, UploadForm
from crm.imports.models import ImportFile
from crm.imports.own import own_targets
from crm.imports.problems import told
from crm.imports.tables import ImportTable
from crm.imports.targets import TARGETS

NOT_IN_TEMPLATE = {"number", "full_name", "contact_full_name"}  # for files that have nothing better
SHOWN = 100  # rows of the preview; the counts are of all the rows looked at


STEPS = (
    gettext_lazy("File"),
    gettext_lazy("Columns"),
    gettext_lazy("Check"),
    pgettext_lazy("step", "Import"),
    gettext_lazy("Result"),
)


def steps(now: int, *, undone: bool = False) -> list[tuple[str, str]]:
    """Where one is in an import: each step with its state. An undo is a last step of its own."""
    words = [*STEPS, gettext_lazy("Undone")] if undone else STEPS
    at = len(words) if undone else now
    return [
        (str(word), "done" if number < at else "now" if number == at else "")
        for number, word in enumerate(words, start=1)
    ]


def steps_of(record: ImportFile, trial: services.Trial | None) -> list[tuple[str, str]]:
    operation = record.operation
    if operation is None:
        return steps(2 if trial and trial.problem else 3)
    return steps(5 if operation.is_over else 4, undone=operation.undone_by_id is not None)


class ImportListView(ListView):
    permission = "imports.view"
    model = ImportFile
    table_class = ImportTable
    filterset_class = ImportFilter
    actions = (Link(gettext_lazy("Import a file"), "imports:import_create", "upload", "imports.run", primary=True),)
    title = gettext_lazy("Imports")
    can_export = False
    empty_icon = "file-import"
    empty_title = gettext_lazy("No file yet")
    empty_text = gettext_lazy(
        "Bring your donors and gifts from a CSV file. You see every row before anything is written."
    )

    def get_queryset(self):
        return super().get_queryset().newest_first()


class ImportCreateView(CreateView):
    permission = "imports.run"
    model = ImportFile
    form_class = UploadForm
    title = gettext_lazy("Import a file")
    submit_label = gettext_lazy("Look at the file")
    template_name = "imports/import_form.html"

    def get_context(self, **context) -> dict:
        kinds = [
            kind for kind in ImportKind if self.membership.scope("imports.run") != "own" or kind == ImportKind.GIFTS
        ]
        return super().get_context(steps=steps(1), kinds=kinds, **context)

    def get_initial(self) -> dict:
        kind = self.request.GET.get("kind", "")
        return {"kind": kind if kind in ImportKind.values else ImportKind.CONTACTS}

    def act(self, form) -> ImportFile:
        file = form.cleaned_data["file"]
        return services.receive_file(file=file, name=file.name, kind=form.cleaned_data["kind"], by=self.membership)

    def get_cancel_url(self) -> str:
        return self.url("imports:import_list")


def problem_words(problem: dict) -> str:
    """A stored problem as a sentence, with the column it is in."""
    sentence = told(problem["code"], problem["params"])
    if not problem.get("column"):
        return str(sentence)
    return _("%(column)s: %(problem)s") % {"column": problem["column"], "problem": sentence}


def reason_words(reasons: dict[str, int]) -> list[tuple[str, int]]:
    """Why rows were left out, and how many for each reason, the most frequent first."""
    found = []
    for key, count in sorted(reasons.items(), key=lambda pair: -pair[1]):
        code, _bar, text = key.partition("|")
        found.append((str(told(code, {"text": text} if text else {})), count))
    return found


class ImportDetailView(DetailView):
    """Before: the columns and what would happen. During: the progress. After: what happened, and what was refused."""

    permission = "imports.view"
    model = ImportFile
    template_name = "imports/import_detail.html"
    context_name = "record"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("operation__undone_by", "started_by__user", "started_by__organization")
        )

    def get_context(self, **context) -> dict:
        record, operation = self.object, self.object.operation
        may_run = self.membership.can("imports.run", record)
        if operation is None:
            trial = services.attempt(record)
            context |= {"trial": trial, "form": ColumnsForm(record=record, membership=self.membership)}
            context["preview"] = [
                {
                    "line": row.line,
                    "outcome": _("Left out") if decision.is_left_out else Outcome(decision.outcome).label,
                    "tone": OUTCOME_TONES[decision.outcome],
                    "name": decision.contact.name or services.contact_words(decision) if decision.contact else "",
                    "gift": decision.gift,
                    "about": str(decision.about or "")[:80],
                    "cells": [cell for cell in row.cells if cell][:4],
                    "problems": [problem_words(problem.as_data()) for problem in decision.problems],
                    "is_left_out": decision.is_left_out,
                }
                for row, decision in trial.decisions[:SHOWN]
            ]
            context["mapping"] = services.mapping_of(record)
            context["preset"] = services.preset_of(record)
            looks_like = sources.preset_named(record.formats.get("looks_like", ""))
            context["other_kind"] = looks_like if looks_like and record.kind not in looks_like.kinds else None
        else:
            rejected = record.rejected.order_by("line")
            context["rejected"] = [
                {
                    "line": row.line,
                    "cells": [cell for cell in row.cells if cell][:4],
                    "problems": [problem_words(one) for one in row.problems],
                }
                for row in rejected[:SHOWN]
            ]
            context["rejected_count"] = rejected.count()
            context["reasons"] = reason_words(operation.result.get("reasons", {}))
            context["may_undo"] = may_run and undo.why_not(operation) is None
            context["undoing"] = operation.undone_by
            context["left"] = left_rows(self, operation.undone_by) if operation.undone_by else []
        context["steps"] = steps_of(record, context.get("trial"))
        return super().get_context(may_run=may_run, operation=operation, shown=SHOWN, **context)


class TemplateView(ScopedView):
    """An empty file with the columns an import knows, in the reader's language."""

    permission = "imports.run"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        wanted = request.GET.get("kind", "")
        kind = ImportKind(wanted) if wanted in ImportKind.values else ImportKind.CONTACTS
        own = own_targets(self.membership.organization) if kind == ImportKind.CONTACTS else ()
        headers = [str(target.label) for target in (*TARGETS[kind], *own) if target.name not in NOT_IN_TEMPLATE]
        stem = slugify(kind.label) or kind.value
        if request.GET.get("format") == "xlsx":
            content = exports.xlsx_bytes(headers, [], str(kind.label))
            ending, mime = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        else:
            content = "".join(exports.csv_lines(headers, []))
            ending, mime = "csv", "text/csv; charset=utf-8"
        response = HttpResponse(content, content_type=mime)
        response["Content-Disposition"] = f'attachment; filename="merci-{stem}.{ending}"'
        return response


class ImportColumnsView(FormView):
    """Keep the choices made for the columns, and look again."""

    permission = "imports.run"
    model = ImportFile
    title = gettext_lazy("Columns of the file")
    template_name = "imports/import_columns.html"
    submit_label = gettext_lazy("Look again")

    def load(self) -> None:
        self.object = self.get_object()

    def get_form(self, data=None, files=None) -> ColumnsForm:
        return ColumnsForm(data, record=self.object, membership=self.membership)

    def act(self, form: ColumnsForm) -> ImportFile:
        data = form.cleaned_data
        if services.read_as(self.object, preset=data["preset"], sheet=data.get("sheet", "")):
            return self.object
        return services.choose(
            self.object,
            fields=form.chosen,
            mode=data.get("mode") or self.object.mode,
            date_order=data.get("date_order", ""),
            stops=data["stops"],
            owner=data.get("owner"),
            by=self.membership,
        )


class ImportStartView(ActionView):
    permission = "imports.run"
    model = ImportFile
    service = staticmethod(services.start_import)
    title = gettext_lazy("Import this file?")
    submit_label = gettext_lazy("Import")

    def get_question(self, record: ImportFile) -> str:
        return _("The rows of %(name)s are written, except those that are refused.") % {"name": record.name}


class ImportUndoView(ActionView):
    """Take back everything this import wrote, after saying how much that is."""

    permission = "imports.run"
    model = ImportFile
    service = staticmethod(services.undo_import)
    title = gettext_lazy("Undo this import?")
    submit_label = gettext_lazy("Undo the import")
    danger = True

    def get_question(self, record: ImportFile) -> str:
        counts = record.operation.result if record.operation else {}
        created, updated = counts.get("created", 0), counts.get("updated", 0)
        made = MADE[record.kind](created)
        kept = _("Records that somebody changed since stay as they are, and are listed.")
        if not updated:
            return f"{made} {kept}"
        back = ngettext(
            "%(count)s contact gets back what it said before.",
            "%(count)s contacts get back what they said before.",
            updated,
        ) % {"count": format_number(updated)}
        return f"{made} {back} {kept}"


def contacts_made(count: int) -> str:
    return ngettext(
        "%(count)s contact that the import created is deleted.",
        "%(count)s contacts that the import created are deleted.",
        count,
    ) % {"count": format_number(count)}


def gifts_made(count: int) -> str:
    return ngettext(
        "%(count)s gift is deleted, with the contacts that came with it.",
        "%(count)s gifts are deleted, with the contacts that came with them.",
        count,
    ) % {"count": format_number(count)}


def notes_made(count: int) -> str:
    return ngettext("%(count)s note is deleted.", "%(count)s notes are deleted.", count) % {
        "count": format_number(count)
    }


def tasks_made(count: int) -> str:
    return ngettext("%(count)s task is deleted.", "%(count)s tasks are deleted.", count) % {
        "count": format_number(count)
    }


def pledges_made(count: int) -> str:
    return ngettext("%(count)s pledge is deleted.", "%(count)s pledges are deleted.", count) % {
        "count": format_number(count)
    }


MADE = {
    ImportKind.CONTACTS: contacts_made,
    ImportKind.GIFTS: gifts_made,
    ImportKind.NOTES: notes_made,
    ImportKind.TASKS: tasks_made,
    ImportKind.PLEDGES: pledges_made,
}


class RejectedRowsView(ScopedView):
    """The refused rows with their reasons, to be corrected and sent again."""

    permission = "imports.view"
    model = ImportFile

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        record = self.get_object()
        headers = [*record.layout["headers"], _("Line"), _("Reason")]
        rows = (
            [*row.cells, row.line, " ".join(problem_words(one) for one in row.problems)]
            for row in record.rejected.order_by("line").iterator(chunk_size=1000)
        )
        stem, words = slugify(record.name.rsplit(".", 1)[0]) or "file", slugify(_("refused rows"))
        if request.GET.get("format") == "xlsx":
            content = exports.xlsx_bytes(headers, rows, words)
            mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            response, ending = HttpResponse(content, content_type=mime), "xlsx"
        else:
            lines = exports.csv_lines(headers, rows)
            response, ending = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), "csv"
        response["Content-Disposition"] = f'attachment; filename="{stem}-{words}.{ending}"'
        response["Cache-Control"] = "private, no-store"
        response.taken_out = (ImportFile._meta.label_lower, record.rejected.count())
        return response
