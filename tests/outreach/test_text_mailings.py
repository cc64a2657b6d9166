"""A mailing by text message reaches whom it may, each once, at their mobile number; what became of each is told (K-03, K-04)."""

from datetime import date, timedelta

import pytest
import requests
import time_machine
from django.utils import timezone

from crm.contacts.models import Consent, Contact, ContactPoint, TimelineEvent
from crm.core import operations, texting
from crm.core.errors import DomainError
from crm.core.models import OutgoingText
from crm.core.text_batches import TEXTS
from crm.notifications.models import Notification
from crm.outreach import mailings, services
from crm.outreach.choices import Purpose
from crm.outreach.models import Communication, Mailing, MessageTemplate, Recipient
from crm.outreach.usual import WORDS
from tests.factories.outreach import TextFactory
from tests.giving.reading import facts, page
from tests.outreach.sending import run, start
from tests.texts import report

NOW = "2026-03-20T12:00:00-04:00"
HOME, MOBILE, OTHER = "+18195550142", "+15145550177", "+15145550178"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def words(organization) -> MessageTemplate:
    organization.email = "bonjour@rive.test"
    organization.save()
    return TextFactory(
        organization=organization,
        purpose=Purpose.TEXT,
        subject_fr="",
        subject_en="",
        body_fr="Bonjour {first_name}, merci!",
        body_en="Hello {first_name}, thank you!",
    )


@pytest.fixture
def mailing(admin, group, words, phone_company) -> Mailing:
    return services.save_mailing(title="Spring", channel="sms", template=words, group=group, by=admin)


@pytest.fixture
def reader(friend):
    """``reader(…)``: somebody in the group with a phone, who said yes to text messages, unless told otherwise."""

    def make(name="Roy", *, says="express", said_on=date(2026, 1, 2), **fields) -> Contact:
        one = friend(name, consent=None, **{"phone": HOME} | fields)
        if says:
            Consent.objects.create(
                organization=one.organization,
                contact=one,
                channel="sms",
                status=says,
                given_on=said_on,
                source="Form",
            )
        return one

    return make


def became(mailing: Mailing) -> dict[str, str]:
    rows = mailing.recipients.select_related("contact", "communication__text_message")
    return {row.contact.last_name: row.left_out or row.communication.text_message.status for row in rows}


def go(mailing: Mailing, by) -> Mailing:
    return run(start(mailing, by=by))


# --- who gets it --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"is_deceased": True}, "deceased"),
        ({"do_not_contact": True}, "peace"),
        ({"archived_at": "2026-01-01T00:00Z"}, "peace"),
        ({"anonymized_at": "2026-01-01T00:00Z"}, "peace"),
        ({"phone": ""}, "address"),
        ({"phone": "+18195550142 x12"}, "address"),
        ({"phone": "call the office"}, "address"),
        ({"says": "withdrawn"}, "refused"),
        ({"says": "none"}, "refused"),
        ({"says": None}, "consent"),
        ({"says": "implied", "said_on": date(2024, 3, 20)}, ""),
        ({"says": "implied", "said_on": date(2024, 3, 19)}, "consent"),
        ({"first_name": ""}, "field"),
    ],
)
def test_each_is_left_out_for_the_first_reason_that_holds_before_and_when_it_leaves(
    fields, reason, reader, mailing, admin, phone_company
):
    reader(**fields)
    reader("Abbott", language="en", phone=OTHER)
    preview = mailings.preview_of(mailing)
    expected = [(reason, 1)] if reason and reason != "field" else []  # a field is only known once the text is filled
    assert [(one.reason, one.count) for one in preview.left] == expected
    assert (preview.everybody, preview.reached, preview.english) == (2, 2 - len(expected), 1)
    go(mailing, admin)
    assert became(mailing) == {"Roy": reason or "sent", "Abbott": "sent"}
    assert sorted(one["To"] for one in phone_company.asked) == sorted([OTHER] if reason else [OTHER, HOME])


def test_it_goes_to_the_number_marked_as_mobile_and_else_to_the_main_one(reader, mailing, admin, phone_company):
    roy, _abbott = reader(phone=HOME), reader("Abbott", phone=OTHER)
    for value, label in (("+15145550100", "work"), ("+15145550199 x2", "mobile"), (MOBILE, "mobile")):
        ContactPoint.objects.create(organization=roy.organization, contact=roy, kind="phone", value=value, label=label)
    go(mailing, admin)
    assert [one["To"] for one in phone_company.asked] == [MOBILE, OTHER]


def test_two_people_with_one_number_share_a_message(reader, mailing, admin, phone_company):
    reader("Roy")
    reader("Coté")
    preview = mailings.preview_of(mailing)
    assert (preview.everybody, preview.reached) == (2, 1)
    assert [(one.sentence, one.count) for one in preview.left] == [
        ("Somebody else here has the same address or number", 1)
    ]
    go(mailing, admin)
    assert sorted(became(mailing).values()) == ["sent", "twice"]
    assert len(phone_company.asked) == 1


def test_each_reads_it_in_their_language_with_who_writes_and_how_to_stop(reader, mailing, admin, phone_company):
    names = {"fr": "Fondation Rive-Claire", "en": "Rive-Claire Foundation"}
    roy, _abbott = reader(), reader("Abbott", language="en", phone=OTHER, first_name="John")
    go(mailing, admin)
    french, english = (one["Body"] for one in phone_company.asked)
    assert french == f"Bonjour Anne, merci!\n{names['fr']}, bonjour@rive.test. Répondez STOP pour vous désabonner."
    assert english == f"Hello John, thank you!\n{names['en']}, bonjour@rive.test. Reply STOP to unsubscribe."
    kept = Communication.objects.get(contact=roy)
    assert (kept.body, kept.channel, kept.status, kept.template) == (french, "sms", "sent", mailing.template)
    assert TimelineEvent.objects.get(contact=roy, verb="mailing.sent").data["channel"] == "sms"


# --- once ---------------------------------------------------------------------------------------------------------------
def test_a_message_claimed_by_another_process_is_not_sent_here(reader, mailing, admin, phone_company):
    reader()
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)  # written, not yet sent
    [row] = TEXTS.due(mailings.batch_of(mailing))
    OutgoingText.objects.filter(pk=row.pk).update(status="sending", attempts=1, claimed_at=timezone.now())
    assert TEXTS.line(lambda _row: None).send(row) == ""
    assert phone_company.asked == []


def test_what_nobody_can_know_is_in_doubt_and_sent_again_by_a_person_only(reader, mailing, admin, phone_company):
    reader()
    reader("Abbott", phone=OTHER)
    phone_company.answer = requests.ReadTimeout("late")
    start(mailing, by=admin)
    mailing.refresh_from_db()
    for _turn in range(2):
        operations.advance(mailing.operation_id)
    mailing.refresh_from_db()
    assert became(mailing) == {"Roy": "sending", "Abbott": "queued"}  # the others wait: they would all be in doubt
    assert "Twilio gave no answer" in mailing.trouble_said
    phone_company.answer = (201, 0)
    run(mailing)
    texting.deliver_forgotten()  # looks after single messages, not after ours
    assert (mailing.status, became(mailing)) == ("done", {"Roy": "sending", "Abbott": "sent"})
    assert mailings.figures_of(mailing).doubtful == 1
    with pytest.raises(DomainError, match="No message failed"):
        services.retry_mailing(mailing, by=admin)
    services.retry_mailing(mailing, doubtful=True, by=admin)
    run(mailing)
    assert became(mailing) == {"Roy": "sent", "Abbott": "sent"}
    assert [one["To"] for one in phone_company.asked] == [HOME, OTHER, HOME]


def test_a_report_settles_what_was_in_doubt(reader, mailing, admin, phone_company, client):
    reader()
    phone_company.answer = (503, 20500)
    start(mailing, by=admin)
    mailing.refresh_from_db()
    for _turn in range(2):
        operations.advance(mailing.operation_id)
    report(client, phone_company.asked[0]["StatusCallback"], MessageStatus="delivered")
    run(mailing)
    figures = mailings.figures_of(mailing)
    assert (figures.sent, figures.delivered, figures.doubtful, len(phone_company.asked)) == (1, 1, 0, 1)
    assert Recipient.objects.in_state("delivered").count() == 1


def test_whoever_says_no_after_it_was_written_gets_nothing(reader, mailing, admin, phone_company):
    reader()
    moved = reader("Moved", phone=OTHER)
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)
    Consent.objects.filter(contact__last_name="Roy").update(status="withdrawn")
    Contact.objects.filter(pk=moved.pk).update(phone="+15145550111")  # the old number may be somebody else’s
    run(mailing)
    assert became(mailing) == {"Roy": "refused", "Moved": "address"}
    assert phone_company.asked == []


def test_whoever_answered_stop_is_left_out_of_the_next_one(reader, mailing, admin, phone_company, words, group):
    reader()
    phone_company.answer = (400, 21610)
    go(mailing, admin)
    assert mailings.failures_of(mailing) == [("This person answered STOP: they want no more text messages.", 1)]
    following = services.save_mailing(title="Summer", channel="sms", template=words, group=group, by=admin)
    assert [one.reason for one in mailings.preview_of(following).left] == ["refused"]


def test_those_that_were_refused_are_tried_again_when_a_person_says_so(reader, mailing, admin, phone_company):
    reader()
    phone_company.answer = (400, 21614)
    go(mailing, admin)
    assert (became(mailing), mailings.figures_of(mailing).failed) == ({"Roy": "failed"}, 1)
    assert mailings.failures_of(mailing) == [("This number takes no text messages: it may be a landline.", 1)]
    phone_company.answer = (201, 0)
    services.retry_mailing(mailing, by=admin)
    run(mailing)
    assert became(mailing) == {"Roy": "sent"}


# --- trouble ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", [(429, 20429), (401, 20003), requests.ConnectTimeout("late")])
def test_a_provider_that_takes_nothing_costs_nobody_their_message(answer, reader, mailing, admin, phone_company):
    reader()
    phone_company.answer = answer
    start(mailing, by=admin)
    mailing.refresh_from_db()
    for _turn in range(6):  # more often than a single message is tried
        operations.advance(mailing.operation_id)
    mailing.refresh_from_db()
    assert (mailing.status, bool(mailing.trouble), became(mailing)) == ("running", True, {"Roy": "queued"})
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1), tick=False):
        operations.advance(mailing.operation_id)
        mailing.refresh_from_db()
        assert (mailing.status, Notification.objects.filter(kind="mailing_paused").count()) == ("paused", 1)
        phone_company.answer = (201, 0)
        services.resume_mailing(mailing, by=admin)
        run(mailing)
    assert (mailing.status, became(mailing)) == ("done", {"Roy": "sent"})


def test_an_account_taken_away_meanwhile_costs_nobody_their_message(reader, mailing, admin, phone_company, settings):
    reader()
    start(mailing, by=admin)
    settings.TWILIO_FROM = ""
    for _turn in range(2):
        operations.advance(mailing.operation_id or Mailing.objects.get().operation_id)
    mailing.refresh_from_db()
    assert (mailing.trouble_said, became(mailing)) == ("Text messages are not set up here.", {"Roy": "queued"})


def test_one_that_is_stopped_sends_nothing_more(reader, mailing, admin, phone_company):
    reader()
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)
    services.cancel_mailing(mailing, by=admin)
    run(mailing)
    assert (mailing.status, became(mailing), phone_company.asked) == ("cancelled", {"Roy": "failed"}, [])


def test_cost_is_flat_in_the_number_of_people(reader, mailing, admin, django_assert_max_num_queries):
    for n in range(30):
        reader(f"P{n}", phone=f"+1514555{n:04d}")
    with django_assert_max_num_queries(14):
        mailings.preview_of(mailing)
    start(mailing, by=admin)
    mailing.refresh_from_db()
    with django_assert_max_num_queries(40):
        operations.advance(mailing.operation_id)
    assert TEXTS.waiting(mailings.batch_of(mailing)).count() == 30


# --- its words ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("channel", "purpose"), [("sms", "mailing"), ("email", "text"), ("letter", "text")])
def test_a_text_goes_with_its_channel(channel, purpose, admin, group, words, phone_company, browse):
    text = words if purpose == "text" else TextFactory(organization=admin.organization)
    said = "This text is for text messages." if purpose == "text" else "This text is for e-mails and letters."
    with pytest.raises(DomainError, match=said):
        services.save_mailing(title="Spring", channel=channel, template=text, group=group, by=admin)
    desk = browse(admin)
    form = {"title": "Spring", "channel": channel, "template": text.pk, "group": group.pk, "submission": "a1"}
    answer = desk.post(desk.url("outreach:mailing_create"), form)
    assert (answer.status_code, said in page(answer).words, Mailing.objects.exists()) == (422, True, False)


def test_without_an_account_no_mailing_goes_by_text_message(admin, group, words, reader, browse):
    desk = browse(admin)
    shown = page(desk.open("outreach:mailing_create"))
    assert "Text message" not in shown.one("select[name=channel]").words
    assert words.name not in shown.one("select[name=template]").words
    assert "New text message" not in page(desk.open("outreach:template_list")).words
    with pytest.raises(DomainError, match="not set up"):
        services.save_mailing(title="Spring", channel="sms", template=words, group=group, by=admin)


def test_words_for_text_messages_have_no_subject_and_an_end(admin, phone_company, browse):
    desk = browse(admin)
    shown = page(desk.open("outreach:text_template_create"))
    assert shown.css("input[name=subject_fr]") == []
    usual = WORDS[Purpose.TEXT]
    assert [shown.one(f"textarea[name=body_{code}]").text.strip() for code in ("fr", "en")] == [
        usual["fr"].body, usual["en"].body,
    ]  # fmt: skip
    form = {"name": "Ours", "is_active": "on", "body_fr": "x" * 481, "body_en": "Hello {nobody}", "submission": "a"}
    url = desk.url("outreach:text_template_create")
    refused = page(desk.post(url, form)).words
    assert "480" in refused
    assert "There is no field {nobody}." in refused
    assert desk.post(url, form | {"body_fr": "Bonjour!", "body_en": "Hello!", "submission": "b"}).status_code == 302
    text = MessageTemplate.objects.get()
    assert (text.purpose, text.subject_fr, text.opening("fr")) == ("text", "", "Bonjour!")
    assert "Bonjour!" in page(desk.open("outreach:template_list")).one("main table").words
    with pytest.raises(DomainError, match="480 characters"):
        services.save_template(text, body_en="x" * 481, by=admin)


def test_other_words_have_a_subject(admin, organization):
    text = TextFactory(organization=organization)
    with pytest.raises(DomainError, match="Write a subject"):
        services.save_template(text, subject_en="", by=admin)


def test_a_text_message_to_one_person_begins_with_words_of_ours(reader, words, admin, browse, phone_company):
    roy, nameless = reader(), reader("Club", first_name="", phone=OTHER)
    TextFactory(organization=admin.organization, name="For mailings")
    desk = browse(admin)
    url = desk.url("outreach:text", pk=roy.pk)
    offered = page(desk.get(url))
    assert offered.texts("[aria-labelledby=texts] a") == [words.name]
    chosen = page(desk.get(url + offered.one("[aria-labelledby=texts] a").get("href")))
    assert chosen.one("textarea").text.strip().startswith("Bonjour Anne, merci!")
    blank = page(desk.get(f"{desk.url('outreach:text', pk=nameless.pk)}?text={words.pk}"))
    assert "has a field with nothing to say for this contact" in blank.words
    assert blank.one("textarea").text.strip() == ""


# --- its pages ----------------------------------------------------------------------------------------------------------
def test_it_is_written_looked_at_tried_and_sent(admin, group, words, reader, browse, phone_company, run_jobs):
    reader()
    reader("Quiet", says=None, phone=OTHER)
    desk = browse(admin)
    form = {"title": "Spring", "channel": "sms", "template": words.pk, "group": group.pk, "submission": "a1"}
    desk.post(desk.url("outreach:mailing_create"), form)
    mailing = Mailing.objects.get()
    outlook = desk.open("outreach:mailing_outlook", pk=mailing.pk)
    assert facts(outlook)["Text messages"] == "11 in French, 0 in English"
    said = page(outlook).words
    assert "No consent to this channel, or it has lapsed" in said
    assert "Anne Roy · counts as 1 message" in said
    assert "Répondez STOP pour vous désabonner." in said

    tried = desk.send(
        "outreach:mailing_test", {"language": "en", "to": "514 555-0177", "submission": "t"}, pk=mailing.pk
    )
    assert tried.status_code == 302
    run_jobs()
    [test] = phone_company.asked
    assert (test["To"], test["Body"].startswith("[Test] Hello Anne, thank you!")) == (MOBILE, True)

    asks = page(desk.open("outreach:mailing_start", pk=mailing.pk))
    assert "1 person gets a text message." in asks.words
    assert "Send 1 text message" in asks.words
    seen = asks.one("input[name=seen]").get("value")
    desk.send("outreach:mailing_start", {"seen": seen}, pk=mailing.pk)
    run(mailing)
    results = desk.get(mailing.get_absolute_url())
    assert "1 text message sent of 1" in page(results).words
    assert (facts(results)["Sent"], facts(results)["Failed"], facts(results)["Left out"]) == ("1", "0", "1")


def test_every_figure_of_its_page_is_the_length_of_its_list(admin, mailing, reader, browse, phone_company, client):
    for n in range(3):
        reader(f"P{n}", phone=f"+1514555000{n}")
    reader("Quiet", says=None)
    phone_company.of["+15145550002"] = (400, 21614)
    go(mailing, admin)
    report(client, phone_company.asked[0]["StatusCallback"], MessageStatus="delivered")
    desk = browse(admin)
    shown = page(desk.get(mailing.get_absolute_url()))
    for link in shown.css("[aria-labelledby=mailing-figures] dd a"):
        rows = page(desk.get(link.get("href"))).css("main tbody tr")
        assert len(rows) == int(link.text), link.get("href")
    figures = mailings.figures_of(mailing)
    assert (figures.sent, figures.failed, figures.delivered, figures.left_out) == (2, 1, 1, 1)
    failed = desk.get(f"{desk.url('outreach:recipient_list')}?mailing={mailing.pk}&state=failed")
    assert "This number takes no text messages: it may be a landline." in page(failed).words
