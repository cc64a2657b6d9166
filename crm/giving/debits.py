"""The file that goes to the bank, and the answers that come back: what they say, line by line (F-10).

Ours to read by a person and by most services of pre-authorised debit: one line a debit, with a key of ours that comes back
in the results. The bank keeps the account; we name it by the donor's number there (F-11).
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from crm.core.money import ZERO, format_plain, to_cents
from crm.core.text import fold
from crm.core.web.exports import neutral
from crm.giving.choices import ChargeStatus
from crm.giving.models import Charge, DebitFile

LARGEST = 5_000_000  # bytes of a file of results: 50,000 lines
HEADER = ("key", "reference", "donor", "amount", "currency", "due", "bank", "account_end")

# Return codes of pre-authorised debits (Payments Canada, Standard 005), and what each means for us.
RETURNED = {
    "901": "insufficient_funds", "908": "insufficient_funds", "902": "closed", "905": "closed", "912": "closed",
    "910": "closed", "903": "stopped", "907": "stopped", "911": "declined", "909": "declined", "914": "declined",
    "915": "revoked", "916": "revoked", "917": "revoked", "918": "revoked", "919": "revoked", "920": "revoked",
    "921": "revoked", "922": "stopped", "900": "declined",
}  # fmt: skip
# The same in words, folded.
SAID = {
    "nsf": "insufficient_funds", "insufficient funds": "insufficient_funds", "provision insuffisante": "insufficient_funds",
    "sans provision": "insufficient_funds", "account closed": "closed", "compte ferme": "closed", "closed": "closed",
    "payment stopped": "stopped", "arret de paiement": "stopped", "stopped": "stopped", "revoked": "revoked",
    "accord revoque": "revoked", "refused": "declined", "declined": "declined", "refuse": "declined", "rejected": "declined",
    "rejete": "declined", "failed": "declined", "returned": "declined", "retourne": "declined",
}  # fmt: skip
PAID = {"paid", "paye", "ok", "accepted", "accepte", "approved", "approuve", "success", "settled", "000"}
COLUMNS = {
    "key": {"key", "cle"},
    "result": {"result", "resultat", "status", "statut", "code"},
    "reason": {"reason", "motif"},
}


@dataclass(frozen=True)
class Result:
    """What the bank says of one debit; ``reason`` is a code of :data:`crm.giving.gateways.REASONS`, empty when paid."""

    charge_id: int
    reason: str = ""


class Unreadable(Exception):
    """A file of results that cannot be taken as it is: ``message`` says which line, and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def lines_of(file: DebitFile) -> Iterator[list[str]]:
    """The lines of the file, its header first: always the same, whenever it is downloaded."""
    yield list(HEADER)
    rows = file.charges.select_related("method__contact", "instalment").order_by("pk")
    for charge in rows.iterator(chunk_size=500):
        method = charge.method
        cells = (method.token, method.contact.name, format_plain(charge.amount), charge.currency)
        cells = (charge.key, *cells, charge.instalment.due_on, method.brand, method.last_four)
        yield [str(neutral(cell)) for cell in cells]


def as_csv(file: DebitFile) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines_of(file))
    return text.getvalue()


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("This file is not text. Save the results as CSV."))


def _reason_of(result: str, reason: str) -> str | None:
    """The code of a refusal, empty for a payment, ``None`` for words nobody knows."""
    said, why = fold(result), fold(reason)
    if said in PAID:
        return ""
    for word in (why, said):
        if word in RETURNED or word in SAID:
            return RETURNED.get(word) or SAID[word]
    return None


def read_results(content: bytes, *, file: DebitFile) -> list[Result]:
    """The answers in a file of results: one line a debit, by key. Raises :class:`Unreadable` rather than take a part."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    names = [fold(cell) for cell in rows[0]] if rows else []
    places = {
        column: next((names.index(name) for name in known if name in names), None) for column, known in COLUMNS.items()
    }
    if places["key"] is None or places["result"] is None:
        raise Unreadable(_("The first line must name the columns: key, result and, for refusals, reason."))
    charges = dict(file.charges.values_list("key", "pk"))
    found: dict[int, Result] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {
            column: row[place].strip() if place is not None and place < len(row) else ""
            for column, place in places.items()
        }
        if not any(cells.values()):
            continue
        key = cells["key"].lstrip("'")
        if key not in charges:
            raise Unreadable(
                _("Line %(number)d: %(key)s is no debit of this file.") % {"number": number, "key": key[:60]}
            )
        reason = _reason_of(cells["result"], cells["reason"])
        if reason is None:
            words = {"number": number, "word": (cells["result"] or cells["reason"])[:40]}
            raise Unreadable(_("Line %(number)d: “%(word)s” is no result that we know.") % words)
        result = Result(charges[key], reason)
        if found.setdefault(result.charge_id, result) != result:
            raise Unreadable(_("Line %(number)d: this debit has two results.") % {"number": number})
    return list(found.values())


@dataclass(frozen=True)
class Progress:
    """How far the bank's answers are."""

    paid: int
    failed: int
    waiting: int
    dropped: int
    received: object  # Decimal, in the organization's currency


def progress_of(file: DebitFile) -> Progress:
    counts = file.charges.aggregate(
        paid=Count("pk", filter=Q(status=ChargeStatus.PAID)),
        failed=Count("pk", filter=Q(status=ChargeStatus.FAILED)),
        waiting=Count("pk", filter=Q(status=ChargeStatus.PENDING)),
        dropped=Count("pk", filter=Q(status=ChargeStatus.DROPPED)),
        received=Sum("amount", filter=Q(status=ChargeStatus.PAID)),
    )
    return Progress(**counts | {"received": to_cents(counts["received"] or ZERO)})


def lines_to_show(file: DebitFile, most: int) -> QuerySet:
    """Some of its debits: those refused first, then those that wait."""
    order = {ChargeStatus.FAILED: 0, ChargeStatus.PENDING: 1, ChargeStatus.PAID: 2, ChargeStatus.DROPPED: 3}
    rank = Case(
        *(When(status=status, then=Value(place)) for status, place in order.items()), output_field=IntegerField()
    )
    rows = Charge.objects.filter(file=file).select_related("pledge__contact__owner", "instalment", "method", "gift")
    return rows.order_by(rank, "pk")[:most]
