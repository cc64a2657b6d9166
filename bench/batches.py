"""How soon the grid of a batch is answered, line after line: ``DATABASE_URL=… .venv/bin/python -m bench.batches``.

Everything is made in one transaction that is rolled back: nothing is left in the database. Target (issue 4): under 100 ms a
line up to 200 lines.
"""

import os
import statistics
import sys
import time
import uuid
from datetime import date
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402

from crm.core.preload import preload  # noqa: E402
from crm.core.web.urls import org_url  # noqa: E402
from crm.giving import services  # noqa: E402
from crm.giving.models import Gift  # noqa: E402
from tests.factories.accounts import MembershipFactory  # noqa: E402
from tests.factories.contacts import ContactFactory  # noqa: E402
from tests.factories.giving import FundFactory  # noqa: E402

LINES, DONORS, TARGET = 200, 300, 0.100
DAY = date(2026, 1, 15)


def measure() -> tuple[list[float], float]:
    """Seconds of each answer, and of the posting."""
    admin = MembershipFactory()
    fund = FundFactory(organization=admin.organization)
    donors = [ContactFactory(organization=admin.organization) for _one in range(DONORS)]
    batch = services.open_batch(received_on=DAY, fund=fund, by=admin)
    client = Client(HTTP_HOST="localhost")
    client.force_login(admin.user)
    url = org_url(admin, "giving:batch_row_save", pk=batch.pk)
    times = []
    for number in range(LINES):
        donor = donors[number % DONORS]
        sent = {
            "key": str(uuid.uuid4()), "version": 0, "saving": uuid.uuid4().hex, "position": number, "contact": donor.pk,
            "contact_text": donor.name, "received_on": DAY.isoformat(), "amount": str(10 + number), "method": "check",
            "cheque_number": str(number), "fund": fund.pk,
        }  # fmt: skip
        began = time.perf_counter()
        response = client.post(url, sent)
        times.append(time.perf_counter() - began)
        if response.status_code != 200:
            raise SystemExit(f"line {number}: {response.status_code} {response.content[:200]!r}")
    began = time.perf_counter()
    services.post_batch(batch, by=admin)
    posted = time.perf_counter() - began
    total = sum(Gift.objects.filter(organization=admin.organization).values_list("amount", flat=True), Decimal(0))
    if total != sum(range(10, 10 + LINES)):
        raise SystemExit(f"posted {total}")
    return times, posted


def main() -> int:
    preload()  # as a process of the web server begins: what is loaded by then is no longer looked at by the collector
    with transaction.atomic():
        times, posted = measure()
        transaction.set_rollback(True)
    times = times[1:]  # the first one loads the templates
    worst, late = max(times), statistics.median(times[-20:])
    print(
        f"{connection.vendor}: {LINES} lines, median {1000 * statistics.median(times):.0f} ms, last twenty {1000 * late:.0f} ms, "
        f"worst {1000 * worst:.0f} ms; posted in {1000 * posted:.0f} ms"
    )
    return 0 if worst < TARGET else 1


if __name__ == "__main__":
    raise SystemExit(main())
