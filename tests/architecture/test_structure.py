"""The rules of the house, read from the source: layers are linted by import-linter, these are the rest."""

import ast
from pathlib import Path

import pytest

from crm import effects
from crm.core.events import Event

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for path in (ROOT / "crm").rglob("*.py") if "migrations" not in path.parts]
EVERYTHING = [
    path
    for folder in ("crm", "config", "tests", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
]
DOMAINS = {
    "accounts", "notifications", "contacts", "tasks", "giving", "pipeline", "outreach", "receipts", "insights", "imports",
}  # fmt: skip
PUBLIC_FILES = {
    "consent", "custom_fields",
    "models", "querysets", "queries", "services", "events", "choices", "rules", "reactions", "audit", "validators",
    "policy", "summaries", "addresses", "cells", "digest", "names", "finder", "imported", "greetings", "households",
    "relations", "criteria", "segments", "lookup", "tributes", "messages",
    "likeness", "merging", "screens", "months", "thanks", "causes", "inbox", "kinds",
}  # fmt: skip
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WEB_FILES = {"views", "forms", "tables", "filters", "urls"}


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer(path: Path) -> tuple[str, str]:
    """(domain, file) of a source under crm/: a package counts by its name."""
    parts = path.relative_to(ROOT / "crm").parts
    return parts[0], (parts[1] if len(parts) > 2 else Path(parts[-1]).stem)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> list[str]:
    names = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


@pytest.mark.parametrize("path", EVERYTHING, ids=ids)
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", [path for path in SOURCES if layer(path)[0] in DOMAINS], ids=ids)
def test_domains_reach_each_other_only_through_their_public_files(path):
    strangers = []
    for name in imported(path):
        parts = name.split(".")
        foreign = parts[0] == "crm" and len(parts) > 2 and parts[1] in DOMAINS - {layer(path)[0]}
        if foreign and parts[2] not in PUBLIC_FILES:
            strangers.append(name)
    assert strangers == []


@pytest.mark.parametrize("path", [p for p in SOURCES if layer(p)[1] in WEB_FILES and layer(p)[0] in DOMAINS], ids=ids)
def test_screens_do_not_write(path):
    found = [
        f"{ids(path)}:{node.lineno} .{node.func.attr}()"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        # a plain dict's own update() writes nothing to the database
        and not (node.func.attr == "update" and isinstance(node.func.value, ast.Name | ast.Attribute))
    ]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_no_model_signals(path):
    text = path.read_text(encoding="utf-8")
    assert [
        word for word in ("post_save", "pre_save", "post_delete", "pre_delete", "m2m_changed") if word in text
    ] == []


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if layer(path)[0] != "receipts" and path.name != "press.py"], ids=ids
)
def test_the_pdf_engine_is_imported_by_the_press_only(path):
    assert [name for name in imported(path) if name.split(".")[0] in {"weasyprint", "pydyf"}] == []


def test_every_event_is_placed_in_the_effects_table():
    def family(cls) -> set:
        return {cls, *(grand for child in cls.__subclasses__() for grand in family(child))}

    ours = {cls for cls in family(Event) - {Event} if cls.__module__.startswith("crm.")}
    assert ours == set(effects.EFFECTS) | effects.SILENT
    assert set(effects.EFFECTS) & effects.SILENT == set()


def test_templates_hold_no_inline_style_script_or_handler():
    bad = []
    for path in (ROOT / "templates").rglob("*.html"):
        if {"email", "pdf"} & set(path.relative_to(ROOT / "templates").parts):
            continue
        text = path.read_text(encoding="utf-8")
        marks = (' style="', "<style", " onclick=", " onchange=", " onsubmit=", "javascript:", "hx-on")
        bad += [f"{path.relative_to(ROOT)}: {mark}" for mark in marks if mark in text]
    assert bad == []
