"""Draws receipts once per test run and reads them back, with pypdf: nothing else needs to be installed."""

import io
from datetime import date
from decimal import Decimal
from functools import lru_cache

import pypdf

from crm.receipts import pdf
from crm.receipts.labels import labels
from crm.receipts.snapshot import Snapshot


@lru_cache(maxsize=64)
def drawn(made: Snapshot, mark: str | None = None) -> bytes:
    return pdf.render(made, mark=mark)


def reader(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def words(data: bytes) -> str:
    """The text in reading order, every run of white space as one space."""
    return " ".join(" ".join(page.extract_text() for page in reader(data).pages).split())


def structure(data: bytes) -> list[pypdf.generic.DictionaryObject]:
    found = []

    def walk(element) -> None:
        element = element.get_object()
        if not isinstance(element, pypdf.generic.DictionaryObject):
            return
        found.append(element)
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            walk(kid)

    walk(reader(data).trailer["/Root"]["/StructTreeRoot"])
    return found


MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
# In the order of the page; a field that has no label of its own follows the one before.
LABELS = {
    "1": (
        "charity_name", "number", "title", "donor", "gift_date", "gift_year", "issued_on", "place_of_issue",
        "charity_address", "registration_number", "property_description", "appraiser_name", "appraiser_address", "amount",
        "fair_market_value", "advantage_description", "advantage", "eligible", "signature", "verify",
    ),
    "us-1": (
        "charity_name", "number", "title", "donor", "gift_date", "gift_year", "issued_on", "charity_address",
        "registration_number", "property_description", "amount", "advantage_description", "advantage", "eligible",
        "value_is_yours", "excess_only", "nothing_given", "nothing_given.annual", "signature", "verify",
    ),
    "fr-1": (
        "charity_name", "number", "gift_date", "gift_year", "issued_on", "place_of_issue", "donor", "title",
        "charity_address", "charity_purpose", "registration_number", "charity_status", "form", "nature",
        "property_description", "means", "eligible", "certifies", "signature", "verify",
    ),
}  # fmt: skip


def said_on(data: bytes, language: str, version: str = "1") -> dict[str, str]:
    """What stands after each label of the page, for all of its text: nothing that is printed is in none of them."""
    text, t, order = words(data), labels(version, language), LABELS[version]
    ends = {key: " ".join(t[key].split()) for key in (*order, "keep")}
    found, place, last = {}, 0, ""
    for key in order:
        at = text.find(ends[key] + " ", place)
        if at < 0:
            continue
        found[last] = text[place:at].strip()
        place, last = at + len(ends[key]), key
    found[last] = text[place:].strip()
    return found


def amount_said(text: str, language: str) -> Decimal:
    digits = (
        text.removesuffix(" $").replace(" ", "").replace(",", ".") if language == "fr" else text[1:].replace(",", "")
    )
    return Decimal(digits)


def day_said(text: str, language: str) -> date:
    parts = text.replace(",", "").split()
    day, month, year = parts if language == "fr" else (parts[1], parts[0], parts[2])
    return date(int(year), MONTHS[language].index(month) + 1, int(day.removesuffix("er")))


def places(data: bytes) -> list[tuple[str, float, float]]:
    """Each run of text of the first page with where it begins: inches from the left and from the top of the sheet."""
    page = reader(data).pages[0]
    height, found = float(page.mediabox.height), []

    def visit(text: str, cm, tm, _font, _size) -> None:
        if text.strip():
            x, y = tm[4] * cm[0] + cm[4], tm[5] * cm[3] + cm[5]
            found.append((" ".join(text.split()), x / 72, (height - y) / 72))

    page.extract_text(visitor_text=visit)
    return found
