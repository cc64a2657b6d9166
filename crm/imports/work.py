"""The import itself: an operation that goes through the file chunk by chunk, and its undo, chunk by chunk backwards."""

from itertools import islice

from django.db import connection
from django.utils.translation import gettext_lazy as _

from crm.contacts import services as contacts
from crm.contacts.models import Contact, Note
from crm.core import operations, undo
from crm.core.bulk import describe_again
from crm.core.models import Operation
from crm.core.web.urls import org_url
from crm.giving import imported as gifts
from crm.giving.models import Gift, Pledge
from crm.imports.choices import Outcome
from crm.imports.deciding import Decider, Decision, counted, left_out
from crm.imports.models import ImportFile, RejectedRow
from crm.imports.reading import Layout, Mark, open_table
from crm.imports.services import CHUNK, opened, parser_of
from crm.tasks import imported as tasks
from crm.tasks.models import Task

# In this order: gifts first, as the donors they came with can go only once nothing leads to them.
TAKE_BACK = {
    "tasks": tasks.take_back_tasks,
    "notes": contacts.take_back_notes,
    "pledges": gifts.take_back_imported_pledges,
    "gifts": gifts.take_back_imported,
    "contacts": contacts.take_back_imported,
}
GROWN = (
    8,
    32,
    128,
    512,
)  # chunks after which the tables are so much larger that the database should look at them again
# What a chunk asks of the database costs less a row in a longer one; on SQLite nobody else writes meanwhile.
TIMES = {"sqlite": 1, "postgresql": 2}
undo.REASONS |= {"receipted": _("An official receipt names it"), "closed": _("Its books are closed")}


def write(decisions: list[Decision], *, by, source: str) -> dict:
    """Carry out the decisions of one chunk through the services of contacts and giving; returns what undoes them."""
    created: dict[int, object] = {}
    updated: dict[int, tuple] = {}
    notes: dict[int, str] = {}
    tags: dict[int, list[str]] = {}
    points: dict[int, list[tuple[str, str]]] = {}
    for decision in decisions:
        contact = decision.contact
        if decision.outcome == Outcome.ERROR or contact is None or decision.about is not None:
            continue
        key = id(contact)
        if decision.contact_is_new and (decision.gift is not None or decision.outcome == Outcome.CREATE):
            created.setdefault(key, contact)
        elif decision.before is not None and decision.outcome == Outcome.UPDATE and key not in created:
            updated.setdefault(key, (contact, decision.before))
        if decision.note:
            notes[key] = decision.note
        tags.setdefault(key, []).extend(decision.tags)
        points.setdefault(key, []).extend(decision.points)
    people = contacts.save_imported(
        created=list(created.values()),
        updated=list(updated.values()),
        notes=notes,
        tags=tags,
        points=points,
        by=by,
        source=source,
    )
    made = [decision.gift for decision in decisions if decision.gift is not None]
    for gift in made:
        gift.contact = gift.contact  # its contact may have been given its number only now
    money = gifts.save_imported(gifts=made, by=by, source=source)
    about = [decision.about for decision in decisions if decision.about is not None]
    said = contacts.save_imported_notes(notes=[one for one in about if isinstance(one, Note)], by=by, source=source)
    planned = tasks.save_imported(tasks=[one for one in about if isinstance(one, Task)], by=by, source=source)
    promised = gifts.save_imported_pledges(
        pledges=[one for one in about if isinstance(one, Pledge)], by=by, source=source
    )
    done = {"contacts": people, "gifts": money, "notes": said, "tasks": planned, "pledges": promised}
    return {name: data for name, data in done.items() if data}


@operations.register
class ImportWork(operations.Work):
    """One chunk: read, decide, write, remember what was refused and where the next chunk begins."""

    kind = "import"
    label = _("Import of a file")
    icon = "file-import"
    undoable = True
    may_be_redone = True

    def prepare(self, operation: Operation) -> None:
        if (operation.done + operation.failed) // CHUNK in GROWN:
            describe_again(Contact, "organization", "external_id", "email", "postal_code")
            describe_again(Gift, "organization", "external_id", "contact")

    def run_chunk(self, operation: Operation) -> operations.Progress:
        related = ("organization", "started_by__organization", "owner")
        record = ImportFile.objects.select_related(*related).get(operation=operation)
        decider = Decider(
            kind=record.kind,
            organization=record.organization,
            by=record.started_by,
            mode=record.mode,
            owner=record.owner,
            started_at=operation.created_at,
            hold=True,
        )
        parser = parser_of(record)
        mark = Mark(*operation.cursor["mark"]) if operation.cursor else None
        most = CHUNK * TIMES[connection.vendor]
        with opened(record).fileobj as stream:
            rows = list(islice(open_table(stream, Layout.from_data(record.layout)).rows(mark), most))
        decisions = decider.decide([one for row in rows for one in parser.parse(row)])
        wrong = next((one.line for one in decisions if one.outcome == Outcome.ERROR), None) if record.stops else None
        whole = len(rows) == most and wrong is None
        if wrong is not None:
            operation.result["stopped_at"] = wrong
            rows = [row for row in rows if row.line <= wrong]
            decisions = [one for one in decisions if one.line <= wrong]
        taken = write(decisions, by=record.started_by, source=record.name)
        refused: dict[int, list] = {}
        for one in decisions:
            if one.outcome == Outcome.ERROR:
                refused.setdefault(one.line, []).extend(one.problems)
        RejectedRow.objects.bulk_create(
            RejectedRow(
                import_file=record,
                line=row.line,
                cells=row.cells,
                problems=[problem.as_data() for problem in refused[row.line]],
            )
            for row in rows
            if row.line in refused
        )
        for name, count in counted(decisions).items():
            operation.result[name] = operation.result.get(name, 0) + count
        for reason, count in left_out(decisions).items():
            reasons = operation.result.setdefault("reasons", {})
            reasons[reason] = reasons.get(reason, 0) + count
        cursor = {"mark": list(rows[-1].mark)} if rows else operation.cursor
        return operations.Progress(
            done=len(rows) - len(refused),
            failed=len(refused),
            cursor=cursor,
            finished=not whole,
            undo=taken,
        )

    def url(self, operation: Operation) -> str:
        return org_url(operation, "imports:import_detail", pk=operation.params["import_id"])

    def undo_step(self, operation: Operation, data: dict, *, by) -> operations.Undone:
        outcome = operations.Undone()
        for name, take_back in TAKE_BACK.items():
            if name in data:
                part = take_back(data[name], by=by)
                outcome.done += part.done
                outcome.left += part.left
        return outcome
