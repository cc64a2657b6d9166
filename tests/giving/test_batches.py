"""A pile of gifts: kept as it is typed, compared with its slip, posted once, opened again as if it had not been."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core.errors import ChangedMeanwhile, DomainError
from crm.giving import batches, services, summaries
from crm.giving.choices import BatchStatus
from crm.giving.events import BatchPosted
from crm.giving.forms.batches import read_day
from crm.giving.models import BatchRow, Gift, GiftBatch, GivingSummary
from tests.contacts.belongings import differences, everything
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.factories.receipts import issued

DAY = date(2026, 3, 15)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def batch(admin, fund) -> GiftBatch:
    return services.open_batch(title="Mail", received_on=DAY, fund=fund, by=admin)


@pytest.fixture
def donors(organization):
    return [ContactFactory(organization=organization) for _three in range(3)]


def type_line(batch, admin, **cells) -> BatchRow:
    blank = {"contact": None, "received_on": DAY, "amount": None, "method": "check", "cheque_number": ""}
    known = {"key": uuid.uuid4(), "version": 0, "saving": uuid.uuid4().hex, "position": batch.rows.count()}
    return services.save_row(batch, **(blank | {"fund": batch.fund, "as_typed": {}} | known | cells), by=admin)


@pytest.fixture
def filled(batch, donors, admin):
    for number, donor in enumerate(donors, start=1):
        type_line(batch, admin, contact=donor, amount=Decimal(10 * number), cheque_number=f"0{number}")
    return batch


def test_batches_are_numbered_by_year_without_a_gap(admin, fund, outsider):
    numbers = [services.open_batch(received_on=DAY, by=admin).number for _three in range(3)]
    assert numbers == ["2026-001", "2026-002", "2026-003"]
    assert services.open_batch(received_on=DAY, by=outsider).number == "2026-001"
    with time_machine.travel("2027-01-04T12:00:00-05:00", tick=False):
        assert services.open_batch(received_on=DAY, by=admin).number == "2027-001"


def test_what_is_typed_counts_nowhere_until_it_is_posted(filled, donors, admin, published):
    assert not Gift.objects.exists()
    assert not published
    services.post_batch(filled, by=admin)
    gifts = list(Gift.objects.order_by("pk"))
    assert [(gift.contact, gift.amount, gift.cheque_number, gift.received_on) for gift in gifts] == [
        (donor, Decimal(10 * number), f"0{number}", DAY) for number, donor in enumerate(donors, start=1)
    ]
    (event,) = published
    assert isinstance(event, BatchPosted)
    assert event.gift_ids == tuple(gift.pk for gift in gifts)
    assert GivingSummary.objects.get(contact=donors[1]).total == Decimal(20)
    assert Contact.objects.get(pk=donors[0].pk).lifecycle == "donor"
    assert list(summaries.out_of_balance(admin.organization)) == []
    assert [found for _last, found in summaries.sweep(admin.organization, repair=False) if found] == []


def test_asking_twice_posts_once(filled, admin, published):
    services.post_batch(filled, by=admin)
    services.post_batch(filled, by=admin)
    assert Gift.objects.count() == 3
    assert len(published) == 1


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        ({"expected_count": 4}, "balance"),
        ({"expected_count": 2}, "balance"),
        ({"expected_total": Decimal("60.01")}, "balance"),
        ({"expected_count": 3, "expected_total": Decimal("59.99")}, "balance"),
        ({"expected_count": 3, "expected_total": Decimal(60)}, None),
        ({}, None),
    ],
)
def test_a_batch_that_differs_from_its_slip_is_not_posted(expected, code, filled, admin, published):
    services.change_batch(filled, by=admin, **expected)
    if code is None:
        assert services.post_batch(filled, by=admin).status == BatchStatus.POSTED
        return
    with pytest.raises(DomainError) as refused:
        services.post_batch(filled, by=admin)
    assert refused.value.code == code
    assert not Gift.objects.exists()


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ({"received_on": date(2026, 3, 21)}, "received_on"),
        ({"received_on": date(1899, 12, 31)}, "received_on"),
        ({"amount": None, "as_typed": {"amount": "12,345"}}, "amount"),
        ({"received_on": None, "as_typed": {"received_on": "soon"}}, "received_on"),
        ({"contact": None, "as_typed": {"contact": "tre"}}, "contact"),
    ],
)
def test_a_wrong_line_is_kept_told_and_keeps_the_batch_closed(cells, cell, filled, donors, admin):
    row = type_line(filled, admin, **({"contact": donors[0], "amount": Decimal(5)} | cells))
    assert list(batches.review(filled, by=admin).line(row.key).problems) == [cell]
    with pytest.raises(DomainError) as refused:
        services.post_batch(filled, by=admin)
    assert refused.value.code == "wrong"
    assert Gift.objects.count() == 0


def test_a_line_without_donor_or_fund_is_only_unfinished(filled, donors, admin):
    some = [type_line(filled, admin, amount=Decimal(5)), type_line(filled, admin, contact=donors[0])]
    some.append(type_line(filled, admin, contact=donors[0], amount=Decimal(5), fund=None))
    review = batches.review(filled, by=admin)
    for line in (review.line(row.key) for row in some):
        assert (line.is_unfinished, line.problems, line.is_ready) == (True, {}, False)


def test_lines_left_blank_are_nobodys_business(filled, admin, published):
    type_line(filled, admin)
    services.post_batch(filled, by=admin)
    assert filled.rows.count() == 3


def test_closed_books_and_archived_donors_are_said_on_their_line(filled, donors, admin):
    services.close_period(until=date(2026, 3, 15), by=admin)
    contacts.archive_contact(donors[2], by=admin)
    review = batches.review(filled, by=admin)
    assert [sorted(line.problems) for line in review.wrong] == [["received_on"], ["received_on"], ["contact"]]


def test_the_same_gift_twice_is_asked_about(filled, donors, admin, fund, published):
    GiftFactory(contact=donors[0], fund=fund, recorded_by=admin, amount=Decimal(10), received_on=DAY)
    type_line(filled, admin, contact=donors[1], amount=Decimal(20))
    review = batches.review(filled, by=admin)
    assert [line.row.contact for line in review.doubtful] == [donors[0], donors[1], donors[1]]
    with pytest.raises(DomainError) as refused:
        services.post_batch(filled, by=admin)
    assert (refused.value.code, refused.value.field) == ("doubtful", "confirmed")
    assert services.post_batch(filled, doubts_confirmed=True, by=admin).status == BatchStatus.POSTED


def test_two_cheques_of_one_donor_are_told_apart_by_their_numbers(batch, donors, admin):
    for number in ("101", "102"):
        type_line(batch, admin, contact=donors[0], amount=Decimal(50), cheque_number=number)
    assert batches.review(batch, by=admin).doubtful == []
    type_line(batch, admin, contact=donors[0], amount=Decimal(50), cheque_number="102")
    assert len(batches.review(batch, by=admin).doubtful) == 2


# --- saved as one types ---------------------------------------------------------------------------------------------
def test_a_line_sent_twice_is_one_line(batch, donors, admin):
    sent = {"key": uuid.uuid4(), "version": 0, "saving": "once", "contact": donors[0], "amount": Decimal(5)}
    rows = [type_line(batch, admin, **sent) for _twice in range(2)]
    assert rows[0].pk == rows[1].pk
    assert (batch.rows.count(), BatchRow.objects.get().version) == (1, 1)


def test_what_another_window_wrote_is_not_overwritten_unseen(batch, donors, admin):
    row = type_line(batch, admin, contact=donors[0], amount=Decimal(5))
    type_line(batch, admin, key=row.key, version=1, contact=donors[0], amount=Decimal(6))
    with pytest.raises(ChangedMeanwhile):
        type_line(batch, admin, key=row.key, version=1, contact=donors[0], amount=Decimal(7))
    assert BatchRow.objects.get().amount == Decimal(6)
    services.remove_row(batch, key=row.key, by=admin)
    services.remove_row(batch, key=row.key, by=admin)
    with pytest.raises(ChangedMeanwhile):
        type_line(batch, admin, key=row.key, version=2, contact=donors[0], amount=Decimal(7))


def test_a_posted_batch_takes_no_more_lines(filled, donors, admin, published):
    services.post_batch(filled, by=admin)
    row = filled.rows.first()
    for act in (
        lambda: type_line(filled, admin, contact=donors[0], amount=Decimal(1)),
        lambda: services.remove_row(filled, key=row.key, by=admin),
        lambda: services.change_batch(filled, title="Other", by=admin),
        lambda: services.delete_batch(filled, by=admin),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "posted"


def test_a_batch_is_no_file(batch, donors, admin, monkeypatch):
    monkeypatch.setattr(batches, "MOST_ROWS", 1)
    type_line(batch, admin, contact=donors[0], amount=Decimal(1))
    with pytest.raises(DomainError) as refused:
        type_line(batch, admin, contact=donors[0], amount=Decimal(1))
    assert refused.value.code == "full"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)),
        ("2026/03/01", date(2026, 3, 1)),
        ("19", date(2026, 3, 19)),
        ("25", date(2026, 2, 25)),
        ("30", date(2026, 1, 30)),  # February has none
        ("12-31", date(2025, 12, 31)),
        ("2/29", date(2024, 2, 29)),
        ("31", date(2026, 1, 31)),
        ("0", None),
        ("32", None),
        ("13-01", None),
        ("2026-02-30", None),
        ("tomorrow", None),
        ("01/02/2026", None),  # January or February?
    ],
)
def test_dates_are_read_the_short_way_and_never_guessed(text, day):
    assert read_day(text, today=date(2026, 3, 20)) == day


# --- opened again ---------------------------------------------------------------------------------------------------
def test_opening_again_takes_everything_back_byte_for_byte(filled, admin):
    before = everything()
    services.post_batch(filled, by=admin)
    services.reopen_batch(filled, reason="Typed twice", by=admin)
    touched = [line for line in differences(before, everything()) if "last_contact_at" not in line]
    assert [line.partition(": ")[0] for line in touched] == [f"giving.giftbatch {filled.pk}"]
    assert "reason" in touched[0]
    services.post_batch(filled, by=admin)
    assert Gift.objects.count() == 3


def test_it_is_all_or_nothing(filled, admin, published):
    services.post_batch(filled, by=admin)
    services.correct_gift(Gift.objects.first(), note="Phoned", by=admin)
    with pytest.raises(DomainError) as refused:
        services.reopen_batch(filled, reason="No", by=admin)
    assert refused.value.code == "touched"
    assert (Gift.objects.count(), filled.rows.filter(gift=None).count()) == (3, 0)


@pytest.mark.parametrize("kept", ["receipt", "books", "deposit"])
def test_what_is_receipted_closed_or_at_the_bank_stays(kept, filled, admin, published):
    services.post_batch(filled, by=admin)
    if kept == "receipt":
        issued(Gift.objects.first(), by=admin)
    elif kept == "books":
        services.close_period(until=date(2026, 3, 16), by=admin)
    else:
        services.deposit_batch(filled, deposited_on=date(2026, 3, 18), by=admin)
    with pytest.raises(DomainError):
        services.reopen_batch(filled, reason="No", by=admin)
    assert Gift.objects.count() == 3


def test_a_reason_is_asked_and_kept(filled, admin, published):
    services.post_batch(filled, by=admin)
    with pytest.raises(DomainError) as refused:
        services.reopen_batch(filled, reason="  ", by=admin)
    assert refused.value.field == "reason"
    services.reopen_batch(filled, reason="Wrong pile", by=admin)
    told = AuditEntry.objects.filter(model="giving.giftbatch", object_id=filled.pk).order_by("-pk").first().changes
    assert (told["reason"], told["status"]) == (["", "Wrong pile"], ["posted", "open"])


def test_a_deposited_gift_is_refunded_not_deleted(filled, admin, published):
    services.post_batch(filled, by=admin)
    gift = Gift.objects.first()
    services.deposit_batch(filled, deposited_on=date(2026, 3, 18), by=admin)
    with pytest.raises(DomainError):
        services.delete_gift(gift, by=admin)
    services.take_deposit_back(filled, by=admin)
    services.delete_gift(gift, by=admin)
    assert (filled.rows.count(), filled.rows.filter(gift=None).count()) == (3, 1)


@pytest.mark.parametrize("day", [date(2026, 3, 21), None])
def test_only_what_is_posted_goes_to_the_bank_and_not_tomorrow(day, filled, admin, published):
    if day:
        services.post_batch(filled, by=admin)
    with pytest.raises(DomainError):
        services.deposit_batch(filled, deposited_on=day or DAY, by=admin)


# --- the slip -------------------------------------------------------------------------------------------------------
def test_the_slip_lists_cheques_and_sums_cash_and_leaves_the_rest(batch, donors, admin):
    type_line(batch, admin, contact=donors[0], amount=Decimal("10.10"), cheque_number="7")
    type_line(batch, admin, contact=donors[1], amount=Decimal("20.20"), method="cash")
    type_line(batch, admin, contact=donors[2], amount=Decimal("30.30"), method="cash")
    type_line(batch, admin, contact=donors[2], amount=Decimal(99), method="e_transfer")
    deposit = batches.deposit_of(batch)
    assert [(row.cheque_number, row.amount) for row in deposit.cheques] == [("7", Decimal("10.10"))]
    assert (deposit.cash, deposit.total) == (Decimal("50.50"), Decimal("60.60"))
    assert deposit.elsewhere == {"Interac e-Transfer": Decimal(99)}


def test_checking_costs_the_same_for_a_thousand_lines(batch, donors, admin, django_assert_num_queries):
    for number in range(40):
        type_line(batch, admin, contact=donors[number % 3], amount=Decimal(number + 1))
    with django_assert_num_queries(3):  # lines, closed books, gifts already there
        assert len(batches.review(batch, by=admin).filled) == 40


def test_a_fund_that_a_line_names_is_not_deleted(batch, donors, admin, organization):
    other = FundFactory(organization=organization)
    type_line(batch, admin, contact=donors[0], amount=Decimal(1), fund=other)
    with pytest.raises(DomainError):
        services.delete_fund(other, by=admin)


def test_lines_follow_their_donor_into_a_merge(filled, donors, admin):
    contacts.merge_contacts(kept=donors[1], absorbed=donors[0], by=admin)
    services.post_batch(filled, doubts_confirmed=True, by=admin)
    assert sorted(gift.amount for gift in donors[1].gifts.all()) == [Decimal(10), Decimal(20)]
