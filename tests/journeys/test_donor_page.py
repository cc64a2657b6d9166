"""The donor page by keyboard alone, in French: a note, a task, a visit, what is next; and the same without script."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crm.contacts import services as contacts
from crm.contacts.models import Note, TimelineEvent, Visit
from crm.contacts.queries import PAGE
from crm.tasks.models import Task
from crm.tasks.services import create_task
from tests.factories.contacts import ContactFactory
from tests.journeys.test_recording import press_until_focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def donor(office):
    return ContactFactory(organization=office.organization, owner=office, first_name="Hélène", last_name="Bouchard")


@pytest.fixture
def address(office, donor, browse):
    return lambda query="": browse(office, "fr").url("contacts:contact_detail", pk=donor.pk) + query


def test_a_note_a_task_a_visit_and_what_is_next_without_leaving_or_touching_the_mouse(office, donor, window, address):
    page = window(office).page
    page.goto(address())
    expect(page.locator("#next-action")).to_contain_text("Rien n’est prévu")
    url = page.url

    page.locator("#next-plan").focus()
    page.keyboard.press("Enter")  # the invitation opens the quick form below
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("L’appeler au sujet du don planifié")
    page.keyboard.press("Enter")
    expect(page.locator("#task-form [role=status]")).to_have_text("La tâche est prévue.")
    expect(page.locator("#id_title")).to_be_focused()
    expect(page.locator("#next-action")).to_contain_text("L’appeler au sujet du don planifié")
    expect(page.locator("#timeline")).to_contain_text("Tâche prévue")

    press_until_focused(page, "#task-form [data-quick-show=note]")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Elle a aimé la visite")
    press_until_focused(page, "#note-form [data-quick-show=visit]")
    page.keyboard.press("Enter")  # what was typed in the note stays there
    expect(page.locator("#id_at")).to_be_focused()
    press_until_focused(page, "#id_amount")
    page.keyboard.type("12,50")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#visit-form [role=status]")).to_have_text("La visite est inscrite.")
    press_until_focused(page, "#visit-form [data-quick-show=note]")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value("Elle a aimé la visite")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .mc-quote").first).to_have_text("Elle a aimé la visite")
    expect(page.locator("#id_text")).to_have_value("")

    press_until_focused(page, "#next-done", key="Shift+Tab", limit=80)
    page.keyboard.press("Enter")
    expect(page.locator("#next_outcome")).to_be_focused()
    page.keyboard.type("Elle dit oui")
    page.keyboard.press("Enter")
    expect(page.locator("#next-action [role=status]")).to_be_focused()
    expect(page.locator("#next-action")).to_contain_text("Rien n’est prévu")
    expect(page.locator("#timeline .mc-quote").first).to_have_text("Elle dit oui")
    assert page.url == url
    assert (Note.objects.count(), Visit.objects.get().amount, Task.objects.get().outcome) == (1, 12.5, "Elle dit oui")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Annuler: it was not done after all
    expect(page.locator("#next-done")).to_be_visible()
    assert Task.objects.get().done_at is None


def test_the_next_action_is_put_off_in_place(office, donor, window, address):
    create_task(title="Appeler", owner=office, by=office, contact=donor, due_on=timezone.localdate())
    page = window(office).page
    page.goto(address())
    page.locator("#next-later").focus()
    page.keyboard.press("Enter")
    press_until_focused(page, "#next-action button[name=due_on]")
    page.keyboard.press("Enter")
    expect(page.locator("#next-action [role=status]")).to_be_focused()
    expect(page.locator("#next-action")).to_contain_text(re.compile(r"Reportée\s: demain"))
    assert Task.objects.get().due_on > timezone.localdate()


def test_a_task_refused_says_why_beside_the_field_and_keeps_what_was_typed(office, donor, window, address):
    one = window(office)
    one.expect("status of 422")
    page = one.page
    page.goto(address())
    page.locator("#note-form [data-quick-show=task]").click()
    page.fill("#id_due_on", "1950-01-01")
    page.fill("#id_title", "Appeler")
    page.keyboard.press("Enter")
    expect(page.locator("#task-form .invalid-feedback")).to_have_text("Vérifiez l’année de cette date.")
    assert (page.input_value("#id_title"), Task.objects.count()) == ("Appeler", 0)


def test_the_past_unrolls_as_one_goes_down_then_waits_to_be_asked(office, donor, window, address):
    start = timezone.now() - timedelta(days=200)
    contacts.log_many(
        contacts.timeline_event(donor, "contact.imported", by=office, at=start + timedelta(hours=n), file=f"f{n}.csv")
        for n in range(PAGE * 5)
    )
    page = window(office).page
    page.goto(address())
    entries = page.locator("#timeline .mc-tl")
    for shown in (2, 3):
        page.locator("#timeline .mc-foot").last.scroll_into_view_if_needed()
        expect(entries).to_have_count(PAGE * shown)
    page.locator("#timeline .mc-foot a").focus()
    page.wait_for_timeout(400)
    expect(entries).to_have_count(PAGE * 3)  # what stands below stays within reach
    page.keyboard.press("Enter")
    expect(entries).to_have_count(PAGE * 4)
    assert page.url.endswith(address())
    days = page.locator("#timeline .mc-day").all_inner_texts()
    assert len(days) == len(set(days))  # a day that goes on below is not said twice

    page.locator("#tl-notes").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("Rien de ce genre")
    expect(page.locator("#tl-notes")).to_be_focused()


def test_everything_works_without_script(office, donor, window, address):
    contacts.log_many(
        contacts.timeline_event(donor, "contact.imported", by=office, file=f"f{n}.csv") for n in range(PAGE + 3)
    )
    page = window(office, java_script_enabled=False).page
    page.goto(address())
    page.locator("#note-form [data-quick-show=task]").click()
    page.fill("#id_title", "Appeler")
    page.locator("#task-form button[type=submit]").click()
    expect(page.locator(".mc-toasts")).to_contain_text("La tâche est prévue.")
    page.locator("#note-form [data-quick-show=visit]").click()
    page.fill("#id_amount", "12,50")
    page.locator("#visit-form button[type=submit]").click()
    expect(page.locator(".mc-toasts")).to_contain_text("La visite est inscrite.")
    page.fill("#id_text", "Bonjour")
    page.locator("#note-form button[type=submit]").click()
    expect(page.locator("#timeline .mc-quote").first).to_have_text("Bonjour")

    page.locator("#next-action noscript a, #next-action a").first.click()
    page.get_by_role("link", name="C’est fait").click()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#timeline")).to_contain_text("Tâche faite")
    page.get_by_role("link", name="Voir plus ancien").click()
    expect(page.locator(".mc-timeline")).to_contain_text("f0.csv")
    page.get_by_role("link", name="Hélène Bouchard").click()
    expect(page.locator("#contact-name")).to_have_text("Hélène Bouchard")
    assert TimelineEvent.objects.filter(verb="task.done").count() == 1
