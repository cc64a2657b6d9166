"""A gift in memory of somebody, from its typing to the letter that tells the family, in both languages, without the mouse."""

from datetime import date

import pytest
from playwright.sync_api import expect

from crm.giving.models import Gift, Tribute, TributeNotice
from crm.outreach.models import Communication
from tests.factories.contacts import ContactFactory
from tests.journeys.test_recording import press_until_focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SURE = ".mc-form button[type=submit]"


@pytest.mark.parametrize(
    ("language", "subject", "nobody"),
    [
        ("en", "Gifts in memory of Anne Roy", "Every family is told"),
        ("fr", "Des dons à la mémoire d’Anne Roy", "Toutes les familles sont avisées"),
    ],
)
def test_a_name_is_typed_with_the_gift_and_the_family_reads_who_gave(
    language, subject, nobody, office, fund, window, browse
):
    home = {"address_line1": "12, rue des Érables", "city": "Laval", "province": "QC", "postal_code": "H7A 1A1"}
    organization = office.organization
    donor = ContactFactory(organization=organization, owner=office, first_name="Guy", last_name="Gagnon")
    ContactFactory(
        organization=organization, owner=office, first_name="Luce", last_name="Roy", language=language, **home
    )
    page, browser = window(office).page, browse(office, language)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(browser.url("giving:gift_create_for", pk=donor.pk))
    page.locator("#id_amount").fill("75")
    press_until_focused(page, "#id_tribute")
    page.select_option("#id_tribute", "memory")
    page.keyboard.press("Tab")
    page.keyboard.type("Anne Roy")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{donor.pk}/")
    gift = Gift.objects.get()
    assert gift.tribute == Tribute.objects.get(kind="memory", name="Anne Roy")
    # Who of the family is told: three letters, and Enter.
    page.goto(browser.url("giving:recipient_add", pk=gift.tribute_id))
    box = page.get_by_role("combobox").first
    expect(box).to_be_focused()
    page.keyboard.type("luce")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    press_until_focused(page, SURE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tributes/{gift.tribute_id}/")
    # The letter is read before it is written.
    letters = page.locator("a[href*='act=letters']")
    letters.focus()
    page.keyboard.press("Enter")
    sample = page.locator(".mc-sample")
    expect(sample).to_contain_text(subject)
    expect(sample).to_contain_text("Guy Gagnon")
    assert "75" not in sample.inner_text()
    press_until_focused(page, SURE)
    page.keyboard.press("Enter")
    expect(page.locator(".mc-empty h2")).to_have_text(nobody)
    letter = Communication.objects.get()
    assert (letter.subject, letter.contact.first_name) == (subject, "Luce")
    assert TributeNotice.objects.get(gift=gift).told_at.date() >= date(2026, 1, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
