"""Pre-authorised debits: a file for the bank and its answers, each debit once whatever is made, sent or killed twice."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.accounts.models import AuditEntry
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.giving import debits, services
from crm.giving.jobs import collect_charges, wake_charges
from crm.giving.models import Charge, DebitFile, Gift, PaymentMethod, Pledge
from crm.giving.services import debits as work
from tests.factories.contacts import ContactFactory
from tests.giving.reading import errors, page

DUE = date(2026, 2, 1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-01-29T09:00:00-05:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def promise(organization, owner, fund, admin, finance):
    """A monthly pledge of somebody new, debited from a bank account."""
    made = iter(range(1000))

    def make(amount=40, *, starts_on=DUE, **fields) -> Pledge:
        number = next(made)
        donor = ContactFactory(organization=organization, owner=owner, last_name=f"Roy{number}")
        method = services.add_payment_method(
            contact=donor, gateway="debit", kind="bank", brand="Desjardins", last_four="0042", token=f"D-{number}",
            mandate_on=date(2026, 1, 2), by=finance,
        )  # fmt: skip
        pledge = services.create_pledge(
            contact=donor,
            amount=Decimal(amount),
            frequency="monthly",
            starts_on=starts_on,
            fund=fund,
            by=admin,
            **fields,
        )
        return services.collect_from(pledge, payment_method=method, by=admin)

    return make


def made(by, until=DUE) -> DebitFile:
    operation = services.make_debit_file(until=until, by=by)
    return DebitFile.objects.get(pk=operation.params["file"])


def rows(file: DebitFile) -> list[dict]:
    return list(csv.DictReader(io.StringIO(debits.as_csv(file))))


def read(text: str, file: DebitFile) -> list[debits.Result]:
    return debits.read_results(text.encode(), file=file)


# --- the file -----------------------------------------------------------------------------------------------------------
def test_what_is_due_by_then_is_in_the_file_and_in_no_other(promise, finance):
    promise(40)
    promise("25.50")
    promise(10, starts_on=date(2026, 2, 2))
    file = made(finance)
    assert (file.number, file.count, file.total, file.status) == (1, 2, Decimal("65.50"), "ready")
    assert [(row["reference"], row["amount"], row["due"]) for row in rows(file)] == [
        ("D-0", "40.00", "2026-02-01"), ("D-1", "25.50", "2026-02-01"),
    ]  # fmt: skip
    with pytest.raises(DomainError, match="Nothing is due"):
        made(finance)
    assert made(finance, until=date(2026, 2, 2)).count == 1
    assert debits.as_csv(file) == debits.as_csv(file)


def test_no_worker_sends_what_waits_for_a_file(promise, finance, clock):
    promise()
    clock.move_to("2026-02-01T05:00:00-05:00")
    assert collect_charges() == 0
    made(finance)
    clock.move_to("2026-02-09T05:00:00-05:00")
    assert wake_charges() in (0, None)
    assert Charge.objects.get().status == "pending"


def test_a_donors_name_is_never_a_formula_and_the_account_number_is_nowhere(promise, finance):
    pledge = promise()
    pledge.contact.first_name, pledge.contact.last_name = "=cmd|' /C calc'!A0", "Roy"
    pledge.contact.save()
    assert rows(made(finance))[0]["donor"].startswith("'=")
    with pytest.raises(DomainError, match="whole number"):
        services.add_payment_method(
            contact=pledge.contact, gateway="debit", kind="bank", last_four="0042", token="815-30001-1234567-8",
            by=finance,
        )  # fmt: skip


def test_a_pledge_paused_after_the_file_was_made_stays_in_it_for_it_may_be_at_the_bank(promise, finance, admin):
    pledge = promise()
    file = made(finance)
    services.pause_pledge(pledge, from_on=date(2026, 1, 30), by=admin)
    services.take_results(file, results=[], answered_on=date(2026, 1, 29), others_paid=True, by=finance)
    assert Gift.objects.get().pledge == pledge


def test_a_file_that_never_went_to_the_bank_is_thrown_away_and_comes_again(promise, finance):
    promise()
    file = made(finance)
    services.drop_debit_file(file, by=finance)
    services.drop_debit_file(file, by=finance)
    again = made(finance)
    assert (again.number, again.count) == (2, 1)
    services.take_results(again, results=[], answered_on=date(2026, 1, 29), others_paid=True, by=finance)
    with pytest.raises(DomainError, match="answered for this file"):
        services.drop_debit_file(again, by=finance)
    with pytest.raises(DomainError, match="does not wait"):
        services.take_results(file, results=[], answered_on=date(2026, 1, 29), others_paid=True, by=finance)
    assert Gift.objects.count() == 1


def test_a_large_file_is_made_by_a_worker_and_a_killed_one_goes_on_where_it_was(
    promise, finance, monkeypatch, run_jobs
):
    monkeypatch.setattr(work, "CHUNK", 2)
    for _one in range(5):
        promise()
    operation = services.make_debit_file(until=DUE, by=finance)
    file = DebitFile.objects.get()
    assert file.status == "making"
    with pytest.raises(DomainError, match="being made"):
        services.make_debit_file(until=DUE, by=finance)
    operations.advance(operation.pk)  # two of them, then the worker is killed
    assert Charge.objects.count() == 2
    run_jobs()
    file.refresh_from_db()
    assert (file.status, file.count, Charge.objects.count()) == ("ready", 5, 5)
    services.take_results(file, results=[], answered_on=date(2026, 1, 29), others_paid=True, by=finance)
    run_jobs()
    file.refresh_from_db()
    assert (file.status, Gift.objects.count()) == ("settled", 5)


def test_a_file_whose_making_was_stopped_holds_what_it_has_and_does_not_stand_in_the_way(promise, finance, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 2)
    for _one in range(3):
        promise()
    operation = services.make_debit_file(until=DUE, by=finance)
    operations.advance(operation.pk)
    Operation.objects.filter(pk=operation.pk).update(status=Operation.Status.FAILED)
    services.make_debit_file(until=DUE, by=finance)
    first, second = DebitFile.objects.order_by("number")
    assert [(file.status, file.count) for file in (first, second)] == [("ready", 2), ("ready", 1)]
    assert Charge.objects.count() == 3


# --- what the bank answers ----------------------------------------------------------------------------------------------
def test_what_was_paid_becomes_gifts_of_that_day_and_a_refusal_is_tried_in_a_later_file(promise, finance, clock):
    paid, refused = promise(40), promise(25)
    file = made(finance)
    clock.move_to("2026-02-02T09:00:00-05:00")
    bad = Charge.objects.get(pledge=refused)
    results = read(f"key,result,reason\n{bad.key},refused,901\n", file)
    services.take_results(file, results=results, answered_on=DUE, others_paid=True, by=finance)
    gift = Gift.objects.get()
    assert (gift.pledge, gift.received_on, gift.method) == (paid, DUE, "bank_transfer")
    bad.refresh_from_db()
    assert (bad.status, bad.reason) == ("failed", "insufficient_funds")
    file.refresh_from_db()
    assert file.status == "settled"
    assert debits.progress_of(file) == debits.Progress(1, 1, 0, 0, Decimal("40.00"))
    with pytest.raises(DomainError, match="Nothing is due"):
        made(finance)  # refused: not again before three days have passed
    clock.move_to("2026-02-06T09:00:00-05:00")
    again = made(finance, until=date(2026, 2, 6))
    assert [charge.pledge for charge in again.charges.all()] == [refused]


def test_the_same_results_twice_make_one_gift_and_those_in_two_parts_are_added(promise, finance):
    promise(40)
    promise(25)
    file = made(finance)
    first, second = file.charges.order_by("pk")
    day = date(2026, 1, 29)
    results = read(f"Clé;Résultat\n{first.key};payé\n", file)
    services.take_results(file, results=results, answered_on=day, by=finance)
    with pytest.raises(DomainError, match="settle nothing"):
        services.take_results(file, results=results, answered_on=day, by=finance)
    file.refresh_from_db()
    assert (Gift.objects.count(), file.status) == (1, "ready")
    services.take_results(file, results=read(f"key\tstatus\n{second.key}\t905\n", file), answered_on=day, by=finance)
    file.refresh_from_db()
    assert (Gift.objects.count(), file.status) == (1, "settled")
    assert Pledge.objects.get(pk=second.pledge_id).status == "failed"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "The first line must name the columns"),
        ("a,b\n1,2\n", "The first line must name the columns"),
        ("key,result\nnobody,paid\n", "Line 2: nobody is no debit of this file."),
        ("key,result\n{key},perhaps\n", "Line 2: “perhaps” is no result that we know."),
        ("key,result\n{key},\n", "Line 2: “” is no result that we know."),
        ("key,result\n{key},paid\n\n{key},refused\n", "Line 4: this debit has two results."),
    ],
)
def test_a_file_that_is_not_understood_wholly_is_not_taken_in_part(promise, finance, text, problem):
    promise()
    file = made(finance)
    with pytest.raises(debits.Unreadable) as error:
        read(text.replace("{key}", Charge.objects.get().key), file)
    assert problem in str(error.value.message)


def test_results_are_of_their_own_file_only(promise, finance):
    promise()
    first = made(finance)
    promise()
    second = made(finance)
    with pytest.raises(debits.Unreadable):
        read(f"key,result\n{first.charges.get().key},paid\n", second)


def test_the_day_of_the_answer_is_a_day_on_which_it_can_have_come(promise, finance):
    promise()
    file = made(finance)
    for day, problem in ((date(2026, 1, 30), "future"), (date(2026, 1, 28), "before the file was made")):
        with pytest.raises(DomainError, match=problem):
            services.take_results(file, results=[], answered_on=day, others_paid=True, by=finance)


# --- on the screen ------------------------------------------------------------------------------------------------------
def test_a_month_from_the_account_to_the_gifts(browse, finance, contact, fund, admin, clock):
    browser = browse(finance)
    account = {"brand": "RBC", "last_four": "0042", "token": "D-77", "mandate_on": "2026-01-05"}
    url = f"{browser.url('giving:payment_method_create', pk=contact.pk)}?gateway=debit"
    assert list(errors(browser.post(url, account | {"mandate_on": ""}))) == ["mandate_on"]
    browser.post(url, account)
    method = PaymentMethod.objects.get()
    assert (method.gateway, method.kind, method.mandate_on, method.token) == ("debit", "bank", date(2026, 1, 5), "D-77")
    pledge = services.create_pledge(
        contact=contact, amount=Decimal(40), frequency="monthly", starts_on=DUE, fund=fund, by=admin
    )
    services.collect_from(pledge, payment_method=method, by=admin)
    assert "1 pledge has a payment due by then." in page(browser.open("giving:debit_create")).words
    browser.send("giving:debit_create", {"until": "2026-02-01"})
    file = DebitFile.objects.get()
    assert page(browser.open("giving:debit_list")).texts("tbody .mc-name") == ["File 1"]
    download = browser.send("giving:debit_download", pk=file.pk)
    assert download["Cache-Control"] == "no-store"
    assert b"D-77" in download.content
    assert AuditEntry.objects.filter(action="export", model="giving.debitfile").count() == 1
    clock.move_to("2026-02-02T09:00:00-05:00")
    nothing = browser.send("giving:debit_results", {"answered_on": "2026-02-01"}, pk=file.pk)
    assert errors(nothing) == {"results": ["Choose the file, or tick that all were paid."]}
    broken = SimpleUploadedFile("r.csv", b"key,result\nx,paid\n")
    refused = browser.send("giving:debit_results", {"answered_on": "2026-02-01", "results": broken}, pk=file.pk)
    assert "no debit of this file" in errors(refused)["results"][0]
    browser.send("giving:debit_results", {"answered_on": "2026-02-01", "others_paid": "on"}, pk=file.pk)
    assert Gift.objects.get().received_on == DUE
    shown = page(browser.open("giving:debit_detail", pk=file.pk)).words
    assert "Answered" in shown
    assert contact.name in shown


def test_who_may_not_see_payment_methods_sees_no_file(browse, member, promise, finance):
    promise()
    file = made(finance)
    browser = browse(member)
    assert browser.open("giving:debit_list").status_code == 403
    assert browser.send("giving:debit_download", pk=file.pk).status_code == 403
    assert Operation.objects.filter(started_by=member).count() == 0
