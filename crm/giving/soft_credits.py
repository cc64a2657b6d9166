"""What others gave with somebody's help, counted when it is asked: never stored, never added to what was received (F-12)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from crm.contacts.choices import RelationKind
from crm.contacts.models import Contact, ContactRelation
from crm.core.money import ZERO, to_cents
from crm.giving import rules
from crm.giving.choices import ClaimStatus, CreditRole, GiftStatus
from crm.giving.models import Gift, MatchingClaim, MatchingProgram, SoftCredit
from crm.giving.queries import Money

SHOWN = 50


@dataclass(frozen=True)
class Credited:
    """One gift of somebody else that a contact is credited with. ``role`` is a :class:`CreditRole`; empty: a match."""

    gift: Gift
    amount: Decimal
    role: str = ""

    @property
    def said(self) -> str:
        return str(CreditRole(self.role).label) if self.role else ""


def _soft(contact: Contact) -> QuerySet:
    """Of gifts received, and of others: after a merge the donor may be the very person credited."""
    rows = SoftCredit.objects.filter(contact=contact, gift__status=GiftStatus.COMPLETED)
    return rows.exclude(gift__contact=contact)


def _matched(contact: Contact) -> QuerySet:
    """What companies gave because of the gifts of this contact."""
    rows = MatchingClaim.objects.filter(gift__contact=contact, status=ClaimStatus.RECEIVED)
    return rows.filter(paid_by__status=GiftStatus.COMPLETED).exclude(paid_by__contact=contact)


def credited(contact: Contact, *, currency: str) -> list[Money]:
    """The sums a contact is credited with, one a currency, the organization's own ``currency`` first. Two queries.

    A gift that two people are each credited with counts whole for each of them: these sums say something of one person
    only.
    """
    found: dict[str, Money] = {}
    for rows, gift in ((_soft(contact), "gift"), (_matched(contact), "paid_by")):
        sums = rows.order_by().values_list(f"{gift}__currency").annotate(total=Sum("amount"))
        counts = dict(rows.order_by().values_list(f"{gift}__currency").annotate(n=Count("pk")))
        for code, total in sums:
            known = found.get(code, Money(ZERO, code))
            found[code] = Money(known.amount + to_cents(total), code, known.count + counts[code])
    return sorted(found.values(), key=lambda money: (money.currency != currency, money.currency))


def credited_gifts(contact: Contact) -> list[Credited]:
    """The latest gifts of others that a contact is credited with, at most fifty."""
    soft = _soft(contact).select_related("gift__contact__owner").order_by("-gift__received_on", "-pk")[:SHOWN]
    matched = (
        _matched(contact).select_related("paid_by__contact__owner").order_by("-paid_by__received_on", "-pk")[:SHOWN]
    )
    found = [Credited(one.gift, one.amount, one.role) for one in soft]
    found += [Credited(one.paid_by, one.amount) for one in matched]
    return sorted(found, key=lambda one: (one.gift.received_on, one.gift.pk), reverse=True)[:SHOWN]


# --- matching -----------------------------------------------------------------------------------------------------------
def programs_of(contacts: Iterable[int]) -> dict[int, list[MatchingProgram]]:
    """The programs in use of the companies that each of these contacts works for. Two queries at most."""
    ids = list(contacts)
    employs = ContactRelation.objects.filter(
        Q(kind=RelationKind.EMPLOYER, contact__in=ids) | Q(kind=RelationKind.EMPLOYEE, other__in=ids)
    )
    pairs = {
        (one.contact_id, one.other_id) if one.kind == RelationKind.EMPLOYER else (one.other_id, one.contact_id)
        for one in employs
    }
    if not pairs:
        return {}
    rows = MatchingProgram.objects.active().filter(company__in={company for _person, company in pairs})
    by_company = {program.company_id: program for program in rows.select_related("company")}
    found: dict[int, list[MatchingProgram]] = {}
    for person, company in sorted(pairs):
        if company in by_company:
            found.setdefault(person, []).append(by_company[company])
    return found


def expected(gift: Gift, program: MatchingProgram) -> Decimal:
    """What the program adds to this gift, given what it added to the others of its donor in that year."""
    left = None
    if program.yearly_maximum is not None:
        others = MatchingClaim.objects.filter(
            program=program, gift__contact=gift.contact_id, gift__received_on__year=gift.received_on.year
        )
        others = others.exclude(gift=gift.pk).exclude(status=ClaimStatus.REFUSED)
        used = others.aggregate(sum=Sum("amount"))["sum"] or ZERO
        left = max(ZERO, program.yearly_maximum - to_cents(used))
    return rules.match_amount(
        gift.amount, percent=program.percent, minimum=program.minimum, maximum=program.maximum, left=left
    )


def ask_by(gift: Gift, program: MatchingProgram) -> date | None:
    """The last day the company may be asked."""
    return gift.received_on + timedelta(days=program.days) if program.days is not None else None


def payable(claim: MatchingClaim) -> QuerySet:
    """The gifts of the company that may hold this match: received, and not all told for other gifts already."""
    gifts = Gift.objects.counted().filter(contact=claim.program.company_id, currency=claim.gift.currency)
    gifts = gifts.filter(received_on__gte=claim.gift.received_on).exclude(pk=claim.gift_id)
    told = gifts.annotate(told=Coalesce(Sum("matched__amount"), ZERO, output_field=Gift._meta.get_field("amount")))
    return told.filter(told__lt=F("amount")).order_by("-received_on", "-pk")
