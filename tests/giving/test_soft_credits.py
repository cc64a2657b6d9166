"""Soft credits and matching gifts: who helped, what employers add; never a cent in what was received."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.contacts.models import ContactRelation, TimelineEvent
from crm.core.errors import DomainError
from crm.giving import queries, rules, services, soft_credits, summaries
from crm.giving.models import Gift, GivingSummary, MatchingClaim, MatchingProgram, SoftCredit
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory, ProgramFactory
from tests.giving.reading import errors, page

DAY = date(2026, 3, 15)
MONEY = st.decimals("0.01", "100000", places=2)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def donor(organization, owner):
    return ContactFactory(organization=organization, owner=owner, last_name="Roy")


@pytest.fixture
def spouse(organization, owner):
    return ContactFactory(organization=organization, owner=owner, last_name="Côté")


@pytest.fixture
def company(organization):
    return ContactFactory(
        organization=organization, kind="organization", first_name="", last_name="", organization_name="Aluminerie"
    )


@pytest.fixture
def program(admin, company) -> MatchingProgram:
    return services.save_program(
        company=company, percent=50, minimum=Decimal(20), maximum=Decimal(200), yearly_maximum=Decimal(250), days=90,
        note="https://matching.example/form", by=admin,
    )  # fmt: skip


@pytest.fixture
def employed(donor, company) -> None:
    ContactRelation.objects.create(organization=donor.organization, contact=donor, other=company, kind="employer")


@pytest.fixture
def give(admin, fund, donor):
    def record(amount=100, contact=None, **fields) -> Gift:
        known = {"received_on": DAY, "fund": fund, "by": admin}
        return services.record_gift(contact=contact or donor, amount=Decimal(amount), **(known | fields))

    return record


def sums(contact) -> list[tuple]:
    return [(money.amount, money.currency, money.count) for money in soft_credits.credited(contact, currency="CAD")]


# --- soft credits -------------------------------------------------------------------------------------------------------
def test_a_credit_is_told_beside_the_totals_and_moves_none_of_them(give, admin, donor, spouse, organization):
    gift = give(100)
    services.credit(gift, contact=spouse, role="spouse", by=admin)
    assert sums(spouse) == [(100, "CAD", 1)]
    assert not GivingSummary.objects.filter(contact=spouse).exists()
    assert GivingSummary.objects.get(contact=donor).total == 100
    spouse.refresh_from_db()
    assert spouse.lifecycle == "prospect"
    assert list(summaries.sweep(organization, repair=False))[-1][1] == []
    assert queries.totals(Gift.objects.all(), currency="CAD").received[0].amount == 100
    event = TimelineEvent.objects.get(verb="gift.credited")
    assert (event.contact, event.subject_id) == (spouse, gift.pk)


def test_a_second_credit_of_the_same_person_changes_the_first(give, admin, spouse):
    gift = give(100)
    first = services.credit(gift, contact=spouse, role="spouse", by=admin)
    again = services.credit(gift, contact=spouse, role="advisor", amount=Decimal("33.33"), by=admin)
    assert (again.pk, again.role, again.amount) == (first.pk, "advisor", Decimal("33.33"))
    assert sums(spouse) == [(Decimal("33.33"), "CAD", 1)]
    services.take_credit_back(again, by=admin)
    services.take_credit_back(again, by=admin)
    assert sums(spouse) == []
    assert AuditEntry.objects.filter(model="giving.softcredit", action="delete").count() == 1


def test_what_makes_no_sense_is_refused(give, admin, donor, spouse):
    gift = give(100)
    with pytest.raises(DomainError, match="theirs"):
        services.credit(gift, contact=donor, role="other", by=admin)
    with pytest.raises(DomainError, match="nobody is credited with more"):
        services.credit(gift, contact=spouse, role="other", amount=Decimal("100.01"), by=admin)
    with pytest.raises(DomainError, match="more than zero"):
        services.credit(gift, contact=spouse, role="other", amount=Decimal(0), by=admin)
    with pytest.raises(DomainError, match="another organization"):
        services.credit(gift, contact=ContactFactory(), role="other", by=admin)
    assert not SoftCredit.objects.exists()


def test_a_gift_stays_larger_than_its_credits_and_its_donor_is_none_of_them(give, admin, spouse):
    gift = give(100)
    services.credit(gift, contact=spouse, role="spouse", amount=Decimal(60), by=admin)
    with pytest.raises(DomainError, match="Change the credit first"):
        services.correct_gift(gift, amount=Decimal(50), by=admin)
    with pytest.raises(DomainError, match="Take the credit back first"):
        services.correct_gift(gift, contact=spouse, by=admin)
    services.correct_gift(gift, amount=Decimal(60), by=admin)
    services.refund_gift(gift, by=admin)
    assert sums(spouse) == []


def test_people_merged_are_never_credited_with_their_own_gift_and_the_undo_gives_it_back(give, admin, donor, spouse):
    services.credit(give(100), contact=spouse, role="spouse", by=admin)
    merge = contacts.merge_contacts(kept=donor, absorbed=spouse, by=admin)
    assert sums(donor) == []
    assert soft_credits.credited_gifts(donor) == []
    contacts.undo_merge(merge, by=admin)
    assert sums(spouse) == [(100, "CAD", 1)]


def test_each_currency_is_a_sum_of_its_own(give, admin, spouse):
    services.credit(give(100), contact=spouse, role="spouse", by=admin)
    services.credit(give(30, currency="USD"), contact=spouse, role="spouse", by=admin)
    services.credit(give(20), contact=spouse, role="spouse", by=admin)
    assert sums(spouse) == [(120, "CAD", 2), (30, "USD", 1)]


# --- matching: the rule -------------------------------------------------------------------------------------------------
@given(amount=MONEY, percent=st.integers(1, 1000), minimum=MONEY, maximum=st.none() | MONEY, left=st.none() | MONEY)
def test_a_match_is_whole_cents_within_every_limit(amount, percent, minimum, maximum, left):
    match = rules.match_amount(amount, percent=percent, minimum=minimum, maximum=maximum, left=left)
    assert match == match.quantize(Decimal("0.01"))
    assert match >= 0
    assert (match == 0) or amount >= minimum
    assert maximum is None or match <= maximum
    assert left is None or match <= left
    if amount >= minimum and maximum is None and left is None:
        assert abs(match - amount * percent / 100) <= Decimal("0.005")


# --- matching: the story ------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("employed")
def test_gifts_of_employees_show_what_could_be_asked_for_within_the_year(give, program):
    first, second, third, small = give(300), give(400), give(500), give(10)
    claims = {claim.gift: claim for claim in MatchingClaim.objects.all()}
    assert {gift: claim.amount for gift, claim in claims.items()} == {first: 150, second: 100}
    assert third not in claims
    assert small not in claims
    assert claims[first].ask_by == date(2026, 6, 13)
    assert claims[first].status == "potential"


@pytest.mark.usefixtures("employed")
def test_what_could_be_asked_for_follows_the_gift(give, program, admin):
    gift = give(300)
    services.correct_gift(gift, amount=Decimal(100), by=admin)
    assert MatchingClaim.objects.get().amount == 50
    services.refund_gift(gift, by=admin)
    assert not MatchingClaim.objects.exists()
    give(300, received_on=date(2024, 1, 1))
    give(300, currency="USD")
    give(300, nature="in_kind", property_description="Piano")
    assert not MatchingClaim.objects.exists()


@pytest.mark.usefixtures("employed")
def test_a_cheque_of_the_company_matches_many_gifts_to_the_cent_and_credits_each_donor(
    give, program, admin, donor, company, organization
):
    colleague = ContactFactory(organization=organization)
    ContactRelation.objects.create(organization=organization, contact=company, other=colleague, kind="employee")
    mine, theirs = give(300), give(100, contact=colleague)
    cheque = give(180, contact=company)
    one, two = MatchingClaim.objects.get(gift=mine), MatchingClaim.objects.get(gift=theirs)
    services.submit_claim(one, submitted_on=DAY, by=admin)
    services.receive_claim(one, paid_by=cheque, amount=Decimal(150), by=admin)
    with pytest.raises(DomainError, match=r"only \$30\.00"):
        services.receive_claim(two, paid_by=cheque, amount=Decimal(50), by=admin)
    services.receive_claim(two, paid_by=cheque, amount=Decimal(30), by=admin)
    assert (sums(donor), sums(colleague)) == ([(150, "CAD", 1)], [(30, "CAD", 1)])
    assert GivingSummary.objects.get(contact=donor).total == 300
    assert GivingSummary.objects.get(contact=company).total == 180
    assert list(soft_credits.payable(one)) == []
    with pytest.raises(DomainError, match="matches others for"):
        services.correct_gift(cheque, amount=Decimal(170), by=admin)
    with pytest.raises(DomainError, match="stays with the company"):
        services.correct_gift(cheque, contact=colleague, by=admin)
    with pytest.raises(DomainError, match="refunded, not deleted"):
        services.delete_gift(cheque, by=admin)
    services.refund_gift(cheque, by=admin)
    assert (sums(donor), sums(colleague)) == ([], [])


@pytest.mark.usefixtures("employed")
def test_marked_by_mistake_is_opened_again(give, program, admin, donor, company):
    give(300)
    claim = MatchingClaim.objects.get()
    services.submit_claim(claim, submitted_on=DAY, by=admin)
    claim = services.receive_claim(claim, paid_by=give(150, contact=company), amount=Decimal(150), by=admin)
    with pytest.raises(DomainError, match="received already"):
        services.refuse_claim(claim, by=admin)
    claim = services.reopen_claim(claim, by=admin)
    assert (claim.status, claim.paid_by, sums(donor)) == ("submitted", None, [])
    claim = services.refuse_claim(claim, by=admin)
    assert services.reopen_claim(claim, by=admin).status == "submitted"
    assert services.reopen_claim(claim, by=admin).status == "potential"


@pytest.mark.usefixtures("employed")
def test_a_program_that_was_asked_stays(give, program, admin):
    give(300)
    services.submit_claim(MatchingClaim.objects.get(), submitted_on=DAY, by=admin)
    with pytest.raises(DomainError, match="out of use"):
        services.delete_program(program, by=admin)
    services.save_program(program, is_active=False, by=admin)
    give(40)
    assert MatchingClaim.objects.count() == 1


def test_only_a_company_of_here_matches(admin, donor):
    with pytest.raises(DomainError, match="Only an organization"):
        services.save_program(company=donor, by=admin)
    with pytest.raises(DomainError, match="another organization"):
        services.save_program(company=ProgramFactory().company, by=admin)


def test_recording_asks_one_question_more_where_no_company_matches(give, django_assert_max_num_queries):
    give(5)
    with django_assert_max_num_queries(32):
        give(6)


# --- on the screen ------------------------------------------------------------------------------------------------------
def test_a_credit_is_given_and_taken_back_from_the_page_of_the_gift(browse, admin, give, spouse):
    gift = give(100)
    browser = browse(admin)
    begun = page(browser.open("giving:credit_create", pk=gift.pk))
    assert begun.one("[name=amount]").get("value") == "100.00"
    data = {"contact": spouse.pk, "contact_text": spouse.name, "role": "spouse", "amount": "100"}
    assert errors(browser.send("giving:credit_create", data | {"amount": "101"}, pk=gift.pk)) == {
        "amount": ["The gift is of $100.00: nobody is credited with more."]
    }
    browser.send("giving:credit_create", data, pk=gift.pk)
    assert spouse.name in page(browser.open("giving:gift_detail", pk=gift.pk)).words
    assert "$100.00" in page(browser.open("giving:contact_credits", pk=spouse.pk)).words
    assert "never added to the totals above" in page(browser.open("giving:contact_summary", pk=spouse.pk)).words
    browser.send("giving:credit_delete", pk=SoftCredit.objects.get().pk)
    assert not SoftCredit.objects.exists()


def test_a_fundraiser_is_not_told_who_gave_what_her_contact_is_credited_with(
    browse, colleague, give, organization, admin
):
    mine = ContactFactory(organization=organization, owner=colleague)
    gift = give(100)
    services.credit(gift, contact=mine, role="spouse", by=admin)
    shown = page(browse(colleague).open("giving:contact_credits", pk=mine.pk)).words
    assert "A contact of a colleague" in shown
    assert gift.contact.name not in shown


@pytest.mark.usefixtures("employed")
def test_a_match_goes_its_way_from_the_page_of_the_gift(browse, admin, give, program, company):
    gift = give(300)
    browser = browse(admin)
    claim = MatchingClaim.objects.get()
    assert "https://matching.example/form" in page(browser.open("giving:gift_credits", pk=gift.pk)).words
    assert page(browser.open("giving:claim_list")).texts("tbody .mc-name") == [gift.contact.name]
    future = browser.send("giving:claim_submit", {"submitted_on": "2026-03-21"}, pk=claim.pk)
    assert errors(future) == {"submitted_on": ["The date is in the future."]}
    browser.send("giving:claim_submit", {"submitted_on": "2026-03-20"}, pk=claim.pk)
    assert "record it first" in page(browser.open("giving:claim_receive", pk=claim.pk)).words
    cheque = give(150, contact=company)
    browser.send("giving:claim_receive", {"paid_by": cheque.pk, "amount": "150"}, pk=claim.pk)
    claim.refresh_from_db()
    assert (claim.status, claim.paid_by) == ("received", cheque)
    assert "Matches a gift of" in page(browser.open("giving:gift_credits", pk=cheque.pk)).words


def test_a_forged_gift_or_program_of_another_organization_is_refused(browse, admin, give, program):
    gift, stranger = give(100), GiftFactory()
    browser = browse(admin)
    assert list(errors(browser.send("giving:claim_create", {"program": ProgramFactory().pk}, pk=gift.pk))) == [
        "program"
    ]
    browser.send("giving:claim_create", {"program": program.pk}, pk=gift.pk)
    claim = MatchingClaim.objects.get()
    refused = browser.send("giving:claim_receive", {"paid_by": stranger.pk, "amount": "1"}, pk=claim.pk)
    assert list(errors(refused)) == ["paid_by"]
