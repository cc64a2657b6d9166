"""Totals recomputed by one statement for any set of donors, the same on SQLite and PostgreSQL."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db import DataError, connection, transaction
from django.db.models import DecimalField, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts import services as contacts
from crm.contacts.choices import Lifecycle
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.money import ZERO, to_cents
from crm.giving import rules
from crm.giving.models import Gift, GivingSummary

CHUNK = 800
COLUMNS = (
    "gift_count, foreign_count, total, year, year_total, last_year_total, first_on, last_on, last_amount, "
    "last_currency, largest_amount, computed_at"
)
# A year is a half-open span of dates, so no function hides the column. ROUND: SQLite adds floating-point numbers, whose
# sum of 0.10 and 0.20 is not 0.30; rounded to the cent it is again, for any total that fits the column.
REFRESH = f"""
INSERT INTO giving_givingsummary (contact_id, organization_id, {COLUMNS})
SELECT c.id, c.organization_id, COUNT(g.id), COUNT(CASE WHEN g.currency <> o.currency THEN 1 END),
       ROUND(COALESCE(SUM(CASE WHEN g.currency = o.currency THEN g.amount END), 0), 2), %s,
       ROUND(COALESCE(SUM(CASE WHEN g.currency = o.currency AND g.received_on >= %s AND g.received_on < %s
                               THEN g.amount END), 0), 2),
       ROUND(COALESCE(SUM(CASE WHEN g.currency = o.currency AND g.received_on >= %s AND g.received_on < %s
                               THEN g.amount END), 0), 2),
       MIN(g.received_on), MAX(g.received_on),
       (SELECT l.amount FROM giving_gift l WHERE l.contact_id = c.id AND l.status = 'completed'
          ORDER BY l.received_on DESC, l.id DESC LIMIT 1),
       COALESCE((SELECT l.currency FROM giving_gift l WHERE l.contact_id = c.id AND l.status = 'completed'
          ORDER BY l.received_on DESC, l.id DESC LIMIT 1), ''),
       MAX(CASE WHEN g.currency = o.currency THEN g.amount END), %s
FROM contacts_contact c
JOIN accounts_organization o ON o.id = c.organization_id
LEFT JOIN giving_gift g ON g.contact_id = c.id AND g.status = 'completed'
WHERE c.id IN ({{ids}})
GROUP BY c.id, c.organization_id, o.currency
ON CONFLICT (contact_id) DO UPDATE SET
{", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(", "))},
at_risk_on = CASE WHEN excluded.last_on = giving_givingsummary.last_on THEN giving_givingsummary.at_risk_on END
"""  # noqa: S608 - the only thing put in is a row of %s


def refresh(contact_ids: Iterable[int], *, on: date | None = None) -> int:
    """Recompute the summaries of these contacts as of ``on`` (today) and their donor/lapsed status; returns how many.

    ``on`` is the organization's own date; the present time zone's when left out. Raises :class:`DomainError` for a total
    that no longer fits its column.
    """
    ids = sorted(set(contact_ids))
    today = on or timezone.localdate()
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        try:
            _refresh_chunk(chunk, today)
        except DataError as error:  # PostgreSQL; SQLite would keep what it can then no longer read as an amount
            raise _too_much() from error
        if connection.vendor == "sqlite" and _overflows(chunk):
            raise _too_much()
    return len(ids)


def _too_much() -> DomainError:
    return DomainError(_("With it, the total of this donor would be too large. Check the zeros."), field="amount")


def _overflows(ids: list[int]) -> bool:
    return GivingSummary.objects.filter(contact__in=ids, total__gt=rules.HIGHEST).exists()


@transaction.atomic
def _refresh_chunk(ids: list[int], today: date) -> None:
    # Two gifts saved at once for one donor: without this lock the second statement would have read the gifts before the
    # first one committed, and would write that old sum last. NO KEY: recording a gift already holds the donor's key.
    if connection.features.has_select_for_update:
        list(Contact.objects.select_for_update(no_key=True).filter(pk__among=ids).order_by("pk").values_list("pk"))
    year = today.year
    spans = [date(year, 1, 1), date(year + 1, 1, 1), date(year - 1, 1, 1), date(year, 1, 1)]
    moment = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            REFRESH.format(ids=", ".join(["%s"] * len(ids))),
            [year, *(connection.ops.adapt_datefield_value(day) for day in spans), moment, *ids],
        )
    _follow(ids, today)


def _follow(contact_ids: list[int], today: date) -> None:
    moves: dict[str, list[int]] = {}
    rows = Contact.objects.filter(pk__among=contact_ids).values_list(
        "pk", "lifecycle", "summary__gift_count", "summary__last_on"
    )
    for pk, current, count, last_on in rows:
        wanted = rules.lifecycle_for(current=current, gift_count=count, last_on=last_on, today=today)
        if wanted != current:
            moves.setdefault(wanted, []).append(pk)
    for lifecycle, ids in moves.items():
        contacts.set_lifecycle(contact_ids=ids, lifecycle=lifecycle)


FIELDS = [name for name in COLUMNS.split(", ") if name != "computed_at"]


def _stored(contact_ids: list[int]) -> dict[int, dict]:
    rows = Contact.objects.filter(pk__in=contact_ids).order_by("pk")
    names = ["summary__contact_id", "lifecycle", *(f"summary__{name}" for name in FIELDS)]
    return {row["pk"]: row for row in rows.values("pk", *names)}


@transaction.atomic
def differences(contact_ids: list[int], *, on: date | None = None, repair: bool = True) -> list[dict]:
    """What is stored and what the gifts say, where they differ, as ``{contact_id, differences: {field: [was, is]}}``.

    With ``repair`` the stored totals are then right; without, nothing is written.
    """
    with transaction.atomic():
        before = _stored(contact_ids)
        refresh(contact_ids, on=on)
        after = _stored(contact_ids)
        if not repair:
            transaction.set_rollback(True)
    found = []
    for pk, row in after.items():
        stored = before[pk]
        if stored["summary__contact_id"] is None and not row["summary__gift_count"]:
            continue  # never gave, never summed up: nothing is missing
        wrong = {
            name.removeprefix("summary__"): [_plain(stored[name]), _plain(row[name])]
            for name in row
            if name != "summary__contact_id" and stored[name] != row[name]
        }
        if wrong:
            found.append({"contact_id": pk, "differences": wrong})
    return found


def _plain(value) -> str | None:
    return None if value is None else str(value)


def sweep(organization, *, repair: bool, after: int = 0) -> Iterator[tuple[int, list[dict]]]:
    """Compare every donor of an organization, chunk by chunk in order: yields the last contact seen and what differed."""
    gave = Exists(Gift.objects.filter(contact=OuterRef("pk")))
    donors = Contact.objects.of(organization).filter(Q(summary__isnull=False) | gave).order_by("pk")
    while True:
        ids = list(donors.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK])
        if not ids:
            return
        after = ids[-1]
        yield after, differences(ids, on=today_in(organization.timezone), repair=repair)


def out_of_balance(organization) -> Iterator[tuple[int, Decimal, Decimal]]:
    """Gifts whose money does not all go to their funds: ``(gift, its amount, what its funds hold)``. None, ever (F-02)."""
    # To the whole cent: SQLite adds in floating point.
    shared = Round(Coalesce(Sum("splits__amount"), ZERO), 2, output_field=DecimalField(max_digits=14, decimal_places=2))
    gifts = Gift.objects.of(organization).filter(Q(fund=None) | Q(splits__isnull=False)).order_by("pk")
    for pk, fund_id, amount, parts in gifts.annotate(parts=shared).values_list("pk", "fund_id", "amount", "parts"):
        held = to_cents(parts) + (amount if fund_id else ZERO)
        if held != amount:
            yield pk, amount, held


def refresh_outdated(organization) -> int:
    """Turn the year of the totals, and see who has lapsed since; returns how many donors were recomputed."""
    today = today_in(organization.timezone)
    other_year = Q(summary__year__lt=today.year) | Q(summary__year__gt=today.year)
    lapsed = Q(lifecycle=Lifecycle.DONOR, summary__last_on__lt=today - rules.LAPSED_AFTER)
    outdated = Contact.objects.of(organization).filter(other_year | lapsed).order_by("pk")
    done = after = 0
    while ids := list(outdated.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        done += refresh(ids, on=today)
        after = ids[-1]
    return done
