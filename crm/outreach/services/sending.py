"""The work of a mailing: two hundred people after two hundred others are written to, and their messages leave.

What a chunk writes is in one transaction with the place where the next begins, and the database refuses a second message of a
mailing to the same contact; the messages leave between the transactions, one by one, each claimed at the last moment
(:mod:`crm.core.batches`). Whatever is killed or run twice, nobody is written to twice.
"""

import time
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core import mailer, operations, texting
from crm.core.batches import Outcome
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.models import Operation, OutgoingEmail, OutgoingText
from crm.core.web.urls import org_url
from crm.notifications import inbox
from crm.outreach import bell, composing, mailings
from crm.outreach.choices import Channel, LeftOut, MailingStatus
from crm.outreach.messages import Message
from crm.outreach.models import Communication, Mailing, Recipient
from crm.outreach.services.mailings import WORK, held_mailing
from crm.outreach.services.messages import communication_of
from crm.outreach.services.texts import numbers_of

WRITTEN = 200  # people a chunk (K-03)
SECONDS = 2.0  # of sending between two chunks: what a pause waits for at most
ASKED_AGAIN = 0.5  # seconds: at a hundred messages a second, asking before each would cost a third of them
GIVEN_UP = timedelta(hours=1)  # without a word from the other side: a person must look

# Where a message goes: the path from what is kept of it, and from the message itself. One place gets one message.
PLACES = {
    Channel.EMAIL: ("email__recipient", lambda message: message.contact.email.lower()),
    Channel.SMS: ("text_message__recipient", lambda message: message.contact.number),
    Channel.LETTER: ("addressee", lambda message: message.addressee),
}


@operations.register
class SendMailing(operations.Work):
    """People are written to in the order of their numbers, so that one who joins the audience meanwhile disturbs nothing."""

    kind = WORK
    label = gettext_lazy("Sending a mailing")
    icon = "send"

    def prepare(self, operation: Operation) -> Outcome:
        """Send what the chunks before wrote."""
        mailing = Mailing.objects.get(pk=operation.params["mailing"])
        if mailing.status != MailingStatus.RUNNING or mailing.operation_id != operation.pk:
            return Outcome()
        batch, carrier = mailings.batch_of(mailing), mailings.carrier_of(mailing)
        if mailing.waits_since or (not carrier.due(batch) and carrier.waiting(batch).exists()):
            time.sleep(SECONDS * settings.MAIL_PATIENCE)  # the other side wants to be left alone for a moment

        asked = [0.0, True]  # when it was last asked whether to go on, and the answer

        def goes_on() -> bool:
            if asked[1] and time.monotonic() - asked[0] > ASKED_AGAIN:
                mine = Mailing.objects.filter(pk=mailing.pk, status=MailingStatus.RUNNING, operation=operation)
                asked[:] = time.monotonic(), operations.still_at_it(operation.pk) and mine.exists()
            return asked[1]

        return carrier.deliver(batch, seconds=SECONDS, per_minute=mailing.per_minute, goes_on=goes_on, told=_follow)

    def run_chunk(self, operation: Operation) -> operations.Progress:
        mailing = held_mailing(operation.params["mailing"])
        if mailing.status != MailingStatus.RUNNING or mailing.operation_id != operation.pk:
            return operations.Progress(finished=True)
        outcome: Outcome = operation.prepared
        if _in_trouble(mailing, outcome):
            return operations.Progress(cursor=operation.cursor, finished=mailing.status == MailingStatus.PAUSED)
        batch, carrier = mailings.batch_of(mailing), mailings.carrier_of(mailing)
        if carrier.due(batch):
            return operations.Progress(cursor=operation.cursor)
        people = [] if mailing.is_listed else _next_people(mailing, after=operation.cursor.get("last", 0))
        if not people:
            Mailing.objects.filter(pk=mailing.pk).update(is_listed=True)
            if carrier.waiting(batch).exists():  # for their next attempt
                return operations.Progress(cursor=operation.cursor)
            _finish(mailing)
            return operations.Progress(cursor=operation.cursor, finished=True)
        write_to(mailing, people)
        return operations.Progress(done=len(people), cursor={"last": people[-1].pk})

    def url(self, operation: Operation) -> str:
        return org_url(operation, "outreach:mailing_detail", pk=operation.params["mailing"])


def _next_people(mailing: Mailing, *, after: int) -> list[Contact]:
    """The next of the audience whom the mailing has not met, with the reason each gets nothing (``why``)."""
    met = mailing.recipients.values("contact")
    rows = mailings.audience_of(mailing).filter(pk__gt=after).exclude(pk__in=met)
    rows = mailings.with_reasons(rows, mailing.channel, today=today_in(mailing.organization.timezone))
    return list(rows.select_related("summary").order_by("pk")[:WRITTEN])


def write_to(mailing: Mailing, people: list[Contact]) -> int:
    """Keep a message for each of these people, or why there is none; returns how many are written to.

    Belongs in a transaction that holds the mailing. Two people with one address, one number or one envelope share a message.
    """
    for contact in people:
        contact.organization = mailing.organization
    reasons = {contact.pk: contact.why for contact in people if contact.why}
    messages, blank = composing.compose((one for one in people if not one.why), template=mailing.template)
    reasons |= {contact.pk: LeftOut.FIELD for contact in blank}
    once, same = _each_once(mailing, messages)
    reasons |= {message.contact.pk: LeftOut.TWICE for message in same}
    rows = [communication_of(message, mailing.channel, mailing.template, by=mailing.created_by) for message in once]
    if mailing.channel != Channel.LETTER:
        batch, field = mailings.batch_of(mailing), mailings.field_of(mailing)
        made = (composing.outgoing_of(message, mailing, batch=batch) for message in once)
        for row, outgoing in zip(rows, mailings.carrier_of(mailing).keep(made), strict=True):
            setattr(row, field, outgoing)
    whose = {row.contact_id: row for row in Communication.objects.bulk_create(rows)}
    Recipient.objects.bulk_create(
        Recipient(
            organization=mailing.organization,
            mailing=mailing,
            contact=contact,
            left_out=reasons.get(contact.pk, ""),
            communication=whose.get(contact.pk),
        )
        for contact in people
    )
    Mailing.objects.filter(pk=mailing.pk).update(written=F("written") + len(once))
    if mailing.channel == Channel.LETTER:
        contacts.log_many([_event(mailing, message.contact) for message in once])
        contacts.touch_many(message.contact.pk for message in once)
    return len(once)


def _each_once(mailing: Mailing, messages: list[Message]) -> tuple[list[Message], list[Message]]:
    """Those that are written, and those that would reach a place which has, or gets, the message of somebody else."""
    place, of = PLACES[mailing.channel]
    places = {one.contact.pk: of(one) for one in messages}
    known = Communication.objects.filter(recipient__mailing=mailing, **{f"{place}__in": list(places.values())})
    taken = set(known.values_list(place, flat=True))
    once, same = [], []
    for message in messages:
        (same if places[message.contact.pk] in taken else once).append(message)
        taken.add(places[message.contact.pk])
    return once, same


def _event(mailing: Mailing, contact: Contact):
    return contacts.timeline_event(
        contact, "mailing.sent", by=mailing.created_by, subject=mailing, title=mailing.title, channel=mailing.channel
    )


def _follow(row: OutgoingEmail | OutgoingText) -> None:
    """After it left, the donor’s timeline tells it."""
    recipient = getattr(row, "whose", None) or mailings.recipient_of(row)
    with suppress(DomainError), transaction.atomic():  # merged a moment ago: it is told with the message itself
        _event(recipient.mailing, recipient.contact).save()
        contacts.touch(recipient.contact)


def _in_trouble(mailing: Mailing, outcome: Outcome) -> bool:
    """The other side does not talk to us: it is tried again and again for an hour, then somebody must look."""
    if not outcome.trouble:
        if mailing.waits_since:
            Mailing.objects.filter(pk=mailing.pk).update(waits_since=None, trouble="")
        return False
    now = timezone.now()
    mailing.waits_since = now if outcome.sent else mailing.waits_since or now
    mailing.trouble = outcome.trouble[:500]
    if now - mailing.waits_since > GIVEN_UP:
        mailing.status = MailingStatus.PAUSED
        inbox.notify(mailing.created_by, bell.PAUSED, mailing.pk)
    Mailing.objects.filter(pk=mailing.pk).update(
        waits_since=mailing.waits_since, trouble=mailing.trouble, status=mailing.status
    )
    return True


def _finish(mailing: Mailing) -> None:
    Mailing.objects.filter(pk=mailing.pk).update(status=MailingStatus.DONE, finished_at=timezone.now())
    user = mailing.created_by.user
    with override(user.language):
        url = settings.SITE_URL + mailing.get_absolute_url()
    mailer.send(
        key=f"mailing-done:{mailing.pk}",
        to=user.email,
        template="mailing_done",
        context={"mailing": mailing, "figures": mailings.figures_of(mailing), "url": url},
        language=user.language,
        organization=mailing.organization,
    )


@mailer.checked_on_leaving("mailing")
@texting.checked_on_leaving("mailing")
def check_once_more(row: OutgoingEmail | OutgoingText) -> None:
    """Whoever died, said no or lost their address since the chunk was written is left out after all."""
    recipient = row.whose = mailings.recipient_of(row)
    mailing, contact = recipient.mailing, contacts.living(recipient.contact)
    today = today_in(mailing.organization.timezone)
    rows = mailings.with_reasons(Contact.objects.filter(pk=contact.pk), mailing.channel, today=today)
    why = rows.values_list("why", flat=True).get()
    if not why and contact != recipient.contact and mailing.recipients.filter(contact=contact).exists():
        why = LeftOut.TWICE
    if not why and row.recipient not in {*_reached_at(mailing, contact), *_reached_at(mailing, recipient.contact)}:
        why = LeftOut.ADDRESS  # it changed: the old one may be somebody else’s
    if why:
        status = f"communication__{mailings.field_of(mailing)}__status"
        still = Recipient.objects.filter(pk=recipient.pk, **{status: row.Status.QUEUED})
        Recipient.objects.filter(pk__in=still.values("pk")).update(left_out=why)  # else it has just left
        raise mailer.NoLongerTrue(_("Left out: %(reason)s") % {"reason": LeftOut(why).label})


def _reached_at(mailing: Mailing, contact: Contact) -> list[str]:
    return numbers_of(contact) if mailing.channel == Channel.SMS else [contact.email.lower()]
