"""Draws a receipt, by the press of :mod:`crm.core.press`: same snapshot, same bytes.

The file is a tagged PDF/A-3a that also declares PDF/UA-1 (declared, not certified: no validator was at hand), on Letter
or A4 paper. What makes it fast, measured by ``bench/receipts.py``: fonts and style sheet read once per process, fixed widths,
no flex.
"""

from collections.abc import Mapping

from django.template.loader import render_to_string

from crm.core.press import press_on, sheet_context
from crm.receipts import pages
from crm.receipts.labels import labels
from crm.receipts.printing import finish
from crm.receipts.snapshot import Snapshot

PAGE, SHEET = "pdf/receipt.html", "pdf/receipt.css"  # of every version so far: a new look is a new pair


def render(snapshot: Snapshot, *, mark: str | None = None, pictures: Mapping[str, str] | None = None) -> bytes:
    """The PDF of ``snapshot``, in its language; rendering twice gives identical bytes.

    ``mark``: a :class:`~crm.receipts.choices.Mark` drawn across the page (a copy, a cancelled receipt, a specimen).
    ``pictures``: data URI by reference (``sha256:…``) for a snapshot that holds references. Raises ``UnsafeImage`` for
    a picture that is not a plain PNG or JPEG, :class:`~crm.receipts.pages.MissingPicture`,
    :class:`~crm.core.press.RefusedResource`, ``KeyError`` for an unknown mark or template version. Does not check that the
    snapshot is complete: a preview must be drawable too; issuing calls ``missing_fields`` first.
    """
    html = page_html(snapshot, mark=mark, pictures=pictures)
    return press_on(snapshot.paper, SHEET, finish=finish).print(html, tighten=True)


def page_html(snapshot: Snapshot, *, mark: str | None = None, pictures: Mapping[str, str] | None = None) -> str:
    """The page handed to WeasyPrint, without its style sheet. What a person typed is escaped by the template."""
    t = labels(snapshot.template, snapshot.language)
    context = {
        "s": pages.printed(snapshot, t, pictures or {}),
        "t": t,
        "lang": f"{snapshot.language}-{snapshot.law.country}",
        "paper": snapshot.paper,
        "mark": t[f"mark.{mark}"] if mark else "",
    }
    return render_to_string(PAGE, context)


def style_sheet(paper: str) -> str:
    """The style sheet for one :class:`~crm.accounts.choices.Paper`. Its fonts are those of :mod:`crm.core.typefaces`."""
    return render_to_string(SHEET, sheet_context(paper))
