"""The ledger: every gift on its day, every return on its own; books that are closed do not move."""

import csv
import io
import threading
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection, transaction

from crm.accounts.models import AuditEntry
from crm.core.errors import DomainError
from crm.core.events import recorded
from crm.giving import ledger, services
from crm.giving.models import Gift, PeriodLock
from crm.imports.services import receive_file, start_import
from tests.factories.giving import FundFactory
from tests.giving.reading import errors, gift_form, page

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
APRIL = (date(2026, 4, 1), date(2026, 4, 30))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def other(organization):
    return FundFactory(
        organization=organization, code="SCH", gl_code="=4100", name_fr="Bourses", name_en="Scholarships"
    )


@pytest.fixture
def record(contact, fund, admin, published):
    def record_gift(amount: str, day=date(2026, 3, 10), **fields) -> Gift:
        fields = {"fund": fund} | fields
        return services.record_gift(contact=contact, amount=Decimal(amount), received_on=day, by=admin, **fields)

    return record_gift


@pytest.fixture
def march(record, fund, other, admin, clock, published) -> Gift:
    """In March a cheque, a shared gift, a foreign one and one that is pending; the cheque comes back in April."""
    cheque = record("100.00")
    record("60.00", fund=None, splits={fund: Decimal("35.50"), other: Decimal("24.50")})
    record("20.00", currency="USD")
    record("999.00", status="pending")
    clock.move_to("2026-04-15T12:00:00-04:00")
    services.return_gift(cheque, by=admin, why="nsf")
    record("5.00", day=date(2026, 4, 2))
    return cheque


def told(period: tuple) -> list[tuple]:
    return [
        (f"{one.on:%m-%d}", one.fund.code, one.gift.currency, str(one.amount))
        for one in ledger.entries(Gift.objects.all(), *period)
    ]


def test_a_return_is_an_entry_of_its_own_day_and_the_former_period_stays_as_it_was(march, fund):
    assert told(MARCH) == [
        ("03-10", fund.code, "CAD", "100.00"),
        ("03-10", fund.code, "CAD", "35.50"),
        ("03-10", "SCH", "CAD", "24.50"),
        ("03-10", fund.code, "USD", "20.00"),
    ]
    assert told(APRIL) == [("04-02", fund.code, "CAD", "5.00"), ("04-15", fund.code, "CAD", "-100.00")]


@pytest.mark.parametrize("period", [MARCH, APRIL, (MARCH[0], APRIL[1]), (date(2026, 1, 1), date(2026, 1, 31))])
def test_the_statement_is_what_its_lines_add_up_to(period, march):
    lines: dict = {}
    for entry in ledger.entries(Gift.objects.all(), *period):
        key = (entry.fund.code, entry.gift.currency)
        received, went, count = lines.get(key, (Decimal(0), Decimal(0), 0))
        sums = (received, went + entry.amount) if entry.is_reversal else (received + entry.amount, went)
        lines[key] = (*sums, count + 1)
    found = ledger.statement(Gift.objects.all(), *period)
    assert {(one.fund.code, one.currency): (one.received, one.reversed, one.count) for one in found.accounts} == lines
    for currency, whole in found.totals.items():
        assert whole.net == sum((one.net for one in found.accounts if one.currency == currency), Decimal(0))


def test_the_page_and_its_file_say_the_same_and_who_took_it_is_logged(march, finance, browse):
    browser = browse(finance)
    asked = {"first": "2026-03-01", "last": "2026-04-30"}
    shown = page(browser.open("giving:ledger", asked))
    assert "Total, CAD5$165.00−$100.00$65.00" in shown.one("tfoot").words
    response = browser.open("giving:ledger", asked | {"export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert [(row[0], row[4], row[8], row[9]) for row in rows[1:]] == [
        (entry.on.isoformat(), entry.fund.code, entry.gift.currency, str(entry.amount))
        for entry in ledger.entries(Gift.objects.all(), MARCH[0], APRIL[1])
    ]
    assert {row[5] for row in rows[1:]} >= {"'=4100"}  # no formula
    assert AuditEntry.objects.get(action="export").changes == {"rows": [None, len(rows) - 1]}
    assert browser.open("giving:ledger", asked | {"export": "xlsx"}).content[:2] == b"PK"


@pytest.mark.parametrize(
    "asked",
    [{"first": "2026-04-01", "last": "2026-03-01"}, {"first": "2020-01-01", "last": "2026-03-01"}, {"first": "x"}],
)
def test_a_period_that_cannot_be_is_said(asked, finance, browse):
    response = browse(finance).open("giving:ledger", asked)
    assert response.status_code == 422
    assert len(errors(response)) == 1


# --- closed books -------------------------------------------------------------------------------------------------------
@pytest.fixture
def closed(march, finance) -> PeriodLock:
    return services.close_period(until=date(2026, 3, 31), by=finance)


def test_nothing_moves_in_closed_books(closed, march, record, admin, fund, other, published):
    before = told(MARCH)
    whole, shared = Gift.objects.get(amount="20.00"), Gift.objects.get(amount="60.00")
    pending = Gift.objects.get(status="pending")
    for act in (
        lambda: record("7.00"),
        lambda: services.correct_gift(whole, by=admin, amount=Decimal(21)),
        lambda: services.correct_gift(whole, by=admin, received_on=date(2026, 4, 1)),
        lambda: services.correct_gift(Gift.objects.get(amount="5.00"), by=admin, received_on=date(2026, 3, 31)),
        lambda: services.correct_gift(whole, by=admin, fund=other),
        lambda: services.correct_gift(shared, by=admin, fund=None, splits={fund: Decimal(50), other: Decimal(10)}),
        lambda: services.correct_gift(pending, by=admin, status="completed"),
        lambda: services.delete_gift(whole, by=admin),
    ):
        with pytest.raises(DomainError, match="The books are closed until March 31, 2026"):
            act()
    assert told(MARCH) == before
    services.correct_gift(whole, by=admin, note="Thanked by phone")  # no matter of the books
    services.refund_gift(whole, by=admin)  # goes back today, in April
    assert told(MARCH) == before
    assert told(APRIL)[-1] == ("04-15", fund.code, "USD", "-20.00")


def test_a_mistaken_refund_comes_back_while_its_day_is_open(closed, admin, finance, clock, published):
    whole = Gift.objects.get(amount="20.00")
    services.refund_gift(whole, by=admin)
    services.correct_gift(whole, by=admin, status="completed")
    assert Gift.objects.get(pk=whole.pk).undone_on is None
    services.refund_gift(whole, by=admin)
    clock.move_to("2026-05-02T12:00:00-04:00")
    services.close_period(until=date(2026, 4, 30), by=finance)
    with pytest.raises(DomainError, match="closed until April 30"):
        services.correct_gift(whole, by=admin, status="completed")


def test_the_form_says_so_beside_the_date(closed, admin, contact, fund, browse):
    sent = gift_form(contact, fund) | {"received_on": "2026-03-15", "amount": "12.00"}
    assert list(errors(browse(admin).send("giving:gift_create", sent))) == ["received_on"]


def test_an_import_refuses_the_rows_of_closed_books_and_takes_the_others(closed, admin, run_jobs):
    text = "Nom;Date du don;Montant\nRoy;2026-03-15;10,00\nCôté;2026-04-03;11,00\n"
    record = receive_file(file=ContentFile(text.encode(), "f.csv"), name="f.csv", kind="gifts", by=admin)
    start_import(record, by=admin)
    run_jobs()
    assert not Gift.objects.filter(amount="10.00").exists()
    assert Gift.objects.filter(amount="11.00").exists()


def test_books_are_closed_forward_and_opened_backward_with_a_reason(closed, admin, finance, browse, clock):
    browser = browse(finance)
    for until in ("2026-03-31", "2026-02-28", "2026-04-15", "2026-06-01"):
        assert list(errors(browser.send("giving:ledger_close", {"until": until}))) == ["until"]
    assert browser.send("giving:ledger_close", {"until": "2026-04-14"}).status_code == 302
    assert (
        browser.send("giving:ledger_reopen", {"reason": "Slip"}, pk=closed.pk).status_code == 403
    )  # administrators only
    with pytest.raises(DomainError, match="Only the latest"):
        services.reopen_period(closed, reason="Slip", by=admin)
    latest = PeriodLock.objects.order_by("-pk").first()
    assert list(errors(browse(admin).send("giving:ledger_reopen", {"reason": ""}, pk=latest.pk))) == ["reason"]
    assert browse(admin).send("giving:ledger_reopen", {"reason": "Slip"}, pk=latest.pk).status_code == 302
    assert services.closed_until(admin.organization_id) == date(2026, 3, 31)
    assert "Slip" in page(browse(admin).open("giving:ledger")).words


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database() LIMIT 1"
        )
        return cursor.fetchone() is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "not __import__('django.db').db.connection.features.has_select_for_update",
    reason="SQLite lets one writer in at a time: nothing can interleave",
)
@pytest.mark.parametrize("first", ["gift", "closing"])
def test_a_gift_saved_while_its_day_is_being_closed_is_in_the_books_or_refused(
    first, contact, fund, admin, finance, clock
):
    clock.move_to("2026-04-15T12:00:00-04:00")
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()
    gift = {"contact": contact, "amount": Decimal(7), "received_on": date(2026, 3, 15), "fund": fund, "by": admin}
    acts = {
        "gift": lambda: services.record_gift(**gift),
        "closing": lambda: services.close_period(until=date(2026, 3, 31), by=finance),
    }
    said: dict[str, str] = {}

    def slowly() -> None:
        with recorded(), transaction.atomic():
            acts[first]()
            begun.set()
            may_end.wait(10)
            said[first] = "done" if not ended.is_set() else "overtaken"
        connection.close()

    def meanwhile() -> None:
        begun.wait(10)
        second = "closing" if first == "gift" else "gift"
        try:
            with recorded():
                acts[second]()
            said[second] = "done"
        except DomainError as error:
            said[second] = error.code
        ended.set()
        connection.close()

    threads = [threading.Thread(target=act) for act in (slowly, meanwhile)]
    for thread in threads:
        thread.start()
    while not (ended.is_set() or somebody_waits()):
        begun.wait(10)
    may_end.set()
    for thread in threads:
        thread.join()
    assert said == {"gift": "done" if first == "gift" else "closed", "closing": "done"}
    assert Gift.objects.filter(received_on=date(2026, 3, 15)).count() == (first == "gift")
