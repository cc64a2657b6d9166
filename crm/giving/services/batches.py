"""Writes on batches: opened, typed line by line, posted once, deposited, opened again."""

from datetime import date
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.accounts import audit
from crm.accounts.models import Organization
from crm.contacts import services as contacts
from crm.core.dates import format_date, today_in
from crm.core.errors import ChangedMeanwhile, DomainError, validated
from crm.giving import batches
from crm.giving.choices import BatchStatus
from crm.giving.events import BatchPosted
from crm.giving.models import BatchRow, GiftBatch
from crm.giving.services.many import take_back_gifts, write_gifts

RELATIONS = ["organization", "fund", "campaign", "appeal", "opened_by", "posted_by"]


def _check(batch: GiftBatch) -> None:
    """A batch begins with rows of its own organization, and its appeal is of its campaign."""
    for name in ("fund", "campaign", "appeal"):
        row = getattr(batch, name)
        if row is not None and row.organization_id != batch.organization_id:
            raise DomainError(_("This belongs to another organization."), field=name, code="foreign")
    if batch.appeal is not None:
        batch.campaign = batch.campaign or batch.appeal.campaign
        if batch.appeal.campaign_id != batch.campaign_id:
            raise DomainError(_("This appeal is of another campaign."), field="appeal", code="campaign")
    if batch.expected_total is not None and batch.expected_total <= 0:
        raise DomainError(_("The amount must be more than zero."), field="expected_total", code="amount")
    if batch.received_on > today_in(batch.organization.timezone):
        raise DomainError(
            _("The date is in the future. A gift is recorded once received."), field="received_on", code="date"
        )
    validated(batch, exclude=RELATIONS, constraints=False)


def _locked(batch: GiftBatch) -> GiftBatch:
    rows = GiftBatch.objects.select_for_update(of=("self",)).select_related(
        "organization", "fund", "campaign", "appeal", "opened_by"
    )
    return rows.get(pk=batch.pk)


def _open(batch: GiftBatch) -> GiftBatch:
    """The batch, held until the end of the transaction; refused once it is posted."""
    batch = _locked(batch)
    if not batch.is_open:
        raise DomainError(_("This batch is posted: its lines no longer change."), code="posted")
    return batch


@transaction.atomic
def open_batch(*, by, **fields) -> GiftBatch:
    """Begin a batch, under the next number of the year. Audited."""
    # Two people at once: the second takes the number after.
    organization = Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    year = today_in(organization.timezone).year
    number = batches.next_number(organization.pk, year)
    batch = GiftBatch(organization=organization, year=year, sequence=number, opened_by=by, **fields)
    _check(batch)
    batch.save()
    audit.created(batch, by=by)
    return batch


@transaction.atomic
def change_batch(batch: GiftBatch, *, by, **fields) -> GiftBatch:
    """What it is, what it should hold, what its lines begin with. Lines already there stay as they are."""
    batch = _open(batch)
    before = audit.state(batch)
    for name, value in fields.items():
        setattr(batch, name, value)
    _check(batch)
    batch.save()
    audit.updated(batch, before=before, by=by)
    return batch


@transaction.atomic
def delete_batch(batch: GiftBatch, *, by) -> None:
    """Throw a batch away that was never posted, or was opened again; its lines go with it."""
    batch = _open(batch)
    audit.deleted(batch, by=by)
    batch.delete()


@transaction.atomic
def save_row(batch: GiftBatch, *, key: UUID, version: int, saving: str, by, **cells) -> BatchRow:
    """Keep one line as it is typed, right or wrong. ``cells`` are its columns; nothing counts before the posting.

    The same ``saving`` twice is one: a browser that missed the answer may ask again. Raises :class:`ChangedMeanwhile`
    when the line is no longer at ``version``, and :class:`DomainError` once the batch is posted or full.
    """
    batch = _open(batch)
    row = BatchRow.objects.filter(batch=batch, key=key).select_related("contact", "fund").first()
    if row is None:
        if version:
            raise ChangedMeanwhile(_("This line was removed in another window."))
        if batch.rows.count() >= batches.MOST_ROWS:
            words = {"count": batches.MOST_ROWS}
            raise DomainError(_("A batch holds %(count)d lines. Post it and begin another one.") % words, code="full")
        row = BatchRow(batch=batch, key=key)
    elif row.saving == saving:
        return row
    elif row.version != version:
        raise ChangedMeanwhile(_("This line was changed in another window."))
    for name, value in cells.items():
        setattr(row, name, value)
    row.version, row.saving = row.version + 1, saving
    row.save()
    return row


@transaction.atomic
def remove_row(batch: GiftBatch, *, key: UUID, by) -> None:
    """Take a line out. One that is not there (removed twice, never saved) is out."""
    BatchRow.objects.filter(batch=_open(batch), key=key).delete()


@transaction.atomic
def post_batch(batch: GiftBatch, *, by, doubts_confirmed: bool = False) -> GiftBatch:
    """Every line becomes a gift, all or none: rows, totals, timelines, audit; publishes one BatchPosted.

    A batch already posted is left as it is, so asking twice posts once. Raises :class:`DomainError` with what is left to
    settle: lines that are not gifts yet, a count or total that differs from the slip, and likely doubles unless
    ``doubts_confirmed``.
    """
    batch = _locked(batch)
    if not batch.is_open:
        return batch
    donors = contacts.hold_many(batch.rows.exclude(contact=None).values_list("contact_id", flat=True))
    review = batches.review(batch, by=by)
    _check_review(review, doubts_confirmed=doubts_confirmed)
    rows = [line.row for line in review.filled]
    for row in rows:
        row.contact = donors[row.contact_id]
    gifts = [batches.gift_of(row, batch, by=by) for row in rows]
    tell = partial(BatchPosted, organization_id=batch.organization_id, actor_id=by.pk, cause="batch", batch_id=batch.pk)
    before = audit.state(batch)
    batch.posting = write_gifts(gifts, by=by, tell=tell, batch=batch.number)
    contacts.touch_many(donors)
    for row, gift in zip(rows, gifts, strict=True):
        row.gift = gift
    BatchRow.objects.bulk_update(rows, ["gift"])
    batch.rows.filter(gift=None).delete()
    batch.status, batch.posted_at, batch.posted_by = BatchStatus.POSTED, timezone.now(), by
    batch.save()
    audit.updated(batch, before=before, by=by)
    return batch


def _check_review(review: batches.Review, *, doubts_confirmed: bool) -> None:
    if not review.filled:
        raise DomainError(_("There is nothing to post yet."), code="empty")
    if wrong := len(review.wrong):
        words = ngettext("%(count)d line is not ready.", "%(count)d lines are not ready.", wrong)
        raise DomainError(words % {"count": wrong}, code="wrong")
    if not review.balance.is_even:
        raise DomainError(_("What was entered is not what was expected."), code="balance")
    if review.doubtful and not doubts_confirmed:
        raise DomainError(_("Some of these gifts may already be recorded."), field="confirmed", code="doubtful")


def why_not_reopenable(batch: GiftBatch):
    """The reason a posted batch stays posted, or ``None`` as far as one can see without trying."""
    if batch.deposited_on is not None:
        return _("This batch was deposited on %(day)s. Take the deposit back first.") % {
            "day": format_date(batch.deposited_on)
        }
    return None


@transaction.atomic
def reopen_batch(batch: GiftBatch, *, reason: str, by) -> GiftBatch:
    """Take the posting back: its gifts go as if they had never been, its lines can be typed again.

    All or nothing. Raises :class:`DomainError` when the batch was deposited, or when any of its gifts was changed,
    receipted, or lies in closed books by now: then gifts are corrected one by one.
    """
    batch = _locked(batch)
    if batch.is_open:
        return batch
    if problem := why_not_reopenable(batch):
        raise DomainError(problem, code="deposited")
    if not reason.strip():
        raise DomainError(_("Say why: auditors will ask."), field="reason", code="reason")
    before = audit.state(batch)
    batch.rows.update(gift=None)
    undone = take_back_gifts(batch.posting, by=by, cause="batch")
    if undone.left:
        kept = ngettext(
            "%(count)d gift of this batch was changed, receipted or closed since, and stays as it is. "
            "Correct the gifts one by one.",
            "%(count)d gifts of this batch were changed, receipted or closed since, and stay as they are. "
            "Correct the gifts one by one.",
            len(undone.left),
        )
        raise DomainError(kept % {"count": len(undone.left)}, code="touched")
    batch.status, batch.posted_at, batch.posted_by, batch.posting = BatchStatus.OPEN, None, None, {}
    batch.reason = reason.strip()[:300]
    batch.save()
    audit.updated(batch, before=before, by=by)
    return batch


@transaction.atomic
def deposit_batch(batch: GiftBatch, *, deposited_on: date, by) -> GiftBatch:
    """The money is at the bank: from now on its gifts can be refunded or returned, not deleted."""
    batch = _locked(batch)
    if batch.is_open:
        raise DomainError(_("Post the batch first."), code="open")
    if deposited_on > today_in(batch.organization.timezone):
        raise DomainError(_("The date is in the future."), field="deposited_on", code="date")
    before = audit.state(batch)
    batch.deposited_on = deposited_on
    batch.save()
    audit.updated(batch, before=before, by=by)
    return batch


@transaction.atomic
def take_deposit_back(batch: GiftBatch, *, by) -> GiftBatch:
    """It was marked as deposited by mistake."""
    batch = _locked(batch)
    before = audit.state(batch)
    batch.deposited_on = None
    batch.save()
    audit.updated(batch, before=before, by=by)
    return batch
