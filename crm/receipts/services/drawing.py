"""The PDF of a receipt: drawn once from its snapshot, stored, and checked at each download."""

import hashlib

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.errors import DomainError
from crm.receipts.choices import Mark
from crm.receipts.models import Receipt, StoredPicture
from crm.receipts.queries import Draft

logger = structlog.get_logger(__name__)


class AlteredReceipt(DomainError):
    """The stored file is not the one that was issued."""


def _drawn(receipt: Receipt, mark: Mark | None = None) -> bytes:
    """The PDF of the frozen snapshot: the same bytes every time."""
    from crm.receipts import pdf

    snapshot = receipt.said
    wanted = [name for name in (snapshot.logo, snapshot.signature) if name.startswith("sha256:")]
    rows = StoredPicture.objects.filter(organization_id=receipt.organization_id, reference__in=wanted)
    return pdf.render(snapshot, mark=mark, pictures={row.reference: row.data_uri for row in rows})


def draw_receipt(receipt_id: int) -> bool:
    """Draw and store the PDF once; returns whether this call did it. Safe to run twice, and by two workers at once.

    Drawing happens outside any transaction; the first writer of the row wins and a loser's file is removed.
    """
    receipt = Receipt.objects.select_related("organization").get(pk=receipt_id)
    if receipt.rendered_at:
        return False
    content = _drawn(receipt)
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
        content = _drawn(receipt)
    if hashlib.sha256(content).hexdigest() != receipt.pdf_sha256:
        logger.error("receipt_file_altered", receipt_id=receipt.pk)
        raise AlteredReceipt(
            _("The stored file of this receipt is not the one that was issued. Tell your administrator.")
        )
    return content


def marked_pdf(receipt: Receipt, mark: Mark) -> bytes:
    """The receipt with a word across it: a copy for the donor, a void one. Drawn each time, never stored."""
    return _drawn(receipt, mark)


def specimen_pdf(draft: Draft) -> bytes:
    """What would be printed, marked as a specimen and without a number: nothing that could pass for a receipt."""
    from crm.receipts import pdf

    return pdf.render(draft.snapshot, mark=Mark.SPECIMEN, pictures=draft.pictures)
