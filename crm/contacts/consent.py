"""May we write to, text, call this person today? Canada's anti-spam law as rules, in Python and in SQL, saying the same.

The law (S.C. 2010, c. 23) asks consent for e-mails and texts: express until it is withdrawn; or implied for two years after
a gift (s. 10(13)) or after what was recorded as implying it. Letters and calls need none (a registered charity's calls are
exempt from the do-not-call list), but a person who said no is left in peace on every channel.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.contacts.choices import Channel, ConsentStatus

YEARS = 2
ASK_FIRST = {Channel.EMAIL, Channel.SMS}

# Why nobody may be contacted at all, whatever the channel: codes, said by templates.
DECEASED, DO_NOT_CONTACT, ANONYMIZED, ARCHIVED = "deceased", "do_not_contact", "anonymized", "archived"


def two_years_before(day: date) -> date:
    """The first day a gift may be of, for its implied consent to hold on ``day``."""
    if (day.month, day.day) == (2, 29) and not isleap(day.year - YEARS):
        return date(day.year - YEARS, 2, 28)
    return day.replace(year=day.year - YEARS)


def last_day(since: date) -> date:
    """The last day on which what happened on ``since`` still implies consent."""
    day = date(since.year + YEARS, since.month, 28) if (since.month, since.day) == (2, 29) else since.replace(
        year=since.year + YEARS
    )  # fmt: skip
    following = day + timedelta(days=1)
    return following if two_years_before(following) <= since else day


@dataclass(frozen=True)
class Answer:
    """``status`` is what to show; ``allowed`` what to obey; ``until`` the last day of an implied consent; ``blocked`` why
    the person may not be contacted on any channel.
    """

    status: str
    allowed: bool
    until: date | None = None
    blocked: str = ""
    is_computed: bool = False  # it follows from a gift: nobody wrote it down


def blocked(contact) -> str:
    """The reason that this contact is left in peace on every channel, or an empty text."""
    if contact.is_deceased:
        return DECEASED
    if contact.anonymized_at:
        return ANONYMIZED
    if contact.do_not_contact:
        return DO_NOT_CONTACT
    return ARCHIVED if contact.archived_at else ""


def answer(contact, channel: str, *, consent, last_gift_on: date | None, today: date) -> Answer:
    """``consent`` is the recorded row of this channel or ``None``; ``today`` is the organization's date."""
    reason = blocked(contact)
    free = channel not in ASK_FIRST and not reason
    if consent is not None and consent.status in (ConsentStatus.WITHDRAWN, ConsentStatus.NONE):
        return Answer(consent.status, allowed=False, blocked=reason)
    if consent is not None and consent.status == ConsentStatus.EXPRESS:
        return Answer(ConsentStatus.EXPRESS, allowed=not reason, blocked=reason)
    if consent is None and channel not in ASK_FIRST:
        return Answer(ConsentStatus.NONE, free, blocked=reason)
    recorded = consent.given_on if consent is not None else None
    since = max((day for day in (recorded, last_gift_on) if day), default=None)
    if since and since >= two_years_before(today):
        computed = recorded is None or (last_gift_on is not None and last_gift_on > recorded)
        return Answer(ConsentStatus.IMPLIED, not reason, last_day(since), reason, is_computed=computed)
    return Answer(ConsentStatus.NONE, free, last_day(since) if since else None, reason)


def refused(path: str, channel: str) -> Exists:
    """A condition on rows that lead to a contact by ``path``: that person said no to this channel."""
    from crm.contacts.models import Consent

    rows = Consent.objects.filter(contact=OuterRef(path), channel=channel)
    return Exists(rows.filter(status__in=[ConsentStatus.WITHDRAWN, ConsentStatus.NONE]))


def contactable(contacts: QuerySet, channel: str, *, today: date) -> QuerySet:
    """Those of ``contacts`` who may be contacted by ``channel`` today: :func:`answer` of each, in one query."""
    from crm.contacts.models import Consent

    rows = Consent.objects.filter(contact=OuterRef("pk"), channel=channel)
    since = two_years_before(today)
    contacts = contacts.filter(is_deceased=False, do_not_contact=False, anonymized_at=None, archived_at=None)
    contacts = contacts.exclude(refused("pk", channel))
    if channel not in ASK_FIRST:
        return contacts
    given = Q(Exists(rows.filter(status=ConsentStatus.EXPRESS)))
    given |= Q(Exists(rows.filter(status=ConsentStatus.IMPLIED, given_on__gte=since)))
    return contacts.filter(given | Q(summary__last_on__gte=since))
