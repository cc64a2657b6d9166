"""Thank-yous by letter and by e-mail."""

from collections.abc import Iterable

from django.db import transaction

from crm.core.operations import Undone
from crm.giving import services as giving
from crm.giving.choices import ThankedHow
from crm.giving.models import Thanks
from crm.outreach import thanking
from crm.outreach.messages import Message
from crm.outreach.models import MessageTemplate
from crm.outreach.services.messages import composed, keep_letters, left_printed, send_emails, throw_away


@transaction.atomic
def thank_by_letter(ids: Iterable[int], *, template: MessageTemplate | None, by) -> dict:
    """One letter a donor waits to be printed, and the gifts are thanked for. Returns what :func:`take_letters_back` needs.

    Thank-yous that are done meanwhile stay as they are.
    """
    rows = giving.hold_due(ids)
    letters = keep_letters(composed(thanking.compose, rows, template), template=template, by=by)
    thanked = giving.mark_thanked([row.pk for row in rows], how=ThankedHow.LETTER, by=by)
    return {"thanks": thanked, "letters": [letter.pk for letter in letters]}


@transaction.atomic
def take_letters_back(data: dict, *, by) -> Undone:
    """The gifts wait again and the letters are thrown away: those that nobody printed yet."""
    printed = throw_away(data["letters"])
    whose = {letter.contact_id for letter in printed}
    rows = Thanks.objects.filter(pk__in=data["thanks"]["rows"]).select_related("gift")
    kept = [row.pk for row in rows if row.gift.contact_id in whose]
    thanks = data["thanks"] | {"rows": [pk for pk in data["thanks"]["rows"] if pk not in kept]}
    undone = giving.take_thanks_back(thanks, by=by)
    return Undone(done=undone.done, left=[*undone.left, *left_printed(printed)])


@transaction.atomic
def thank_by_email(ids: Iterable[int], *, template: MessageTemplate | None, by) -> dict:
    """One e-mail a donor leaves, once whatever is retried, and the gifts are thanked for.

    Whoever may not be written to was left out before (:class:`crm.outreach.bulk.ThankByEmail`).
    """
    rows = giving.hold_due(ids)
    send_emails(composed(thanking.compose, rows, template), key=_key, template=template, by=by)
    return giving.mark_thanked([row.pk for row in rows], how=ThankedHow.EMAIL, by=by)


def _key(message: Message) -> str:
    return f"thanks:{message.contact.pk}:{'-'.join(str(row.pk) for row in message.rows[:10])}"
