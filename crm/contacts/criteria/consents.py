"""Consent as of today, channel by channel: what :func:`crm.contacts.consent.answer` says of each contact, in SQL."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from crm.contacts.choices import Channel, ConsentStatus
from crm.contacts.consent import ASK_FIRST, contactable, two_years_before
from crm.contacts.criteria import kinds
from crm.contacts.criteria.base import Context, Criterion, register
from crm.contacts.models import Consent, Contact

WRITTEN = (ConsentStatus.EXPRESS, ConsentStatus.NONE, ConsentStatus.WITHDRAWN)


def with_status(channel: str, statuses: list[str], context: Context) -> Q:
    """An answer written down decides; else an implied one, written or following a gift, for two years; else none."""
    rows = Consent.objects.filter(contact=OuterRef("pk"), channel=channel)
    since = two_years_before(context.today)
    undecided = ~Q(Exists(rows.filter(status__in=WRITTEN)))
    recent = Q(Exists(rows.filter(status=ConsentStatus.IMPLIED, given_on__gte=since)))
    gave = Q(Exists(Contact.objects.filter(pk=OuterRef("pk"), summary__last_on__gte=since)))
    # Letters and calls need no consent: a gift implies one only where somebody wrote an answer down.
    recent |= gave if channel in ASK_FIRST else gave & Q(Exists(rows))
    found = Q(Exists(rows.filter(status__in=[status for status in statuses if status in WRITTEN])))
    if ConsentStatus.IMPLIED in statuses:
        found |= undecided & recent
    if ConsentStatus.NONE in statuses:
        found |= undecided & ~recent
    return found


def _of_channel(channel: str, label, phrase, negative) -> Criterion:
    return kinds.choices(
        code=f"consent_{channel}", group="consent", label=label, of=ConsentStatus.choices, phrase=phrase,
        negative=negative, build=lambda statuses, context: with_status(channel, statuses, context),
    )  # fmt: skip


def reached(channels: list[str], context: Context) -> Q:
    found = Q(pk__in=[])
    for channel in channels:
        rows = contactable(Contact.objects.filter(pk=OuterRef("pk")), channel, today=context.today)
        found |= Q(Exists(rows))
    return found


register(
    kinds.choices(
        code="may_contact", group="consent", label=gettext_lazy("May be contacted today"), of=Channel.choices,
        build=reached, phrase=gettext_lazy("who may be contacted today by %(values)s"),
        negative=gettext_lazy("who may not be contacted today by %(values)s"),
    ),
    _of_channel(
        "email", gettext_lazy("Consent to e-mails"), gettext_lazy("whose consent to e-mails is %(values)s"),
        gettext_lazy("whose consent to e-mails is not %(values)s"),
    ),
    _of_channel(
        "phone", gettext_lazy("Consent to calls"), gettext_lazy("whose consent to calls is %(values)s"),
        gettext_lazy("whose consent to calls is not %(values)s"),
    ),
    _of_channel(
        "sms", gettext_lazy("Consent to text messages"), gettext_lazy("whose consent to text messages is %(values)s"),
        gettext_lazy("whose consent to text messages is not %(values)s"),
    ),
    _of_channel(
        "mail", gettext_lazy("Consent to postal mail"), gettext_lazy("whose consent to postal mail is %(values)s"),
        gettext_lazy("whose consent to postal mail is not %(values)s"),
    ),
)  # fmt: skip
