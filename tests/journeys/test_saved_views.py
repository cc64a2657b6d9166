"""Journey: the columns one likes, kept under a name, opened again from its tab; by keyboard."""

import pytest
from playwright.sync_api import expect

from crm.accounts.models import SavedView
from tests.factories.contacts import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABS = "nav[aria-label='Saved views'] a"


def headers(page):
    return page.locator("#list thead th:not(.mc-tick)")


def test_columns_are_chosen_kept_under_a_name_and_opened_again(office, window, browse):
    for name, language in (("Roy", "fr"), ("Lee", "en"), ("Cyr", "fr")):
        ContactFactory(organization=office.organization, first_name="", last_name=name, language=language)
    page = window(office).page
    page.goto(f"{browse(office).url('contacts:contact_list')}?language=fr&sort=-name")
    page.locator("details.mc-columns > summary").focus()
    page.keyboard.press("Enter")
    boxes = page.locator("details.mc-columns [name=columns]")
    boxes.first.wait_for()
    for box in boxes.all():
        box.set_checked(box.get_attribute("value") in ("lifecycle", "email", "city"))
    boxes.first.focus()
    page.keyboard.press("Enter")
    expect(headers(page)).to_have_text(["Name", "Giving status", "E-mail", "City"])
    page.get_by_role("link", name="Save this view").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("French speakers")
    page.keyboard.press("Control+Enter")

    expect(page.locator(f"{TABS}[aria-current]")).to_have_text("French speakers 2")  # its number comes by itself
    expect(page.locator(TABS).first).to_have_text("Everything 3")
    expect(headers(page)).to_have_text(["Name", "Giving status", "E-mail", "City"])
    view = SavedView.objects.get()
    assert (view.query, view.columns) == ("language=fr&sort=-name", ["lifecycle", "email", "city"])

    page.locator(TABS).first.click()
    expect(page.locator("#list tbody tr")).to_have_count(3)
    page.locator(TABS).nth(1).click()
    expect(page.locator("#list tbody .mc-name")).to_have_text(["Roy", "Cyr"])
    expect(headers(page)).to_have_text(["Name", "Giving status", "E-mail", "City"])
