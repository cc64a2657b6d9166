"""Receipts in the order they are put into envelopes, as files to print: the pages that were issued, byte for byte the same
content, not drawn again.
"""

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import get_language

from crm.accounts.choices import ReceiptLaw
from crm.core.press import press_on
from crm.receipts.choices import PileOrder
from crm.receipts.models import Receipt
from crm.receipts.snapshot import Snapshot

MOST = 500  # receipts of one file: some thirty megabytes, what a printer takes and a worker holds easily
# Of each country: what a postal code looks like on a page, and how many of its characters make a pile.
POSTAL_CODES = {
    ReceiptLaw.CANADA: (re.compile(r"\b([A-Z]\d[A-Z])[ \u00a0]?(\d[A-Z]\d)\b"), 1),
    ReceiptLaw.UNITED_STATES: (re.compile(r"\b(\d{5})(?:-\d{4})?$", re.MULTILINE), 1),
    ReceiptLaw.FRANCE: (re.compile(r"^(\d{5})\b", re.MULTILINE), 2),
}
ELSEWHERE = "–"  # addresses abroad, and those without a postal code, lie at the end


@dataclass(frozen=True, order=True)
class Sheet:
    """Where one receipt lies: ``group`` is what a separator shows."""

    key: tuple
    group: str
    receipt_id: int


def postal_code(address: Iterable[str], country: str = ReceiptLaw.CANADA) -> str:
    """Of the lines printed on a receipt, ``G9A5H7``; empty where there is none of this country."""
    found = POSTAL_CODES[country][0].findall("\n".join(address).upper())
    return "".join(found[-1]) if found else ""


def in_order(receipts: QuerySet[Receipt], order: str) -> list[Sheet]:
    """By what the receipts themselves say, since they are what goes into the envelope."""
    rows = receipts.order_by().values_list("pk", "snapshot", "contact__sort_name")
    return sorted(_sheet(pk, text, name, order) for pk, text, name in rows.iterator(chunk_size=500))


def _sheet(pk: int, text: str, name: str, order: str) -> Sheet:
    if order == PileOrder.NAME:
        return Sheet((name,), name[:1].upper(), pk)
    said = Snapshot.from_json(text)
    code = postal_code(said.donor_address, said.law.country)
    return Sheet((not code, code, name), code[: POSTAL_CODES[said.law.country][1]] or ELSEWHERE, pk)


def write(
    sheets: list[Sheet], folder: Path, *, read: Callable[[int], bytes], separators: str, done: Callable[[int], bool]
) -> Path | None:
    """The file to print, or a ZIP of several where there are more than :data:`MOST` receipts.

    ``read`` gives the PDF of a receipt; ``separators``: the paper of the sheets between the piles, empty for none;
    ``done`` hears how many are in and says whether to go on; else ``None``.
    """
    sizes = Counter(sheet.group for sheet in sheets) if separators else Counter()
    parts, last = [], ""
    for start in range(0, len(sheets), MOST):
        some = sheets[start : start + MOST]
        part = folder / f"{len(parts) + 1:03d}.pdf"
        last = _write_part(part, some, read=read, sizes=sizes, paper=separators, last=last)
        parts.append(part)
        if not done(start + len(some)):
            return None
    if len(parts) == 1:
        return parts[0]
    bundle = folder / "parts.zip"
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.write(part, part.name)
    return bundle


def _write_part(part: Path, sheets: Iterable[Sheet], *, read, sizes: Counter, paper: str, last: str) -> str:
    import pikepdf

    opened = []  # what was copied is read again when the file is saved
    with pikepdf.Pdf.new() as pile:
        for content, group in _pages(sheets, read=read, sizes=sizes, paper=paper, last=last):
            opened.append(pikepdf.Pdf.open(BytesIO(content)))
            _unsign(opened[-1])
            pile.pages.extend(opened[-1].pages)
            last = group
        pile.save(part)
    for one in opened:
        one.close()
    return last


def _unsign(receipt) -> None:
    """Leave the field of its signature behind: paper has none, and it would be broken in another file."""
    for page in receipt.pages:
        for at in reversed(range(len(page.get("/Annots", ())))):
            if page.Annots[at].get("/Subtype") == "/Widget":
                del page.Annots[at]


def _pages(sheets: Iterable[Sheet], *, read, sizes: Counter, paper: str, last: str) -> Iterator[tuple[bytes, str]]:
    for sheet in sheets:
        if sizes and sheet.group != last:
            yield separator(sheet.group, sizes[sheet.group], paper), sheet.group
            last = sheet.group
        yield read(sheet.receipt_id), sheet.group


def separator(group: str, count: int, paper: str) -> bytes:
    """A sheet between two piles: what they begin with, and how many there are."""
    language = (get_language() or "fr")[:2]
    html = render_to_string("pdf/separator.html", {"group": group, "count": count, "lang": f"{language}-CA"})
    return press_on(paper, "pdf/separator.css").print(html)
