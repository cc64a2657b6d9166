"""Writes on possible duplicates: what a search found, and what people decided about it."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import blocks
from crm.contacts.choices import PairStatus
from crm.contacts.models import DuplicatePair
from crm.core.errors import DomainError


@transaction.atomic
def record_pairs(found: blocks.Found, *, organization_id: int) -> int:
    """Write the pairs of one chunk of a search and take out the open ones that no longer hold; returns how many are new.

    What people decided stays decided: a dismissed pair is not proposed again. Rows that would not change are not written.
    """
    if found.gone:
        DuplicatePair.objects.filter(pk__in=found.gone, status=PairStatus.OPEN).delete()
    if not found.pairs:
        return 0
    known: dict[tuple[int, int], tuple] = {}
    firsts = sorted({first for first, _second in found.pairs})
    for start in range(0, len(firsts), blocks.BATCH):
        rows = DuplicatePair.objects.filter(first_id__in=firsts[start : start + blocks.BATCH])
        known |= {
            (first, second): (score, reasons)
            for first, second, score, reasons in rows.values_list("first_id", "second_id", "score", "reasons")
        }
    now = timezone.now()
    fresh = [
        DuplicatePair(
            organization_id=organization_id,
            first_id=pair[0],
            second_id=pair[1],
            score=likeness.score,
            reasons=list(likeness.reasons),
            updated_at=now,
        )
        for pair, likeness in found.pairs.items()
        if known.get(pair) != (likeness.score, list(likeness.reasons))
    ]
    DuplicatePair.objects.bulk_create(
        fresh,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["score", "reasons", "updated_at"],
    )
    return sum((pair.first_id, pair.second_id) not in known for pair in fresh)


def _locked(pair: DuplicatePair) -> DuplicatePair:
    locked = DuplicatePair.objects.select_for_update(of=("self",)).filter(pk=pair.pk).first()
    if locked is None:  # a search found that they no longer look alike
        raise DomainError(_("This pair is no longer proposed."), code="gone")
    return locked


def _decide(pair: DuplicatePair, status: str, *, by) -> DuplicatePair:
    before = audit.state(pair)
    pair.status = status
    pair.decided_by, pair.decided_at = (None, None) if status == PairStatus.OPEN else (by, timezone.now())
    pair.save()
    audit.updated(pair, before=before, by=by)
    return pair


@transaction.atomic
def dismiss_pair(pair: DuplicatePair, *, by) -> DuplicatePair:
    """Remember that these are two different contacts: no search proposes them again. Audited."""
    pair = _locked(pair)
    if pair.status == PairStatus.MERGED:
        raise DomainError(_("These contacts were merged meanwhile."), code="merged")
    return pair if pair.status == PairStatus.DISMISSED else _decide(pair, PairStatus.DISMISSED, by=by)


@transaction.atomic
def reopen_pair(pair: DuplicatePair, *, by) -> DuplicatePair:
    """Put a dismissed pair back in the queue. Audited."""
    pair = _locked(pair)
    return _decide(pair, PairStatus.OPEN, by=by) if pair.status == PairStatus.DISMISSED else pair
