"""Writes on mailings: written down, tried on oneself, scheduled, begun, paused, resumed, stopped; what failed sent again."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts import audit
from crm.core import operations, texting
from crm.core.errors import DomainError, validated
from crm.core.models import OutgoingEmail, OutgoingText
from crm.outreach import composing, mailings, usual
from crm.outreach.choices import EDITABLE_MAILING, OVER_MAILING, Channel, MailingStatus, Purpose
from crm.outreach.models import Mailing, MessageTemplate, Recipient, SuppressedAddress

WORK = "mailing"  # the kind of operation that sends one


def held_mailing(mailing_id: int) -> Mailing:
    """The mailing, its row locked until the transaction ends: whoever moves it holds it."""
    rows = Mailing.objects.select_for_update(of=("self",), no_key=True)
    related = ("organization", "operation", "template", "segment__organization", "group", "created_by__user")
    return rows.select_related(*related).get(pk=mailing_id)


def _move(mailing: Mailing, status: MailingStatus, *, by) -> None:
    before = audit.state(mailing)
    mailing.status = status
    mailing.waits_since, mailing.trouble = None, ""
    mailing.finished_at = timezone.now() if status in OVER_MAILING else None
    mailing.save()
    audit.updated(mailing, before=before, by=by)


@transaction.atomic
def save_mailing(mailing: Mailing | None = None, *, by, **fields) -> Mailing:
    """Write a mailing down, or change one that has not begun. Audited. One that was scheduled is a draft again: whoever changes
    it looks once more at who gets it.
    """
    if mailing is not None:
        mailing = held_mailing(mailing.pk)
        if mailing.status not in EDITABLE_MAILING:
            raise DomainError(_("This mailing has begun: it can no longer be changed."), code="status")
    before = audit.state(mailing) if mailing else None
    mailing = mailing or Mailing(organization=by.organization, created_by=by)
    for name, value in fields.items():
        setattr(mailing, name, value)
    chosen = mailing.segment or mailing.group
    if chosen is None or (mailing.segment and mailing.group):
        raise DomainError(_("Choose a segment or a group."), field="segment", code="audience")
    _check_fits(mailing)
    mailing.audience, mailing.status, mailing.scheduled_for = chosen.name, MailingStatus.DRAFT, None
    validated(mailing, exclude=["organization", "created_by", "operation"])
    mailing.save()
    audit.saved(mailing, before=before, by=by)
    return mailing


def _check_fits(mailing: Mailing) -> None:
    """A text message has words of its own, and leaves only where it can."""
    is_text = mailing.channel == Channel.SMS
    if is_text and not texting.is_ready():
        raise DomainError(_("Text messages are not set up here."), field="channel", code="off")
    if is_text != (mailing.template.purpose == Purpose.TEXT):
        words = _("This text is for e-mails and letters.") if is_text else _("This text is for text messages.")
        raise DomainError(words, field="template", code="purpose")


@transaction.atomic
def delete_mailing(mailing: Mailing, *, by) -> None:
    """One that never began."""
    mailing = held_mailing(mailing.pk)
    if mailing.status not in (*EDITABLE_MAILING, MailingStatus.CANCELLED) or mailing.recipients.exists():
        raise DomainError(_("This mailing has begun: what it sent stays on record."), code="status")
    audit.deleted(mailing, by=by)
    mailing.delete()


@transaction.atomic
def test_mailing(mailing: Mailing, *, language: str, to: str, by) -> OutgoingEmail | OutgoingText:
    """Send it to oneself, in this language, written as if to the first person who would get it: to this address or
    number. The link to unsubscribe in it is that person’s: it is not put in.
    """
    _check_fits(mailing)
    preview = mailings.preview_of(mailing)
    someone = preview.first
    if someone is None:
        raise DomainError(_("Nobody would get this mailing: there is no one to try it with."), code="empty")
    someone.language, someone.organization = language, mailing.organization
    messages, _blank = composing.compose([someone], template=mailing.template)
    if not messages:
        raise DomainError(_("A field of the text has nothing to say for the first person."), code="field")
    return composing.send_test(messages[0], mailing, to=to, nonce=secrets.token_hex(6))


@transaction.atomic
def schedule_mailing(mailing: Mailing, *, at: datetime, by) -> Mailing:
    """Let it leave by itself at this moment; who gets it is asked then."""
    mailing = held_mailing(mailing.pk)
    if mailing.status not in EDITABLE_MAILING:
        raise DomainError(_("This mailing has begun: it can no longer be changed."), code="status")
    if at <= timezone.now():
        raise DomainError(_("This moment is past."), field="at", code="past")
    if not mailings.preview_of(mailing).everybody:
        raise DomainError(_("Nobody is in this audience."), code="empty")
    _check_fits(mailing)
    _check_told(mailing.template)
    before = audit.state(mailing)
    mailing.scheduled_for, mailing.status = at, MailingStatus.SCHEDULED
    mailing.save()
    audit.updated(mailing, before=before, by=by)
    return mailing


@transaction.atomic
def unschedule_mailing(mailing: Mailing, *, by) -> Mailing:
    mailing = held_mailing(mailing.pk)
    if mailing.status != MailingStatus.SCHEDULED:
        raise DomainError(_("This mailing is not scheduled."), code="status")
    mailing.scheduled_for = None
    _move(mailing, MailingStatus.DRAFT, by=by)
    return mailing


@transaction.atomic
def start_mailing(mailing: Mailing, *, seen: str, by) -> Mailing:
    """Begin to send. ``seen``: :attr:`~crm.outreach.mailings.Preview.seen` of the page that was read; if it is no longer so,
    nothing begins.

    Begun twice, by two people or two clicks, it begins once: the second is told.
    """
    mailing = held_mailing(mailing.pk)
    if mailing.status not in EDITABLE_MAILING:
        raise DomainError(_("This mailing has begun already."), code="status")
    preview = mailings.preview_of(mailing)
    if preview.seen != seen:
        raise DomainError(
            _("The figures or the text have changed since this page was shown. Read them again."), code="changed"
        )
    if not preview.reached:
        raise DomainError(_("Nobody would get this mailing."), code="empty")
    _check_fits(mailing)
    _check_told(mailing.template)
    _begin(mailing, total=preview.everybody, by=by)
    return mailing


def _check_told(text: MessageTemplate | None) -> None:
    if text and (place := usual.left_to_tell(text.body_fr, text.body_en)):
        words = _("The text still says “%(place)s”: write it first, in both languages.")
        raise DomainError(words % {"place": place}, code="untold")


def _begin(mailing: Mailing, *, total: int, by) -> None:
    mailing.started_at = mailing.started_at or timezone.now()
    _move(mailing, MailingStatus.RUNNING, by=by)
    _go(mailing, total=total, by=by)


def _go(mailing: Mailing, *, total: int, by) -> None:
    operation = operations.start(kind=WORK, by=by, total=total, mailing=mailing.pk)
    Mailing.objects.filter(pk=mailing.pk).update(operation=operation)
    mailing.operation = operation


@transaction.atomic
def start_due_mailing(mailing_id: int) -> bool:
    """Begin one whose moment has come, for whoever wrote it; returns whether it began. One that can no longer leave (its segment
    is gone) is a draft again, and says why.
    """
    mailing = held_mailing(mailing_id)
    if mailing.status != MailingStatus.SCHEDULED or mailing.scheduled_for > timezone.now():
        return False
    by = mailing.created_by
    try:
        if not by.is_active or not by.can("outreach.run"):
            raise DomainError(_("Whoever wrote it may no longer send messages."))
        _check_fits(mailing)
        total = mailings.audience_of(mailing).count()
    except DomainError as error:
        _move(mailing, MailingStatus.DRAFT, by=by)
        Mailing.objects.filter(pk=mailing.pk).update(trouble=str(error))
        return False
    _begin(mailing, total=total, by=by)
    return True


@transaction.atomic
def pause_mailing(mailing: Mailing, *, by) -> Mailing:
    """No more messages leave after the present one, until :func:`resume_mailing`."""
    mailing = held_mailing(mailing.pk)
    if mailing.status != MailingStatus.RUNNING:
        raise DomainError(_("Nothing is being sent."), code="status")
    _move(mailing, MailingStatus.PAUSED, by=by)
    return mailing


@transaction.atomic
def resume_mailing(mailing: Mailing, *, by) -> Mailing:
    """Go on where it was paused, or where its work was stopped by an error."""
    mailing = held_mailing(mailing.pk)
    stuck = mailing.status == MailingStatus.RUNNING and not mailings.is_moving(mailing)
    if mailing.status != MailingStatus.PAUSED and not stuck:
        raise DomainError(_("This mailing is not paused."), code="status")
    _move(mailing, MailingStatus.RUNNING, by=by)
    _go(mailing, total=mailings.audience_of(mailing).count(), by=by)
    return mailing


@transaction.atomic
def cancel_mailing(mailing: Mailing, *, by) -> Mailing:
    """Send nothing more, for good. What has left has left; letters that nobody printed stay to be printed or thrown away."""
    mailing = held_mailing(mailing.pk)
    if mailing.status in OVER_MAILING:
        raise DomainError(_("This mailing is over."), code="status")
    _move(mailing, MailingStatus.CANCELLED, by=by)
    why = _("The mailing was stopped before this message left.")
    mailings.carrier_of(mailing).withdraw(mailings.batch_of(mailing), why=why)
    return mailing


@transaction.atomic
def retry_mailing(mailing: Mailing, *, doubtful: bool = False, by) -> Mailing:
    """Send again to those whose message failed; ``doubtful``: also where the server may have it already, so that some may get it
    twice. Who may no longer be written to is left out, as always.
    """
    mailing = held_mailing(mailing.pk)
    if mailing.status != MailingStatus.DONE:
        raise DomainError(_("Wait until the mailing is over."), code="status")
    rows = mailing.recipients.doubtful() if doubtful else mailing.recipients.failed()
    carrier = mailings.carrier_of(mailing)
    carried = carrier.model.objects.filter(pk__in=rows.values(f"communication__{mailings.field_of(mailing)}"))
    if not carrier.send_again(carried):
        raise DomainError(_("No message failed."), code="empty")
    _move(mailing, MailingStatus.RUNNING, by=by)
    _go(mailing, total=mailing.recipients.count(), by=by)
    return mailing


@transaction.atomic
def note_reply(recipient: Recipient, *, by) -> Recipient:
    """Somebody answered, in a mailbox that Merci does not read; said again, they did not."""
    before = audit.state(recipient)
    recipient.replied_at = None if recipient.replied_at else timezone.now()
    recipient.save()
    audit.updated(recipient, before=before, by=by)
    return recipient


@transaction.atomic
def trust_address(suppressed: SuppressedAddress, *, by) -> None:
    """Somebody knows that the address works: mailings write to it again."""
    audit.deleted(suppressed, by=by)
    suppressed.delete()
