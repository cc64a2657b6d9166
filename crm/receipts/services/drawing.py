"""The PDF of a receipt: drawn once from its snapshot, stored, and checked at each download."""

import hashlib

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Organization
from crm.core.errors import DomainError
from crm.core.sealing import Unreadable
from crm.receipts import signing
from crm.receipts.choices import Mark
from crm.receipts.models import Receipt, SigningCertificate, StoredPicture
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
    content = page = _drawn(receipt)
    if receipt.organization.receipt_signing:
        certificate = certificate_of(receipt.organization)
        content = signing.signed(page, certificate=certificate.certificate, key=certificate.key)
    digest = hashlib.sha256(content).hexdigest()
    folder = f"receipts/{receipt.organization_id}/{receipt.year}"
    name = default_storage.save(f"{folder}/{receipt.number}-{digest[:12]}.pdf", ContentFile(content))
    stored = Receipt.objects.filter(pk=receipt_id, rendered_at=None).update(
        pdf=name,
        pdf_sha256=digest,
        page_sha256="" if content is page else hashlib.sha256(page).hexdigest(),
        rendered_at=timezone.now(),
    )
    if not stored:
        default_storage.delete(name)
    return bool(stored)


def try_to_draw(receipt_id: int) -> bool:
    """:func:`draw_receipt` among thousands: one page that fails is reported, tried again by a job, and holds nothing up."""
    try:
        return draw_receipt(receipt_id)
    except Exception:  # whatever it is: numbers are given already, and a run of thousands must reach the others
        logger.exception("receipt_not_drawn", receipt_id=receipt_id)
        return False


def certificate_of(organization: Organization) -> SigningCertificate:
    """What signs today; made where there is none yet, where it expired, and where its key can no longer be read."""
    if (found := _usable_certificate(organization)) is not None:
        return found
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)  # or two workers make one each
        if (found := _usable_certificate(organization)) is not None:
            return found
        name = organization.legal_name_fr or organization.legal_name_en or organization.name
        pem, key, until = signing.new_certificate(name, now=timezone.now())
        made = SigningCertificate(organization=organization, certificate=pem, expires_at=until)
        made.key = key
        made.save()
        return made


def _usable_certificate(organization: Organization) -> SigningCertificate | None:
    rows = SigningCertificate.objects.filter(organization=organization, expires_at__gt=timezone.now())
    found = rows.order_by("pk").last()
    try:
        return found if found is not None and found.key else None
    except Unreadable:
        logger.error("signing_key_unreadable", organization_id=organization.pk)
        return None


def stored_pdf(receipt: Receipt) -> bytes:
    """The bytes that were issued. A lost file is drawn again from the snapshot, without its signature where it had one; an
    altered one is refused and logged.
    """
    expected = receipt.pdf_sha256
    content = None
    if receipt.pdf:
        try:
            with default_storage.open(receipt.pdf.name, "rb") as file:
                content = file.read()
        except OSError:
            logger.error("receipt_file_lost", receipt_id=receipt.pk)
    if content is None:
        content = _drawn(receipt)
        expected = receipt.page_sha256 or receipt.pdf_sha256
    if hashlib.sha256(content).hexdigest() != expected:
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
