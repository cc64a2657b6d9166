"""A promise from its first word to its last payment, with the keyboard; a gift shared out between funds, counted as one types."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from crm.giving.models import Gift, Pledge
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.journeys.test_recording import press_until_focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVE = ".mc-save button[type=submit]"
SURE = ".mc-foot button[type=submit]"


@pytest.fixture
def donor(office):
    return ContactFactory(organization=office.organization, owner=office, first_name="Hélène", last_name="Bouchard")


@pytest.mark.parametrize(
    ("language", "named", "paid", "skipped"),
    [
        ("en", "$40.00 every month", "Paid", "Skipped"),
        ("fr", "40,00 $ tous les mois", "Payé", "Sauté"),
    ],
)
def test_a_pledge_is_promised_paid_paused_and_cancelled_without_the_mouse(
    language, named, paid, skipped, office, donor, fund, window, browse
):
    page, browser = window(office).page, browse(office, language)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(browser.url("giving:pledge_create"))
    expect(page.locator("#id_contact[role=combobox]")).to_be_focused()
    page.keyboard.type("bouch")
    expect(page.locator("[role=option]").first).to_contain_text("Bouchard")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    press_until_focused(page, "#id_amount")
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    heading = page.locator("h1")
    expect(heading).to_contain_text(named.split(" ")[-1])
    assert named in " ".join(heading.inner_text().split())
    pledge = Pledge.objects.get()
    press_until_focused(page, f"a[href$='?pledge={pledge.pk}']")
    page.keyboard.press("Enter")
    expect(page.locator("#id_pledge")).to_have_value(str(pledge.pk))
    page.keyboard.press("Enter")  # as it was promised
    expect(page.locator("#timeline")).to_be_visible()
    assert Gift.objects.get().pledge == pledge
    page.goto(browser.url("giving:pledge_detail", pk=pledge.pk))
    expect(page.locator("section[aria-labelledby=pledge-calendar] .mc-pill").last).to_have_text(paid)
    press_until_focused(page, "a[href$='/pause/']")
    page.keyboard.press("Enter")
    press_until_focused(page, "#id_reason")
    page.keyboard.type("Away")
    page.keyboard.press("Enter")
    expect(page.locator("section[aria-labelledby=pledge-pauses]")).to_contain_text("Away")
    expect(page.locator("section[aria-labelledby=pledge-calendar] .mc-pill").first).to_have_text(skipped)
    press_until_focused(page, "a[href$='/cancel/']")
    page.keyboard.press("Enter")
    press_until_focused(page, SURE)
    page.keyboard.press("Enter")
    expect(page.locator("a[href$='/reopen/']")).to_be_visible()
    pledge.refresh_from_db()
    assert (pledge.status, pledge.received) == ("cancelled", Decimal(40))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    ("language", "left"), [("en", "Left to share out: $40.50"), ("fr", "Reste à répartir : 40,50 $")]
)
def test_a_gift_is_shared_out_while_what_is_left_is_counted(language, left, office, donor, fund, window, browse):
    other = FundFactory(organization=office.organization, code="SCH", name_fr="Bourses", name_en="Scholarships")
    page, browser = window(office).page, browse(office, language)
    page.goto(browser.url("giving:gift_create_for", pk=donor.pk))
    expect(page.locator(".mc-splits")).to_be_hidden()
    for aside in ("property_description", "advantage", "exchange_rate", "appraiser_name"):
        expect(page.locator(f"#id_{aside}")).to_be_hidden()
    page.keyboard.type("100,50" if language == "fr" else "100.50")
    page.select_option("#id_fund", "several")
    expect(page.locator(".mc-splits")).to_be_visible()
    lines = page.locator("[data-split]")
    lines.nth(0).locator("select").select_option(str(fund.pk))
    lines.nth(0).locator("input").fill("60")
    said = page.locator("[data-split-left]")
    assert " ".join(said.inner_text().split()) == left
    lines.nth(1).locator("select").select_option(str(other.pk))  # what is left comes by itself
    expect(lines.nth(1).locator("input")).to_have_value("40,50" if language == "fr" else "40.50")
    page.locator("[data-split-add]").click()
    expect(lines.nth(3).locator("select")).to_be_focused()
    page.click(SAVE)
    expect(page.locator("#timeline")).to_be_visible()
    gift = Gift.objects.get()
    assert gift.parts == [(fund, Decimal("60.00")), (other, Decimal("40.50"))]
    page.goto(browser.url("giving:gift_update", pk=gift.pk))
    expect(page.locator("[data-split] input").nth(1)).to_have_value("40,50" if language == "fr" else "40.50")
