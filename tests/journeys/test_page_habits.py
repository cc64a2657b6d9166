"""What every page keeps: language and appearance, the way back, and working without script."""

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Contact
from crm.receipts.models import Receipt
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def donors(office, contact):
    ContactFactory(organization=office.organization, first_name="Wei", last_name="Chen", city="Laval", language="en")
    return contact


def test_the_language_changes_on_the_same_page_and_is_remembered(office, donors, window, browse):
    one = window(office)
    page = one.page
    page.goto(browse(office).url("contacts:contact_list") + "?city=Laval")
    page.locator("header.mc-topbar button[name=language]").click()
    page.wait_for_url("**/fr/o/rive-claire/contacts/?city=Laval")
    expect(page.locator("html")).to_have_attribute("lang", "fr-CA")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/")
    page.wait_for_url("**/fr/o/rive-claire/")
    office.user.refresh_from_db()
    assert office.user.language == "fr"


def test_the_appearance_changes_without_leaving_the_page_and_is_remembered(office, donors, window, browse):
    page = window(office).page
    page.goto(browse(office).url("contacts:contact_create"))
    page.fill("#id_first_name", "Not saved yet")
    page.locator("header.mc-topbar summary[aria-label=Appearance]").click()
    with page.expect_response("**/theme/"):
        page.locator("header.mc-topbar button[name=theme][value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.input_value("#id_first_name") == "Not saved yet"
    other = page.context.new_page()
    other.goto(browse(office).url("contacts:contact_list"))
    expect(other.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_filtering_and_sorting_write_the_address_and_back_undoes_them(office, donors, window, browse):
    page = window(office).page
    page.goto(browse(office).url("contacts:contact_list"))
    expect(page.locator("tbody tr")).to_have_count(2)
    page.fill("#filter-q", "chen")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**/contacts/?q=chen")
    page.locator("#sort-name").click()
    page.wait_for_url("**sort=name**")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.go_back()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("h1")).to_have_text("Contacts")


def test_a_page_works_without_script(office, donors, fund, window, browse, run_jobs):
    page = window(java_script_enabled=False).page
    page.goto("/en/account/login/")
    page.fill("#id_login", office.user.email)
    page.fill("#id_password", "correct horse battery")
    page.locator(".mc-way-in form button[type=submit]").first.click()
    page.wait_for_url("**/en/o/rive-claire/")

    page.locator("#nav a[href$='/contacts/']").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.fill("#filter-q", "chen")
    page.locator("#filters noscript button, #filters button[type=submit]").first.click()
    page.wait_for_url("**q=chen**")
    expect(page.locator("tbody tr")).to_have_count(1)

    page.locator(".page-header a[href$='/contacts/new/']").click()
    page.fill("#id_first_name", "Nadia")
    page.fill("#id_last_name", "Haddad")
    page.locator(".mc-save button").click()
    expect(page.locator("#contact-name")).to_have_text("Nadia Haddad")
    assert Contact.objects.filter(last_name="Haddad").count() == 1

    gift = GiftFactory(contact=donors, fund=fund, recorded_by=office)
    page.goto(browse(office).url("giving:gift_detail", pk=gift.pk))
    page.get_by_role("link", name="Issue the receipt").click()
    page.get_by_role("button", name="Issue the receipt").click()
    run_jobs()
    page.reload()
    expect(page.get_by_role("link", name="Download the receipt")).to_be_visible()
    assert Receipt.objects.get().lines.get().gift_id == gift.pk
