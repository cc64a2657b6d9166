"""Background work of receipts."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.jobs import enqueue, every, job
from crm.receipts import services
from crm.receipts.models import Receipt


@job(label=_("Draw a receipt"))
def render_receipt(*, receipt_id: int, **event) -> bool:
    """Reaction to ``ReceiptIssued``: the number is given and frozen, now the page can be drawn."""
    return services.draw_receipt(receipt_id)


@job(label=_("Draw receipts of a run"))
def render_receipts(*, to_draw: list[int], **event) -> int:
    """Reaction to ``ReceiptsIssued``: another worker's share of the pages, so that a run uses the whole machine."""
    return sum(services.try_to_draw(pk) for pk in to_draw)


@job(schedule=every(minutes=10), label=_("Draw receipts that were left waiting"))
def render_forgotten_receipts() -> int:
    """A receipt whose drawing was lost with a killed worker is drawn all the same."""
    late = Receipt.objects.undrawn().filter(created_at__lt=timezone.now() - timedelta(minutes=5))
    forgotten = list(late.values_list("pk", flat=True)[:200])
    for pk in forgotten:
        enqueue(render_receipt, receipt_id=pk)
    return len(forgotten)
