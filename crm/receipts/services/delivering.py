"""Sending receipts: the file that was issued, by e-mail, to whoever may be written to."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.contacts import services as contacts
from crm.core import mailer
from crm.core.errors import DomainError
from crm.core.models import OutgoingEmail
from crm.outreach.messages import Message
from crm.outreach.models import MessageTemplate
from crm.outreach.services import composed, send_emails
from crm.receipts import links, words
from crm.receipts.choices import DeliveryHow
from crm.receipts.models import Receipt, ReceiptDelivery
from crm.receipts.queries import reachable_by_email
from crm.receipts.services.drawing import draw_receipt, stored_pdf
from crm.receipts.services.voiding import COPY
from crm.receipts.snapshot import BY_HAND

FILE_NAMES = {"fr": "recu", "en": "receipt"}


def hold_receipts(ids: Iterable[int]) -> list[Receipt]:
    """Those still valid, their rows locked in one order until the transaction ends."""
    return list(_valid_rows(ids).select_related("contact__merged_into", "organization"))


def hold_all(ids: list[int]) -> bool:
    """Hold receipts by the thousand, of which nothing is read; whether all of them are still valid."""
    return len(_valid_rows(ids).values_list("pk", flat=True)) == len(ids)


def _valid_rows(ids: Iterable[int]) -> QuerySet[Receipt]:
    rows = Receipt.objects.select_for_update(of=("self",), no_key=True).valid()
    return rows.filter(pk__among=list(ids)).order_by("pk")


@transaction.atomic
def email_receipt(receipt: Receipt, *, by) -> ReceiptDelivery:
    """Send it (again), with the words of the organization. Refused for a void receipt, one that waits
    for ink, and whoever may not be written to.
    """
    held = hold_receipts([receipt.pk])
    if not held:
        raise DomainError(_("A void receipt is not sent."), code="void")
    if held[0].said.signed_by_hand:
        raise DomainError(
            _(
                "This receipt must be printed and signed by hand: no signature image was in the settings when it was issued."
            ),
            code="by_hand",
        )
    if not contacts.living(held[0].contact).email:
        raise DomainError(_("This donor has no e-mail address."), code="email")
    sent = email_held(held, template=words.own_words(by.organization_id), by=by)
    if not sent:
        raise DomainError(_("This donor must not be written to by e-mail."), code="refused")
    return sent[0]


@transaction.atomic
def email_receipts(ids: Iterable[int], *, by) -> dict:
    """Send each of these that is valid and was not sent yet to whoever may be written to; nothing to undo."""
    held = hold_receipts(ids)
    left = ReceiptDelivery.objects.emails().filter(receipt__in=held)
    sent = set(left.exclude(communication__email__status=OutgoingEmail.Status.FAILED).values_list("receipt", flat=True))
    new = [receipt for receipt in held if receipt.pk not in sent]
    email_held(new, template=words.own_words(by.organization_id), by=by)
    return {}


def email_held(receipts: list[Receipt], *, template: MessageTemplate | None, by) -> list[ReceiptDelivery]:
    """One e-mail for each of these, held by the caller, whose donor may be written to today; the others are left out, and
    so are those to be signed by hand: they are no receipts before (Regulations s. 3501(1)(i)).
    """
    may = reachable_by_email([contacts.living(receipt.contact) for receipt in receipts])
    going = [one for one in receipts if BY_HAND not in one.snapshot and contacts.living(one.contact).pk in may]
    times = dict.fromkeys((receipt.pk for receipt in going), 1)
    for pk in ReceiptDelivery.objects.emails().filter(receipt__in=going).values_list("receipt", flat=True):
        times[pk] += 1

    def key(message: Message) -> str:
        receipt = message.rows[0]
        return f"receipt:{receipt.pk}:{times[receipt.pk]}"

    messages = composed(words.compose, going, template)
    sent = send_emails(messages, key=key, template=template, by=by)
    for message in messages:
        receipt = message.rows[0]
        _copy(message, key=f"{key(message)}{COPY}")
        contacts.log(message.contact, "receipt.sent", subject=receipt, by=by, number=receipt.number)
    return ReceiptDelivery.objects.bulk_create(
        ReceiptDelivery(
            organization=receipt.organization, receipt=receipt, how=DeliveryHow.EMAIL, communication=one, sent_by=by
        )
        for receipt, one in zip(going, sent, strict=True)
    )


def _copy(message: Message, *, key: str) -> None:
    """The same, for the archive of the organization, where it wants one."""
    organization = message.contact.organization
    if organization.receipt_copy_to:
        mailer.send(
            key=key,
            to=organization.receipt_copy_to,
            template="message",
            context={"subject": message.subject, "text": message.body},
            language=message.language,
            organization=organization,
        )


@mailer.filled_on_leaving("receipt")
def fill_link(email: OutgoingEmail) -> dict[str, str]:
    """The link, where the mail has one."""
    place = links.place(email.language)
    return {place: links.address_of(int(email.key.split(":")[1]), email.language)} if place in email.text else {}


@mailer.attached_on_leaving("receipt")
def attach(email: OutgoingEmail) -> list[mailer.Attachment]:
    """The bytes that were issued, checked against their hash; nothing leaves once the receipt is void."""
    receipt = Receipt.objects.get(pk=email.key.split(":")[1])
    if not receipt.is_valid:
        with override(email.language):
            raise mailer.NoLongerTrue(_("The receipt was voided before this e-mail left."))
    if not receipt.rendered_at:
        draw_receipt(receipt.pk)
        receipt.refresh_from_db()
    if links.place(email.language) in email.text and not email.key.endswith(COPY):
        return []
    return [mailer.Attachment(f"{file_name(receipt)}.pdf", stored_pdf(receipt), "application/pdf")]


def file_name(receipt: Receipt) -> str:
    """Without its ending, in the language of the receipt."""
    return f"{FILE_NAMES[receipt.language]}-{receipt.number}"
