"""Issuing, drawing and cancelling receipts."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.events import publish
from crm.giving.models import Gift
from crm.receipts import queries, rules
from crm.receipts.choices import ReceiptStatus
from crm.receipts.events import ReceiptCancelled, ReceiptIssued
from crm.receipts.models import Receipt, ReceiptLine, ReceiptSeries, StoredPicture

logger = structlog.get_logger(__name__)


class AlteredReceipt(DomainError):
    """The stored file is not the one that was issued."""


def _next_sequence(organization_id: int, year: int) -> tuple[ReceiptSeries, int]:
    """The next number of the series, its row locked until the transaction ends: a failure gives the number back.

    Never a database sequence: those leave gaps on rollback, and auditors ask about every gap (receipts.md A7).
    """
    ReceiptSeries.objects.get_or_create(organization_id=organization_id, year=year)
    series = ReceiptSeries.objects.select_for_update().get(organization_id=organization_id, year=year)
    series.last_sequence += 1
    series.save()
    return series, series.last_sequence


@transaction.atomic
def issue_receipt(gift: Gift, *, by) -> Receipt:
    """Give the gift its official receipt: number, frozen snapshot, line, timeline, audit; published, so that a job draws the PDF.

    Refused, with every reason in a sentence, while the law's conditions are not met; a gift has one valid receipt.
    """
    gift = (
        Gift.objects.select_for_update(of=("self",))
        .select_related("contact", "organization", "fund")
        .get(pk=gift.pk, organization_id=by.organization_id)
    )
    issued_on = today_in(gift.organization.timezone)
    draft = queries.draft(gift, issued_on=issued_on)
    if not draft.may_be_issued:
        raise DomainError(" ".join(draft.sentences), code=draft.reasons[0])
    series, sequence = _next_sequence(gift.organization_id, issued_on.year)
    number = rules.receipt_number(issued_on.year, sequence)
    snapshot = replace(draft.snapshot, number=number)
    for reference, data_uri in draft.pictures.items():
        StoredPicture.objects.get_or_create(
            organization_id=gift.organization_id, reference=reference, defaults={"data_uri": data_uri}
        )
    receipt = Receipt(
        organization=gift.organization,
        contact=gift.contact,
        series=series,
        year=issued_on.year,
        sequence=sequence,
        number=number,
        language=snapshot.language,
        issued_on=issued_on,
        issued_by=by,
        donor_name=snapshot.donor_name[:250],
        amount=snapshot.amount,
        advantage=snapshot.advantage,
        eligible=snapshot.eligible,
        snapshot=snapshot.to_json(),
        snapshot_sha256=snapshot.sha256,
    )
    receipt.save()
    ReceiptLine.objects.create(
        receipt=receipt,
        gift=gift,
        amount=snapshot.amount,
        advantage=snapshot.advantage,
        eligible=snapshot.eligible,
        tax_year=gift.received_on.year,
    )
    audit.created(receipt, by=by)
    contacts.log(
        gift.contact,
        "receipt.issued",
        subject=receipt,
        by=by,
        severity=Severity.SUCCESS,
        number=number,
        eligible=str(receipt.eligible),
        currency=gift.currency,
    )
    contacts.touch(gift.contact)
    publish(
        ReceiptIssued(
            organization_id=receipt.organization_id,
            actor_id=by.pk,
            receipt_id=receipt.pk,
            contact_id=receipt.contact_id,
        )
    )
    return receipt


def _draw(receipt: Receipt) -> bytes:
    """The PDF of the frozen snapshot: the same bytes every time."""
    from crm.receipts import pdf

    snapshot = receipt.said
    wanted = [name for name in (snapshot.logo, snapshot.signature) if name.startswith("sha256:")]
    rows = StoredPicture.objects.filter(organization_id=receipt.organization_id, reference__in=wanted)
    return pdf.render(snapshot, pictures={row.reference: row.data_uri for row in rows})


def draw_receipt(receipt_id: int) -> bool:
    """Draw and store the PDF once; returns whether this call did it. Safe to run twice, and by two workers at once.

    Drawing happens outside any transaction; the first writer of the row wins and a loser's file is removed.
    """
    receipt = Receipt.objects.select_related("organization").get(pk=receipt_id)
    if receipt.rendered_at:
        return False
    content = _draw(receipt)
    digest = hashlib.sha256(content).hexdigest()
    folder = f"receipts/{receipt.organization_id}/{receipt.year}"
    name = default_storage.save(f"{folder}/{receipt.number}-{digest[:12]}.pdf", ContentFile(content))
    stored = Receipt.objects.filter(pk=receipt_id, rendered_at=None).update(
        pdf=name, pdf_sha256=digest, rendered_at=timezone.now()
    )
    if not stored:
        default_storage.delete(name)
    return bool(stored)


def stored_pdf(receipt: Receipt) -> bytes:
    """The bytes that were issued. A lost file is drawn again from the snapshot; an altered one is refused and logged."""
    content = None
    if receipt.pdf:
        try:
            with default_storage.open(receipt.pdf.name, "rb") as file:
                content = file.read()
        except OSError:
            logger.error("receipt_file_lost", receipt_id=receipt.pk)
    if content is None:
        content = _draw(receipt)
    if hashlib.sha256(content).hexdigest() != receipt.pdf_sha256:
        logger.error("receipt_file_altered", receipt_id=receipt.pk)
        raise AlteredReceipt(
            _("The stored file of this receipt is not the one that was issued. Tell your administrator.")
        )
    return content


@transaction.atomic
def cancel_receipt(receipt: Receipt, *, reason: str, by) -> Receipt:
    """Void a receipt with a reason. Its number stays taken, its words are kept; the gift may be receipted again."""
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("contact__merged_into").get(pk=receipt.pk)
    if not receipt.is_valid:
        raise DomainError(_("This receipt is already cancelled."), code="cancelled")
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say why: auditors will ask."), field="reason")
    before = audit.state(receipt)
    receipt.status = ReceiptStatus.CANCELLED
    receipt.cancelled_at, receipt.cancelled_by, receipt.cancel_reason = timezone.now(), by, reason[:250]
    receipt.save()
    receipt.lines.update(is_live=False)
    audit.updated(receipt, before=before, by=by)
    contacts.log(
        contacts.living(receipt.contact),  # a receipt stays with the contact it was issued to, merged or not
        "receipt.cancelled",
        subject=receipt,
        by=by,
        severity=Severity.WARNING,
        number=receipt.number,
        reason=receipt.cancel_reason,
    )
    publish(
        ReceiptCancelled(
            organization_id=receipt.organization_id,
            actor_id=by.pk,
            receipt_id=receipt.pk,
            contact_id=receipt.contact_id,
        )
    )
    return receipt


@transaction.atomic
def forget_names(*, contact_ids: Iterable[int]) -> None:
    """Take the donor's name out of the audit log of their receipts. The receipts themselves must be kept as issued."""
    ids = Receipt.objects.filter(contact__in=list(contact_ids)).values_list("pk", flat=True)
    audit.scrub("receipts.receipt", list(ids), names={"donor_name", "snapshot"})
