"""The board in a browser: cards moved by mouse, by menu and by keys; refused moves come back with the reason."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Contact
from crm.contacts.services import move_contact
from crm.core.events import recorded
from crm.giving.models import Fund, Gift
from crm.pipeline.services import create_opportunity
from tests.factories.contacts import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cards(office):
    return [
        ContactFactory(organization=office.organization, owner=office, first_name=name, last_name="Roy")
        for name in ("Ève", "Luc", "Zoé")
    ]


def stage(page, code: str):
    return page.locator(f'[data-stage="{code}"]')


def card(page, contact):
    return page.locator(f'[data-card="{contact.pk}"]')


def at(contact) -> str:
    return Contact.objects.get(pk=contact.pk).funnel_stage


@pytest.mark.parametrize(("language", "said"), [("en", "is now at “Contacted”"), ("fr", "est maintenant à l’étape")])
def test_a_card_is_moved_with_the_keyboard_alone(language, said, office, cards, window, browse):
    page, browser = window(office).page, browse(office, language)
    page.goto(browser.url("pipeline:board"))
    link = card(page, cards[1]).locator("a").first
    link.focus()
    page.keyboard.press("m")
    expect(page.locator("[role=menuitem]:focus")).to_have_attribute("data-to", "contacted")
    page.keyboard.press("Escape")
    expect(card(page, cards[1]).locator("[data-menu]")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("2")
    expect(stage(page, "contacted").locator(f'[data-card="{cards[1].pk}"]')).to_be_visible()
    expect(stage(page, "contacted").locator(".mc-count")).to_have_text(re.compile("^1"))
    expect(stage(page, "needs_outreach").locator(".mc-count")).to_have_text(re.compile("^2"))
    expect(card(page, cards[1]).locator("[data-menu]")).to_be_focused()
    expect(page.locator("[data-live]")).to_contain_text(said)
    assert at(cards[1]) == "contacted"


def test_a_card_is_dragged_and_its_menu_closes_with_a_click_elsewhere(office, cards, window, browse):
    page = window(office).page
    page.goto(browse(office).url("pipeline:board"))
    card(page, cards[0]).locator("[data-menu]").click()
    expect(page.locator(".mc-menu")).to_be_visible()
    page.locator("h1").click()
    expect(page.locator(".mc-menu")).to_have_count(0)
    card(page, cards[0]).drag_to(stage(page, "proposal_sent").locator("[data-cards]"))
    expect(stage(page, "proposal_sent").locator(".mc-count")).to_have_text(re.compile("^1"))
    assert at(cards[0]) == "proposal_sent"


def test_a_card_that_somebody_moved_meanwhile_goes_where_it_is_and_says_so(office, cards, window, browse):
    opened = window(office)
    opened.expect("409")
    page = opened.page
    page.goto(browse(office).url("pipeline:board"))
    with recorded():
        move_contact(cards[2], to="blocked", by=office)
    card(page, cards[2]).locator("[data-menu]").click()
    page.locator("[role=menuitem][data-to=negotiation]").click()
    expect(stage(page, "blocked").locator(f'[data-card="{cards[2].pk}"]')).to_be_visible()
    expect(page.locator("[data-toast]")).to_contain_text("Somebody moved Zoé Roy meanwhile")
    assert at(cards[2]) == "blocked"


def test_a_lost_network_moves_nothing_and_says_so(office, cards, window, browse):
    opened = window(office)
    opened.expect("ERR_INTERNET_DISCONNECTED")
    page = opened.page
    page.goto(browse(office).url("pipeline:board"))
    page.context.set_offline(True)
    card(page, cards[1]).locator("[data-menu]").click()
    page.locator("[role=menuitem][data-to=blocked]").click()
    expect(page.locator("[data-toast]")).to_contain_text("The card was not moved")
    expect(stage(page, "needs_outreach").locator(f'[data-card="{cards[1].pk}"]')).to_be_visible()
    page.context.set_offline(False)
    card(page, cards[1]).locator("[data-menu]").click()
    page.locator("[role=menuitem][data-to=blocked]").click()
    expect(stage(page, "blocked").locator(".mc-count")).to_have_text(re.compile("^1"))
    assert at(cards[1]) == "blocked"


def test_leaving_won_asks_why_and_then_moves(office, cards, window, browse):
    with recorded():
        move_contact(cards[0], to="closed_won", by=office)
    opened = window(office)
    opened.expect("422")
    page = opened.page
    page.goto(browse(office).url("pipeline:board"))
    card(page, cards[0]).locator("[data-menu]").click()
    page.locator("[role=menuitem][data-to=negotiation]").click()
    page.wait_for_url("**/move/?to=negotiation")
    page.get_by_label("Why").fill("Pledge withdrawn")
    page.get_by_role("button", name="Move").click()
    page.wait_for_url("**/pipeline/")
    expect(stage(page, "negotiation").locator(f'[data-card="{cards[0].pk}"]')).to_be_visible()
    assert at(cards[0]) == "negotiation"


def test_an_ask_is_dropped_on_won_and_its_gift_recorded_by_keyboard_alone(office, window, browse):
    fund = Fund.objects.get(organization=office.organization, is_default=True)
    contact = ContactFactory(organization=office.organization, owner=office, first_name="Ève", last_name="Roy")
    ask = create_opportunity(contact=contact, title="The library", amount=Decimal(5000), owner=office, by=office)
    tab = window(office)
    tab.expect("422")
    page = tab.page
    page.goto(browse(office).url("pipeline:opportunity_board"))
    card(page, ask).locator("a").first.focus()
    page.keyboard.press("m")
    page.keyboard.press("4")
    expect(stage(page, "asked").locator(f'[data-card="{ask.pk}"]')).to_be_visible()
    expect(stage(page, "asked").locator("[data-head]")).to_contain_text("$3,000.00 weighted")
    expect(card(page, ask).locator("[data-menu]")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("6")
    page.wait_for_url("**/won/**")
    expect(page.locator("[name=on]")).to_be_focused()
    expect(page.locator("[name=each]")).to_be_hidden()
    page.locator("[name=outcome]").focus()
    page.keyboard.type("A promise")
    expect(page.locator("[name=each]")).to_be_visible()
    expect(page.locator("[name=method]")).to_be_hidden()
    page.keyboard.press("Home")
    expect(page.locator("[name=each]")).to_be_hidden()
    page.locator("[name=method]").focus()
    page.keyboard.type("Cash")
    page.locator("main form button[type=submit]").press("Enter")
    page.wait_for_url(f"**/opportunities/{ask.pk}/")
    expect(page.locator("h1")).to_contain_text("Won")
    gift = Gift.objects.get()
    assert (gift.contact, gift.amount, gift.fund, gift.method) == (contact, Decimal(5000), fund, "cash")
