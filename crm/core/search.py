# ruff: noqa: S608, S611 - the only names put into SQL are table names of our own models
"""Finding rows by any part of any word, accents and order ignored, fast on both databases.

Each searchable model keeps one folded ``search_text``. PostgreSQL answers ``LIKE '%word%'`` from a trigram index (so
``contains``, never ``icontains``, which wraps the column in UPPER and misses the index). SQLite answers from an FTS5
trigram table kept by three triggers, which knows only which row holds which three letters (``detail=none``: positions
would cost more than all else of an insert); the rows that hold them all are then read for the word itself. Words under
three letters fall back to LIKE there.
"""

from django.db import connections, models
from django.db.models.expressions import RawSQL

from crm.core.text import fold

TRIGRAM = 3
OPTIONS = "tokenize='trigram', detail=none"


def matching(queryset: models.QuerySet, text: str) -> models.QuerySet:
    """Rows of ``queryset`` whose ``search_text`` holds every word of ``text`` (any part, any order)."""
    words = fold(text).split()[:8]
    if not words:
        return queryset
    parts = {word[start : start + TRIGRAM] for word in words for start in range(len(word) - TRIGRAM + 1)}
    if connections[queryset.db].vendor == "sqlite" and parts:
        table = queryset.model._meta.db_table
        query = " AND ".join(f'"{part}"' for part in sorted(parts))
        queryset = queryset.filter(pk__in=RawSQL(f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s", [query]))
        words = [word for word in words if len(word) != TRIGRAM]
    for word in words:
        queryset = queryset.filter(search_text__contains=word)
    return queryset


def ensure_sqlite_index(model: type[models.Model], *, using: str) -> None:
    """Create the FTS5 table and its triggers where they are missing.

    Called after every ``migrate``: Django alters an SQLite table by making a new one, which silently drops triggers.
    """
    connection = connections[using]
    table = model._meta.db_table
    if connection.vendor != "sqlite" or table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE %s", [f"{table}_fts%"])
        present = dict(cursor.fetchall())
        is_current = OPTIONS in present.get(f"{table}_fts", "")
        if is_current and {f"{table}_fts_{name}" for name in ("insert", "delete", "update")} <= present.keys():
            return
        if present and not is_current:
            cursor.execute(f"DROP TABLE {table}_fts")
        gone = f"INSERT INTO {table}_fts({table}_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text)"
        come = f"INSERT INTO {table}_fts(rowid, search_text) VALUES (new.id, new.search_text)"
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {table}_fts USING fts5"
            f"(search_text, content='{table}', content_rowid='id', {OPTIONS})"
        )
        for name, moment, body in (
            ("insert", "AFTER INSERT", f"{come};"),
            ("delete", "AFTER DELETE", f"{gone};"),
            ("update", "AFTER UPDATE OF search_text", f"{gone}; {come};"),
        ):
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {table}_fts_{name} {moment} ON {table} BEGIN {body} END")
        cursor.execute(f"INSERT INTO {table}_fts({table}_fts) VALUES ('rebuild')")
