"""Whole lists: as a file, and an act on everybody with its undo. ``DATABASE_URL=… python -m bench.whole_lists``.

Each is what the worker does after the button, in a process of its own: seconds, and the most memory of its own that
process held beyond what it held before (pages of files that the system lends, SQLite's database among them, not counted).
"""

import argparse
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from bench import database

MIB = 1024  # of the kilobytes that Linux counts


class Watch:
    """The most memory of its own (``RssAnon``) that this process held while the block ran, beyond what it began with, MiB."""

    def __enter__(self) -> Self:
        self.began = self.most = self.held()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_error) -> None:
        self.over.set()
        self.thread.join()

    @staticmethod
    def held() -> float:
        (line,) = [one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("RssAnon")]
        return int(line.split()[1]) / MIB

    def look(self) -> None:
        while not self.over.wait(0.05):
            self.most = max(self.most, self.held())


def reader():
    from crm.accounts.models import Membership

    rows = Membership.objects.active().select_related("user", "organization")
    return rows.filter(organization__slug=database.SLUG, role="admin").order_by("pk").first()


def finished(operation):
    from crm.core import operations

    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    if operation.status != operation.Status.DONE:
        raise SystemExit(f"{operation.kind}: {operation.status} {operation.error}")
    return operation


def export(url_name: str, kind: str) -> str:
    from crm.core import exporting

    done = finished(exporting.start_export(url_name=url_name, query="", kind=kind, rows=0, by=reader()))
    size = done.result_file.size / 2**20
    done.result_file.delete()
    return f"{done.done:,} rows, {size:.0f} MiB"


def act(code: str, value: str) -> str:
    """Everybody of the list, then back; says the seconds of each part."""
    from django.http import QueryDict

    from crm.core import acts, undo
    from crm.core.web.acts import Selection

    by, name = reader(), "contacts:contact_list"
    selection = Selection(QueryDict("all=1"), url_name=name, by=by)
    action = acts.found(selection.list, name, code)
    form = action.form(dict.fromkeys(action.form(by=by).fields, value), by=by)
    if not form.is_valid():
        raise SystemExit(str(form.errors))
    started = time.perf_counter()
    operation = acts.start(
        rows=selection.rows(), action=action, data=form.cleaned_data,
        form_data={field: [value] for field in form.fields}, url_name=name, query="", by=by,
    )  # fmt: skip
    asked = time.perf_counter()
    rows = finished(operation).done
    done = time.perf_counter()
    finished(undo.start_undo(operation, by=by))
    undone = time.perf_counter()
    return f"{rows:,} rows; counted and frozen {asked - started:.1f} s, done {done - asked:.0f} s, undone {undone - done:.0f} s"


MEASURES: dict[str, Callable[[], str]] = {
    "contacts as CSV": lambda: export("contacts:contact_list", "csv"),
    "contacts as XLSX": lambda: export("contacts:contact_list", "xlsx"),
    "gifts as CSV": lambda: export("giving:gift_list", "csv"),
    "the tag of everybody": lambda: act("tag", "Everybody"),
    "the priority of everybody": lambda: act("priority", "high"),
}


def measure(name: str, database_url: str) -> None:
    database.setup(database_url)
    from crm.core.preload import preload

    preload()  # as the worker does before it takes its first job
    started = time.perf_counter()
    with Watch() as watch:
        said = MEASURES[name]()
    seconds = time.perf_counter() - started
    print(f"{name}: {seconds:.1f} s, {watch.most - watch.began:.0f} MiB more; {said}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000, help="in the database, if it must be made")
    parser.add_argument("--gifts", type=int, default=500_000)
    parser.add_argument("--only", choices=tuple(MEASURES))
    options = parser.parse_args()
    if not (database_url := os.environ.get("DATABASE_URL")):
        raise SystemExit("DATABASE_URL says which database to measure; it will be filled with demo data.")
    fresh = multiprocessing.get_context("spawn")
    making = fresh.Process(
        target=database.ensure, args=(database_url,),
        kwargs={"contacts": options.contacts, "gifts": options.gifts, "exactly": False},
    )  # fmt: skip
    making.start()
    making.join()
    for name in MEASURES if options.only is None else [options.only]:
        process = fresh.Process(target=measure, args=(name, database_url))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(process.exitcode)


if __name__ == "__main__":
    main()
