"""The table of one database in bench/RESULTS.md; the tables of the others stay as they are."""

import os
import platform
import re
import subprocess
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.server import ROOT

if TYPE_CHECKING:
    from bench.run import Measure

FILE = ROOT / "bench/RESULTS.md"
HEAD = """# Measured

Whole HTML pages over HTTP as a server runs them (production settings, `config/gunicorn.py`: two web processes), from the
request to the last byte, warm, one after the other unless said; milliseconds. `python -m bench.run` writes a section below
for each database; what is measured and why is in [docs/performance.md](../docs/performance.md). The promises are those of
the design for 100,000 contacts and 500,000 gifts on PostgreSQL, p50; SQLite may take twice as long. “Web CPU” is processor
time of the web processes for one request: it hardly depends on what else the machine does.
"""


@dataclass
class Results:
    database_url: str
    contacts: int
    gifts: int
    measures: list["Measure"] = field(default_factory=list)
    throughput: float = 0
    web: float = 0
    worker: float = 0
    imports: dict[str, float] = field(default_factory=dict)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def patience(self) -> int:
        return 2 if self.is_sqlite else 1

    @property
    def title(self) -> str:
        name = "SQLite" if self.is_sqlite else "PostgreSQL"
        return f"## {name}, {self.contacts:,} contacts, {self.gifts:,} gifts"


def _database_version() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        return f"{connection.display_name} {cursor.fetchone()[0].split()[0]}"


def machine() -> str:
    processor = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(encoding="utf-8"))
    return (
        f"{processor.group(1) if processor else platform.machine()}, {os.cpu_count()} cores, "
        f"{int(memory.group(1)) // 1024**2 if memory else '?'} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"


def verdict(value: float, target: float | None, *, at_least: bool = False) -> str:
    if target is None:
        return ""
    return "yes" if (value >= target if at_least else value <= target) else "**no**"


def _row(*cells: object) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def section(results: Results, *, requests: int) -> str:
    command = f"DATABASE_URL={results.database_url} python -m bench.run"
    if results.contacts != 100_000:
        command += f" --contacts {results.contacts} --gifts {results.gifts}"
    lines = [
        results.title,
        "",
        f"{datetime.now().astimezone():%Y-%m-%d %H:%M}, commit {_commit()}, {_database_version()}; {machine()}.",
        f"Load of the machine when it began: {results.load:.1f}. {requests} requests each. `{command}`",
        "",
        _row("page", "p50", "p95", "max", "web CPU", "promised", "kept"),
        _row("---", "--:", "--:", "--:", "--:", "--:", "---"),
    ]
    for measure in results.measures:
        target = measure.target * results.patience if measure.target else None
        lines.append(
            _row(
                measure.name,
                f"{measure.median:.1f}",
                f"{measure.quantile(0.95):.1f}",
                f"{max(measure.times):.1f}",
                f"{measure.cpu:.1f}",
                f"{target:g}" if target else "",
                verdict(measure.median, target),
            )
        )
    wanted = 100 / results.patience
    memory = results.web + results.worker
    lines += [
        "",
        _row("together", "measured", "promised", "kept"),
        _row("---", "--:", "--:", "---"),
        _row(
            "list pages a second, four clients",
            f"{results.throughput:.0f}",
            f"{wanted:.0f}",
            verdict(results.throughput, wanted, at_least=True),
        ),
        _row(
            "memory of web and worker after all this, MiB (proportional set)",
            f"{results.web:.0f} + {results.worker:.0f} = {memory:.0f}",
            250,
            verdict(memory, 250),
        ),
    ]
    for kind, speed in results.imports.items():
        lines.append(_row(f"import of {kind}, rows a second (whole command)", f"{speed:.0f}", 3000,
                          verdict(speed, 3000, at_least=True)))  # fmt: skip
    return "\n".join(lines) + "\n"


def write(results: Results, *, requests: int) -> None:
    """Put this section in the place of the former one of the same title, or at the end."""
    known = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    sections = {
        part.splitlines()[0]: part.rstrip() + "\n"
        for part in re.split(r"(?m)^(?=## )", known)
        if part.startswith("## ")
    }
    sections[results.title] = section(results, requests=requests)
    FILE.write_text("\n".join([HEAD, *sections.values()]), encoding="utf-8")
    print(f"written: {FILE}")
