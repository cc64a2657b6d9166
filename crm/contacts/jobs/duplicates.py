"""The search for duplicates: every night, and at once when somebody asks."""

import time

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Organization
from crm.contacts import blocks, services
from crm.core import operations
from crm.core.jobs import daily, enqueue, job
from crm.core.models import Operation
from crm.core.web.urls import org_url

logger = structlog.get_logger(__name__)

SLICE_SECONDS = 60


@job(schedule=daily(at="04:40"), label=_("Look for duplicates among the contacts"))
def find_duplicates(*, organization_id: int = 0, cursor: dict | None = None, seconds: float = SLICE_SECONDS) -> int:
    """Every organization in turn, chunk by chunk; after ``seconds`` the rest is queued. Returns how many new pairs."""
    started, fresh = time.monotonic(), 0
    rows = Organization.objects.filter(is_active=True, pk__gte=organization_id).order_by("pk")
    for number in list(rows.values_list("pk", flat=True)):
        here = cursor if number == organization_id and cursor else {}
        while True:
            found = blocks.look(number, here)
            fresh += services.record_pairs(found, organization_id=number)
            here = found.cursor
            if found.finished:
                break
            if time.monotonic() - started > seconds:
                enqueue(find_duplicates, organization_id=number, cursor=here)
                return fresh
    logger.info("duplicates_looked_for", new_pairs=fresh)
    return fresh


@operations.register
class DuplicateScan(operations.Work):
    """The same search, asked for by somebody who waits for it."""

    kind = "duplicates"
    label = _("Search for duplicates")
    icon = "users-group"

    def prepare(self, operation: Operation) -> blocks.Found:
        return blocks.look(operation.organization_id, operation.cursor)

    def run_chunk(self, operation: Operation) -> operations.Progress:
        found = operation.prepared
        services.record_pairs(found, organization_id=operation.organization_id)
        return operations.Progress(done=found.looked, cursor=found.cursor, finished=found.finished)

    def url(self, operation: Operation) -> str:
        return org_url(operation, "contacts:duplicate_list")


@transaction.atomic
def start_scan(*, by) -> Operation:
    """Look for duplicates now; whoever asks while a search is under way is led to it."""
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    going = Operation.objects.filter(
        organization_id=by.organization_id,
        kind=DuplicateScan.kind,
        status__in=[Operation.Status.WAITING, Operation.Status.RUNNING],
    ).first()
    return going or operations.start(kind=DuplicateScan.kind, by=by, total=blocks.total(by.organization_id))
