"""Draws receipts once per test run and reads them back, with pypdf: nothing else needs to be installed."""

import io
from functools import lru_cache

import pypdf

from crm.receipts import pdf
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
