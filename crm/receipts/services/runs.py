"""The year-end run: prepared by a worker, approved by a person, issued by a worker, chunk by chunk (receipts.md F4).

What a chunk issues, the lines it closes and the place where the next begins are written in one transaction: whatever is
killed or run twice, each donor is done once. The pages are drawn between the transactions.
"""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from crm.accounts import audit
from crm.contacts.models import Segment
from crm.core import mailer, operations
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.events import publish
from crm.core.models import Operation
from crm.core.money import ZERO
from crm.core.web.urls import org_url
from crm.giving.models import Gift
from crm.receipts import queries, runs
from crm.receipts.choices import Ineligibility, RunStatus
from crm.receipts.events import ReceiptsIssued
from crm.receipts.models import Receipt, ReceiptRun, RunLine
from crm.receipts.services.drawing import try_to_draw
from crm.receipts.services.issuing import issue_held

EXAMINED = 200  # donors a chunk
ISSUED = 25


def held_run(run_id: int) -> ReceiptRun:
    """The run, its row locked until the transaction ends: whoever moves it, or sends what it issued, holds it."""
    rows = ReceiptRun.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("organization", "operation", "segment__organization").get(pk=run_id)


def _move(run: ReceiptRun, status: RunStatus, *, by) -> None:
    before = audit.state(run)
    run.status = status
    run.finished_at = timezone.now() if status in (RunStatus.DONE, RunStatus.STOPPED) else None
    run.save()
    audit.updated(run, before=before, by=by)


@transaction.atomic
def start_run(
    *, year: int, language: str = "", minimum: Decimal = ZERO, segment: Segment | None = None, by
) -> ReceiptRun:
    """Begin to find out who gets an annual receipt for ``year``; nothing is issued before :func:`approve_run`.

    ``language``: only donors of that language; ``segment``: only those in it on the day; ``minimum``: dollars below which no
    receipt is issued. Raises :class:`DomainError` while another run of the year is open, and where the organization may
    issue no receipt.
    """
    if year > (today := today_in(by.organization.timezone)).year:
        raise DomainError(_("This year has not begun yet."), field="year", code="year")
    if problem := runs.problem_of(by.organization, on=today):
        raise DomainError(problem, code="organization")
    run = ReceiptRun(
        organization=by.organization,
        year=year,
        language=language,
        minimum=minimum,
        segment=segment,
        narrowed_to=segment.name if segment else "",
        started_by=by,
    )
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        raise DomainError(
            _("Another run of this year is open. Finish it or stop it first."), field="year", code="open"
        ) from None
    audit.created(run, by=by)
    total = runs.donors_of(run).count()
    if not total:
        raise DomainError(_("Nobody among these donors gave in this year."), field="year", code="empty")
    _go(run, ExamineRun, total=total, at_most=EXAMINED, by=by)
    return run


def _go(run: ReceiptRun, work: type[operations.Work], *, total: int, at_most: int = 0, by) -> None:
    operation = operations.begin(kind=work.kind, by=by, total=total, at_most=at_most, run=run.pk)
    ReceiptRun.objects.filter(pk=run.pk).update(operation=operation)
    run.refresh_from_db()


@transaction.atomic
def approve_run(run: ReceiptRun, *, seen: str, by) -> ReceiptRun:
    """Begin to issue what was read; ``seen``: :attr:`~crm.receipts.runs.Figures.seen` of the page that the person read."""
    run = held_run(run.pk)
    if run.status != RunStatus.READY:
        raise DomainError(_("This run does not wait for an approval."), code="status")
    figures = runs.figures_of(run)
    if figures.seen != seen:
        raise DomainError(_("The figures have changed since this page was shown. Read them again."), code="changed")
    if not figures.eligible:
        raise DomainError(_("There is no receipt to issue."), code="empty")
    run.approved_by, run.approved_at = by, timezone.now()
    run.approved_count, run.approved_total = figures.eligible, figures.total
    _move(run, RunStatus.ISSUING, by=by)
    _go(run, IssueRun, total=figures.eligible, by=by)
    return run


@transaction.atomic
def pause_run(run: ReceiptRun, *, by) -> ReceiptRun:
    """Issue nothing more after the present chunk, until :func:`resume_run`."""
    run = held_run(run.pk)
    if run.status != RunStatus.ISSUING:
        raise DomainError(_("Nothing is being issued."), code="status")
    _move(run, RunStatus.PAUSED, by=by)
    return run


@transaction.atomic
def resume_run(run: ReceiptRun, *, by) -> ReceiptRun:
    """Go on where it was paused, or where its work was stopped by an error."""
    run = held_run(run.pk)
    if run.status == RunStatus.EXAMINING and not runs.is_moving(run):
        run.lines.all().delete()
        _go(run, ExamineRun, total=runs.donors_of(run).count(), at_most=EXAMINED, by=by)
        return run
    if run.status != RunStatus.PAUSED and (run.status != RunStatus.ISSUING or runs.is_moving(run)):
        raise DomainError(_("This run is not paused."), code="status")
    _move(run, RunStatus.ISSUING, by=by)
    _go(run, IssueRun, total=run.lines.to_issue().count(), by=by)
    return run


@transaction.atomic
def stop_run(run: ReceiptRun, *, by) -> ReceiptRun:
    """Issue nothing more, for good. What is issued stays issued; a new run takes up the rest."""
    run = held_run(run.pk)
    if run.status in (RunStatus.DONE, RunStatus.STOPPED):
        raise DomainError(_("This run is over."), code="status")
    _move(run, RunStatus.STOPPED, by=by)
    return run


class RunWork(operations.Work):
    """What both works share: the run is held by each chunk, and a chunk that finds it stopped is the last."""

    icon = "file-certificate"

    def held(self, operation: Operation) -> ReceiptRun:
        return held_run(operation.params["run"])

    def url(self, operation: Operation) -> str:
        return org_url(operation, "receipts:run_detail", pk=operation.params["run"])


@operations.register
class ExamineRun(RunWork):
    """Writes down, donor after donor, what each would get and what is left out, and why. Issues nothing."""

    kind = "receipt_examine"
    label = gettext_lazy("Preparing the annual receipts")

    def run_chunk(self, operation: Operation) -> operations.Progress:
        run = self.held(operation)
        if run.status != RunStatus.EXAMINING:
            return operations.Progress(cursor=operation.cursor, finished=True)
        donors = list(runs.donors_of(run).filter(pk__gt=operation.cursor.get("last", 0))[:EXAMINED])
        for contact in donors:
            contact.organization = run.organization
        reachable = queries.reachable_by_email(donors)
        lines = []
        for contact, draft in runs.drafts_of(run, donors, issued_on=today_in(run.organization.timezone)):
            by_email = contact.pk in reachable and not draft.snapshot.signed_by_hand
            lines += runs.lines_of(run, contact, draft, by_email=by_email)
        RunLine.objects.bulk_create(lines)
        finished = len(donors) < EXAMINED
        if finished:
            ReceiptRun.objects.filter(pk=run.pk).update(status=RunStatus.READY)
        cursor = {"last": donors[-1].pk} if donors else operation.cursor
        return operations.Progress(done=len(donors), cursor=cursor, finished=finished)


@operations.register
class IssueRun(RunWork):
    """Issues what was approved, in the order of the names. Half of the pages of a chunk are drawn before the next one
    begins, the other half by whatever worker is free: the numbers are never far ahead of the pages.
    """

    kind = "receipt_issue"
    label = gettext_lazy("Issuing the annual receipts")

    def prepare(self, operation: Operation) -> None:
        """Draw this worker's share of the last chunk; at the end all that is left, whoever was to draw it and was killed."""
        waiting = Receipt.objects.undrawn().filter(run_line__run_id=operation.params["run"])
        if RunLine.objects.to_issue().filter(run=operation.params["run"]).exists():
            waiting = waiting.filter(pk__in=operation.cursor.get("to_draw", []))
        for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
            try_to_draw(pk)
            if not operations.still_at_it(operation.pk):
                return

    def run_chunk(self, operation: Operation) -> operations.Progress:
        run = self.held(operation)
        if run.status != RunStatus.ISSUING or run.operation_id != operation.pk:
            return operations.Progress(finished=True)
        lines = list(run.lines.to_issue().select_related("contact").order_by("contact__sort_name", "pk")[:ISSUED])
        if not lines:
            ReceiptRun.objects.filter(pk=run.pk).update(status=RunStatus.DONE, finished_at=timezone.now())
            tell_done(run)
            return operations.Progress(finished=True)
        issued = issue_lines(run, lines, issued_on=today_in(run.organization.timezone), by=run.approved_by)
        mine = [receipt.pk for receipt in issued[::2]]
        return operations.Progress(done=len(issued), failed=len(lines) - len(issued), cursor={"to_draw": mine})


def tell_done(run: ReceiptRun) -> None:
    """An e-mail to who approved: a run of thousands lasts longer than one looks at a page."""
    user = run.approved_by.user
    with override(user.language):
        url = settings.SITE_URL + run.get_absolute_url()
    mailer.send(
        key=f"run:{run.pk}",
        to=user.email,
        template="run_done",
        context={"run": run, "figures": runs.figures_of(run), "url": url},
        language=user.language,
        organization=run.organization,
    )


def issue_lines(run: ReceiptRun, lines: list[RunLine], *, issued_on: date, by) -> list[Receipt]:
    """Issue these lines of a run that is held; what is no longer what was approved is left out, and says so."""
    donors = [line.contact for line in lines]
    for contact in donors:
        contact.organization = run.organization
    held = Gift.objects.filter(contact__in=donors, received_on__year=run.year).order_by("pk")
    list(held.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    drafts = {contact.pk: draft for contact, draft in runs.drafts_of(run, donors, issued_on=issued_on)}
    issued = []
    for line in lines:
        draft = drafts[line.contact_id]
        if runs.why_not(run, draft) or runs.basis_of(draft) != line.basis:
            line.reason = Ineligibility.CHANGED
        else:
            line.receipt = issue_held(draft, by=by)
            issued.append(line.receipt)
    RunLine.objects.bulk_update(lines, ["reason", "receipt"])
    if issued:
        publish(
            ReceiptsIssued(
                organization_id=run.organization_id,
                actor_id=by.pk,
                run_id=run.pk,
                receipt_ids=tuple(receipt.pk for receipt in issued),
                contact_ids=tuple(receipt.contact_id for receipt in issued),
                to_draw=tuple(receipt.pk for receipt in issued[1::2]),
            )
        )
    return issued
