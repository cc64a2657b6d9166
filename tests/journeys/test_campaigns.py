"""A campaign from its goal to its figures, with the keyboard; two people in one gift, each in their own window."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from crm.giving.models import Campaign, Gift
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.journeys.test_recording import press_until_focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVE = ".mc-save button[type=submit]"


@pytest.mark.parametrize(
    ("language", "amount", "shown", "left"),
    [
        ("en", "1,250.50", "$1,250.50", "$3,749.50 to go"),
        ("fr", "1 250,50", "1 250,50 $", "encore 3 749,50 $ à amasser"),
    ],
)
def test_a_campaign_is_made_asked_for_and_given_to_without_the_mouse(
    language, amount, shown, left, office, window, browse
):
    ContactFactory(organization=office.organization, owner=office, first_name="Hélène", last_name="Bouchard")
    page, browser = window(office).page, browse(office, language)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(browser.url("giving:campaign_create"))
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("Campagne d’hiver")
    press_until_focused(page, "#id_goal_amount")
    page.keyboard.type("5000")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Campagne d’hiver")
    campaign = Campaign.objects.get()
    press_until_focused(page, f"a[href$='/campaigns/{campaign.pk}/appeals/new/']")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("Lettre")
    press_until_focused(page, "#id_solicited")
    page.keyboard.type("200")
    page.keyboard.press("Enter")
    expect(page.locator("#campaign-appeals")).to_be_visible()
    press_until_focused(page, f"a[href$='/gifts/new/?campaign={campaign.pk}']")
    page.keyboard.press("Enter")
    expect(page.locator("#id_contact[role=combobox]")).to_be_focused()
    expect(page.locator("#id_campaign")).to_have_value(str(campaign.pk))
    page.keyboard.type("bouch")
    expect(page.locator("[role=option]").first).to_contain_text("Bouchard")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    press_until_focused(page, "#id_amount")
    page.keyboard.type(amount)
    press_until_focused(page, "#id_appeal")
    page.keyboard.press("ArrowDown")
    press_until_focused(page, SAVE)
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_be_visible()
    gift = Gift.objects.get()
    assert (gift.campaign, gift.appeal.name, gift.amount) == (campaign, "Lettre", Decimal("1250.50"))
    page.goto(browser.url("giving:campaign_detail", pk=campaign.pk))
    said = " ".join(page.locator("main").inner_text().split())
    assert shown in said
    assert left in said
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_two_people_in_one_gift_the_second_compares_and_then_decides(office, fund, window, browse):
    donor = ContactFactory(organization=office.organization, owner=office, first_name="Hélène", last_name="Bouchard")
    gift = GiftFactory(contact=donor, fund=fund, amount=Decimal(50), recorded_by=office)
    colleague = MembershipFactory(organization=office.organization, role="finance", user__first_name="Fanny")
    address = browse(office).url("giving:gift_update", pk=gift.pk)
    first, second = window(office).page, window(colleague)
    second.expect("status of 422")
    for page in (first, second.page):
        page.goto(address)
    first.fill("#id_amount", "80")
    first.click(SAVE)
    expect(first.locator("h1")).to_contain_text("$80.00")
    page = second.page
    page.fill("#id_note", "Cheque 412")
    page.click(SAVE)
    told = page.locator("#meanwhile")
    expect(told).to_be_focused()
    expect(told.locator("tbody tr")).to_have_count(1)
    assert told.locator("tbody tr").inner_text().split("\t") == ["Amount", "$50.00", "$80.00", "$80.00"]
    assert (page.input_value("#id_amount"), page.input_value("#id_note")) == ("80.00", "Cheque 412")
    page.click(SAVE)
    expect(page.locator("h1")).to_contain_text("$80.00")
    gift.refresh_from_db()
    assert (gift.amount, gift.note) == (Decimal("80.00"), "Cheque 412")
