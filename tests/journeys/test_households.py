"""Journeys: two people who live together, from a donor's page to the greetings of a letter, by keyboard."""

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Household
from tests.factories.contacts import ContactFactory
from tests.factories.households import couple

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVE = "main form .mc-save button[type=submit]"


def said(page, kind: str):
    return page.locator(f"#preview [data-said={kind}]")


def person(office, honorific: str, first: str, last: str):
    return ContactFactory(
        organization=office.organization, owner=office, honorific=honorific, first_name=first, last_name=last
    )


def test_a_household_is_made_from_the_donors_page_with_the_keyboard_alone(office, window, browse):
    helene = person(office, "Mme", "Hélène", "Bouchard")
    person(office, "M.", "Jean-Marc", "Vézina")
    page = window(office).page
    page.goto(browse(office).url("contacts:contact_detail", pk=helene.pk))
    page.get_by_role("link", name="Start a household").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_other")).to_be_focused()
    expect(said(page, "formal-en")).to_have_text("Dear Ms. Bouchard")
    page.keyboard.type("vezina")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(said(page, "formal-en")).to_have_text("Dear Ms. Bouchard and Mr. Vézina")
    expect(said(page, "informal-fr")).to_have_text("Chère Hélène, cher Jean-Marc")
    expect(page.locator("#id_role")).to_be_focused()  # the hands stay where they were
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bouchard-Vézina household")
    household = Household.objects.get()
    assert (household.head, household.members.count()) == (helene, 2)


def test_every_change_shows_at_once_is_kept_and_can_be_taken_back(office, window, browse):
    household = couple(office.organization, office)
    his = household.members.get(first_name="Paul")
    page = window(office).page
    edit = browse(office).url("contacts:household_update", pk=household.pk)
    page.goto(edit)
    expect(said(page, "formal-fr")).to_have_text("Madame Bouchard et Monsieur Vézina")
    head = page.locator(f"[name=head][value='{household.head_id}']")
    head.focus()
    page.keyboard.press("ArrowDown")
    expect(said(page, "formal-fr")).to_have_text("Monsieur Vézina et Madame Bouchard")
    page.locator(f"#id_role_{household.head_id}").select_option("other")
    expect(said(page, "formal-en")).to_have_text("Dear Mr. Vézina")
    page.locator(f"#id_role_{household.head_id}").select_option("adult")
    page.locator("#id_informal_en").focus()
    page.keyboard.type("Dear friends of the river")
    expect(said(page, "informal-en")).to_have_text("Dear friends of the river")
    expect(page.locator("#id_informal_en")).to_be_focused()
    page.click(SAVE)
    expect(page.locator("[data-said=informal-en]")).to_have_text("Dear friends of the river")
    household.refresh_from_db()
    assert (household.head, household.informal_en) == (his, "Dear friends of the river")

    page.goto(edit)
    reset = page.locator("#reset-informal-en")
    reset.focus()
    page.keyboard.press("Enter")
    expect(said(page, "informal-en")).to_have_text("Dear Paul and Hélène")
    expect(reset).to_have_count(0)
    expect(page.locator("#id_informal_en")).to_be_focused()
    page.click(SAVE)
    expect(page.locator("[data-said=informal-en]")).to_have_text("Dear Paul and Hélène")
    household.refresh_from_db()
    assert household.informal_en == ""


def test_the_form_fits_the_narrowest_phone_and_a_relation_shows_on_both_pages(office, window, browse):
    helene, jean = person(office, "Mme", "Hélène", "Bouchard"), person(office, "M.", "Jean-Marc", "Vézina")
    household = couple(office.organization, office)
    page = window(office).page
    page.set_viewport_size({"width": 360, "height": 740})
    for name, pk in (
        ("household_update", household.pk),
        ("household_detail", household.pk),
        ("household_start", helene.pk),
        ("contact_detail", household.head_id),
    ):
        page.goto(browse(office).url(f"contacts:{name}", pk=pk))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, name
    page.goto(browse(office).url("contacts:contact_detail", pk=helene.pk))
    page.get_by_role("link", name="Add a relation").click()
    expect(
        page.locator("#id_other[role=combobox]")
    ).to_be_focused()  # keys struck before the page has come go to the last one
    page.keyboard.type("jean-marc")
    page.locator("[role=option]").click()
    page.select_option("#id_kind", "employer")
    page.click(SAVE)
    expect(page.get_by_role("link", name="Jean-Marc Vézina").first).to_be_visible()
    page.goto(browse(office).url("contacts:contact_detail", pk=jean.pk))
    expect(page.locator("[data-panel]", has_text="Employee")).to_contain_text("Hélène Bouchard")
