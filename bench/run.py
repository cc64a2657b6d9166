"""Whole pages over HTTP on a large database: ``DATABASE_URL=… python -m bench.run`` (docs/performance.md).

Starts the site as a server runs it, signs in, and measures from the request to the last byte, warm. Writes the table of
this database into bench/RESULTS.md.
"""

import argparse
import csv
import json
import math
import os
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench import database, report, server
from bench.client import Answer, Browser

BASE = f"/fr/o/{database.SLUG}"
PASSWORD = "merci-demo"  # noqa: S105 - of the demo


@dataclass
class Measure:
    """Milliseconds of many requests; ``target`` is the p50 promised for PostgreSQL (twice that on SQLite)."""

    name: str
    target: float | None
    times: list[float]
    cpu: float

    def quantile(self, share: float) -> float:
        return sorted(self.times)[min(len(self.times) - 1, math.ceil(len(self.times) * share) - 1)]

    @property
    def median(self) -> float:
        return statistics.median(self.times)


class Bench:
    def __init__(self, *, port: int, web: server.Tree, requests: int, rng: Random) -> None:
        self.port, self.web, self.requests, self.rng = port, web, requests, rng
        self.browser = self.sign_in("admin")
        self.material = database.material(rng)
        self.measures: list[Measure] = []

    def sign_in(self, login: str) -> Browser:
        browser = Browser("127.0.0.1", self.port)
        browser.sign_in("/fr/account/login/", f"{login}@{database.SLUG}.test", PASSWORD)
        return browser

    def measure(self, name: str, target: float | None, ask: Callable[[int], Answer | float], *, warm: int = 8) -> None:
        for number in range(warm):
            ask(number + self.requests)
        cpu = self.web.cpu_seconds()
        times = []
        for number in range(self.requests):
            answer = ask(number)
            times.append((answer.seconds if isinstance(answer, Answer) else answer) * 1000)
        cpu = (self.web.cpu_seconds() - cpu) * 1000 / self.requests
        self.measures.append(Measure(name, target, times, cpu))
        print(f"{name:58s} p50 {self.measures[-1].median:7.1f} ms, web CPU {cpu:5.1f}", flush=True)

    def page(self, name: str, target: float | None, path: str, browser: Browser | None = None) -> None:
        self.measure(name, target, lambda _number: (browser or self.browser).get(path))

    # --- what people open ---------------------------------------------------------------------------------------------
    def lists(self) -> None:
        contacts = f"{BASE}/contacts/"
        self.page("contacts, page 1", 25, contacts)
        self.page("contacts, page 500", 40, f"{contacts}?page=500")
        self.page("contacts, donors only", 25, f"{contacts}?lifecycle=donor")
        self.page("contacts, by lifetime total", 25, f"{contacts}?sort=-total")
        self.page("contacts, a rare province (141 of them)", None, f"{contacts}?province=NU")
        self.page("contacts, page 1, a fundraiser’s own", 25, contacts, self.sign_in("fundraiser"))
        words = self.material.words
        self.measure(
            "search by part of a name, page",
            25,
            lambda number: self.browser.get(self.search(words[number % len(words)])),
        )
        self.measure(
            "search by part of a name, as one types (fragment)",
            25,
            lambda number: self.browser.get(self.search(words[number % len(words)]), htmx=True),
        )
        self.measure(
            "search box of every page, as one types (people, gifts, receipts, acts)",
            200,
            lambda number: self.browser.get(
                self.search(words[number % len(words)], of=f"{BASE}/contacts/search/"), accept="application/json"
            ),
        )
        gifts = f"{BASE}/giving/gifts/"
        self.page("gifts, page 1", 25, gifts)
        self.page("gifts, page 500", 40, f"{gifts}?page=500")
        self.page("gifts, failed ones", None, f"{gifts}?status=failed")

    def search(self, word: str, *, of: str = f"{BASE}/contacts/") -> str:
        from urllib.parse import quote

        return f"{of}?q={quote(word)}"

    def donor(self) -> None:
        donors, base = self.material.donors, f"{BASE}/contacts"

        def path(number: int, rest: str = "") -> str:
            return f"{base}/{donors[number % len(donors)]}/{rest}"

        def whole(path: str) -> float:
            """The page and, one after the other, the panels that it fetches by itself."""
            page = self.browser.get(path)
            return page.seconds + sum(self.browser.get(panel, htmx=True).seconds for panel in page.panels)

        self.measure("donor page: header, profile, timeline", 40, lambda number: self.browser.get(path(number)))
        self.measure("donor page and its giving summary (two requests)", 40, lambda number: whole(path(number)))
        self.measure(
            "donor page and the gift history (two requests)", 40, lambda number: whole(path(number, "?tab=gifts"))
        )
        for name, tail in (("giving summary", "summary/"), ("gift history", "gifts/")):
            self.measure(
                f"the {name} alone, a panel",
                None,
                lambda number, tail=tail: self.browser.get(
                    f"{BASE}/giving/contacts/{donors[number % len(donors)]}/{tail}", htmx=True
                ),
            )
        self.measure(
            "the same with the donor of most gifts, all of it", 40, lambda _: whole(f"{base}/{self.material.biggest}/")
        )

    def day(self) -> None:
        """“My day” and what fundraisers and directors open in the morning."""
        self.page("board of contacts, page", 60, f"{BASE}/pipeline/")
        self.page("board of opportunities, page", 60, f"{BASE}/pipeline/opportunities/board/")
        self.page(
            "board of opportunities, a fundraiser’s own",
            60,
            f"{BASE}/pipeline/opportunities/board/",
            self.sign_in("fundraiser"),
        )
        self.page("opportunities, page 1", 25, f"{BASE}/pipeline/opportunities/")
        self.page("leads, page 1", 25, f"{BASE}/pipeline/leads/")
        self.page("“My day”, the page", None, f"{BASE}/")
        for name, path in (
            ("the year in figures", "insights/figures/"), ("what cannot wait", "insights/attention/"),
            ("since the last visit", "insights/since/"), ("thank-yous", "giving/home/thanks/"),
            ("at risk", "giving/home/at-risk/"), ("recent gifts", "giving/home/gifts/"),
            ("the year added up", "giving/home/year/"),
            ("goals", "giving/home/goals/"), ("KPIs", "insights/kpis/featured/"),
        ):  # fmt: skip
            self.measure(
                f"“My day”, panel: {name}",
                None,
                lambda _number, path=path: self.browser.get(f"{BASE}/{path}", htmx=True),
            )
        self.page("100 KPIs × 365 days on one page", 150, f"{BASE}/insights/kpis/?days=365")
        self.page("100 KPIs × 90 days on one page", 150, f"{BASE}/insights/kpis/")
        self.page("one KPI, 365 days", None, f"{BASE}/insights/kpis/{self.material.kpi}/?days=365")
        self.page("retention report", None, f"{BASE}/insights/reports/retention/")
        self.page("donors behind it, lapsed", None, f"{BASE}/insights/reports/retention/donors/?movement=lapsed_new")
        self.page("contacts at risk", None, f"{BASE}/contacts/?ready=at_risk&sort=-total")

    # --- what people write --------------------------------------------------------------------------------------------
    def writes(self) -> None:
        rng, path = self.rng, f"{BASE}/contacts/new/"
        token = self.browser.form(path)["csrfmiddlewaretoken"]

        def contact(number: int) -> Answer:
            name = f"Mesure{secrets.token_hex(4)}"
            fields = {
                "csrfmiddlewaretoken": token, "submission": secrets.token_urlsafe(16), "kind": "person",
                "first_name": "Amélie", "last_name": name, "language": "fr", "email": f"{name}@courriel.example",
                "phone": "819 555-0142", "address_line1": "1482, rue des Érables", "city": "Trois-Rivières",
                "province": "QC", "postal_code": "G9A 5H7", "country": "CA", "owner": self.material.owner,
                "lifecycle": "prospect", "relationship": "lead",
            }  # fmt: skip
            return self.browser.post(path, fields)

        def gift(number: int) -> Answer:
            donor = self.material.donors[number % len(self.material.donors)]
            fields = {
                "csrfmiddlewaretoken": token, "submission": secrets.token_urlsafe(16),
                "amount": f"{rng.randrange(500, 99_999) / 100:.2f}", "method": "check", "currency": "CAD",
                "received_on": (date.today() - timedelta(days=rng.randrange(1, 900))).isoformat(), "type": "one_time",
                "status": "completed", "fund": rng.choice(self.material.funds), "note": "", "confirmed": "on",
            }  # fmt: skip
            return self.browser.post(f"{BASE}/giving/gifts/new/{donor}/", fields)

        self.measure("create a contact (POST)", 30, contact)
        self.measure("record a gift with all its effects (POST)", 40, gift)

    # --- together -----------------------------------------------------------------------------------------------------
    def throughput(self, *, clients: int = 4, seconds: float = 10) -> float:
        """List pages a second with so many people at once."""
        browsers = [self.sign_in("admin") for _ in range(clients)]
        done = [0] * clients
        end = time.perf_counter() + seconds

        def work(number: int) -> None:
            while time.perf_counter() < end:
                if done[number] % 10 == 0:  # or all might stay with the one process that took them first
                    browsers[number].connection.close()
                browsers[number].get(f"{BASE}/contacts/?page={done[number] % 5 + 1}")
                done[number] += 1

        threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.perf_counter() - started)


def import_speed(database_url: str, *, rows: int) -> dict[str, float]:
    """Rows a second of ``manage.py import_file``: new contacts, then a gift for each, into the organization next door."""
    from crm.management.demo import people

    mark = secrets.token_hex(3)
    rng = Random(mark)  # noqa: S311 - other people each time: those of the last time are known now
    speeds = {}
    with tempfile.TemporaryDirectory() as folder:
        contacts, gifts = Path(folder) / "contacts.csv", Path(folder) / "gifts.csv"
        names = ["external_id", "first_name", "last_name", "email", "phone", "address_line1", "city", "province",
                 "postal_code", "language"]  # fmt: skip
        with contacts.open("w", newline="") as file:
            writer = csv.DictWriter(file, names, extrasaction="ignore")
            writer.writeheader()
            for number in range(rows):
                writer.writerow({**people.person(rng, tag=f"{mark}{number}"), "external_id": f"B{mark}{number}"})
        with gifts.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["Donor ID", "Date", "Amount", "Method", "External number"])
            for number in range(rows):
                day = date.today() - timedelta(days=rng.randrange(1, 900))
                writer.writerow(
                    [f"B{mark}{number}", day.isoformat(), rng.choice((20, 50, 100)), "check", f"H{mark}{number}"]
                )
        for kind, path in (("contacts", contacts), ("gifts", gifts)):
            started = time.perf_counter()
            summary = json.loads(
                server.manage(
                    database_url, "import_file", str(path), "--organization", "other", "--kind", kind, "--json"
                )
            )
            seconds = time.perf_counter() - started
            if summary["created"] + summary["updated"] != rows:  # two people of the same name and postal code
                raise SystemExit(f"import of {kind}: {str(summary)[:800]}")
            speeds[kind] = rows / seconds
            print(f"import of {rows} {kind}: {speeds[kind]:.0f} rows/s", flush=True)
    return speeds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--gifts", type=int, default=500_000)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--import-rows", type=int, default=50_000, help="0: no import")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--only", choices=("lists", "donor", "day", "writes", "throughput", "import"), help="nothing is written"
    )
    options = parser.parse_args()
    database_url = os.environ.get("DATABASE_URL")
    if not database_url:
        raise SystemExit("DATABASE_URL says which database to measure; it will be filled with demo data.")
    database.ensure(database_url, contacts=options.contacts, gifts=options.gifts)
    database.setup(database_url)
    rng = Random(options.seed)  # noqa: S311 - the same requests each time
    results = report.Results(database_url=database_url, contacts=options.contacts, gifts=options.gifts)
    with server.running(database_url) as (port, web, worker):
        bench = Bench(port=port, web=web, requests=options.requests, rng=rng)
        for part in ("lists", "donor", "day", "writes"):
            if options.only in (None, part):
                getattr(bench, part)()
        if options.only in (None, "throughput"):
            results.throughput = bench.throughput()
            print(f"list pages a second, four clients: {results.throughput:.0f}", flush=True)
        results.web, results.worker = web.memory(), worker.memory()
        results.measures = bench.measures
    print(f"memory: web {results.web:.0f} MiB, worker {results.worker:.0f} MiB", flush=True)
    if options.import_rows and options.only in (None, "import"):
        results.imports = import_speed(database_url, rows=options.import_rows)
    if options.only is None:
        report.write(results, requests=options.requests)


if __name__ == "__main__":
    main()
