"""What passes with a donor, by keyboard alone, in French: a call, a colleague named, an e-mail; the bell that counts."""

import pytest
from playwright.sync_api import expect

from crm.contacts.mentions import MENTION
from crm.notifications.models import Notification
from crm.outreach.models import Communication
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.notifications import NotificationFactory
from tests.journeys.test_recording import press_until_focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def donor(office):
    return ContactFactory(
        organization=office.organization, owner=office, first_name="Hélène", last_name="Bouchard", email="h@x.test"
    )


@pytest.fixture
def page(office, donor, window, browse):
    page = window(office).page
    page.goto(browse(office, "fr").url("contacts:contact_detail", pk=donor.pk))
    return page


def test_a_call_is_written_down_and_stands_on_the_timeline(page):
    press_until_focused(page, "#note-form [data-quick-show=exchange]", limit=80)
    page.keyboard.press("Enter")
    expect(page.locator("#exchange-form #id_channel")).to_be_focused()
    press_until_focused(page, "#exchange-form #id_subject")
    page.keyboard.type("Son don planifié")
    page.keyboard.press("Tab")
    page.keyboard.type("Elle a vu son notaire.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#exchange-form [role=status]")).to_have_text("L’échange est consigné.")
    expect(page.locator("#timeline")).to_contain_text("Appel téléphonique")
    expect(page.locator("#timeline .mc-quote").first).to_have_text("Son don planifié")
    assert Communication.objects.get().body == "Elle a vu son notaire."


def test_a_colleague_is_named_with_the_arrows_and_told(office, donor, page):
    names = (("Isabelle", "Marchand"), ("Isaac", "Roy"))
    isabelle, _isaac = (
        MembershipFactory(organization=office.organization, role="admin", user__first_name=first, user__last_name=last)
        for first, last in names
    )
    page.locator("#id_text").focus()
    page.keyboard.type("Voir avec @isa")
    options = page.locator("[data-mention-list] [role=option]")
    expect(options).to_have_count(2)
    expect(options.first).to_have_attribute("aria-selected", "true")
    while page.locator("[data-mention-list] [aria-selected=true]").text_content() != "Isabelle Marchand":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value("Voir avec Isabelle Marchand ".replace("avec ", "avec @"))
    expect(page.locator("[data-mention-list]")).to_be_hidden()
    page.keyboard.type("demain")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .mc-quote").first).to_have_text("Voir avec @Isabelle Marchand demain")
    told = Notification.objects.get(kind=MENTION)
    assert told.membership == isabelle


def test_escape_leaves_what_was_typed_and_enter_is_a_line_again(page):
    page.locator("#id_text").focus()
    page.keyboard.type("@")
    expect(page.locator("[data-mention-list]")).to_be_hidden()  # there is no colleague to name
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    page.keyboard.type("y")
    expect(page.locator("#id_text")).to_have_value("@x\ny")


def test_an_e_mail_is_previewed_and_sent(page):
    press_until_focused(page, '#note-form a[href$="/write/"]', limit=80)
    page.keyboard.press("Enter")
    expect(page.locator("#id_subject")).to_be_focused()
    page.keyboard.type("Votre visite")
    page.keyboard.press("Tab")
    page.keyboard.type("Merci d’être venue.")
    press_until_focused(page, "button[name=preview]")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Merci d’être venue.")
    press_until_focused(page, ".mc-save .btn-primary", limit=80)
    page.keyboard.press("Enter")
    expect(page.locator(".mc-list a", has_text="Votre visite")).to_be_visible()
    assert Communication.objects.get().body == "Merci d’être venue."


def test_the_bell_counts_without_a_new_page(office, page):
    bell = page.locator("[data-bell]:visible")
    expect(bell.locator(".mc-dot")).to_have_count(0)
    NotificationFactory.create_batch(2, membership=office)
    # A minute later, the person comes back to this window.
    page.evaluate(
        "Date.now = (now => () => now() + 60000)(Date.now); document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(bell.locator(".mc-dot")).to_have_text("2")
    expect(bell).to_have_attribute("aria-label", "Notifications, 2 non lues")
