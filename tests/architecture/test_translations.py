"""French is complete: nothing fuzzy, empty or mismatched, nothing forgotten in a template, no careless typography."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = polib.pofile(str(ROOT / "locale/fr/LC_MESSAGES/django.po"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
TAGS = re.compile(r"</?\w+")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def french(entry) -> list[str]:
    return list(entry.msgstr_plural.values()) or [entry.msgstr]


def test_nothing_is_fuzzy_empty_or_obsolete():
    assert [entry.msgid for entry in CATALOGUE.fuzzy_entries()] == []
    assert [entry.msgid for entry in CATALOGUE.untranslated_entries()] == []
    assert [entry.msgid for entry in CATALOGUE.obsolete_entries()] == []


def test_placeholders_and_markup_are_the_same_in_both_languages():
    wrong = []
    for entry in CATALOGUE:
        wanted = {frozenset(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text}
        markup = sorted(TAGS.findall(entry.msgid))
        wrong += [
            text
            for text in french(entry)
            if frozenset(PLACEHOLDER.findall(text)) not in wanted or sorted(TAGS.findall(text)) != markup
        ]
    assert wrong == []


def test_french_typography():
    """No-break spaces where French wants a space, curly apostrophes, guillemets: Quebec usage (ui.md §5)."""
    wrong = []
    for entry in CATALOGUE:
        for text in french(entry):
            bare = re.sub(r"<[^>]*>|%\(\w+\)[sd]|https?:\S+|\d:\d", "", text)
            if (
                re.search(r"\w'\w", bare)
                or re.search(r" [:%$»]|« |n° |[a-zé]:(\s|$)", bare)
                or re.search(r"\s[;!?]", bare)
            ):
                wrong.append(text)
    assert wrong == []


# A run of letters between tags that no template tag produced: text that would show in English on a French page.
ALLOWED = {
    "Merci", "Ctrl", "Ctrl K", "Esc", "Ctrl ↵", "Ctrl D",
    "Ctrl ⌫", "CSV", "Excel", "FR", "EN", "Français", "English", "html", "M", "K",
}  # fmt: skip
TAG = re.compile(r"{%-?\s*(blocktranslate|comment).*?{%\s*end\1\s*%}|{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
ELEMENT = re.compile(r"<(script|style|symbol|title)\b.*?</\1>|<[^>]*>|&\w+;", re.DOTALL)
ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "pdf" not in path.parts], ids=ids)
def test_templates_hold_no_untranslated_words(path):
    text = TAG.sub("\x00", path.read_text(encoding="utf-8"))
    words = [word for value in ATTRIBUTE.findall(text) for word in value.split("\x00")]
    if path.suffix == ".html":
        text = ELEMENT.sub("\x00", text)
    pieces = [piece.strip(" \t\r\n.,:;·|/()–—→“”«»\u00a0") for piece in [*re.split("[\x00\n]", text), *words]]
    assert [piece for piece in pieces if re.search(r"[A-Za-zÀ-ÿ]{2}", piece) and piece not in ALLOWED] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_translated_blocks_are_trimmed(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"{% blocktranslate(?![^%]*trimmed)[^%]*%}", text) == []


@pytest.mark.parametrize(
    "path", [path for path in (ROOT / "crm").rglob("*.py") if "migrations" not in path.parts], ids=ids
)
def test_no_f_string_is_translated(path):
    assert re.findall(r"\b(?:_|gettext|gettext_lazy|ngettext|pgettext)\(f[\"']", path.read_text(encoding="utf-8")) == []
