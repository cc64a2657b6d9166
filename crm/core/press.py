"""Draws pages of HTML as PDF: the only door to WeasyPrint, which is imported inside the functions because it costs a second.

Same page, same bytes, whatever the process: no clock, no random identifier, no font but ours (save for a character that
none of ours can draw: ``typefaces.undrawable``). Fonts and style sheet are read once per process and kind of page. What a
page may open besides is what is inside it: checked pictures as data URIs.
"""

import atexit
import os
import re
import threading
from collections.abc import Callable
from importlib import resources

from django.template.loader import render_to_string

from crm.core import typefaces

PICTURE = re.compile(r"data:image/(png|jpeg);base64,([A-Za-z0-9+/]+={0,2})")
FONTS = {"sans": typefaces.SANS, "serif": typefaces.SERIF}
SIZES = {"letter": "Letter", "a4": "A4"}


def sheet_context(paper: str) -> dict[str, str]:
    """What a style sheet is rendered with: our fonts, the paper (``letter`` or ``a4``), its name in CSS, and the margin that
    leaves seven inches between left and right.
    """
    return {**FONTS, "paper": paper, "size": SIZES[paper], "side": ".634in" if paper == "a4" else ".75in"}


class RefusedResource(RuntimeError):
    """Something in the page asked for a file or an address: only checked pictures may be opened."""


_presses: dict[str, "Press"] = {}
_inherited: list["Press"] = []


class Press:
    """Fonts, style sheet and the gate to outside resources, for one kind of page.

    ``finish``: a WeasyPrint ``finisher``; ``options``: more of its options.
    """

    def __init__(self, sheet: str, *, finish: Callable | None = None, **options) -> None:
        from weasyprint import CSS, DEFAULT_OPTIONS

        self.lock = threading.Lock()  # two threads must not use one font map of Pango; drawing holds the GIL anyway
        self.fonts = _our_fonts()
        self.gate = _gate()
        self.profile = ColourProfile()
        self.finish = finish
        self.options = {
            **DEFAULT_OPTIONS,
            "stylesheets": [CSS(string=sheet, font_config=self.fonts, url_fetcher=self.gate)],
            "pdf_variant": "pdf/a-3a",
            "output_intent": ColourProfile.name,
            **options,
        }

    def print(self, html: str, *, tighten: bool = False) -> bytes:
        """The file of one page of HTML. ``tighten``: what takes more than one sheet is laid out again as ``body.tight``."""
        with self.lock:
            document = self._lay_out(html)
            if tighten and len(document.pages) > 1:
                tight = self._lay_out(html.replace("<body>", '<body class="tight">', 1))
                document = tight if len(tight.pages) < len(document.pages) else document
            return document.write_pdf(finisher=self.finish, **self.options)

    def _lay_out(self, html: str):
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError

        page = HTML(string=html, url_fetcher=self.gate)
        profiles = {ColourProfile.name: self.profile}
        try:
            return page.render(font_config=self.fonts, color_profiles=profiles, **self.options)
        except FatalURLFetchingError as error:  # a BaseException, which would take the worker down with it
            raise RefusedResource(str(error)) from error


def press_for(kind: str, build: Callable[[], Press]) -> Press:
    """The press of this process for a kind of page, built when it is first asked for."""
    press = _presses.get(kind)
    if press is None:
        press = _presses[kind] = build()
    return press


def press_on(paper: str, sheet: str, **options) -> Press:
    """The press of this process for one style sheet of the templates, on ``letter`` or ``a4``; ``options``: of the press."""
    return press_for(f"{sheet} {paper}", lambda: Press(render_to_string(sheet, sheet_context(paper)), **options))


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
            if PICTURE.fullmatch(url):
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"A page may not open “{url[:200]}”.")

    return Gate(allowed_protocols={"data"}, allow_redirects=False)
