"""Journey: acting on many contacts of the list by keyboard, from the boxes to the undo; axe reads each page on the way."""

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Contact, Tag, TagAssignment
from tests.factories.contacts import ContactFactory
from tests.journeys.test_accessibility import AXE, CAME, examine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def axe(page) -> list[str]:
    """Serious faults of the page as it stands, in light and in dark."""
    page.wait_for_function(CAME)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    return [fault for scheme in ("light", "dark") for fault in examine(page, scheme)]


def press(page, locator, key: str = "Enter") -> None:
    locator.focus()
    page.keyboard.press(key)


def test_boxes_ranges_a_tag_and_its_undo_by_keyboard(office, window, browse):
    for number in range(6):
        ContactFactory(organization=office.organization, first_name="", last_name=f"Roy{number}")
    page = window(office, bypass_csp=True).page
    page.goto(f"{browse(office).url('contacts:contact_list')}?sort=name")
    boxes, bar = page.locator("[data-tick]"), page.locator("#bulk")
    expect(bar).to_be_hidden()
    press(page, boxes.nth(1), " ")
    press(page, boxes.nth(4), "Shift+ ")  # from the last one to this one
    expect(bar.locator("[data-bulk-count]")).to_have_text("4")
    press(page, boxes.nth(2), " ")
    expect(bar.locator("[data-bulk-count]")).to_have_text("3")
    assert page.locator("[data-tick-all]").evaluate("box => box.indeterminate")
    assert axe(page) == []
    press(page, bar.locator("[data-bulk-clear]"))
    expect(bar).to_be_hidden()
    expect(page.locator("[data-tick-all]")).to_be_focused()
    page.keyboard.press(" ")
    expect(bar.locator("[data-bulk-count]")).to_have_text("6")
    press(page, boxes.nth(0), " ")

    press(page, bar.get_by_role("button", name="Add a tag"))
    expect(page.locator("h1")).to_have_text("Add a tag")
    page.locator("[name=tag]").focus()
    page.keyboard.type("Gala")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Tag 5 contacts")).to_be_visible()
    assert axe(page) == []
    press(page, page.get_by_role("button", name="Tag 5 contacts"))
    expect(page.locator(".toast, [role=status]").filter(has_text="5 contacts are tagged.").first).to_be_visible()
    assert TagAssignment.objects.count() == 5
    press(page, page.get_by_role("button", name="Undo").or_(page.get_by_role("link", name="Undo")).first)
    expect(page.get_by_text("everything is again as it was").first).to_be_visible()
    assert not Tag.objects.exists()


def test_everything_that_matches_is_archived_by_a_worker_and_brought_back(office, window, browse, run_jobs):
    for number in range(60):
        ContactFactory(organization=office.organization, first_name="", last_name=f"Roy{number:02}")
    ContactFactory(organization=office.organization, first_name="", last_name="Lavoie")
    page = window(office, bypass_csp=True).page
    page.goto(f"{browse(office, 'fr').url('contacts:contact_list')}?q=roy")
    press(page, page.locator("[data-tick-all]"), " ")
    bar = page.locator("#bulk")
    expect(bar.locator("[data-bulk-count]")).to_have_text("25")
    press(page, bar.locator("[data-bulk-everything]"))
    expect(bar.locator("[data-bulk-whole]")).to_be_visible()
    press(page, bar.locator("details > summary"))
    press(page, bar.get_by_role("button", name="Archiver"))
    confirm = page.get_by_role("button", name="Archiver 60 contacts")
    expect(confirm).to_be_visible()
    assert axe(page) == []
    press(page, confirm)
    expect(page.get_by_text("En attente de son tour")).to_be_visible()
    assert Contact.objects.active().count() == 61
    assert axe(page) == []
    run_jobs()
    expect(page.locator("#operation .mc-work-pct")).to_have_text("Terminé")
    assert Contact.objects.active().count() == 1
    assert axe(page) == []
    press(page, page.get_by_role("link", name="Annuler", exact=True))
    press(page, page.get_by_role("button", name="Annuler", exact=True))
    expect(page.get_by_text("En attente de son tour")).to_be_visible()
    run_jobs()
    expect(page.locator("#operation .mc-work-pct")).to_have_text("Terminé")
    assert Contact.objects.active().count() == 61


def test_a_long_list_leaves_as_a_file_made_by_a_worker(office, window, browse, run_jobs, settings):
    settings.EXPORT_AT_ONCE = 2
    for number in range(3):
        ContactFactory(organization=office.organization, first_name="", last_name=f"Roy{number}")
    page = window(office, bypass_csp=True).page
    page.goto(f"{browse(office, 'fr').url('contacts:contact_list')}?export=csv&sort=name")
    expect(page.locator("form.mc-form")).to_contain_text("3 lignes")
    assert axe(page) == []
    press(page, page.get_by_role("button", name="Préparer le fichier"))
    expect(page.get_by_text("En attente de son tour")).to_be_visible()
    run_jobs()
    link = page.get_by_role("link", name="Télécharger le fichier")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        press(page, link)
    assert "Roy2" in download.value.path().read_text(encoding="utf-8-sig")
