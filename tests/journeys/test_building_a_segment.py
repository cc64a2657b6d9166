"""A nested segment built by keyboard alone; a tag put on in place; a contact put in a group."""

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Group, GroupMember, Segment, TagAssignment
from crm.contacts.services import sets
from tests.factories.contacts import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EXCHANGED = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"

COUNT = "#preview [data-count]"


@pytest.fixture
def people(office):
    rows = [("Hélène", "Laval", "a@b.test", "QC"), ("Luc", "Ottawa", "", "ON"), ("Zoé", "Laval", "", "QC")]
    return [
        ContactFactory(organization=office.organization, first_name=first, last_name="Roy", city=city, email=email,
                       province=province, address_line1="")
        for first, city, email, province in rows
    ]  # fmt: skip


def builder(window, office):
    """A window that does not mind a count which nobody waits for any more: the next one replaces it."""
    opened = window(office)
    for left in ("htmx:afterRequest", "htmx:sendAbort", "htmx:sendError"):
        opened.expect(left)
    return opened.page


def choose(page, control: str, word: str) -> None:
    """As keys do: the select is reached, then the letters of the word."""
    page.locator(control).focus()
    page.keyboard.type(word)
    page.keyboard.press("Tab")


def test_a_nested_segment_by_keyboard_from_the_first_rule_to_the_list(office, people, window, browse):
    page = builder(window, office)
    page.goto(browse(office).url("contacts:segment_create"))
    expect(page.locator(COUNT)).to_contain_text("1 contact")  # has an e-mail address: Hélène
    choose(page, "#n1-field", "City")
    expect(page.locator("#n1-p0")).to_be_visible()
    page.locator("#n1-p0").focus()
    page.keyboard.type("Laval")
    expect(page.locator(COUNT)).to_contain_text("2 contacts")
    page.locator("#n0-nest").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#n2-field")).to_be_focused()  # ready to say what the new rule looks at
    assert page.input_value("#n1-p0") == "Laval"
    page.locator("#n3-add").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#n4-field")).to_be_focused()
    page.keyboard.type("Province")
    page.keyboard.press("Tab")
    page.locator("#n4-p0-ON").focus()
    page.keyboard.press("Space")
    expect(page.locator(COUNT)).to_contain_text("1 contact")
    expect(page.locator("#preview")).to_contain_text(
        "Contacts whose city is “Laval” and (who have an e-mail address or who live in Ontario)"
    )
    page.locator("[value='drop:n4']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#n3-add")).to_be_focused()
    page.locator("#id_name").focus()
    page.keyboard.type("Laval, reachable")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Laval, reachable")
    one = Segment.objects.get()
    assert one.rules == {"all": [
        {"field": "city", "op": "is", "value": "Laval"},
        {"any": [{"field": "has_email", "op": "yes", "value": None}]},
    ]}  # fmt: skip
    page.get_by_role("link", name="See the contacts").click()
    expect(page.locator("tbody a.mc-name")).to_have_text(["Hélène Roy"])
    expect(page.locator(".mc-chip.is-on")).to_contain_text("Laval, reachable")


def test_at_360_pixels_the_builder_never_scrolls_sideways(office, people, window, browse):
    page = builder(window, office)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(browse(office).url("contacts:segment_create"))
    page.locator("#n1-field").select_option("sum_in")
    page.locator("#n1-p1-span").select_option("between")
    page.locator("#n1-p1-to").wait_for()
    expect(page.locator(EXCHANGED)).to_have_count(
        0
    )  # a choice made while the rule is being exchanged is made on what goes away
    page.locator("#n0-nest").click()
    page.locator("#n2-field").wait_for()
    expect(page.locator(EXCHANGED)).to_have_count(0)
    page.locator("#n2-field").select_option("province")
    page.locator("#n2-p0-NL").wait_for()
    wide = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > 361)"
        ".map(one => one.outerHTML.slice(0, 90))"
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_tag_is_found_or_made_in_place_and_the_hands_stay_on_the_keys(office, people, window, browse):
    sets.create_tag(by=office, name="Volunteer")
    page = window(office).page
    page.goto(browse(office).url("contacts:contact_detail", pk=people[0].pk))
    page.locator("#tags summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tag-name")).to_be_focused()
    expect(page.locator("#tag-choices button")).to_have_text(["Volunteer"])
    page.keyboard.type("gala")
    expect(page.locator("#tag-choices button")).to_have_text(["Create “gala”"])
    page.keyboard.press("Enter")
    expect(page.locator("#tags .mc-tag").first).to_contain_text("gala")
    expect(page.locator("#tag-name")).to_be_focused()  # and on to the next one
    expect(page.locator("#timeline")).to_contain_text("gala added by Alice")
    page.keyboard.type("vol")
    expect(page.locator("#tag-choices button")).to_have_text(["Volunteer", "Create “vol”"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Take off the tag Volunteer")).to_be_visible()
    assert TagAssignment.objects.count() == 2
    page.keyboard.press("Escape")
    page.get_by_label("Take off the tag gala").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Take off the tag gala")).to_have_count(0)
    assert TagAssignment.objects.get().tag.name == "Volunteer"


def test_contacts_are_put_in_a_group_one_after_the_other(office, people, window, browse):
    group = Group.objects.create(organization=office.organization, name="Committee", owner=office)
    page = window(office).page
    page.goto(browse(office).url("contacts:group_detail", pk=group.pk))
    for name in ("Hélène Roy", "Luc Roy"):
        page.locator("#member").focus()
        page.keyboard.type(name[:4])
        page.locator("[role=option]").first.wait_for()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator(".mc-list")).to_contain_text(name)
        expect(page.locator("#member")).to_be_focused()
    page.get_by_label("Remove Luc Roy from the group").click()
    expect(page.locator(".mc-list")).not_to_contain_text("Luc Roy")
    assert GroupMember.objects.get().contact == people[0]
