"""How fast a file comes in, and that its undo leaves nothing: ``DATABASE_URL=… python -m bench.imports [--rows 50000]``.

A file of contacts (nine in ten new, one in ten already there with another city) and a file with a gift for each, through
the very steps of the screens, in the organization of the demo. Then both are undone, last first, and every table is
compared, by a sum of its rows, with what it was before.
"""

import argparse
import csv
import hashlib
import io
import os
import secrets
import time
from datetime import date, timedelta
from random import Random

from bench import database

PROMISE = 3_000  # rows a second, with checks on (issue 3)
COLUMNS = (
    "external_id", "first_name", "last_name", "email", "phone", "address_line1", "city", "province", "postal_code", "language",
)  # fmt: skip
LOGS = {"accounts.auditentry", "core.operation", "core.operationstep", "imports.importfile", "imports.rejectedrow"}
DOMAINS = ("accounts", "core", "contacts", "giving", "receipts", "notifications", "tasks", "imports")
CLOCKS = {"computed_at", "last_seen_at", "beat_at"}


def sums() -> dict[str, tuple[int, str]]:
    """Model → number of rows and a sum over every column of every row, in the order of their keys."""
    from django.apps import apps

    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if model._meta.app_label not in DOMAINS or label in LOGS or label.endswith("heartbeat"):
            continue
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in CLOCKS]
        total, mark = 0, hashlib.blake2b(digest_size=12)
        for row in model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=5000):
            total += 1
            mark.update(repr(row).encode("utf-8", "surrogatepass"))
        found[label] = (total, mark.hexdigest())
    return found


def files(organization, *, rows: int, rng: Random) -> dict[str, bytes]:
    """``contacts`` and ``gifts`` as CSV."""
    from crm.contacts.models import Contact
    from crm.management.demo import people

    mark = secrets.token_hex(3)
    known = Contact.objects.filter(organization=organization, kind="person", archived_at=None, merged_into=None)
    known = list(known.order_by("pk")[: rows // 10])
    contacts, gifts = io.StringIO(), io.StringIO()
    writer = csv.writer(contacts)
    writer.writerow(["Merci number", *COLUMNS])
    for number in range(rows):
        if number % 10 == 9 and known:
            there = known.pop()
            writer.writerow([there.pk, *["" for _name in COLUMNS[:6]], f"Ville {mark} {number}", "", "", ""])
        else:
            person = {**people.person(rng, tag=f"{mark}{number}"), "external_id": f"B{mark}{number}"}
            writer.writerow(["", *[person.get(name, "") for name in COLUMNS]])
    writer = csv.writer(gifts)
    writer.writerow(["Donor ID", "Last name", "Date", "Amount", "Method", "External number"])
    for number in range(rows):
        day = date.today() - timedelta(days=rng.randrange(1, 900))
        amount = rng.choice((20, 50, 100))
        writer.writerow(
            [f"B{mark}{number}", f"Nouveau{mark}{number}", day.isoformat(), amount, "check", f"H{mark}{number}"]
        )
    return {"contacts": contacts.getvalue().encode(), "gifts": gifts.getvalue().encode()}


def bring(kind: str, content: bytes, *, by, rows: int):
    """Receive, try and import one file; says what each step took."""
    from django.core.files.base import ContentFile

    from crm.core import operations
    from crm.imports import services

    name = f"{kind}.csv"
    started = time.perf_counter()
    record = services.receive_file(file=ContentFile(content, name), name=name, kind=kind, by=by)
    received = time.perf_counter()
    operation = services.start_import(record, by=by)
    cpu, began = time.process_time(), time.perf_counter()
    operations.run_to_end(operation.pk)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    operation.refresh_from_db()
    if operation.status != operation.Status.DONE:
        raise SystemExit(f"{kind}: {operation.status} {operation.error} {operation.result}")
    speed = rows / seconds
    print(
        f"import of {rows:,} {kind}: received in {received - started:.1f} s; {speed:,.0f} rows/s "
        f"({rows / cpu:,.0f} a second of this process's CPU) {operation.result}",
        flush=True,
    )
    return operation, speed


def take_back(operation, *, by, rows: int) -> None:
    from crm.core import operations, undo

    began = time.perf_counter()
    undoing = undo.start_undo(operation, by=by)
    operations.run_to_end(undoing.pk)
    seconds = time.perf_counter() - began
    undoing.refresh_from_db()
    if undoing.status != undoing.Status.DONE:
        raise SystemExit(f"undo: {undoing.status} {undoing.error}")
    print(f"undo of {rows:,} rows: {seconds:.1f} s ({rows / seconds:,.0f} rows/s) {undoing.result}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--contacts", type=int, default=100_000, help="in the database, if it must be made")
    parser.add_argument("--gifts", type=int, default=500_000)
    parser.add_argument("--no-undo", action="store_true")
    options = parser.parse_args()
    if not (database_url := os.environ.get("DATABASE_URL")):
        raise SystemExit("DATABASE_URL says which database to measure; it will be filled with demo data.")
    database.ensure(database_url, contacts=options.contacts, gifts=options.gifts, exactly=False)
    database.setup(database_url)
    from crm.accounts.models import Membership, Organization

    organization = Organization.objects.get(slug=database.SLUG)
    by = Membership.objects.active().filter(organization=organization, role="admin").first()
    rows, rng = options.rows, Random(secrets.token_hex(3))  # noqa: S311 - other people each time: the last are known now
    content = files(organization, rows=rows, rng=rng)
    before = {} if options.no_undo else sums()
    done, speeds = [], []
    for kind in ("contacts", "gifts"):
        operation, speed = bring(kind, content[kind], by=by, rows=rows)
        done.append(operation)
        speeds.append(speed)
    if not options.no_undo:
        for operation in reversed(done):
            take_back(operation, by=by, rows=rows)
        after = sums()
        different = sorted(label for label in before if before[label] != after[label])
        for label in different:
            print(f"DIFFERENT after the undo: {label}, {before[label][0]} rows before, {after[label][0]} after")
        print(f"{len(before)} tables compared, {len(different)} differ", flush=True)
        if different:
            raise SystemExit(1)
    if min(speeds) < PROMISE:
        raise SystemExit(f"{min(speeds):,.0f} rows/s: fewer than the {PROMISE:,} promised")


if __name__ == "__main__":
    main()
