"""A gift shared out between funds: its parts always make it up, on every road by which a gift changes."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.accounts.models import AuditEntry
from crm.contacts.segments import segment_contacts
from crm.contacts.services import sets
from crm.core.errors import DomainError
from crm.giving import services, summaries
from crm.giving.funds import received_for
from crm.giving.models import Gift, GiftSplit
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.giving.reading import errors, gift_form, page

DAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


@pytest.fixture
def other(organization):
    return FundFactory(organization=organization, code="SCH", name_fr="Bourses", name_en="Scholarships")


@pytest.fixture
def shared(contact, fund, other, admin, published) -> Gift:
    """$100: $60 to the general fund, $40 to scholarships."""
    parts = {fund: Decimal("60.00"), other: Decimal("40.00")}
    return services.record_gift(
        contact=contact, amount=Decimal(100), received_on=DAY, fund=None, splits=parts, by=admin
    )


def parts_of(gift: Gift) -> dict[str, Decimal]:
    return {fund.code: amount for fund, amount in Gift.objects.get(pk=gift.pk).parts}


# --- the law ------------------------------------------------------------------------------------------------------------
amounts = st.integers(min_value=1, max_value=99_999).map(lambda cents: Decimal(cents) / 100)
acts = st.lists(
    st.tuples(
        st.sampled_from(["record", "share", "whole", "amount", "refund", "return", "delete"]),
        st.integers(0, 5),
        st.lists(amounts, min_size=1, max_size=4),
        st.booleans(),
    ),
    max_size=12,
)


class TestWhateverIsDone(TestCase):
    def ways(self, gift: Gift, total: Decimal, parts: dict, fund, by) -> dict:
        return {
            "share": lambda: services.correct_gift(gift, by=by, amount=total, fund=None, splits=parts),
            "whole": lambda: services.correct_gift(gift, by=by, fund=fund, splits={}),
            "amount": lambda: services.correct_gift(gift, by=by, amount=total),
            "refund": lambda: services.refund_gift(gift, by=by),
            "return": lambda: services.return_gift(gift, by=by, why="nsf"),
            "delete": lambda: services.delete_gift(gift, by=by),
        }

    @settings(deadline=None, max_examples=40)
    @given(acts)
    def test_the_parts_of_every_gift_make_it_up(self, acts):
        admin = MembershipFactory()
        organization = admin.organization
        donor = ContactFactory(organization=organization)
        funds = FundFactory.create_batch(4, organization=organization)
        gifts: list[Gift] = []
        for act, which, amounts, is_right in acts:
            parts = dict(zip(funds, amounts, strict=False))
            total = sum(amounts, Decimal(0)) + (Decimal(0) if is_right else Decimal("0.01"))
            new = {"contact": donor, "received_on": DAY, "amount": total, "fund": None, "splits": parts}
            with suppress(DomainError):
                if act == "record":
                    gifts.append(services.record_gift(**new, by=admin))
                elif gifts:
                    gift = gifts[which % len(gifts)]
                    self.ways(gift, total, parts, funds[which % 4], admin)[act]()
                    if act == "delete":
                        gifts.remove(gift)
        assert list(summaries.out_of_balance(organization)) == []
        for gift in Gift.objects.all():
            assert sum((amount for _fund, amount in gift.parts), Decimal(0)) == gift.amount
            assert (gift.fund is None) == gift.splits.exists()
        assert [found for _last, found in summaries.sweep(organization, repair=False) if found] == []
        held = [received_for(fund, currency="CAD") for fund in funds]
        counted = [gift.amount for gift in Gift.objects.counted()]
        assert sum(held, Decimal(0)) == sum(counted, Decimal(0))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["60.00", "39.99"], "The lines add up to 99.99: 0.01 of the gift goes to no fund."),
        (["60.00", "40.01"], "The lines add up to 100.01: 0.01 more than the gift."),
        (["100.00"], "Share the gift out between two funds at least, or choose one fund."),
        (["100.00", "0.00"], "The amount must be more than zero."),
        ([], "Choose the fund."),
    ],
)
def test_parts_that_are_not_the_gift_are_refused_in_figures(parts, said, contact, fund, other, admin, published):
    splits = {one: Decimal(amount) for one, amount in zip((fund, other), parts, strict=False)}
    with pytest.raises(DomainError, match=said):
        services.record_gift(contact=contact, amount=Decimal(100), received_on=DAY, fund=None, splits=splits, by=admin)
    assert Gift.objects.count() == 0


def test_a_part_for_the_fund_of_another_organization_is_refused(contact, fund, admin, published):
    splits = {fund: Decimal(60), FundFactory(): Decimal(40)}
    with pytest.raises(DomainError) as refused:
        services.record_gift(contact=contact, amount=Decimal(100), received_on=DAY, fund=None, splits=splits, by=admin)
    assert (refused.value.field, refused.value.code) == ("splits", "foreign")


def test_another_amount_needs_other_parts(shared, fund, other, admin, published):
    with pytest.raises(DomainError, match=r"50\.00 of the gift goes to no fund"):
        services.correct_gift(shared, by=admin, amount=Decimal(150))
    services.correct_gift(
        shared, by=admin, amount=Decimal(150), fund=None, splits={fund: Decimal(60), other: Decimal(90)}
    )
    assert parts_of(shared) == {fund.code: Decimal(60), "SCH": Decimal(90)}


def test_the_command_and_the_night_find_a_gift_that_its_funds_do_not_hold(shared, capsys):
    GiftSplit.objects.filter(fund__code="SCH").update(amount=Decimal("39.00"))
    with pytest.raises(CommandError, match="1 gifts are not what their funds hold"):
        call_command("rebuild_summaries", "--check")
    assert f"gift {shared.pk}: amount 100.00, its funds hold 99.00" in capsys.readouterr().out


# --- history ------------------------------------------------------------------------------------------------------------
def test_the_history_says_each_part_before_and_after(shared, fund, other, admin, browse, published):
    services.correct_gift(shared, by=admin, fund=None, splits={fund: Decimal(75), other: Decimal(25)})
    entry = AuditEntry.objects.filter(model="giving.gift", action="update").get()
    assert entry.changes == {
        "splits": [{str(fund.pk): "60.00", str(other.pk): "40.00"}, {str(fund.pk): "75.00", str(other.pk): "25.00"}]
    }
    history = page(browse(admin).open("giving:gift_detail", pk=shared.pk)).one("section[aria-labelledby=gift-history]")
    assert "Part for Scholarships: 40.00 → 25.00" in history.words
    services.correct_gift(shared, by=admin, fund=other, splits={})
    history = page(browse(admin).open("giving:gift_detail", pk=shared.pk)).one("section[aria-labelledby=gift-history]")
    assert "Fund: – → SCH" in history.words or "Fund: – → Scholarships" in history.words
    assert "Part for Scholarships: 25.00 → –" in history.words
    timeline = [event.data["fund"]["fr"] for event in shared.contact.timeline.order_by("pk")]
    assert timeline == ["Fonds général et Bourses", "Fonds général et Bourses", "Bourses"]


def test_a_deleted_gift_leaves_its_parts_in_the_log(shared, fund, other, admin, published):
    services.delete_gift(shared, by=admin)
    entry = AuditEntry.objects.get(model="giving.gift", action="delete")
    assert entry.changes["splits"] == [{str(fund.pk): "60.00", str(other.pk): "40.00"}, None]
    assert GiftSplit.objects.count() == 0


# --- lists --------------------------------------------------------------------------------------------------------------
def test_a_fund_lists_what_is_for_it_in_part(shared, contact, fund, other, admin, browse):
    whole = GiftFactory(contact=contact, fund=other, recorded_by=admin)
    GiftFactory(contact=contact, fund=fund, recorded_by=admin)
    listed = browse(admin).open("giving:gift_list", {"fund": other.pk})
    assert {gift.pk for gift in listed.context["page"].records} == {shared.pk, whole.pk}
    assert "General fund and Scholarships" in page(listed).text


def test_the_file_says_each_part(shared, admin, browse):
    content = b"".join(browse(admin).open("giving:gift_list", {"export": "csv"})).decode()
    assert "General fund (60.00) + Scholarships (40.00)" in content


def test_a_segment_finds_who_gave_in_part(shared, other, contact, admin):
    rules = {"all": [{"field": "fund", "op": "in", "value": [other.pk]}]}
    segment = sets.create_segment(by=admin, name="Scholars", rules=rules)
    assert list(segment_contacts(segment)) == [contact]


def test_a_fund_with_a_part_in_a_gift_is_not_deleted(shared, other, admin):
    with pytest.raises(DomainError, match="not deleted"):
        services.delete_fund(other, by=admin)


# --- the form -----------------------------------------------------------------------------------------------------------
def several(form: dict, *lines: tuple) -> dict:
    funds, amounts = [[one[side] for one in lines] for side in (0, 1)]
    return form | {"fund": "several", "splits_fund": funds, "splits_amount": amounts, "amount": "100.00"}


def test_the_form_shares_a_gift_out(contact, fund, other, admin, browse, published):
    sent = several(gift_form(contact, fund), (fund.pk, "60"), ("", ""), (other.pk, "$40.00"))
    assert browse(admin).send("giving:gift_create", sent).status_code == 302
    assert parts_of(Gift.objects.get()) == {fund.code: Decimal(60), "SCH": Decimal(40)}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((("GEN", "60"), ("SCH", "30")), "The lines add up to 90.00: 10.00 of the gift goes to no fund."),
        ((("GEN", "60"), ("SCH", "x")), "Line 2: Enter an amount such as 125.00."),
        ((("GEN", "60"), ("", "40")), "Line 2: choose the fund."),
        ((("GEN", "60"), ("GEN", "40")), "General fund is named on two lines. Add the two amounts up."),
        ((("GEN", "60"), ("FOREIGN", "40")), "Line 2: choose the fund."),
        ((), "Share the gift out between two funds at least, or choose one fund."),
    ],
)
def test_lines_that_cannot_be_are_said_and_kept(lines, said, contact, fund, other, admin, browse):
    keys = {"GEN": fund.pk, "SCH": other.pk, "FOREIGN": FundFactory().pk, "": ""}
    sent = several(gift_form(contact, fund), *((keys[code], amount) for code, amount in lines))
    response = browse(admin).send("giving:gift_create", sent)
    assert errors(response) == {"splits": [said]}
    kept = page(response).all("input[name=splits_amount]", "value")
    assert [text for text in kept if text] == [amount for _code, amount in lines]


def test_one_fund_and_lines_at_once_is_a_slip(contact, fund, other, admin, browse):
    sent = several(gift_form(contact, fund), (fund.pk, "60"), (other.pk, "40")) | {"fund": fund.pk}
    assert list(errors(browse(admin).send("giving:gift_create", sent))) == ["fund"]


def test_the_second_of_two_people_sees_the_parts_the_first_changed(shared, fund, other, admin, browse, published):
    browser = browse(admin)
    opened = browser.open("giving:gift_update", pk=shared.pk)
    form = several(gift_form(shared.contact, fund), (fund.pk, "60"), (other.pk, "40")) | {
        "seen": opened.context["seen"], "received_on": DAY.isoformat(), "note": "Mine",
    }  # fmt: skip
    services.correct_gift(shared, by=admin, fund=None, splits={fund: Decimal(75), other: Decimal(25)})
    told = browser.send("giving:gift_update", form, pk=shared.pk)
    assert told.status_code == 422
    assert "Part for Scholarships" in page(told).one("#meanwhile").words
    assert page(told).all("input[name=splits_amount]", "value")[:2] == ["75.00", "25.00"]
    again = several(form, (fund.pk, "75"), (other.pk, "25")) | {"seen": told.context["seen"]}
    assert browser.send("giving:gift_update", again, pk=shared.pk).status_code == 302
    assert (parts_of(shared)["SCH"], Gift.objects.get().note) == (Decimal(25), "Mine")
