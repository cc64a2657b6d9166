"""Reads of a mailing: who would get it and who not, and why; what became of it. The same rules before and at the moment."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    Expression,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower, Mod
from django.utils.translation import gettext as _

from crm.accounts.models import Membership
from crm.contacts.choices import Channel as Consented
from crm.contacts.choices import PointKind, PointLabel
from crm.contacts.consent import contactable, refused
from crm.contacts.models import Contact, ContactPoint
from crm.contacts.segments import segment_contacts
from crm.core import twilio
from crm.core.batches import Carrier
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.mail_batches import EMAILS
from crm.core.models import OutgoingEmail, OutgoingText
from crm.core.money import ZERO, to_cents
from crm.core.text_batches import TEXTS
from crm.giving.models import Gift
from crm.outreach.choices import Channel, Fate, LeftOut, MailingStatus, Way
from crm.outreach.models import Mailing, MessageTemplate, Recipient, SuppressedAddress
from crm.outreach.querysets import has_fate

CONSENTED = {Way.EMAIL: Consented.EMAIL, Way.LETTER: Consented.MAIL, Way.SMS: Consented.SMS}
SHOWN = 5  # names beside a reason


def audience_of(mailing: Mailing) -> QuerySet[Contact]:
    """Everybody the mailing speaks to today: those of its segment or group whom the person that created it may see.

    Raises :class:`DomainError` where the segment or the group is gone, or the segment has broken rules: it must not widen.
    """
    member = mailing.created_by
    if mailing.segment_id:
        rows = segment_contacts(mailing.segment, membership=member)
    elif mailing.group_id:
        rows = Contact.objects.visible_to(member).filter(group_memberships__group=mailing.group_id)
    else:
        raise DomainError(_("The people this mailing was for can no longer be found: choose others."), code="audience")
    return rows.filter(merged_into=None)


def reasons_of(channel: str, *, today: date) -> dict[str, Q]:
    """Why somebody gets no message, each as a condition on contacts; the first that holds is the one that is told."""
    said_no = Q(refused("pk", CONSENTED[channel]))
    quiet = {
        LeftOut.DECEASED: Q(is_deceased=True),
        LeftOut.PEACE: Q(do_not_contact=True) | Q(anonymized_at__isnull=False) | Q(archived_at__isnull=False),
        LeftOut.REFUSED: said_no,
    }
    if channel == Channel.LETTER:
        return {**quiet, LeftOut.ADDRESS: Q(address_line1="") | Q(city="")}
    may = contactable(Contact.objects.filter(pk=OuterRef("pk")), CONSENTED[channel], today=today)
    if channel == Way.SMS:
        no_number = ~Q(number__startswith="+") | Q(number__contains=" ")  # none, or one with an extension
        return {**quiet, LeftOut.ADDRESS: no_number, LeftOut.CONSENT: ~Q(Exists(may))}
    return {
        **quiet,
        LeftOut.ADDRESS: Q(email=""),
        LeftOut.BOUNCED: Q(Exists(SuppressedAddress.objects.of_outer())),
        LeftOut.CONSENT: ~Q(Exists(may)),
    }


def with_numbers(contacts: QuerySet[Contact], channel: str) -> QuerySet[Contact]:
    """These contacts with the ``number`` that a text message of a mailing goes to; as they are on other channels."""
    return contacts.annotate(number=_number()) if channel == Way.SMS else contacts


def _number() -> Expression:
    """The one said to be a mobile phone; else the main one, which may be."""
    mobile = ContactPoint.objects.filter(contact=OuterRef("pk"), kind=PointKind.PHONE, label=PointLabel.MOBILE)
    mobile = mobile.filter(value__startswith="+").exclude(value__contains=" ").order_by("pk")
    return Coalesce(Subquery(mobile.values("value")[:1]), F("phone"))


def with_reasons(contacts: QuerySet[Contact], channel: str, *, today: date) -> QuerySet[Contact]:
    """These contacts with ``why``: the reason each gets nothing, or an empty text; see also :func:`with_numbers`."""
    cases = [When(condition, then=Value(code)) for code, condition in reasons_of(channel, today=today).items()]
    contacts = with_numbers(contacts, channel)
    return contacts.annotate(why=Case(*cases, default=Value(""), output_field=CharField()))


@dataclass
class Left:
    """Those left out for one reason: how many, and the first of them by name."""

    reason: str
    count: int
    people: list[Contact] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        return LeftOut(self.reason).label

    @property
    def more(self) -> int:
        return self.count - len(self.people)


@dataclass
class Preview:
    """What would happen if it left now. ``reached`` counts messages: two people with one address share one."""

    everybody: int
    reached: int
    french: int
    left: list[Left]
    first: Contact | None = None
    text: MessageTemplate | None = None

    @property
    def seen(self) -> str:
        """What the person who sends it has read: how many get it, and which words."""
        return f"{self.reached}:{self.text.updated_at.timestamp() if self.text else ''}"

    @property
    def english(self) -> int:
        return self.reached - self.french

    @property
    def left_out(self) -> int:
        return self.everybody - self.reached


def preview_of(mailing: Mailing) -> Preview:
    """Raises :class:`DomainError` (:func:`audience_of`)."""
    today = today_in(mailing.organization.timezone)
    audience = with_numbers(audience_of(mailing), mailing.channel)
    rows = with_reasons(audience, mailing.channel, today=today).order_by()
    counts = dict(rows.values("why").annotate(count=Count("pk")).values_list("why", "count"))
    everybody, reached = sum(counts.values()), counts.pop("", 0)
    left = [
        Left(code, counts[code], list(rows.filter(why=code).order_by("sort_name", "pk")[:SHOWN]))
        for code in LeftOut.values
        if code in counts
    ]
    unreached = reduce(or_, reasons_of(mailing.channel, today=today).values())
    written = audience.exclude(unreached)
    once, english = _each_once(written, mailing.channel)
    if once < reached:
        left.append(Left(LeftOut.TWICE, reached - once))
    first = written.order_by("sort_name", "pk").first()
    return Preview(everybody, once, once - english, left, first=first, text=mailing.template)


def _each_once(written: QuerySet[Contact], channel: str) -> tuple[int, int]:
    """How many messages these people get, and how many of them are in English: the first of those with one address gets it."""
    is_english = Case(When(language="fr", then=0), default=1, output_field=IntegerField())
    # The lowest number with its language as the last bit, so that one pass finds both.
    places = {Channel.EMAIL: Lower("email"), Channel.SMS: F("number"), Channel.LETTER: F("pk")}
    first = (
        written.order_by().annotate(place=places[channel]).values("place").annotate(first=Min(F("pk") * 2 + is_english))
    )
    found = first.aggregate(once=Count("place"), english=Sum(Mod("first", 2)))
    return found["once"], int(found["english"] or 0)


@dataclass(frozen=True)
class Figures:
    """What became of a mailing so far: people looked at, and what happened to each."""

    everybody: int
    left_out: int
    waiting: int
    sent: int
    failed: int
    doubtful: int
    printed: int
    replied: int
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    bounced: int = 0
    complained: int = 0

    @property
    def is_reported(self) -> bool:
        """Whether a provider told what became of them: a mail server alone tells nothing."""
        return bool(self.delivered or self.opened or self.bounced or self.complained)

    @property
    def written(self) -> int:
        return self.everybody - self.left_out

    @property
    def settled(self) -> int:
        """People for whom nothing more is to be done."""
        return self.everybody - self.waiting


def figures_of(mailing: Mailing) -> Figures:
    """In one query."""
    row = f"communication__{field_of(mailing)}"
    status, states = f"{row}__status", OutgoingEmail.Status
    letter = Q(communication__channel=Channel.LETTER)
    printed = letter & Q(communication__printed_at__isnull=False)
    written = Q(left_out="")
    counted = {
        "everybody": Q(),
        "left_out": ~written,
        "waiting": written & (Q(**{status: states.QUEUED}) | (letter & ~printed)),
        "sent": written & (Q(**{status: states.SENT}) | printed),
        "failed": written & ~letter & (Q(**{status: states.FAILED}) | Q(**{row: None})),
        "doubtful": written & Q(**{status: states.SENDING}),
        "printed": printed,
        "replied": Q(replied_at__isnull=False),
        **{fate.value: written & has_fate(fate, f"{row}__") for fate in reported_of(mailing)},
    }  # an alias that is the name of a field would hide the field from those after it
    found = mailing.recipients.aggregate(**{f"n_{name}": Count("pk", filter=test) for name, test in counted.items()})
    return Figures(**{name: found[f"n_{name}"] for name in counted})


def reported_of(mailing: Mailing) -> list[Fate]:
    """What a provider may tell of its messages: of a text message, that it arrived."""
    return [Fate.DELIVERED] if mailing.channel == Channel.SMS else list(Fate)


def left_of(mailing: Mailing) -> list[Left]:
    """Who was left out and why, most first."""
    rows = mailing.recipients.exclude(left_out="").order_by().values("left_out").annotate(count=Count("pk"))
    return sorted((Left(row["left_out"], row["count"]) for row in rows), key=lambda one: (-one.count, one.reason))


def failures_of(mailing: Mailing) -> list[tuple[str, int]]:
    """What was said of those that were refused, and how often, most first."""
    rows = mailing.recipients.failed().order_by().values(said=F(f"communication__{field_of(mailing)}__error"))
    words = twilio.words_of if mailing.channel == Channel.SMS else str
    rows = rows.annotate(count=Count("pk")).order_by("-count", "said")[:20]
    return [(words(row["said"] or ""), row["count"]) for row in rows]


@dataclass(frozen=True)
class Raised:
    """Gifts of the mailing’s appeal, whoever gave them: in the organization’s currency."""

    count: int
    amount: Decimal


def raised_by(mailing: Mailing, *, by: Membership) -> Raised | None:
    """Nothing where the mailing has no appeal, or the person may not see gifts."""
    if not mailing.appeal_id or not by.can("gifts.view"):
        return None
    rows = Gift.objects.visible_to(by).counted()
    rows = rows.filter(appeal=mailing.appeal_id, currency=mailing.organization.currency)
    found = rows.aggregate(count=Count("pk"), amount=Sum("amount"))
    return Raised(found["count"], to_cents(found["amount"] or ZERO))


def is_moving(mailing: Mailing) -> bool:
    """Whether a worker has something to do for it."""
    return mailing.status == MailingStatus.RUNNING and mailing.operation is not None and not mailing.operation.is_over


def batch_of(mailing: Mailing) -> str:
    """The name of its messages in the table of those that go out."""
    return f"mailing:{mailing.pk}"


def carrier_of(mailing: Mailing) -> Carrier:
    """What carries its messages; letters are carried by nobody, and wait for nothing there."""
    return TEXTS if mailing.channel == Channel.SMS else EMAILS


def field_of(mailing: Mailing) -> str:
    """Where a communication of it keeps the row that is carried."""
    return "text_message" if mailing.channel == Channel.SMS else "email"


def recipient_of(row: OutgoingEmail | OutgoingText) -> Recipient:
    """Whose message this is."""
    field = "text_message" if isinstance(row, OutgoingText) else "email"
    rows = Recipient.objects.select_related("contact__merged_into", "mailing__organization", "mailing__created_by")
    return rows.get(**{f"communication__{field}": row.pk})
