"""A gift from the list: the donor is found by three letters, by keyboard, by mouse, and without script."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOX = "#id_contact"
SAVE = ".mc-save button[type=submit]"


@pytest.fixture
def donors(office):
    names = [("Hélène", "Bouchard"), ("Luc", "Boucher"), ("Zoé", "Roy")]
    return [
        ContactFactory(organization=office.organization, first_name=first, last_name=last, email="", city="Lévis")
        for first, last in names
    ]


@pytest.fixture
def page(office, window, browse):
    page = window(office).page
    page.goto(browse(office).url("giving:gift_create"))
    return page


def attributes(page) -> dict:
    box = page.locator(BOX)
    return {name: box.get_attribute(name) for name in ("role", "aria-expanded", "aria-activedescendant")}


def test_by_keyboard_the_hands_never_leave_the_keys(page, donors):
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.type("bouch")
    options = page.locator("[role=option]")
    expect(options).to_have_count(2)
    assert attributes(page) == {
        "role": "combobox", "aria-expanded": "true", "aria-activedescendant": "id_contact_list_0",
    }  # fmt: skip
    expect(page.locator("#id_contact_said")).to_have_text("2 contacts found")
    page.keyboard.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    chosen = options.nth(1).locator(".mc-name").inner_text()
    page.keyboard.press("Enter")
    assert (page.input_value(BOX), attributes(page)["aria-expanded"]) == (chosen, "false")
    expect(page.locator("#id_amount")).to_be_focused()
    page.keyboard.type("1 234,56")
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast=success]")).to_contain_text("Gift of $1,234.56 recorded.")
    gift = Gift.objects.get()
    assert (gift.contact.name, gift.amount) == (chosen, Decimal("1234.56"))
    page.click("[data-toast] a")
    expect(page.locator(BOX)).to_be_focused()


def test_escape_closes_the_list_and_a_changed_name_forgets_the_choice(page, donors):
    page.keyboard.type("Zoé")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#id_contact_list")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    assert (page.input_value(BOX), page.input_value("input[name=contact]")) == ("Zoé Roy", str(donors[2].pk))
    page.focus(BOX)
    page.keyboard.press("End")
    page.keyboard.type("x")
    expect(page.locator("#id_contact_list")).to_contain_text("Nobody matches “Zoé Royx”.")
    assert page.input_value("input[name=contact]") == ""


def test_enter_never_takes_what_was_listed_for_other_letters(page, donors):
    page.keyboard.type("bouchard")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.route("**/lookup/**", lambda route: None)  # the next answer never comes
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    assert (page.input_value(BOX), page.input_value("input[name=contact]")) == ("bouchardx", "")
    page.unroute("**/lookup/**")


def test_by_mouse_and_the_box_keeps_the_focus_until_then(page, donors):
    page.fill(BOX, "roy")
    page.locator("[role=option]").click()
    assert page.input_value("input[name=contact]") == str(donors[2].pk)
    expect(page.locator("#id_contact_list")).to_be_hidden()


def test_without_script_the_matches_come_back_as_a_choice(office, donors, fund, window, browse):
    one = window(office, java_script_enabled=False)
    one.expect("status of 422")
    page = one.page
    page.goto(browse(office).url("giving:gift_create"))
    page.fill(BOX, "boucher")
    page.fill("#id_amount", "12.50")
    page.select_option("#id_fund", str(fund.pk))
    page.click(SAVE)
    assert page.locator("[data-lookup-candidates] label").all_inner_texts() == ["Luc Boucher Lévis"]
    assert page.input_value("#id_amount") == "12.50"
    page.check("[data-lookup-candidates] input[type=radio]")
    page.click(SAVE)
    assert list(Gift.objects.values_list("contact", "amount")) == [(donors[1].pk, Decimal("12.50"))]


def test_what_was_typed_before_the_script_came_is_looked_for_all_the_same(office, donors, window, browse):
    page = window(office).page
    held = []
    page.route("**/lookup*.js", lambda route: held.append(route))  # noqa: PLW0108 - the driver wants a function
    page.goto(browse(office).url("giving:gift_create"), wait_until="commit")
    page.locator(BOX).focus()
    page.keyboard.type("bouch")
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("[role=option]").first).to_contain_text("Bouchard")
