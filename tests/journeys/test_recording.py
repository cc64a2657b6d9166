"""Recording under everyday accidents: a wrong amount, a double click, the Back button, a lost network, two tabs."""

import re

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Note
from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVE = ".mc-save button[type=submit]"


@pytest.fixture
def donor(office):
    return ContactFactory(organization=office.organization, owner=office, first_name="Hélène", last_name="Bouchard")


@pytest.fixture
def address(browse):
    """``address(person, name, pk=…)``: the page of that name in English."""
    return lambda person, name, **kwargs: browse(person).url(name, **kwargs)


def press_until_focused(page, selector: str, key: str = "Tab", limit: int = 60) -> None:
    """Walk with the keyboard alone, as somebody without a mouse."""
    for _step in range(limit):
        if page.locator(selector).first.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {limit} × {key}")


def test_a_gift_is_recorded_by_keyboard_after_a_wrong_amount(office, donor, window, address):
    one = window(office)
    one.expect("status of 422")
    page = one.page
    page.goto(address(office, "contacts:contact_detail", pk=donor.pk))
    press_until_focused(page, f"a[href$='/giving/gifts/new/{donor.pk}/']")
    page.keyboard.press("Enter")
    expect(page.locator("#id_amount")).to_be_focused()
    page.keyboard.type("12 dollars")
    press_until_focused(page, "#id_note")
    page.keyboard.type("In memory of Rita")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".alert-danger[role=alert]")).to_be_focused()
    assert (page.input_value("#id_amount"), page.input_value("#id_note")) == ("12 dollars", "In memory of Rita")
    assert Gift.objects.count() == 0
    press_until_focused(page, ".alert-danger a")
    page.keyboard.press("Enter")  # from the summary to the field
    expect(page.locator("#id_amount")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("125")
    page.keyboard.press("Enter")

    expect(page.locator("#timeline")).to_contain_text("Gift of $125.00")
    assert list(Gift.objects.values_list("amount", "note")) == [(125, "In memory of Rita")]


def test_a_double_click_and_then_back_and_save_make_one_gift(office, donor, window, address):
    one = window(office)
    one.expect("status of 422")  # “the same gift twice?”
    page = one.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address(office, "giving:gift_create_for", pk=donor.pk))
    page.fill("#id_amount", "80")
    page.dblclick(SAVE)
    page.wait_for_url(f"**/contacts/{donor.pk}/")
    expect(page.locator("#timeline")).to_contain_text("Gift of $80.00")
    assert Gift.objects.count() == 1

    page.go_back()
    page.wait_for_url("**/giving/gifts/new/*/")
    page.fill("#id_amount", "80")
    page.click(SAVE)
    expect(page.locator("main, .mc-toasts").filter(has_text=re.compile("already")).first).to_be_visible()
    assert Gift.objects.count() == 1


def test_the_same_form_sent_twice_is_saved_once(office, donor, window, address):
    """Two requests really leave: the second comes before the answer to the first has changed the page."""
    page = window(office).page
    page.goto(address(office, "giving:gift_create_for", pk=donor.pk))
    page.fill("#id_amount", "80")
    answers = page.evaluate(
        """async () => {
            const data = () => new URLSearchParams(new FormData(document.querySelector("main form")));
            const send = () => fetch(location.href, { method: "POST", body: data() });
            return (await Promise.all([send(), send()])).map((answer) => answer.status);
        }"""
    )
    assert (answers, Gift.objects.count()) == ([200, 200], 1)


def test_a_lost_network_says_so_loses_nothing_and_one_can_try_again(office, donor, window, address):
    one = window(office)
    one.expect("ERR_INTERNET_DISCONNECTED")
    one.expect("htmx:")  # htmx says it too
    page = one.page
    page.goto(address(office, "contacts:contact_detail", pk=donor.pk))
    page.wait_for_load_state("networkidle")
    page.fill("#id_text", "Called about the gala")
    one.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    toast = page.locator(".mc-toast[role=alert]")
    expect(toast).to_contain_text("The network did not answer. Nothing you typed is lost.")
    assert (page.input_value("#id_text"), Note.objects.count()) == ("Called about the gala", 0)

    one.context.set_offline(False)
    toast.locator("[data-retry]").click()
    expect(page.locator("#timeline .mc-quote")).to_have_text("Called about the gala")
    assert Note.objects.count() == 1


def test_a_panel_that_did_not_come_offers_to_try_again(office, donor, window, address):
    one = window(office)
    one.expect("ERR_FAILED")
    one.expect("htmx:")
    page = one.page
    page.goto(address(office, "contacts:contact_detail", pk=donor.pk))
    panel = f"**{address(office, 'contacts:contact_recent')}"
    page.route(panel, lambda route: route.abort())
    page.goto(address(office, "accounts:home"))
    again = page.locator("[data-panel] [data-retry]")
    again.wait_for()
    page.unroute(panel)
    again.click()
    expect(page.locator("main")).to_contain_text("Hélène Bouchard")


def test_two_tabs_on_one_contact_the_second_is_told_decides_and_the_history_says_both(office, donor, window, address):
    one = window(office)
    one.expect("status of 422")
    first, second = one.page, one.tab()
    for page in (first, second):
        page.goto(address(office, "contacts:contact_update", pk=donor.pk))
    first.fill("#id_city", "Montréal")
    first.click(SAVE)
    first.wait_for_url(f"**/contacts/{donor.pk}/")
    second.fill("#id_city", "Québec")
    second.click(SAVE)
    expect(second.locator("#meanwhile tbody tr")).to_have_text("CityTrois-RivièresMontréalQuébec (yours)")
    second.click(SAVE)
    second.wait_for_url(f"**/contacts/{donor.pk}/")

    donor.refresh_from_db()
    assert donor.city == "Québec"
    changes = second.locator("#timeline .mc-tl", has_text="Record changed by Alice")
    assert ["Trois-Rivières → Montréal" in text for text in changes.all_inner_texts()] == [False, True]
    assert ["Montréal → Québec" in text for text in changes.all_inner_texts()] == [True, False]
