"""Draws a receipt: the only door to WeasyPrint, which is imported inside the functions because it costs a second.

Same snapshot, same bytes, whatever the process: no clock, no random identifier, no font but ours (save for a character
that none of ours can draw: ``typefaces.undrawable``). The file is a tagged PDF/A-3a that also declares PDF/UA-1
(declared, not certified: no validator was at hand), on Letter paper.

What makes it fast, measured by ``bench/receipts.py``: fonts and style sheet read once per process, fixed widths, no
flex.
"""

import atexit
import os
import threading
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Any

from django.template.loader import render_to_string

from crm.core.dates import format_date
from crm.core.money import format_money
from crm.receipts import images, typefaces
from crm.receipts.choices import GiftKind
from crm.receipts.labels import labels
from crm.receipts.printing import finish, glued, link_or_none
from crm.receipts.rules import display_registration_number
from crm.receipts.snapshot import Snapshot

PAGES = {"1": ("pdf/receipt.html", "pdf/receipt.css")}  # template version → page and style sheet
LANGUAGE_TAGS = {"fr": "fr-CA", "en": "en-CA"}


class RefusedResource(RuntimeError):
    """Something in the page asked for a file or an address: only checked pictures may be opened."""


class MissingPicture(LookupError):
    """The snapshot names a stored picture by its hash and the caller did not hand it over."""


def render(snapshot: Snapshot, *, mark: str | None = None, pictures: Mapping[str, str] | None = None) -> bytes:
    """The PDF of ``snapshot``, in its language; rendering twice gives identical bytes.

    ``mark``: a :class:`~crm.receipts.choices.Mark` drawn across the page (a copy, a cancelled receipt, a specimen).
    ``pictures``: data URI by reference (``sha256:…``) for a snapshot that holds references. Raises ``UnsafeImage`` for
    a picture that is not a plain PNG or JPEG, ``MissingPicture``, ``RefusedResource``, ``KeyError`` for an unknown mark
    or template version. Does not check that the snapshot is complete: a preview must be drawable too; issuing calls
    ``missing_fields`` first.
    """
    html = page_html(snapshot, mark=mark, pictures=pictures)
    return _press(snapshot.template).print(html)


def page_html(snapshot: Snapshot, *, mark: str | None = None, pictures: Mapping[str, str] | None = None) -> str:
    """The page handed to WeasyPrint, without its style sheet. What a person typed is escaped by the template."""
    t = labels(snapshot.template, snapshot.language)
    context = {
        "s": _printed(snapshot, t, pictures or {}),
        "t": t,
        "lang": LANGUAGE_TAGS[snapshot.language],
        "mark": t[f"mark.{mark}"] if mark else "",
    }
    return render_to_string(PAGES[snapshot.template][0], context)


def style_sheet(version: str) -> str:
    """The style sheet of a template version. Its font families are those of :mod:`crm.receipts.typefaces`."""
    return render_to_string(PAGES[version][1], {"sans": typefaces.SANS, "serif": typefaces.SERIF})


def _printed(snapshot: Snapshot, t: Mapping[str, str], pictures: Mapping[str, str]) -> dict[str, Any]:
    """Every value as the reader sees it."""

    def money(amount) -> str:
        return format_money(amount, snapshot.currency, snapshot.language)

    def day(value: date | None) -> str:
        return format_date(value, snapshot.language) if value else ""

    annual = snapshot.is_annual
    signatory = ", ".join(part for part in (snapshot.signatory_name, snapshot.signatory_title) if part)
    return {
        "number": snapshot.number,
        "kind": t["kind.annual"] if annual else t[f"kind.{snapshot.kind}"],
        "charity_name": snapshot.charity_name,
        "charity_address": glued(", ".join(snapshot.charity_address)),
        "registration_number": display_registration_number(snapshot.registration_number),
        "donor_name": snapshot.donor_name,
        "donor_address": [glued(line) for line in snapshot.donor_address],
        "received_label": t["gift_year"] if annual else t["gift_date"],
        "received": str(snapshot.gift_year) if annual else day(snapshot.gift_date),
        "issued_on": day(snapshot.issued_on),
        "issued_on_iso": snapshot.issued_on.isoformat(),
        "place_of_issue": snapshot.place_of_issue,
        "rows": _rows(snapshot, t, money),
        "eligible": money(snapshot.eligible),
        "signature": None if snapshot.signed_by_hand else _picture(snapshot.signature, pictures),
        "logo": _picture(snapshot.logo, pictures),
        "signatory": signatory,
        "thanks": snapshot.thanks,
        "replaces": t["replaces"].format(number=snapshot.replaces) if snapshot.replaces else "",
        "cra_name": snapshot.cra_name,
        "cra_url": snapshot.cra_url,
        "verification_url": link_or_none(snapshot.verification_url),
        "verification_text": snapshot.verification_url.removeprefix("https://").removeprefix("http://"),
    }


def _rows(snapshot: Snapshot, t: Mapping[str, str], money) -> list[dict[str, Any]]:
    """The rows above the eligible amount: those of the kind, in the order of CRA's samples. Others are left out."""
    in_kind = snapshot.kind == GiftKind.IN_KIND
    rows: list[tuple[str, str, bool]] = []
    if in_kind:
        rows.append(("property_description", snapshot.property_description, False))
        if snapshot.appraiser_name:
            rows.append(("appraiser_name", snapshot.appraiser_name, False))
        if snapshot.appraiser_address:
            rows.append(("appraiser_address", glued(", ".join(snapshot.appraiser_address)), False))
    rows.append(("fair_market_value" if in_kind else "amount", money(snapshot.amount), True))
    if in_kind or snapshot.advantage:
        rows.append(("advantage_description", snapshot.advantage_description or t["no_advantage"], False))
        rows.append(("advantage", money(snapshot.advantage), True))
    return [{"label": t[key], "value": value, "is_amount": is_amount} for key, value, is_amount in rows]


def _picture(value: str, pictures: Mapping[str, str]) -> images.Picture | None:
    if not value:
        return None
    if images.REFERENCE.fullmatch(value):
        if value not in pictures:
            raise MissingPicture(value)
        reference, value = value, pictures[value]
        if images.reference_of(value) != reference:
            raise images.UnsafeImage(f"The stored picture is not the one of the receipt: {reference}.", code="altered")
    return images.checked(value)


# --- the press: what is built once per process

_presses: dict[str, "Press"] = {}
_inherited: list["Press"] = []


class Press:
    """Fonts, style sheet and the gate to outside resources, for one template version."""

    def __init__(self, version: str) -> None:
        from weasyprint import CSS, DEFAULT_OPTIONS

        self.lock = threading.Lock()  # two threads must not use one font map of Pango; drawing holds the GIL anyway
        self.fonts = _our_fonts()
        self.gate = _gate()
        self.profile = ColourProfile()
        self.options = {
            **DEFAULT_OPTIONS,
            "stylesheets": [CSS(string=style_sheet(version), font_config=self.fonts, url_fetcher=self.gate)],
            "pdf_variant": "pdf/a-3a",
            "output_intent": ColourProfile.name,
        }

    def print(self, html: str) -> bytes:
        """The file of one page of HTML. A receipt that does not fit on one sheet is laid out again, tighter."""
        with self.lock:
            document = self._lay_out(html)
            if len(document.pages) > 1:
                tight = self._lay_out(html.replace("<body>", '<body class="tight">', 1))
                document = tight if len(tight.pages) < len(document.pages) else document
            return document.write_pdf(finisher=finish, **self.options)

    def _lay_out(self, html: str):
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError

        page = HTML(string=html, url_fetcher=self.gate)
        profiles = {ColourProfile.name: self.profile}
        try:
            return page.render(font_config=self.fonts, color_profiles=profiles, **self.options)
        except FatalURLFetchingError as error:  # a BaseException, which would take the worker down with it
            raise RefusedResource(str(error)) from error


def _press(version: str) -> Press:
    press = _presses.get(version)
    if press is None:
        press = _presses[version] = Press(version)
    return press


def _after_fork() -> None:
    """A child builds its own press, and does not free what Pango's threads hold in its parent's."""
    _inherited.extend(_presses.values())
    _presses.clear()


def _before_exit() -> None:
    """Give the fonts back while Pango is still loaded: Python unloads it before it frees what is left, and crashes."""
    _presses.clear()
    _inherited.clear()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_before_exit)


def _our_fonts():
    """A WeasyPrint font configuration with our files, read where they are.

    Not through ``@font-face``: that copies each file to the temporary folder, where a killed worker leaves a megabyte
    behind and where systems that empty it after some days take the fonts away from a worker that is still drawing.
    """
    from weasyprint.text.ffi import ffi, fontconfig, pangoft2
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    config = fonts._config  # noqa: SLF001 - WeasyPrint has no public way to add a file
    for face in typefaces.FACES:
        fontconfig.FcConfigParseAndLoadFromMemory(config, face.rule.encode(), True)
        if not fontconfig.FcConfigAppFontAddFile(config, os.fsencode(face.path)):
            raise RuntimeError(f"The font file {face.path} is missing or cannot be read.")
    pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", fonts.font_map))
    return fonts


class ColourProfile:
    """The sRGB profile that PDF/A asks for, with the attributes WeasyPrint reads of its own class.

    WeasyPrint would open the file for each receipt, never close it, and write it back through littleCMS, whose bytes
    change from the first call to the next. Here they are those of the file.
    """

    name = "sRGB2014"
    components = (("r",), ("g",), ("b",))

    def __init__(self) -> None:
        self.pdf_reference = None
        self.content = (resources.files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def _gate():
    """What WeasyPrint may open: the checked pictures inside the page. Anything else ends the drawing."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    class Gate(URLFetcher):
        def fetch(self, url, headers=None):
            if images.DATA_URI.fullmatch(url):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"A receipt may not open “{url[:200]}”.")

    return Gate(allowed_protocols={"data"}, allow_redirects=False)
