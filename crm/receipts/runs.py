"""Reads of a run: who is in it, what each would get, and its figures, the same for the preview and for what is issued."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from crm.accounts.models import Organization
from crm.contacts.models import Contact
from crm.contacts.segments import condition_of
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.core.money import ZERO, to_cents
from crm.giving.models import Gift
from crm.receipts import queries, rules
from crm.receipts.choices import Ineligibility, ReceiptStatus, RunStatus
from crm.receipts.models import ReceiptDelivery, ReceiptRun, RunLine

# What keeps receipts from being issued at all, whoever the donor is: a run does not begin.
OF_ORGANIZATION = {Ineligibility.ORGANIZATION_INCOMPLETE, Ineligibility.NO_PLACE_OF_ISSUE}
SENDING = ("receipt_email", "receipt_print")  # kinds of operations
# The donor has what they may have, or wants nothing more: nobody needs to correct anything.
SETTLED = (Ineligibility.ALREADY_RECEIPTED, Ineligibility.NOT_WANTED, Ineligibility.THIRD_PARTY)


def donors_of(run: ReceiptRun) -> QuerySet[Contact]:
    """Who gave something in the year, in an order that no change of a name moves.

    Raises :class:`DomainError` where the segment it is narrowed to is gone or has broken rules: it must not widen.
    """
    gave = Gift.objects.filter(contact=OuterRef("pk"), received_on__year=run.year)
    rows = Contact.objects.filter(Exists(gave), organization_id=run.organization_id)
    if run.language:
        rows = rows.filter(language=run.language)
    if run.narrowed_to:
        if run.segment is None:
            raise DomainError(
                _("The segment of this run no longer exists. Stop the run and begin another."), code="segment"
            )
        rows = rows.filter(condition_of(run.segment), archived_at=None)
    return rows.order_by("pk")


def drafts_of(run: ReceiptRun, contacts: Iterable[Contact], *, issued_on: date) -> list[tuple[Contact, queries.Draft]]:
    """What each of these donors would get, from one query for the gifts of all of them."""
    gifts: dict[int, list[Gift]] = {contact.pk: [] for contact in contacts}
    rows = Gift.objects.filter(contact__in=list(gifts), received_on__year=run.year)
    for gift in queries.read_gifts(rows).order_by("received_on", "pk"):
        gifts[gift.contact_id].append(gift)
    return [
        (contact, queries.drafted_annual(contact, gifts[contact.pk], year=run.year, issued_on=issued_on))
        for contact in contacts
    ]


def why_not(run: ReceiptRun, draft: queries.Draft) -> str:
    """The one reason that is shown for a receipt that would not be issued; empty when it would."""
    if draft.reasons:
        return draft.reasons[0]
    return Ineligibility.BELOW_MINIMUM if draft.snapshot.eligible < run.minimum else ""


def basis_of(draft: queries.Draft) -> str:
    """The fingerprint of who gets what for which gifts: of what a person approves, hence not the date of issue."""
    said = draft.snapshot
    gifts = [[part.gift.pk, str(part.outcome.eligible)] for part in draft.parts]
    told = [said.language, said.donor_name, list(said.donor_address), str(said.amount), str(said.eligible), gifts]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def lines_of(run: ReceiptRun, contact: Contact, draft: queries.Draft, *, by_email: bool) -> list[RunLine]:
    """The receipt to be, and what is left out of it by reason; nothing for a donor of whom nothing is to be told."""
    left: dict[str, list[Decimal]] = {}
    for part in draft.left_out:
        left.setdefault(part.reasons[0], []).append(part.gift.amount)
    reason = why_not(run, draft)
    if draft.parts:
        left.setdefault(reason, []).extend(part.outcome.eligible for part in draft.parts)
    return [
        RunLine(
            organization_id=run.organization_id,
            run=run,
            contact=contact,
            reason=why,
            gifts=len(amounts),
            amount=sum(amounts, ZERO),
            basis="" if why else basis_of(draft),
            language=draft.snapshot.language,
            by_email=by_email and not why,
        )
        for why, amounts in left.items()
    ]


@dataclass(frozen=True)
class Left:
    """What is left out for one reason: donors, gifts, dollars."""

    reason: str
    donors: int
    gifts: int
    amount: Decimal

    @property
    def sentence(self) -> str:
        return rules.explain(self.reason)

    @property
    def is_settled(self) -> bool:
        return self.reason in SETTLED


@dataclass(frozen=True)
class Figures:
    """Of a run, now. Amounts in dollars."""

    donors: int
    eligible: int
    total: Decimal
    issued: int
    issued_total: Decimal
    emails: int
    french: int  # of the e-mails
    changed: int

    @property
    def excluded(self) -> int:
        """Donors who get nothing from this run."""
        return self.donors - self.eligible

    @property
    def letters(self) -> int:
        return self.eligible - self.emails

    @property
    def english(self) -> int:
        return self.emails - self.french

    @property
    def percent(self) -> int:
        return self.issued * 100 // self.eligible if self.eligible else 0

    @property
    def share(self) -> int:
        return round(self.eligible * 100 / self.donors) if self.donors else 0

    @property
    def seen(self) -> str:
        """What the person who approves has read."""
        return f"{self.eligible}:{self.total}"


def figures_of(run: ReceiptRun) -> Figures:
    eligible, issued = Q(reason=""), Q(receipt__isnull=False)
    found = run.lines.aggregate(
        donors=Count("contact", distinct=True),
        eligible=Count("pk", filter=eligible),
        total=Sum("amount", filter=eligible),
        issued=Count("pk", filter=issued),
        issued_total=Sum("receipt__eligible", filter=issued),
        emails=Count("pk", filter=eligible & Q(by_email=True)),
        french=Count("pk", filter=eligible & Q(by_email=True, language="fr")),
        changed=Count("pk", filter=Q(reason=Ineligibility.CHANGED)),
    )
    money = {name: to_cents(found.pop(name) or ZERO) for name in ("total", "issued_total")}
    return Figures(**found, **money)


def left_of(run: ReceiptRun) -> list[Left]:
    """What is left out, what somebody could correct first, the largest first."""
    rows = run.lines.left_out().order_by().values("reason")
    found = [
        Left(row["reason"], row["donors"], row["count"], to_cents(row["sum"] or ZERO))
        for row in rows.annotate(donors=Count("contact"), count=Sum("gifts"), sum=Sum("amount"))
    ]
    return sorted(found, key=lambda one: (one.is_settled, -one.donors, one.reason))


def numbers_of(run: ReceiptRun) -> tuple[str, str]:
    """The first and the last number it gave so far; other receipts may be between them."""
    ends = run.lines.issued().aggregate(first=Min("receipt__number"), last=Max("receipt__number"))
    return ends["first"] or "", ends["last"] or ""


def is_moving(run: ReceiptRun) -> bool:
    """Whether a worker has something to do for it."""
    busy = run.status in (RunStatus.EXAMINING, RunStatus.ISSUING)
    return busy and run.operation is not None and not run.operation.is_over


def problem_of(organization: Organization, *, on: date) -> str:
    """Why no receipt at all may be issued here, as a sentence; empty when they may."""
    draft = queries.drafted_annual(Contact(organization=organization), [], year=on.year, issued_on=on)
    said = dict(zip(draft.reasons, draft.sentences, strict=True))
    return " ".join(said[code] for code in draft.reasons if code in OF_ORGANIZATION)


@dataclass(frozen=True)
class Sending:
    """How far the receipts of a run are on their way to the donors: numbers of receipts that are valid."""

    to_email: int
    on_the_way: int
    emailed: int
    failed: int
    to_post: int  # those of ``failed`` too
    printed: int

    @property
    def is_over(self) -> bool:
        return not self.to_email and self.printed >= self.to_post


def sending_of(run: ReceiptRun) -> Sending:
    states = dict(
        ReceiptDelivery.objects.emails()
        .filter(receipt__run_line__run=run, receipt__status=ReceiptStatus.ISSUED)
        .order_by()
        .values_list("communication__email__status")
        .annotate(count=Count("receipt", distinct=True))
    )
    return Sending(
        to_email=run.lines.to_email().count(),
        on_the_way=states.get("queued", 0) + states.get("sending", 0),
        emailed=states.get("sent", 0),
        failed=states.get("failed", 0),
        to_post=run.lines.to_post().count(),
        printed=run.lines.to_post().printed().count(),
    )


def works_of(run: ReceiptRun, membership) -> QuerySet[Operation]:
    """The sendings and the files to print of a run that this person may follow, the latest first."""
    rows = Operation.objects.visible_to(membership).filter(kind__in=SENDING, params__run=run.pk)
    return rows.order_by("-pk")
