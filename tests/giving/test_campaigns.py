"""Campaigns and appeals: their figures are what the gifts say, whatever happens to the gifts."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.accounts.models import AuditEntry
from crm.core.errors import DomainError
from crm.giving import campaigns, services
from crm.giving.models import Appeal, Campaign, Gift
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import AppealFactory, CampaignFactory, FundFactory, GiftFactory
from tests.giving.reading import errors, gift_form, page


@pytest.fixture
def campaign(organization):
    return CampaignFactory(
        organization=organization,
        name="Winter",
        goal_amount=Decimal(1000),
        goal_donors=4,
        cost=Decimal(40),
        solicited=8,
    )


def figures(row, *, currency: str = "CAD") -> campaigns.Figures:
    return campaigns.figures_of(campaigns.with_figures(type(row).objects.all(), currency=currency).get(pk=row.pk))


# --- figures ------------------------------------------------------------------------------------------------------------
def test_the_figures_of_a_campaign_add_up(campaign, organization, fund, admin):
    letter = AppealFactory(campaign=campaign, cost=Decimal(60), solicited=12)
    marie, luc = ContactFactory.create_batch(2, organization=organization)
    common = {"fund": fund, "campaign": campaign}
    GiftFactory(contact=marie, amount=Decimal("100.00"), appeal=letter, **common)
    GiftFactory(contact=marie, amount=Decimal("50.50"), **common)
    GiftFactory(contact=luc, amount=Decimal("99.50"), **common)
    GiftFactory(contact=luc, amount=Decimal("70.00"), currency="USD", **common)
    GiftFactory(contact=luc, amount=Decimal("999.00"), status="refunded", **common)
    GiftFactory(contact=luc, amount=Decimal("999.00"), fund=fund)
    whole = figures(campaign)
    assert (whole.raised, whole.gifts, whole.donors) == (Decimal("250.00"), 4, 2)
    assert (whole.cost, whole.solicited) == (Decimal("100.00"), 20)
    assert (whole.progress, whole.donors_progress, whole.left) == (Decimal("0.25"), Decimal("0.5"), Decimal("750.00"))
    assert (whole.conversion, whole.cost_per_donor) == (Decimal("0.1"), Decimal("50.00"))
    assert (whole.cost_per_dollar, whole.roi) == (Decimal("0.40"), Decimal("1.5"))
    own = figures(letter)
    assert (own.raised, own.gifts, own.donors, own.cost, own.solicited) == (Decimal("100.00"), 1, 1, Decimal(60), 12)


def test_a_campaign_of_nothing_divides_by_nothing(organization):
    empty = figures(CampaignFactory(organization=organization))
    ratios = (
        "average",
        "progress",
        "donors_progress",
        "conversion",
        "cost_per_donor",
        "cost_per_dollar",
        "roi",
        "left",
    )
    assert {getattr(empty, name) for name in ratios} == {None}
    assert (empty.raised, empty.gifts, empty.donors) == (Decimal("0.00"), 0, 0)


def by_hand(campaign) -> tuple[int, Decimal, int]:
    """Gifts, dollars and donors of a campaign, gift by gift."""
    gifts = [gift for gift in Gift.objects.all() if gift.campaign_id == campaign.pk and gift.status == "completed"]
    dollars = [gift.amount for gift in gifts if gift.currency == "CAD"]
    return len(gifts), sum(dollars, Decimal(0)), len({gift.contact_id for gift in gifts})


class TestFiguresFollowTheGifts(TestCase):
    """A second, naive count in Python after any sequence of acts on gifts."""

    acts = st.lists(
        st.tuples(
            st.sampled_from(["record", "correct", "move", "refund", "delete"]),
            st.integers(0, 5), st.integers(1, 99_999), st.sampled_from(["CAD", "CAD", "USD"]), st.integers(0, 3),
        ),
        max_size=14,
    )  # fmt: skip

    @settings(max_examples=40, deadline=None)
    @given(acts)
    def test_any_sequence_of_acts_leaves_them_equal_to_a_count_by_hand(self, acts):
        admin = MembershipFactory(role="admin")
        organization = admin.organization
        fund = FundFactory(organization=organization)
        donors = ContactFactory.create_batch(2, organization=organization)
        one, two = CampaignFactory.create_batch(2, organization=organization)
        answers: list[dict] = [{}, {"campaign": None, "appeal": AppealFactory(campaign=two)}]
        answers += [{"campaign": one, "appeal": None}, {"campaign": two, "appeal": None}]
        gifts: list[Gift] = []
        for act, which, cents, currency, answer in acts:
            fields = {"amount": Decimal(cents) / 100, "currency": currency, **answers[answer]}
            donor = donors[which % 2]
            if act == "record":
                day = date(2026, 1 + which, 5)
                gifts.append(services.record_gift(contact=donor, received_on=day, fund=fund, by=admin, **fields))
            elif gifts:
                gift = gifts[which % len(gifts)]
                moved = {"contact": donor, "appeal": None, "campaign": one}
                {
                    "correct": lambda gift=gift, fields=fields: services.correct_gift(gift, by=admin, **fields),
                    "move": lambda gift=gift, moved=moved: services.correct_gift(gift, by=admin, **moved),
                    "refund": lambda gift=gift: services.refund_gift(gift, by=admin),
                    "delete": lambda gift=gift: gifts.remove(gift) or services.delete_gift(gift, by=admin),
                }[act]()
        for campaign in (one, two):
            count, raised, people = by_hand(campaign)
            found = figures(campaign)
            assert (found.raised, found.gifts, found.donors) == (raised, count, people)
            assert sum((total for _label, total in campaigns.pace(campaign, currency="CAD").rows), Decimal(0)) == raised


NOVEMBER = [("Nov 2", 20), ("Nov 9", 0), ("Nov 16", 0), ("Nov 23", 0), ("Nov 30", 10)]
WINTER = [("Nov 2025", 10), ("Dec 2025", 0), ("Jan 2026", 10), ("Feb 2026", 0), ("Mar 2026", 10)]


@pytest.mark.parametrize(
    ("days", "is_weekly", "bars"),
    [
        ([date(2026, 11, 2), date(2026, 11, 8), date(2026, 11, 30)], True, NOVEMBER),
        ([date(2025, 12, 31), date(2026, 1, 1)], True, [("Dec 29", 20)]),
        ([date(2025, 11, 30), date(2026, 1, 31), date(2026, 3, 31)], False, WINTER),
    ],
)
def test_a_short_campaign_is_drawn_by_weeks_a_longer_one_by_months(days, is_weekly, bars, campaign, contact, fund):
    for day in days:
        GiftFactory(contact=contact, fund=fund, campaign=campaign, received_on=day, amount=Decimal(10))
    with translation.override("en"):
        drawn = campaigns.pace(campaign, currency="CAD")
    assert (drawn.is_weekly, drawn.rows) == (is_weekly, bars)


# --- an appeal and its campaign -----------------------------------------------------------------------------------------
def test_an_appeal_says_its_campaign_and_never_another(campaign, organization, contact, fund, admin, published):
    appeal, other = AppealFactory(campaign=campaign), CampaignFactory(organization=organization)
    said = {"contact": contact, "amount": Decimal(5), "received_on": date(2026, 3, 1), "fund": fund, "by": admin}
    assert services.record_gift(**said, appeal=appeal).campaign == campaign
    with pytest.raises(DomainError) as refused:
        services.record_gift(**said, appeal=appeal, campaign=other)
    assert refused.value.field == "appeal"


def test_a_campaign_of_another_organization_is_refused(contact, fund, admin, published):
    with pytest.raises(DomainError) as refused:
        services.record_gift(
            contact=contact, amount=Decimal(5), received_on=date(2026, 3, 1), fund=fund, by=admin,
            campaign=CampaignFactory(),
        )  # fmt: skip
    assert refused.value.field == "campaign"


def test_what_gifts_answer_is_not_deleted(campaign, contact, fund, admin):
    appeal = AppealFactory(campaign=campaign)
    gift = GiftFactory(contact=contact, fund=fund, campaign=campaign, appeal=appeal)
    for act, row in ((services.delete_campaign, campaign), (services.delete_appeal, appeal)):
        with pytest.raises(DomainError):
            act(row, by=admin)
    Gift.objects.filter(pk=gift.pk).delete()
    services.delete_campaign(campaign, by=admin)
    assert (Campaign.objects.count(), Appeal.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(action="delete", model__in=["giving.campaign", "giving.appeal"]).count() == 2


# --- screens ------------------------------------------------------------------------------------------------------------
def test_a_campaign_is_made_with_its_goal_and_says_where_it_stands(admin, contact, fund, browse, published):
    browser = browse(admin)
    form = {"name": "Winter", "goal_amount": "1,000", "cost": "", "status": "active", "starts_on": "2026-11-01"}
    response = browser.send("giving:campaign_create", form)
    campaign = Campaign.objects.get()
    assert response.url == browser.url("giving:campaign_detail", pk=campaign.pk)
    sent = gift_form(contact, fund) | {"amount": "250", "campaign": campaign.pk, "appeal": ""}
    assert browser.send("giving:gift_create", sent).status_code == 302
    shown = browser.open("giving:campaign_detail", pk=campaign.pk)
    document = page(shown)
    assert document.all("progress", "value") == ["25"]
    assert "$750.00 to go" in document.text
    (link,) = [href for href in document.all("main p a", "href") if "currency" in href]
    listed = browser.get(link)
    assert [gift.amount for gift in listed.context["page"].records] == [Decimal("250.00")]


def test_dates_the_wrong_way_round_and_a_name_taken_are_refused_in_words(admin, campaign, browse):
    browser = browse(admin)
    form = {"name": "winter", "status": "active", "starts_on": "2026-05-01", "ends_on": "2026-04-01"}
    assert errors(browser.send("giving:campaign_create", form)) == {"ends_on": ["The campaign ends before it begins."]}
    taken = errors(browser.send("giving:campaign_create", form | {"ends_on": ""}))
    assert taken == {"__all__": ["Another campaign already has this name."]}


def test_a_completed_campaign_is_no_longer_offered_but_stays_on_its_gifts(
    admin, campaign, gift, fund, browse, published
):
    services.correct_gift(gift, by=admin, campaign=campaign)
    browser = browse(admin)
    assert browser.send("giving:campaign_complete", pk=campaign.pk).status_code == 302
    assert "campaign" not in browser.open("giving:gift_create").context["form"].fields
    assert campaign in browser.open("giving:gift_update", pk=gift.pk).context["form"].fields["campaign"].queryset


def test_campaigns_stand_side_by_side_in_the_order_chosen(admin, campaign, organization, browse):
    other, foreign = CampaignFactory(organization=organization, name="Spring"), CampaignFactory(name="Elsewhere")
    browser = browse(admin)
    numbers = [other.pk, foreign.pk, campaign.pk, campaign.pk, "x"]
    shown = browser.open("giving:campaign_compare", {"campaign": numbers})
    assert [one.name for one, _figures in shown.context["chosen"]] == ["Spring", "Winter"]
    assert "Elsewhere" not in page(shown).text


@pytest.mark.parametrize("role", ["fundraiser", "finance", "member", "read_only"])
def test_all_but_administrators_read_only(role, people, campaign, browse):
    browser = browse(people[role])
    document = page(browser.open("giving:campaign_detail", pk=campaign.pk))
    assert not [href for href in document.all("main a", "href") if "/edit/" in href or "/delete/" in href]
    assert browser.send("giving:campaign_update", {"name": "Mine"}, pk=campaign.pk).status_code == 403
