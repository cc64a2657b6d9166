"""A text message to one contact, where Twilio is set up (K-04)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crm.contacts.models import Consent, Contact, ContactPoint, TimelineEvent
from crm.contacts.services import anonymize_contact
from crm.core import texting
from crm.core.errors import DomainError
from crm.core.models import OutgoingText
from crm.outreach import services
from crm.outreach.models import Communication
from tests.giving.reading import page
from tests.texts import report

HOME, MOBILE = "+18195550142", "+15145550177"
BODY = "Bonjour Anne, ici Priya de Rive-Claire : à demain !"


@pytest.fixture
def roy(friend) -> Contact:
    one = friend(phone=HOME)
    ContactPoint.objects.create(organization=one.organization, contact=one, kind="phone", value=MOBILE)
    return one


def answer_of(desk, contact, **fields):
    url = desk.url("outreach:text", pk=contact.pk)
    key = page(desk.get(url)).one('input[name="submission"]').get("value")
    words = {"submission": key, "to": MOBILE, "body": BODY, **fields}
    return desk.post(url, words), lambda: desk.post(url, words)


def test_it_leaves_once_to_the_number_that_was_chosen(roy, phone_company, admin, browse, run_jobs):
    desk = browse(admin)
    assert "819 555-0142" in page(desk.open("outreach:text", pk=roy.pk)).one("select").words
    answer, again = answer_of(desk, roy)
    assert answer.url == f"{roy.get_absolute_url()}?tab=messages"
    again()  # a second click, or the back button
    run_jobs()
    [asked] = phone_company.asked
    assert (asked["To"], asked["Body"]) == (MOBILE, BODY)
    [kept] = Communication.objects.all()
    assert (kept.body, kept.channel, kept.status, kept.status_label) == (BODY, "sms", "sent", "Sent")
    assert BODY in page(desk.get(roy.get_absolute_url())).one("#timeline").words
    assert BODY in page(desk.open("outreach:communication_list")).one("main table").words
    detail = page(desk.get(kept.get_absolute_url())).words
    assert "Text message" in detail
    assert "514 555-0177" in detail


def test_it_is_seen_first_with_the_parts_it_travels_in(roy, phone_company, admin, browse):
    answer, _again = answer_of(browse(admin), roy, body="ç" * 71, preview="1")
    shown = page(answer).one("#preview").words
    assert ("514 555-0177 · counts as 2 messages" in shown, "ç" * 71 in shown) == (True, True)
    assert not OutgoingText.objects.exists()


@pytest.mark.parametrize(
    ("fields", "consent", "said"),
    [
        ({"is_deceased": True}, "", "Deceased"),
        ({"do_not_contact": True}, "", "Asked not to be contacted"),
        ({"phone": ""}, "", "No phone number that takes text messages"),
        ({"phone": "+18195550142 x12"}, "", "No phone number that takes text messages"),
        ({}, "withdrawn", "Said no to this channel, or unsubscribed"),
    ],
)
def test_nobody_texts_whom_may_not_be_texted(fields, consent, said, friend, phone_company, admin, browse):
    roy = friend(**{"phone": HOME} | fields)
    if consent:
        Consent.objects.create(
            organization=roy.organization, contact=roy, channel="sms", status=consent, given_on="2026-01-02"
        )
    shown = page(browse(admin).open("outreach:text", pk=roy.pk))
    assert said in shown.words
    with pytest.raises(DomainError, match=said.split(",")[0]):
        services.write_text(roy, to=HOME, body=BODY, nonce="1", by=admin)
    assert not OutgoingText.objects.exists()


def test_a_number_of_somebody_else_is_refused_and_nothing_typed_is_lost(roy, phone_company, admin, browse):
    answer, _again = answer_of(browse(admin), roy, to="+15145559999")
    assert answer.status_code == 422
    assert BODY in page(answer).one("textarea").text
    with pytest.raises(DomainError, match="no longer a number"):
        services.write_text(roy, to="+15145559999", body=BODY, nonce="1", by=admin)


def test_too_long_a_text_is_refused(roy, phone_company, admin, browse):
    answer, _again = answer_of(browse(admin), roy, body="x" * 481)
    assert answer.status_code == 422
    with pytest.raises(DomainError, match="480 characters"):
        services.write_text(roy, to=HOME, body="x" * 481, nonce="1", by=admin)


def test_who_says_no_before_it_leaves_is_not_texted(roy, phone_company, admin, run_jobs):
    message = services.write_text(roy, to=HOME, body=BODY, nonce="1", by=admin)
    Contact.objects.filter(pk=roy.pk).update(do_not_contact=True)
    run_jobs()
    message.refresh_from_db()
    assert (phone_company.asked, message.status) == ([], "failed")
    assert "Asked not to be contacted" in message.text_message.error


@pytest.mark.parametrize("told", ["at once", "in a report"])
def test_whoever_answered_stop_gets_no_more_texts(told, roy, phone_company, admin, client, run_jobs):
    if told == "at once":
        phone_company.answer = (400, 21610)
    message = services.write_text(roy, to=HOME, body=BODY, nonce="1", by=admin)
    run_jobs()
    for _twice in range(2):
        if told == "in a report":
            url = phone_company.asked[0]["StatusCallback"]
            report(client, url, MessageStatus="undelivered", ErrorCode="21610")
    consent = Consent.objects.get(contact=roy, channel="sms")
    assert (consent.status, consent.source) == ("withdrawn", "A répondu STOP à un texto")
    assert TimelineEvent.objects.filter(contact=roy, verb="consent.withdrawn").count() == 1
    message.refresh_from_db()
    assert message.status == "failed"
    translation.activate("en")
    assert message.why_failed == "This person answered STOP: they want no more text messages."
    assert services.why_no_text(roy)
    assert not services.why_not(roy)  # e-mails are another matter


def test_without_an_account_nothing_is_offered(roy, admin, browse):
    desk = browse(admin)
    assert desk.open("outreach:text", pk=roy.pk).status_code == 404
    assert "outreach/contacts" not in "".join(page(desk.get(roy.get_absolute_url())).texts('a.mc-chip[href$="/text/"]'))
    with pytest.raises(DomainError, match="not set up"):
        services.write_text(roy, to=HOME, body=BODY, nonce="1", by=admin)


def test_the_chip_of_the_donor_page_leads_there(roy, phone_company, admin, browse):
    desk = browse(admin)
    [chip] = page(desk.get(roy.get_absolute_url())).css('a.mc-chip[href$="/text/"]')
    assert desk.get(chip.get("href")).status_code == 200


@pytest.mark.parametrize(
    ("status", "state"), [("queued", "waiting"), ("sending", "waiting"), ("sent", "sent"), ("failed", "failed")]
)
def test_the_list_knows_its_state(status, state, roy, phone_company, admin):
    message = services.write_text(roy, to=HOME, body=BODY, nonce="1", by=admin)
    OutgoingText.objects.update(status=status)
    message.refresh_from_db()
    assert message.status == state
    found = {one: Communication.objects.in_state(one).count() for one in ("waiting", "sent", "failed")}
    assert found == {"waiting": 0, "sent": 0, "failed": 0} | {state: 1}


@pytest.mark.parametrize("name", ["outreach:communication_list", "outreach:contact_communications"])
def test_many_cost_as_many_queries_as_one(name, roy, phone_company, admin, browse, django_assert_max_num_queries):
    desk = browse(admin)
    kwargs = {} if name.endswith("list") else {"pk": roy.pk}
    services.write_text(roy, to=HOME, body=BODY, nonce="0", by=admin)
    desk.open(name, **kwargs)
    with CaptureQueriesContext(connection) as few:
        desk.open(name, **kwargs)
    for number in range(1, 6):
        services.write_text(roy, to=HOME, body=BODY, nonce=str(number), by=admin)
    with django_assert_max_num_queries(len(few)):
        desk.open(name, **kwargs)


def test_a_forgotten_person_leaves_no_words_and_no_number(roy, phone_company, admin):
    services.write_text(roy, to=HOME, body=BODY, nonce="1", by=admin)
    anonymize_contact(roy, reason="Asked by e-mail", by=admin)
    [text] = OutgoingText.objects.all()
    assert (text.recipient, text.text, text.status) == ("", "", "failed")
    assert texting.deliver(text_id=text.pk) == "skipped"
    assert not phone_company.asked


def test_a_fundraiser_texts_her_own_donors_only(friend, phone_company, owner, colleague, browse):
    roy = friend(phone=HOME)
    assert browse(owner).open("outreach:text", pk=roy.pk).status_code == 200
    assert browse(colleague).open("outreach:text", pk=roy.pk).status_code == 404
