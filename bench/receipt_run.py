"""A year of receipts by real workers: ``DATABASE_URL=… .venv/bin/python -m bench.receipt_run [--count 10000] [--workers 2]``.

Makes an organization with so many donors (one to three gifts each) in a database that must be empty or its own, then
prepares, approves and issues their annual receipts and makes the file to print, and shows how long each took and the
memory of the job processes on the way. Promised (receipts.md): 8 receipts a second and idle core; flat memory over 10,000.
"""

import argparse
import os
import subprocess
import sys
import time
from decimal import Decimal

import psutil

from bench.database import setup
from bench.server import ROOT, environment, manage

RATE = 8.0
GROWTH = 1.15  # of the memory between the first tenth of the receipts and the last: more is not flat


def furnish(count: int):
    from django.db import transaction

    from crm.accounts.models import Membership, Organization, User
    from crm.contacts.models import Contact
    from crm.giving.models import Fund, Gift

    organization = Organization.objects.create(
        slug="bench-run", name_fr="Essai", legal_name_fr="Fondation Essai", registration_number="119219814RR0001",
        receipt_place_fr="Québec (Québec)", signatory_name="Jeanne Roy", address_fr="1, rue Saint-Jean\nQuébec (Québec) G1R 1A1",
    )  # fmt: skip
    user = User.objects.create(email="bench-run@example.test", first_name="Béa")
    by = Membership.objects.create(organization=organization, user=user, role="admin")
    fund = Fund.objects.create(organization=organization, code="GEN", name_fr="Général", is_default=True)
    donors = []
    for n in range(count):
        donor = Contact(
            organization=organization, first_name="Anne", last_name=f"Tremblay{n:05d}", address_line1=f"{n}, rue du Port",
            city="Québec", province="QC", postal_code=f"G{n % 9 + 1}K 1A{n % 10}", language=("fr", "en")[n % 7 == 0],
        )  # fmt: skip
        donor.derive()
        donors.append(donor)
    with transaction.atomic():
        Contact.objects.bulk_create(donors, batch_size=1000)
        Gift.objects.bulk_create(
            (
                Gift(
                    organization=organization, contact=donor, fund=fund, recorded_by=by, amount=Decimal(20 + n % 500),
                    received_on=f"2025-{month:02d}-15",
                )
                for n, donor in enumerate(donors)
                for month in range(1, n % 3 + 2)
            ),
            batch_size=1000,
        )  # fmt: skip
    return by


def memory(pid: int) -> float:
    """MiB of the worker and its processes; what they share is counted once (proportional set)."""
    total = 0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


def wait_for(what, *, seconds: float = 7200, every: float = 0.5) -> float:
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > seconds:
            raise SystemExit("This takes too long.")
        time.sleep(every)
    return time.monotonic() - began


def issue(run, pid: int, count: int) -> tuple[float, list[tuple[int, float]]]:
    """Seconds until the last page is drawn, and the memory after each tenth."""
    from crm.receipts.models import Receipt

    seen: list[tuple[int, float]] = []

    def over() -> bool:
        drawn = Receipt.objects.filter(organization=run.organization, rendered_at__isnull=False).count()
        if drawn >= (len(seen) + 1) * count // 10:
            seen.append((drawn, memory(pid)))
            print(f"  {drawn:6d} receipts, {seen[-1][1]:6.0f} MiB", flush=True)
        run.refresh_from_db()
        return run.status == "done" and drawn >= count

    return wait_for(over), seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    url = os.environ["DATABASE_URL"]
    manage(url, "migrate", "-v0")
    setup(url)
    from crm.core.models import Operation
    from crm.receipts import runs, services
    from crm.receipts.models import Receipt

    by = furnish(options.count)
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=environment(url) | {"WORKERS": str(options.workers)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        run = services.start_run(year=2025, by=by)
        wait_for(lambda: (run.refresh_from_db() or run.status) == "ready")
        run.operation.refresh_from_db()
        spent = (run.operation.finished_at - run.operation.started_at).total_seconds()
        print(f"prepared: {options.count} donors in {spent:.1f} s, {options.count / spent:.0f} a second")
        figures = runs.figures_of(run)
        services.approve_run(run, seen=figures.seen, by=by)
        seconds, seen = issue(run, worker.pid, options.count)
        rate = options.count / seconds
        print(f"issued and drawn: {seconds:.0f} s, {rate:.1f} a second, {rate / options.workers:.1f} a worker process")
        printing = services.print_run(run, by=by)
        taken = wait_for(lambda: Operation.objects.get(pk=printing.pk).is_over)
        printing.refresh_from_db()
        print(
            f"file to print: {taken:.0f} s, {printing.result_file.size / 2**20:.0f} MiB, then {memory(worker.pid):.0f} MiB"
        )
        numbers = list(
            Receipt.objects.filter(organization=by.organization).order_by("sequence").values_list("sequence")
        )
        after = runs.figures_of(run)
        if numbers != [(n,) for n in range(1, options.count + 1)] or after.issued_total != figures.total:
            raise SystemExit("A gap in the numbers, or another total than the one approved.")
        print("Numbers without a gap; issued what was approved, to the cent.")
        growth = seen[-1][1] / seen[0][1]
        print(f"Memory of the last tenth: {growth:.2f} times that of the first.")
        if rate / min(options.workers, os.cpu_count() or 1) < RATE or growth > GROWTH:
            print("Targets missed.")
    finally:
        worker.terminate()
        worker.wait()


if __name__ == "__main__":
    main()
