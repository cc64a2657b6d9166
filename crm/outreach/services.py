"""Writes of outreach: templates, and thank-yous by letter and by e-mail."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.core import mailer
from crm.core.errors import DomainError, validated
from crm.core.models import OutgoingEmail
from crm.core.operations import Undone
from crm.giving import services as giving
from crm.giving.choices import ThankedHow
from crm.giving.models import Thanks
from crm.outreach import merge, thanking
from crm.outreach.choices import Channel
from crm.outreach.models import Communication, MessageTemplate

TEXTS = ("subject_fr", "body_fr", "subject_en", "body_en")


@transaction.atomic
def save_template(template: MessageTemplate | None = None, *, by, **fields) -> MessageTemplate:
    """Write a template down, or change one: what was sent with it stays as it was. Audited.

    Raises :class:`DomainError` for an unknown field: it is found here, not as a blank in a letter (K-02).
    """
    before = audit.state(template) if template else None
    template = template or MessageTemplate(organization=by.organization)
    for name, value in fields.items():
        setattr(template, name, value)
    for name in TEXTS:
        if problem := merge.problem(getattr(template, name), merge.THANKS_FIELDS):
            raise DomainError(problem, field=name, code="field")
    validated(template, exclude=["organization"])
    template.save()
    if before is None:
        audit.created(template, by=by)
    else:
        audit.updated(template, before=before, by=by)
    return template


def _composed(rows: list[Thanks], template: MessageTemplate | None) -> list[thanking.Message]:
    try:
        return thanking.compose(rows, template=template)
    except merge.MissingValue as error:
        words = {"name": str(error)}
        raise DomainError(_("The field {%(name)s} has nothing to say for one of these donors.") % words) from error


def _keep(message: thanking.Message, channel: str, template: MessageTemplate | None, *, by) -> Communication:
    return Communication(
        organization=message.contact.organization,
        contact=message.contact,
        channel=channel,
        language=message.language,
        subject=message.subject,
        body=message.body,
        addressee=message.addressee if channel == Channel.LETTER else "",
        template=template,
        sent_by=by,
    )


@transaction.atomic
def thank_by_letter(ids: Iterable[int], *, template: MessageTemplate | None, by) -> dict:
    """One letter a donor waits to be printed, and the gifts are thanked for. Returns what :func:`take_letters_back` needs.

    Thank-yous that are done meanwhile stay as they are.
    """
    rows = giving.hold_due(ids)
    letters = [_keep(message, Channel.LETTER, template, by=by) for message in _composed(rows, template)]
    Communication.objects.bulk_create(letters)
    thanked = giving.mark_thanked([row.pk for row in rows], how=ThankedHow.LETTER, by=by)
    return {"thanks": thanked, "letters": [letter.pk for letter in letters]}


@transaction.atomic
def take_letters_back(data: dict, *, by) -> Undone:
    """The gifts wait again and the letters are thrown away: those that nobody printed yet."""
    letters = Communication.objects.select_for_update(of=("self",)).filter(pk__in=data["letters"])
    letters = list(letters.select_related("contact").order_by("pk"))
    printed = {letter.contact_id: letter for letter in letters if letter.printed_at}
    rows = Thanks.objects.filter(pk__in=data["thanks"]["rows"]).select_related("gift")
    kept = [row.pk for row in rows if row.gift.contact_id in printed]
    thanks = data["thanks"] | {"rows": [pk for pk in data["thanks"]["rows"] if pk not in kept]}
    undone = giving.take_thanks_back(thanks, by=by)
    Communication.objects.filter(pk__in=[letter.pk for letter in letters if not letter.printed_at]).delete()
    left = [
        {
            "label": letter.contact.name,
            "url_name": "outreach:communication_detail",
            "pk": letter.pk,
            "reason": "printed",
        }
        for letter in printed.values()
    ]
    return Undone(done=undone.done, left=[*undone.left, *left])


@transaction.atomic
def thank_by_email(ids: Iterable[int], *, template: MessageTemplate | None, by) -> dict:
    """One e-mail a donor leaves, once whatever is retried, and the gifts are thanked for.

    Whoever may not be written to was left out before (:class:`crm.outreach.bulk.ThankByEmail`).
    """
    rows = giving.hold_due(ids)
    kept = []
    for message in _composed(rows, template):
        numbers = "-".join(str(row.pk) for row in message.thanks[:10])
        email = mailer.send(
            key=f"thanks:{message.contact.pk}:{numbers}",
            to=message.contact.email,
            template="message",
            context={"subject": message.subject, "text": message.body},
            language=message.language,
            organization=message.contact.organization,
        )
        letter = _keep(message, Channel.EMAIL, template, by=by)
        letter.email = email
        kept.append(letter)
    Communication.objects.bulk_create(kept)
    return giving.mark_thanked([row.pk for row in rows], how=ThankedHow.EMAIL, by=by)


@transaction.atomic
def mark_printed(ids: Iterable[int], *, by) -> int:
    """These letters are in a file that was made to be printed; printing again moves nothing."""
    return Communication.objects.to_print().filter(pk__in=list(ids)).update(printed_at=timezone.now())


@transaction.atomic
def forget_messages(*, contact_ids: Iterable[int]) -> int:
    """The words written to somebody who must be forgotten go, in the table of e-mails too. That one wrote stays."""
    rows = Communication.objects.filter(contact__in=list(contact_ids))
    emails = OutgoingEmail.objects.filter(communication__in=rows)
    emails.filter(status=OutgoingEmail.Status.QUEUED).update(status=OutgoingEmail.Status.FAILED)  # it leaves no more
    emails.update(recipient="", subject="", text="", html="", headers={}, error="")
    return rows.update(subject="", body="", addressee="")
