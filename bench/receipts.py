"""How fast receipts are drawn: the tuned way of ``crm.receipts.pdf`` against the naive one, in turns in the same run.

    .venv/bin/python bench/receipts.py [--count 30] [--memory 1000] [--processes 2]

Naive: fonts and style sheet read for every receipt, automatic table widths, flex boxes. Both make the same PDF/A-3a,
with disjoint donors and all three kinds of gift. Times are processor time of one process, so that other programs weigh
little. ``--memory N`` also draws N receipts and shows the memory of the process; ``--processes P`` measures P at once.
"""

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

django.setup()

from crm.core.typefaces import FACES  # noqa: E402
from crm.receipts import pdf  # noqa: E402 - Django must be set up first
from crm.receipts.snapshot import TEMPLATE, Snapshot  # noqa: E402
from tests.receipts.specimens import KINDS, snapshot  # noqa: E402

TARGET_RATIO, TARGET_RATE = 1.5, 8.0


def receipts(count: int, first: int = 1) -> list[Snapshot]:
    """Different donors, amounts and numbers, both languages, the three kinds in turn."""
    made = []
    for n in range(first, first + count):
        receipt = snapshot(("fr", "en")[n % 2], KINDS[n % 3], number=f"2026-{n:05d}", donor_name=f"Donor {n} Roy")
        more = Decimal(n) / 100
        made.append(replace(receipt, amount=receipt.amount + more, eligible=receipt.eligible + more))
    return made


def naive(receipt: Snapshot) -> bytes:
    """What a first version would do: one page with its style inside, and WeasyPrint left to itself."""
    from weasyprint import HTML

    faces = "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url("{face.path.as_uri()}");'
        f" font-weight: {face.weight}; font-style: {face.style} }}"
        for face in FACES
    )
    style = faces + pdf.style_sheet(receipt.paper).replace("table-layout: fixed", "table-layout: auto")
    style = style.replace(".sign, .foot { display: table;", ".sign, .foot { display: flex;")
    style = style.replace(".c-l, .c-r { display: table-cell;", ".c-l, .c-r { flex: 1;")
    html = pdf.page_html(receipt).replace("</head>", f"<style>{style}</style></head>")
    return HTML(string=html).write_pdf(pdf_variant="pdf/a-3a")


def compare(count: int) -> bool:
    tuned_ms, naive_ms, sizes = [], [], []
    pdf.render(receipts(1, 90001)[0])  # loading WeasyPrint and building the press is paid once per process
    naive(receipts(1, 90002)[0])
    for receipt, other in zip(receipts(count), receipts(count, 50001), strict=True):
        start = time.process_time()
        sizes.append(len(pdf.render(receipt)))
        middle = time.process_time()
        naive(other)
        end = time.process_time()
        tuned_ms.append((middle - start) * 1000)
        naive_ms.append((end - middle) * 1000)
    tuned, slow = statistics.median(tuned_ms), statistics.median(naive_ms)
    print(f"{'':8}{'median ms':>10}{'fastest':>9}{'receipts/s':>12}")
    print(f"{'naive':8}{slow:10.1f}{min(naive_ms):9.1f}{1000 / slow:12.1f}")
    print(f"{'tuned':8}{tuned:10.1f}{min(tuned_ms):9.1f}{1000 / tuned:12.1f}")
    print(f"Tuned is {slow / tuned:.2f} times as fast (asked: {TARGET_RATIO}).")
    print(f"{1000 / tuned:.1f} receipts per second and core (asked: {TARGET_RATE:.0f}).")
    print(f"One receipt: {statistics.median(sizes) / 1000:.1f} kB.")
    return slow / tuned >= TARGET_RATIO and 1000 / tuned >= TARGET_RATE


def first_receipt() -> None:
    start = time.perf_counter()
    pdf.render(receipts(1)[0])
    print(f"First receipt of a process, loading WeasyPrint and the fonts: {time.perf_counter() - start:.2f} s.")


def resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def memory(count: int) -> None:
    print(f"Memory of the process while {count} receipts are drawn:")
    step = max(count // 5, 1)
    for n, receipt in enumerate(receipts(count), start=1):
        pdf.render(receipt)
        if n % step == 0:
            print(f"  after {n:6d}: {resident():6.1f} MiB")


def _work(first: int, count: int) -> None:
    for receipt in receipts(count, first):
        pdf.render(receipt)


def together(processes: int, count: int) -> None:
    """Wall time of several processes at once, each with its own press."""
    spawn = multiprocessing.get_context("fork")
    workers = [spawn.Process(target=_work, args=(1 + n * 10_000, count)) for n in range(processes)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    taken = time.perf_counter() - start
    if any(worker.exitcode for worker in workers):
        raise RuntimeError(f"A process ended with {[worker.exitcode for worker in workers]}.")
    rate = processes * count / taken
    print(f"{processes} processes, start included: {rate:.1f} receipts/s ({processes * count} in {taken:.1f} s).")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--memory", type=int, default=0)
    parser.add_argument("--processes", type=int, default=0)
    options = parser.parse_args()
    print(f"Template version {TEMPLATE}, {options.count} receipts each way, {os.cpu_count()} processors.")
    first_receipt()
    met = compare(options.count)
    if options.memory:
        memory(options.memory)
    if options.processes:
        together(options.processes, options.count * 4)
    print("Targets met." if met else "Targets missed.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
