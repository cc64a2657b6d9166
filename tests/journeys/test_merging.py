"""Duplicates by the keyboard alone: queue, compare, choose, merge, undo; and the warning while a new contact is typed."""

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Merge
from tests.factories.contacts import ContactFactory, PairFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(office):
    mine = {"organization": office.organization, "owner": office, "last_name": "Côté"}
    first = ContactFactory(**mine, first_name="Jean-François", email="jf@notaires.example")
    second = ContactFactory(**mine, first_name="jf", email="jf@maison.example")
    return PairFactory(first=first, second=second)


def press_until_focused(page, locator, key: str = "Tab", most: int = 80) -> None:
    for _time in range(most):
        if locator.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {locator}")


def test_a_pair_is_compared_merged_and_taken_back_without_a_mouse(office, pair, window, browse):
    office.user.language = "fr"
    office.user.save()
    page = window(office).page
    page.goto(browse(office, "fr").url("contacts:duplicate_list"))
    press_until_focused(page, page.get_by_role("link", name="Comparer Jean-François Côté et jf Côté"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/duplicates/*/")
    result = page.locator("#merge-result")
    kept_email = page.locator("input[name=pick-email]:checked")
    press_until_focused(page, kept_email)
    before = kept_email.get_attribute("value")
    page.keyboard.press("ArrowDown" if before == "kept" else "ArrowUp")
    wanted = "jf@maison.example" if before == "kept" else "jf@notaires.example"
    expect(result.locator("dd", has_text=wanted)).to_be_visible()
    press_until_focused(page, page.get_by_role("button", name="Fusionner les deux fiches"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contacts/{pair.first.pk}/")
    pair.first.refresh_from_db()
    assert pair.first.email == wanted
    undo = page.locator(".mc-toast form button")
    expect(undo).to_be_visible()
    press_until_focused(page, undo, "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merges/*/")
    expect(page.locator("main")).to_contain_text("exactement comme avant")
    assert Merge.objects.get().undone_at is not None
    pair.second.refresh_from_db()
    assert pair.second.merged_into_id is None


def test_a_known_person_is_named_while_they_are_typed_again(office, pair, window, browse):
    page = window(office).page
    page.goto(browse(office).url("contacts:contact_create"))
    page.locator("#id_first_name").press_sequentially("jean francois")
    page.locator("#id_last_name").press_sequentially("cote")
    warning = page.locator("#look-alikes")
    expect(warning).to_contain_text("Jean-François Côté")
    expect(page.locator("#id_last_name")).to_be_focused()
    page.fill("#id_last_name", "Zzyzx")
    expect(warning).not_to_contain_text("Côté")
