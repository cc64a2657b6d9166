"""Pre-authorised debits: a file is made, the bank answers, once for each debit whatever crashes or is sent twice (F-10).

Making a file and taking its results are long works, done chunk by chunk: a chunk and the place where the next begins are
written in one transaction.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.accounts.models import Organization
from crm.core import operations
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.core.money import ZERO, to_cents
from crm.core.web.urls import org_url
from crm.giving.choices import ChargeStatus, DebitStatus
from crm.giving.debits import Result
from crm.giving.gateways import FINAL, Answer
from crm.giving.models import Charge, DebitFile
from crm.giving.services.payments import decide_charge, due_pledges, settle_charge

CHUNK = 50


def _locked(file: DebitFile) -> DebitFile:
    return DebitFile.objects.select_for_update(of=("self",)).select_related("organization").get(pk=file.pk)


def debits_due(organization, *, until: date) -> list[int]:
    """The pledges of which something is due by then and is collected by file."""
    return due_pledges(organization, on=until, by_file=True)


@transaction.atomic
def make_debit_file(*, until: date, by) -> Operation:
    """Begin a file of all that is due ``until`` that day; it is ready once its operation is done.

    Raises :class:`DomainError` where nothing is due, and while another file is being made.
    """
    organization = Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    for unfinished in DebitFile.objects.of(organization).filter(status=DebitStatus.MAKING):
        if _is_being_made(unfinished):
            raise DomainError(_("A file is being made at this moment. Wait for it."), code="busy")
        _close(
            unfinished
        )  # somebody stopped it, or it failed: what is in it is in no other, and can go or be thrown away
    pledges = debits_due(organization, until=until)
    if not pledges:
        raise DomainError(_("Nothing is due by then."), field="until", code="nothing")
    last = DebitFile.objects.of(organization).aggregate(last=Max("number"))["last"] or 0
    file = DebitFile.objects.create(organization=organization, number=last + 1, until=until, made_by=by)
    audit.created(file, by=by)
    operation = operations.begin(
        kind=MakeDebits.kind, by=by, total=len(pledges), at_most=CHUNK, file=file.pk, pledges=pledges
    )
    file.refresh_from_db()
    if file.status == DebitStatus.DROPPED:  # all of it was refused a few days ago, and is not asked for again yet
        raise DomainError(_("Nothing is due by then."), field="until", code="nothing")
    return operation


@operations.register
class MakeDebits(operations.Work):
    """Decides on the charges of one pledge after the other, and puts them in the file."""

    kind = "debit_file"
    label = _("Debit file")
    icon = "building-bank"

    def run_chunk(self, operation: Operation) -> operations.Progress:
        file = DebitFile.objects.select_related("organization").get(pk=operation.params["file"])
        place = operation.cursor.get("next", 0)
        pledges = operation.params["pledges"][place : place + CHUNK]
        on, made = today_in(file.organization.timezone), []
        for pledge_id in pledges:
            while charge := decide_charge(pledge_id, on=on, until=file.until):
                made.append(charge.pk)
        # Sent from now on: a pause or a change of the pledge no longer takes it out of a file that may be at the bank.
        Charge.objects.filter(pk__in=made).update(file=file, sent_at=timezone.now())
        ended = place + CHUNK >= len(operation.params["pledges"])
        if ended:
            _close(file)
        return operations.Progress(done=len(pledges), cursor={"next": place + CHUNK}, finished=ended)

    def url(self, operation: Operation) -> str:
        return org_url(operation, "giving:debit_detail", pk=operation.params["file"])


def _is_being_made(file: DebitFile) -> bool:
    operation = Operation.objects.filter(kind=MakeDebits.kind, params__file=file.pk).first()
    return operation is not None and not operation.is_over


def _close(file: DebitFile) -> None:
    file.count = file.charges.count()
    file.total = to_cents(file.charges.aggregate(sum=Sum("amount"))["sum"] or ZERO)
    file.status = DebitStatus.READY if file.count else DebitStatus.DROPPED
    file.save()


@transaction.atomic
def mark_downloaded(file: DebitFile, *, by) -> DebitFile:
    """The file leaves with names and bank references: the audit log says who took it, each time."""
    file = _locked(file)
    if file.status not in (DebitStatus.READY, DebitStatus.SETTLED):
        raise DomainError(_("This file is not ready."), code="status")
    audit.exported(by=by, model="giving.debitfile", rows=file.count, query=f"number={file.number}", object_id=file.pk)
    if file.downloaded_at is None:
        file.downloaded_at = timezone.now()
        file.save()
    return file


@transaction.atomic
def drop_debit_file(file: DebitFile, *, by) -> DebitFile:
    """It never goes to the bank: what was in it is due again, and comes in the next file. Refused once the bank answered."""
    file = _locked(file)
    if file.status == DebitStatus.DROPPED:
        return file
    if file.status != DebitStatus.READY or file.charges.exclude(status=ChargeStatus.PENDING).exists():
        raise DomainError(_("The bank has answered for this file already: it stays."), code="answered")
    before = audit.state(file)
    file.charges.update(status=ChargeStatus.DROPPED, updated_at=timezone.now())
    file.status = DebitStatus.DROPPED
    file.save()
    audit.updated(file, before=before, by=by)
    return file


@transaction.atomic
def take_results(
    file: DebitFile, *, results: Iterable[Result], answered_on: date, others_paid: bool = False, by
) -> Operation:
    """Begin to write down what the bank answered on that day: gifts, and refusals with what follows from them.

    ``others_paid``: the bank names only what it refused. A debit already settled stays as it is, so the same results may
    be taken twice. Raises :class:`DomainError` where nothing is left to settle.
    """
    file = _locked(file)
    if file.status != DebitStatus.READY:
        raise DomainError(_("This file does not wait for results."), code="status")
    if answered_on > today_in(file.organization.timezone):
        raise DomainError(_("The date is in the future."), field="answered_on", code="date")
    if answered_on < timezone.localdate(file.created_at, ZoneInfo(file.organization.timezone)):
        raise DomainError(
            _("The bank cannot have answered before the file was made."), field="answered_on", code="date"
        )
    said = {result.charge_id: result.reason for result in results}
    waiting = file.charges.filter(status=ChargeStatus.PENDING).order_by("pk").values_list("pk", flat=True)
    answers = [[pk, said.get(pk, "")] for pk in waiting if others_paid or pk in said]
    if not answers:
        raise DomainError(_("These results settle nothing that still waits."), code="nothing")
    return operations.begin(
        kind=TakeResults.kind,
        by=by,
        total=len(answers),
        at_most=CHUNK,
        file=file.pk,
        answers=answers,
        on=answered_on.isoformat(),
    )


@operations.register
class TakeResults(operations.Work):
    """Settles one debit after the other."""

    kind = "debit_results"
    label = _("Results of a debit file")
    icon = "building-bank"

    def run_chunk(self, operation: Operation) -> operations.Progress:
        file = DebitFile.objects.select_related("organization").get(pk=operation.params["file"])
        place = operation.cursor.get("next", 0)
        answers = operation.params["answers"][place : place + CHUNK]
        noon = datetime.combine(
            date.fromisoformat(operation.params["on"]), time(12), tzinfo=ZoneInfo(file.organization.timezone)
        )
        for charge_id, reason in answers:
            answer = Answer(not reason, noon, reference=f"file {file.number}", reason=reason, is_final=reason in FINAL)
            settle_charge(charge_id, answer)
        ended = place + CHUNK >= len(operation.params["answers"])
        if ended and not file.charges.filter(status=ChargeStatus.PENDING).exists():
            DebitFile.objects.filter(pk=file.pk).update(status=DebitStatus.SETTLED, updated_at=timezone.now())
        return operations.Progress(done=len(answers), cursor={"next": place + CHUNK}, finished=ended)

    def url(self, operation: Operation) -> str:
        return org_url(operation, "giving:debit_detail", pk=operation.params["file"])
