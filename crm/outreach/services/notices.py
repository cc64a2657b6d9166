"""Notices to families by letter and by e-mail (F-12)."""

from collections.abc import Iterable

from django.db import transaction

from crm.core.operations import Undone
from crm.giving import services as giving
from crm.giving.choices import ThankedHow
from crm.outreach import notices
from crm.outreach.messages import Message
from crm.outreach.models import MessageTemplate
from crm.outreach.services.messages import composed, keep_letters, left_printed, send_emails, throw_away


@transaction.atomic
def notify_by_letter(ids: Iterable[int], *, template: MessageTemplate | None, by) -> dict:
    """One letter for each of these recipients waits to be printed, and they are told of the gifts in it.

    Whoever has nothing to be told of meanwhile gets none. Returns what :func:`take_notice_letters_back` needs.
    """
    held = giving.hold_waiting(ids)
    messages = composed(notices.compose, held, template)
    letters = keep_letters(messages, template=template, by=by)
    told = giving.mark_told([], how=ThankedHow.LETTER, by=by, held=held)
    whose = {str(message.rows[0].recipient.pk): letter.pk for message, letter in zip(messages, letters, strict=True)}
    return {"notices": told, "letters": whose}


@transaction.atomic
def take_notice_letters_back(data: dict, *, by) -> Undone:
    """The families wait again and the letters are thrown away: those that nobody printed yet."""
    printed = throw_away(data["letters"].values())
    kept = {letter.pk for letter in printed}
    told = {key: value for key, value in data["notices"]["told"].items() if data["letters"].get(key) not in kept}
    undone = giving.take_notices_back(data["notices"] | {"told": told}, by=by)
    return Undone(done=undone.done, left=[*undone.left, *left_printed(printed)])


@transaction.atomic
def notify_by_email(ids: Iterable[int], *, template: MessageTemplate | None, by) -> dict:
    """One e-mail for each of these recipients leaves, once whatever is retried, and they are told of the gifts in it."""
    held = giving.hold_waiting(ids)
    send_emails(composed(notices.compose, held, template), key=_key, template=template, by=by)
    return giving.mark_told([], how=ThankedHow.EMAIL, by=by, held=held)


def _key(message: Message) -> str:
    news = message.rows[0]
    return f"notice:{news.recipient.pk}:{'-'.join(str(gift.pk) for gift in news.gifts[:10])}"
