"""A mailing in a browser: written and sent with the keyboard alone, its progress seen without loading the page again, and the
page from which somebody stops them.
"""

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Consent, Group, GroupMember
from crm.core import operations
from crm.outreach import unsubscribing
from crm.outreach.models import Mailing
from tests.factories.contacts import ContactFactory
from tests.factories.outreach import TextFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def friends(office):
    organization = office.organization
    TextFactory(organization=organization, name="Spring words")
    group = Group.objects.create(organization=organization, name="Friends")
    for name in ("Roy", "Abbott"):
        one = ContactFactory(
            organization=organization, first_name="Anne", last_name=name, email=f"{name}@x.test".lower()
        )
        GroupMember.objects.create(group=group, contact=one)
        Consent.objects.create(
            organization=organization, contact=one, channel="email", status="express", given_on="2026-01-02", source="x"
        )
    return group


def choose(page, name: str, word: str) -> None:
    page.locator(f"select[name={name}]").focus()
    page.keyboard.type(word)


def test_it_is_written_and_sent_with_the_keyboard_and_its_progress_shows(office, friends, window, browse):
    page, desk = window(office).page, browse(office)
    page.goto(desk.url("outreach:mailing_create"))
    page.keyboard.type("Spring")
    choose(page, "template", "Spring")
    choose(page, "group", "Friends")
    page.locator("input[name=per_minute]").focus()
    page.keyboard.press("Enter")
    send = page.get_by_role("link", name="Send now")
    expect(page.get_by_role("heading", name="Who gets it")).to_be_visible()
    send.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send 2 e-mails").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 e-mails sent of 0")).to_be_visible()
    operations.run_to_end(Mailing.objects.get().operation_id)
    expect(page.get_by_text("2 e-mails sent of 2")).to_be_visible()  # by itself
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)


def test_who_unsubscribes_needs_no_account_and_one_click(office, friends, window):
    person = friends.memberships.first().contact
    mailing = Mailing.objects.create(
        organization=office.organization,
        created_by=office,
        title="Spring",
        template=TextFactory(organization=office.organization),
    )
    page = window().page
    page.goto("/" + unsubscribing.address_of(person.pk, mailing.pk, "en").split("/", 3)[3])
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="It is done")).to_be_visible()
    assert Consent.objects.get(contact=person).status == "withdrawn"
