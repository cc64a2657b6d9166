"""Gifts against receipts: nothing that was received is lost between the lines of the statement, and each says why."""

from datetime import date
from decimal import Decimal

import pytest

from crm.core.dates import fiscal_period
from crm.giving.models import Gift
from crm.receipts import queries, reconciling, services
from crm.receipts.models import Receipt
from tests.factories.accounts import MembershipFactory
from tests.factories.giving import GiftFactory
from tests.giving.reading import page
from tests.receipts.worked import ABROAD, CASES, CHARITIES, ISSUED_ON

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
# What only the page of a receipt can tell, and what is of the charity and not of the gift.
ELSEWHERE = {*CHARITIES, "undrawable"}


@pytest.fixture
def give(contact, fund, admin):
    def one(amount, **more) -> Gift:
        more = {"received_on": date(2026, 5, 1), **more}
        gift = GiftFactory(contact=contact, fund=fund, amount=amount, recorded_by=admin, **more)
        gift.refresh_from_db()
        return gift

    return one


@pytest.mark.parametrize(
    "case", [one for one in CASES + ABROAD if one["flaw"] not in ELSEWHERE], ids=lambda case: case["case"]
)
def test_the_database_gives_the_same_reason_as_the_page_of_the_gift(case, make):
    gift = make(case, "fr")
    found = reconciling.reconciled(Gift.objects.filter(pk=gift.pk), gift.organization).first()
    draft = queries.draft(gift, issued_on=ISSUED_ON)
    if queries.live_receipt(gift):
        assert found.outcome == "receipted"
    elif "not_completed" in draft.reasons or "refunded" in draft.reasons:
        assert found is None
    else:
        assert found.outcome == (draft.reasons[0] if draft.reasons else "waiting")


def test_every_gift_is_on_one_line_and_the_lines_add_up(give, organization, finance):
    services.issue_receipt(give(100), by=finance)
    services.issue_receipt(give(200, advantage=50, advantage_description="Dinner"), by=finance)
    services.issue_receipt(give(300, nature="in_kind", property_description="A piano"), by=finance)
    give("40.10")
    give(50, receipted_by="CanaDon")
    give(60, receipt_preference="none")
    give(70, currency="USD")
    give(80, status="pending")
    give(90, received_on=date(2027, 1, 1))
    found = reconciling.statement(organization, first=YEAR[0], last=YEAR[1])
    assert (found.receipted.count, found.receipted.amount) == (3, 600)
    assert (found.waiting.count, found.waiting.amount) == (1, Decimal("40.10"))
    assert {row.outcome: row.amount for row in found.others} == {"third_party": 50, "not_wanted": 60}
    assert (found.foreign.count, found.to_void.count) == (1, 0)
    assert (found.eligible, found.in_kind, found.advantage) == (550, 300, 50)
    assert found.unreceipted == Decimal("150.10")
    counted = Gift.objects.filter(status="completed", currency="CAD", received_on__range=YEAR)
    assert found.amount == sum(counted.values_list("amount", flat=True))
    assert found.count == counted.count()
    assert found.eligible == sum(Receipt.objects.valid().values_list("eligible", flat=True))


def test_a_refunded_gift_whose_receipt_is_still_valid_is_shown_to_be_voided(give, organization, finance):
    gift = give(100)
    services.issue_receipt(gift, by=finance)
    Gift.objects.filter(pk=gift.pk).update(status="refunded")
    found = reconciling.statement(organization, first=YEAR[0], last=YEAR[1])
    assert (found.to_void.count, found.count, found.eligible) == (1, 0, 0)


def test_a_void_receipt_frees_its_gift(give, organization, finance):
    receipt = services.issue_receipt(give(100), by=finance)
    services.cancel_receipt(receipt, reason="Wrong", by=finance)
    found = reconciling.statement(organization, first=YEAR[0], last=YEAR[1])
    assert (found.receipted.count, found.waiting.count) == (0, 1)


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (1, date(2026, 1, 1), date(2026, 12, 31)),
        (4, date(2026, 4, 1), date(2027, 3, 31)),
        (2, date(2026, 2, 1), date(2027, 1, 31)),
    ],
)
def test_a_fiscal_year_has_its_days(organization, month, first, last):
    organization.fiscal_year_start = month
    assert fiscal_period(2026, organization.fiscal_year_start) == (first, last)


def test_the_page_ties_with_the_list_behind_each_line(give, finance, browse, time_machine):
    time_machine.move_to("2027-02-01T15:00Z")
    receipt = services.issue_receipt(give(100), by=finance)
    give(50, receipted_by="CanaDon")
    desk = browse(finance)
    shown = page(desk.open("receipts:reconciliation", {"year": 2026}))
    assert [row.words for row in shown.css("tfoot tr")] == ["All gifts received2$150.00"]
    assert "Line 4500" in shown.words
    links = shown.all("tbody a", "href")
    listed = [page(desk.get(desk.url("receipts:reconciled_gifts") + link.partition("/gifts/")[2])) for link in links]
    assert [len(one.css("table tbody tr")) for one in listed] == [1, 1]
    assert receipt.number in listed[0].words
    assert "Another organization has issued the receipt" in listed[1].words
    assert desk.open("receipts:reconciliation", {"year": "1850"}).status_code == 422


def test_who_keeps_no_books_sees_no_statement_and_only_their_own_gifts(give, owner, member, browse):
    give(100)
    assert browse(owner).open("receipts:reconciliation").status_code == 403
    assert browse(member).open("receipts:reconciled_gifts").status_code == 403
    stranger = MembershipFactory(organization=owner.organization, role="fundraiser")
    assert len(page(browse(stranger).open("receipts:reconciled_gifts")).css("tbody tr a.mc-name")) == 0
    assert len(page(browse(owner).open("receipts:reconciled_gifts")).css("tbody tr a.mc-name")) > 0
