"""Taking a receipt's value away. Its number stays taken, its words and its file are kept."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.core import mailer
from crm.core.errors import DomainError
from crm.core.events import Event, publish
from crm.core.models import OutgoingEmail
from crm.receipts.choices import ReceiptStatus
from crm.receipts.events import ReceiptCancelled
from crm.receipts.models import Receipt, ReceiptDelivery

COPY = ":copy"  # what the key of an e-mail to the archive has more than that of the e-mail to the donor


def tell(event: type[Event], receipt: Receipt, *, by, **more) -> None:
    """Publish what ``by`` has just done to ``receipt``."""
    publish(
        event(
            organization_id=receipt.organization_id,
            actor_id=by.pk,
            receipt_id=receipt.pk,
            contact_id=receipt.contact_id,
            **more,
        )
    )


def held(receipt_id: int) -> Receipt:
    """The receipt, its row locked until the transaction ends: whoever changes what it says, or whether, holds it."""
    rows = Receipt.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("contact__merged_into", "organization").get(pk=receipt_id)


def void(receipt: Receipt, *, status: ReceiptStatus, reason: str, by) -> None:
    """``receipt`` is held. Refused when it is void already, and without a reason (field ``reason``)."""
    if not receipt.is_valid:
        raise DomainError(_("This receipt is already cancelled."), code="cancelled")
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say why: auditors will ask."), field="reason")
    before = audit.state(receipt)
    receipt.status = status
    receipt.cancelled_at, receipt.cancelled_by, receipt.cancel_reason = timezone.now(), by, reason[:250]
    receipt.save()
    receipt.lines.update(is_live=False)
    audit.updated(receipt, before=before, by=by)


@transaction.atomic
def cancel_receipt(receipt: Receipt, *, reason: str, by) -> Receipt:
    """Void a receipt with a reason. Its number stays taken, its words are kept; its gifts may be receipted again."""
    receipt = held(receipt.pk)
    void(receipt, status=ReceiptStatus.CANCELLED, reason=reason, by=by)
    contacts.log(
        contacts.living(receipt.contact),  # a receipt stays with the contact it was issued to, merged or not
        "receipt.cancelled",
        subject=receipt,
        by=by,
        severity=Severity.WARNING,
        number=receipt.number,
        reason=receipt.cancel_reason,
    )
    tell(ReceiptCancelled, receipt, by=by)
    return receipt


@transaction.atomic
def forget_names(*, contact_ids: Iterable[int]) -> None:
    """Take the donor's name out of the audit log of their receipts, and out of the e-mails that the archive got a copy of.
    The receipts themselves must be kept as issued.
    """
    ids = list(Receipt.objects.filter(contact__in=list(contact_ids)).values_list("pk", flat=True))
    audit.scrub("receipts.receipt", ids, names={"donor_name", "snapshot"})
    sent = ReceiptDelivery.objects.emails().filter(receipt__in=ids).values_list("communication__email__key", flat=True)
    mailer.forget(OutgoingEmail.objects.filter(key__in=[f"{key}{COPY}" for key in sent if key]))
