"""Donors are thanked from the queue without the mouse: a call, a letter that is printed, and an act taken back."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from crm.core.models import Operation
from crm.giving import services
from crm.giving.models import Thanks
from crm.outreach.models import Communication
from tests.factories.contacts import ContactFactory
from tests.journeys.test_recording import press_until_focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SURE = ".mc-form button[type=submit]"


@pytest.fixture
def gifts(office, fund):
    def give(first: str, last: str, amount: int):
        donor = ContactFactory(
            organization=office.organization, first_name=first, last_name=last, language="fr", owner=office,
            address_line1="12, rue des Érables", city="Laval", province="QC", postal_code="H7A 1A1",
        )  # fmt: skip
        return services.record_gift(
            contact=donor, amount=Decimal(amount), received_on=date.today(), fund=fund, by=office
        )

    return [give("Hélène", "Bouchard", 50), give("Paul", "Gagnon", 20)]


@pytest.mark.parametrize(
    ("language", "nobody", "waits"),
    [("en", "Everybody is thanked", "1 letter waits."), ("fr", "Tout le monde est remercié", "1 lettre attend.")],
)
def test_a_call_and_a_letter_empty_the_queue(language, nobody, waits, office, gifts, window, browse, run_jobs):
    page, browser = window(office).page, browse(office, language)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(browser.url("giving:thanks_list"))
    page.locator("[data-tick]").first.focus()
    page.keyboard.press("Space")
    bar = page.locator("#bulk")
    expect(bar).to_be_visible()
    button = bar.locator("[name=act][value=thanked]")
    if not button.first.is_visible():
        bar.locator("details > summary").focus()
        page.keyboard.press("Enter")
    button.locator("visible=true").first.focus()
    page.keyboard.press("Enter")
    press_until_focused(page, "#id_how")
    page.select_option("#id_how", "phone")
    expect(page.locator(SURE)).to_be_enabled()
    press_until_focused(page, SURE)
    page.keyboard.press("Enter")
    expect(page.locator("[data-tick]")).to_have_count(1)
    assert Thanks.objects.get(gift=gifts[0]).how == "phone"
    # The other by letter.
    page.locator("[data-tick]").first.focus()
    page.keyboard.press("Space")
    expect(bar).to_be_visible()
    button = bar.locator("[name=act][value=letters]")
    if not button.first.is_visible():
        bar.locator("details > summary").focus()
        page.keyboard.press("Enter")
    button.locator("visible=true").first.focus()
    page.keyboard.press("Enter")
    press_until_focused(page, SURE)
    page.keyboard.press("Enter")
    expect(page.locator(".mc-empty h2")).to_have_text(nobody)
    assert Communication.objects.get().contact == gifts[1].contact
    page.goto(browser.url("outreach:letter_print"))
    assert " ".join(page.locator("main .fs-3").inner_text().split()).startswith(waits)
    press_until_focused(page, SURE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/work/**")
    run_jobs()
    page.reload()
    expect(page.locator("a[href$='/file/']")).to_be_visible()
    assert Operation.objects.get(kind="print_letters").status == "done"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
