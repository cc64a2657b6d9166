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
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Lower, Mod
from django.utils.translation import gettext as _

from crm.accounts.models import Membership
from crm.contacts.choices import Channel as Consented
from crm.contacts.consent import contactable, refused
from crm.contacts.models import Contact
from crm.contacts.segments import segment_contacts
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.models import OutgoingEmail
from crm.core.money import ZERO, to_cents
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
    if channel == Way.SMS:
        return quiet
    if channel == Channel.LETTER:
        return {**quiet, LeftOut.ADDRESS: Q(address_line1="") | Q(city="")}
    may = contactable(Contact.objects.filter(pk=OuterRef("pk")), Consented.EMAIL, today=today)
    return {
        **quiet,
        LeftOut.ADDRESS: Q(email=""),
        LeftOut.BOUNCED: Q(Exists(SuppressedAddress.objects.of_outer())),
        LeftOut.CONSENT: ~Q(Exists(may)),
    }


def with_reasons(contacts: QuerySet[Contact], channel: str, *, today: date) -> QuerySet[Contact]:
    """These contacts with ``why``: the reason each gets nothing, or an empty text."""
    cases = [When(condition, then=Value(code)) for code, condition in reasons_of(channel, today=today).items()]
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
    audience = audience_of(mailing)
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
    once, english = _each_once(written, by_address=mailing.channel == Channel.EMAIL)
    if once < reached:
        left.append(Left(LeftOut.TWICE, reached - once))
    first = written.order_by("sort_name", "pk").first()
    return Preview(everybody, once, once - english, left, first=first, text=mailing.template)


def _each_once(written: QuerySet[Contact], *, by_address: bool) -> tuple[int, int]:
    """How many messages these people get, and how many of them are in English: the first of those with one address gets it."""
    is_english = Case(When(language="fr", then=0), default=1, output_field=IntegerField())
    # The lowest number with its language as the last bit, so that one pass finds both.
    place = Lower("email") if by_address else F("pk")
    first = written.order_by().annotate(place=place).values("place").annotate(first=Min(F("pk") * 2 + is_english))
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
    status = "communication__email__status"
    states = OutgoingEmail.Status
    email, letter = Q(communication__channel=Channel.EMAIL), Q(communication__channel=Channel.LETTER)
    printed = letter & Q(communication__printed_at__isnull=False)
    written = Q(left_out="")
    counted = {
        "everybody": Q(),
        "left_out": ~written,
        "waiting": written & (Q(**{status: states.QUEUED}) | (letter & ~printed)),
        "sent": written & (Q(**{status: states.SENT}) | printed),
        "failed": written & email & (Q(**{status: states.FAILED}) | Q(communication__email=None)),
        "doubtful": written & Q(**{status: states.SENDING}),
        "printed": printed,
        "replied": Q(replied_at__isnull=False),
        **{fate.value: written & has_fate(fate, "communication__email__") for fate in Fate},
    }  # an alias that is the name of a field would hide the field from those after it
    found = mailing.recipients.aggregate(**{f"n_{name}": Count("pk", filter=test) for name, test in counted.items()})
    return Figures(**{name: found[f"n_{name}"] for name in counted})


def left_of(mailing: Mailing) -> list[Left]:
    """Who was left out and why, most first."""
    rows = mailing.recipients.exclude(left_out="").order_by().values("left_out").annotate(count=Count("pk"))
    return sorted((Left(row["left_out"], row["count"]) for row in rows), key=lambda one: (-one.count, one.reason))


def failures_of(mailing: Mailing) -> list[tuple[str, int]]:
    """What the mail server said of those it refused, and how often, most first."""
    rows = mailing.recipients.failed().order_by().values(said=F("communication__email__error"))
    return [(row["said"], row["count"]) for row in rows.annotate(count=Count("pk")).order_by("-count", "said")[:20]]


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
    """The name of its e-mails in the table of the mailer."""
    return f"mailing:{mailing.pk}"


def recipient_of(email: OutgoingEmail) -> Recipient:
    """Whose e-mail this is."""
    rows = Recipient.objects.select_related("contact__merged_into", "mailing__organization", "mailing__created_by")
    return rows.get(communication__email=email.pk)
