"""What every message shares, whatever it answers: kept word for word, sent or printed once, taken back, erased."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.core import mailer, texting
from crm.core.errors import DomainError
from crm.core.models import OutgoingEmail, OutgoingText
from crm.giving.models import TributeNotice
from crm.outreach import merge
from crm.outreach.choices import Channel, Purpose
from crm.outreach.messages import Message
from crm.outreach.models import Communication, MessageTemplate, SuppressedAddress


def composed(compose: Callable[..., list[Message]], rows: list, template: MessageTemplate | None) -> list[Message]:
    """The messages; a field without a value becomes a sentence, and nothing is written."""
    try:
        return compose(rows, template=template)
    except merge.MissingValue as error:
        words = {"name": str(error)}
        raise DomainError(_("The field {%(name)s} has nothing to say for one of these people.") % words) from error


def communication_of(message: Message, channel: str, template: MessageTemplate | None, *, by) -> Communication:
    """The row that keeps it, not yet saved."""
    return Communication(
        organization=message.contact.organization,
        contact=message.contact,
        purpose=message.purpose,
        channel=channel,
        language=message.language,
        subject=message.subject,
        body=message.body,
        addressee=message.addressee if channel == Channel.LETTER else "",
        template=template,
        sent_by=by,
    )


def keep_letters(messages: list[Message], *, template: MessageTemplate | None, by) -> list[Communication]:
    """They wait to be printed."""
    return Communication.objects.bulk_create(
        [communication_of(one, Channel.LETTER, template, by=by) for one in messages]
    )


def send_emails(
    messages: list[Message], *, key: Callable[[Message], str], template: MessageTemplate | None, by
) -> list[Communication]:
    """One leaves for each message, once for each ``key(message)`` whatever is retried."""
    kept = []
    for message in messages:
        one = communication_of(message, Channel.EMAIL, template, by=by)
        one.email = mailer.send(
            key=key(message),
            to=message.contact.email,
            template="message",
            context={"subject": message.subject, "text": message.body},
            language=message.language,
            organization=message.contact.organization,
            headers=_answers_to(message.contact.organization),
        )
        kept.append(one)
    return Communication.objects.bulk_create(kept)


def _answers_to(organization) -> dict[str, str]:
    """Whoever answers writes to the organization, not to the machine."""
    return {"Reply-To": organization.email} if organization.email else {}


def throw_away(letters: Iterable[int]) -> list[Communication]:
    """Letters that nobody printed yet go; those printed are returned. Belongs in a transaction."""
    rows = Communication.objects.select_for_update(of=("self",)).filter(pk__in=list(letters))
    rows = list(rows.select_related("contact").order_by("pk"))
    Communication.objects.filter(pk__in=[letter.pk for letter in rows if not letter.printed_at]).delete()
    return [letter for letter in rows if letter.printed_at]


def left_printed(letters: Iterable[Communication]) -> list[dict]:
    """As an undo lists them."""
    return [
        {"label": one.contact.name, "url_name": "outreach:communication_detail", "pk": one.pk, "reason": "printed"}
        for one in letters
    ]


@transaction.atomic
def mark_printed(ids: Iterable[int], *, by) -> int:
    """These letters are in a file that was made to be printed; printing again moves nothing."""
    return Communication.objects.to_print().filter(pk__in=list(ids)).update(printed_at=timezone.now())


@transaction.atomic
def forget_messages(*, contact_ids: Iterable[int]) -> int:
    """The words written to somebody who must be forgotten go, in the tables of what was sent too. That one wrote stays.

    So do the words of notices to the families who were told of their gifts: these name the donor.
    """
    ids = list(contact_ids)
    told = TributeNotice.objects.filter(gift__contact__in=ids).exclude(how="").values("contact")
    rows = Communication.objects.filter(Q(contact__in=ids) | Q(purpose=Purpose.NOTICE, contact__in=told))
    emails = OutgoingEmail.objects.filter(communication__in=rows)
    addresses = emails.values_list("recipient", flat=True)
    known = SuppressedAddress.objects.filter(organization__in=rows.values("organization"))
    known.filter(address__in=[address.lower() for address in addresses if address]).delete()
    mailer.forget(emails)
    texting.forget(OutgoingText.objects.filter(communication__in=rows))
    audit.scrub("outreach.communication", list(rows.values_list("pk", flat=True)))
    audit.scrub_of("outreach.communication", "contact_id", ids)  # exchanges that were deleted since
    return rows.update(subject="", body="", addressee="")
