"""Gifts in memory and in honour: how they are said, and who is still to be told of which (F-12)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from crm.core.money import to_cents
from crm.core.text import fold
from crm.giving.choices import TributeKind
from crm.giving.models import Gift, Tribute, TributeNotice, TributeRecipient
from crm.giving.queries import Money

# Before these letters French elides: « à la mémoire d’Anne ». Nearly every h of a first name is mute (Hélène, Henri).
ELIDED = set("aeiouh")
OFFERED = 200  # names proposed as one types; any other name may be typed


@dataclass
class Waiting:
    """Somebody to be told, and the gifts they do not know of yet, the oldest first."""

    recipient: TributeRecipient
    gifts: list[Gift] = field(default_factory=list)


def said(tribute: Tribute, language: str = "") -> str:
    """“in memory of Anne Roy”, « à la mémoire d’Anne Roy »: inside a sentence; in the reader's language, or in that one."""
    kind, name = tribute.kind, tribute.name
    if (language or get_language() or "fr")[:2] != "fr":
        return f"in memory of {name}" if kind == TributeKind.MEMORY else f"in honour of {name}"
    plain = fold(name)
    of = "d’" if plain[:1] in ELIDED or (plain[:1] == "y" and plain[1:2] not in ELIDED) else "de "
    return f"à la mémoire {of}{name}" if kind == TributeKind.MEMORY else f"en l’honneur {of}{name}"


def _untold() -> QuerySet:
    """The gifts that a recipient (of the query around) is to be told of: received, somebody else's, not told yet."""
    told = TributeNotice.objects.filter(gift=OuterRef("pk"), contact=OuterRef(OuterRef("contact")))
    gifts = Gift.objects.counted().filter(tribute=OuterRef("tribute"))
    return gifts.exclude(contact=OuterRef("contact")).exclude(Exists(told)).order_by()


def is_waiting() -> Exists:
    """A condition on recipients: they are still to be told of at least one gift."""
    return Exists(_untold())


def due(recipients: QuerySet) -> QuerySet:
    return recipients.filter(is_waiting())


def with_due(tributes: QuerySet, membership) -> QuerySet:
    """Those pages of which somebody whom this person sees is still to be told."""
    waiting = due(TributeRecipient.objects.visible_to(membership)).order_by().values("tribute")
    return tributes.filter(pk__in=waiting)


def with_waiting(recipients: QuerySet) -> QuerySet:
    """Annotated with ``waiting``, how many gifts each is to be told of, and ``since``, when the first was recorded."""
    rows = _untold().values("tribute")
    return recipients.annotate(
        waiting=Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0),
        since=Subquery(rows.annotate(first=Min("created_at")).values("first")),
    )


def waiting_of(recipients: Iterable[TributeRecipient]) -> list[Waiting]:
    """What each of them is to be told: two queries however many they are. Those who know all are left out."""
    recipients = list(recipients)
    gifts: dict[int, list[Gift]] = {}
    rows = Gift.objects.counted().filter(tribute__in={one.tribute_id for one in recipients})
    for gift in rows.select_related("contact").order_by("received_on", "pk"):
        gifts.setdefault(gift.tribute_id, []).append(gift)
    notices = TributeNotice.objects.filter(
        contact__in=[one.contact_id for one in recipients], gift__tribute__in=list(gifts)
    )
    told = set(notices.values_list("contact_id", "gift_id"))
    found = []
    for one in recipients:
        news = [
            gift
            for gift in gifts.get(one.tribute_id, ())
            if gift.contact_id != one.contact_id and (one.contact_id, gift.pk) not in told
        ]
        if news:
            found.append(Waiting(one, news))
    return found


@dataclass
class Figures:
    """Of one tribute: the gifts received that a person may see. ``raised`` holds one sum a currency."""

    gifts: int = 0
    donors: int = 0
    last_on: date | None = None
    raised: list[Money] = field(default_factory=list)


def figures_of(tributes: Iterable[Tribute], membership) -> dict[int, Figures]:
    """For each of these pages, in two queries."""
    ids = [one.pk for one in tributes]
    gifts = Gift.objects.visible_to(membership).counted().filter(tribute__in=ids).order_by()
    counts = gifts.values("tribute").annotate(
        n=Count("pk"), donors=Count("contact", distinct=True), last=Max("received_on")
    )
    found = {pk: Figures() for pk in ids}
    found |= {row["tribute"]: Figures(row["n"], row["donors"], row["last"]) for row in counts}
    sums = gifts.values("tribute", "currency").annotate(amount=Sum("amount"), n=Count("pk")).order_by("currency")
    own = membership.organization.currency
    for row in sorted(sums, key=lambda row: row["currency"] != own):
        found[row["tribute"]].raised.append(Money(to_cents(row["amount"]), row["currency"], row["n"]))
    return found


def offered(membership) -> list[Tribute]:
    """The latest pages that new gifts may name, whatever their kind."""
    rows = Tribute.objects.visible_to(membership).active().order_by("-created_at", "-pk")
    return list(rows[:OFFERED])


def with_last_told(recipients: QuerySet) -> QuerySet:
    """Annotated with ``last_told``, the moment of the last notice about this tribute."""
    notices = TributeNotice.objects.filter(contact=OuterRef("contact"), gift__tribute=OuterRef("tribute"))
    last = notices.order_by().values("contact").annotate(last=Max("told_at")).values("last")
    return recipients.annotate(last_told=Subquery(last))


def last_told(gift: Gift) -> datetime | None:
    """When somebody of the family was last told of this gift."""
    return gift.notices.exclude(how="").aggregate(last=Max("told_at"))["last"]
