# ruff: noqa: ISC004 - each element is one statement, written over several lines
"""Database triggers that make a receipt's words unchangeable, on SQLite and PostgreSQL alike.

SQLite loses triggers whenever Django remakes the table, so they are put back after every ``migrate``.
"""

from django.db import connections

FROZEN = (
    "organization_id", "contact_id", "series_id", "year", "sequence", "number", "kind", "replaces_id", "language", "issued_on",
    "issued_by_id", "donor_name", "amount", "advantage", "eligible", "snapshot", "snapshot_sha256",
)  # fmt: skip
ONCE = ("pdf", "pdf_sha256", "page_sha256")  # filled in when the PDF is drawn, then frozen too
MESSAGE = "an issued receipt never changes"


def ensure(*, using: str) -> None:
    """Create the triggers where they are missing."""
    connection = connections[using]
    if "receipts_receipt" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in _sqlite() if connection.vendor == "sqlite" else _postgresql():
            cursor.execute(statement)


def _changed(operator: str) -> str:
    frozen = [f"NEW.{name} {operator} OLD.{name}" for name in FROZEN]
    once = [f"(OLD.{name} <> '' AND NEW.{name} {operator} OLD.{name})" for name in ONCE]
    return " OR ".join([*frozen, *once, "(OLD.status <> 'issued' AND NEW.status = 'issued')"])


def _sqlite() -> list[str]:
    return [
        "DROP TRIGGER IF EXISTS receipts_receipt_frozen",  # an older one may not know every column
        "CREATE TRIGGER receipts_receipt_frozen BEFORE UPDATE ON receipts_receipt "
        f"WHEN {_changed('IS NOT')} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    ]


def _postgresql() -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION receipts_frozen() RETURNS trigger AS $$ BEGIN "
        f"IF {_changed('IS DISTINCT FROM')} THEN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END IF; "
        "RETURN NEW; END $$ LANGUAGE plpgsql",
        "DROP TRIGGER IF EXISTS receipts_receipt_frozen ON receipts_receipt",
        "CREATE TRIGGER receipts_receipt_frozen BEFORE UPDATE ON receipts_receipt "
        "FOR EACH ROW EXECUTE FUNCTION receipts_frozen()",
    ]
