"""Ctrl-K: anybody, any receipt, any act, without the mouse."""

import pytest
from playwright.sync_api import expect

from tests.factories.contacts import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPTIONS = "[data-palette] [role=option]"


@pytest.fixture
def page(office, window, browse):
    for first, last in (("Hélène", "Bouchard"), ("Luc", "Boucher"), ("Zoé", "Roy")):
        ContactFactory(organization=office.organization, first_name=first, last_name=last, email="")
    page = window(office).page
    page.goto(browse(office).url("contacts:contact_list"))
    return page


def test_a_slash_opens_it_and_nothing_typed_offers_what_can_be_done(page):
    page.keyboard.press("/")
    expect(page.locator("[data-palette-input]")).to_be_focused()
    expect(page.locator(OPTIONS).first).to_have_text("Record a gift")
    page.keyboard.press("Escape")
    expect(page.locator("[data-palette]")).to_be_hidden()


def test_a_slash_inside_a_text_is_a_slash(page):
    page.locator("input[type=search]").first.focus()
    page.keyboard.press("/")
    expect(page.locator("[data-palette]")).to_be_hidden()


def test_a_word_and_three_letters_lead_to_the_form(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("gift bouche")
    expect(page.locator(OPTIONS).first).to_have_text("New gift: Luc Boucher")
    active = page.locator("[data-palette-input]").get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Luc Boucher")
    expect(page.locator("#id_amount")).to_be_visible()


def test_arrows_go_through_the_groups_and_the_last_one_opens_the_list(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("bouch")
    expect(page.locator(OPTIONS).nth(1)).to_be_visible()
    page.keyboard.press("End")
    expect(page.locator(f"{OPTIONS}[aria-selected=true]")).to_have_text("See everyone who matches “bouch”")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=bouch")


def test_enter_before_the_answer_is_meant_for_the_answer(page):
    """At rest the first option records a gift: a fast typist must never land there instead of on the person."""
    page.keyboard.press("/")
    expect(page.locator(OPTIONS).first).to_have_text("Record a gift")
    page.keyboard.type("zoe roy")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Zoé Roy")
