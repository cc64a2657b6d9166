"""A run that is issued reaches its donors: the e-mails, and the file to print for all others. Both are long works."""

from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import audit
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.receipts import pile, words
from crm.receipts.choices import DeliveryHow, PileOrder
from crm.receipts.models import Receipt, ReceiptDelivery, ReceiptRun
from crm.receipts.services.delivering import email_held, hold_all, hold_receipts
from crm.receipts.services.drawing import draw_receipt, stored_pdf
from crm.receipts.services.runs import RunWork, held_run

MAILED = 50  # e-mails a chunk


def _refuse_while_busy(run: ReceiptRun, kind: str) -> None:
    over = [Operation.Status.DONE, Operation.Status.FAILED, Operation.Status.CANCELLED]
    if Operation.objects.filter(kind=kind, params__run=run.pk).exclude(status__in=over).exists():
        raise DomainError(_("This is being done at this moment. Wait for it."), code="busy")


@transaction.atomic
def email_run(run: ReceiptRun, *, by) -> Operation:
    """Begin to send the receipts of a run to those who get theirs by e-mail; each leaves once, whatever is clicked."""
    run = held_run(run.pk)
    _refuse_while_busy(run, EmailRun.kind)
    total = run.lines.to_email().count()
    if not total:
        raise DomainError(_("No receipt waits to be sent by e-mail."), code="empty")
    return operations.start(kind=EmailRun.kind, by=by, total=total, run=run.pk)


@transaction.atomic
def print_run(
    run: ReceiptRun, *, order: str = PileOrder.POSTAL_CODE, separators: bool = True, everyone: bool = False, by
) -> Operation:
    """Begin to make the file to print; ``everyone``: also those who get theirs by e-mail."""
    run = held_run(run.pk)
    _refuse_while_busy(run, PrintRun.kind)
    total = _to_print(run, everyone=everyone).count()
    if not total:
        raise DomainError(_("There is no receipt to print."), code="empty")
    audit.exported(by=by, model="receipts.receipt", rows=total, query=f"run={run.pk}")
    return operations.start(
        kind=PrintRun.kind, by=by, total=total, run=run.pk, order=order, separators=separators, everyone=everyone
    )


def _to_print(run: ReceiptRun, *, everyone: bool):
    lines = run.lines.valid() if everyone else run.lines.to_post()
    return Receipt.objects.filter(pk__in=lines.values("receipt"))


@operations.register
class EmailRun(RunWork):
    """One e-mail a receipt. Who may no longer be written to gets theirs by post."""

    kind = "receipt_email"
    label = gettext_lazy("Sending the annual receipts by e-mail")
    icon = "send"

    def run_chunk(self, operation: Operation) -> operations.Progress:
        run = self.held(operation)
        lines = list(run.lines.to_email().order_by("pk")[:MAILED])
        template = words.own_words(run.organization_id)
        sent = email_held(hold_receipts(line.receipt_id for line in lines), template=template, by=operation.started_by)
        reached = {delivery.receipt_id for delivery in sent}
        by_post = [line.pk for line in lines if line.receipt_id not in reached]
        run.lines.filter(pk__in=by_post).update(by_email=False)
        return operations.Progress(done=len(sent), failed=len(by_post), finished=len(lines) < MAILED)


@operations.register
class PrintRun(RunWork):
    """The file is made before the transaction, from the pages that were issued; the receipts in it are then printed."""

    kind = "receipt_print"
    label = gettext_lazy("Annual receipts to print")
    icon = "printer"
    kept = timedelta(days=14)  # the receipts themselves stay
    result_permission = "receipts.view"

    def prepare(self, operation: Operation) -> tuple[Path | None, list[int]]:
        run = ReceiptRun.objects.get(pk=operation.params["run"])
        rows = _to_print(run, everyone=operation.params["everyone"])
        for pk in list(rows.undrawn().values_list("pk", flat=True)):
            draw_receipt(pk)
        sheets = pile.in_order(rows, operation.params["order"])
        folder = self.begin_file(operation, "001.pdf").parent
        path = pile.write(
            sheets,
            folder,
            read=lambda pk: stored_pdf(Receipt.objects.get(pk=pk)),
            separators=operation.organization.paper if operation.params["separators"] else "",
            done=lambda count: operations.still_at_it(operation.pk, done=count),
        )
        return path, [sheet.receipt_id for sheet in sheets]

    def run_chunk(self, operation: Operation) -> operations.Progress:
        path, ids = operation.prepared
        if path is None or not hold_all(ids):  # stopped, or one of them is void since: made anew
            return operations.Progress()
        operation.done = 0
        ReceiptDelivery.objects.bulk_create(
            ReceiptDelivery(
                organization=operation.organization, receipt_id=pk, how=DeliveryHow.PRINT, sent_by=operation.started_by
            )
            for pk in ids
        )
        year = ReceiptRun.objects.values_list("year", flat=True).get(pk=operation.params["run"])
        self.hand_over(operation, path, name=f"{_('receipts')}-{year}-{operation.pk}{path.suffix}")
        return operations.Progress(done=len(ids), finished=True)
