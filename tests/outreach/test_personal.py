"""An e-mail to one contact, and exchanges that somebody writes down (K-01)."""

from datetime import date, timedelta

import pytest
from django.core import mail

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.models import OutgoingEmail
from crm.outreach import services, usual
from crm.outreach.models import Communication, SuppressedAddress
from tests.factories.accounts import OrganizationFactory
from tests.factories.contacts import ContactFactory
from tests.factories.outreach import TextFactory
from tests.giving.reading import page

WORDS = {"subject": "Votre visite", "body": "Bonjour Anne,\n\nMerci d’être venue."}


@pytest.fixture
def today(organization):
    return today_in(organization.timezone)


def form_of(desk, contact, **fields):
    url = desk.url("outreach:write", pk=contact.pk)
    key = page(desk.get(url)).one('input[name="submission"]').get("value")
    return desk.post(url, {"submission": key, **WORDS, **fields}), (url, key)


# --- an e-mail of one's own -------------------------------------------------------------------------------------------
def test_it_leaves_as_it_was_typed_once_and_answers_come_to_who_wrote_it(friend, admin, browse, run_jobs):
    roy, desk = friend(consent=None), browse(admin)
    answer, (url, key) = form_of(desk, roy)
    assert answer.url == f"{roy.get_absolute_url()}?tab=messages"
    desk.post(url, {"submission": key, **WORDS})  # a second click, or the back button
    run_jobs()
    [message] = mail.outbox
    assert (message.to, message.subject) == (["roy@x.test"], "Votre visite")
    assert "Merci d’être venue." in message.body
    assert message.extra_headers["Reply-To"] == admin.user.email
    [kept] = Communication.objects.all()
    assert (kept.body, kept.sent_by, kept.status, kept.language) == (WORDS["body"], admin, "sent", "fr")
    shown = page(desk.get(roy.get_absolute_url())).one("#timeline").words
    assert "Votre visite" in shown


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"is_deceased": True}, "Deceased"),
        ({"do_not_contact": True}, "Asked not to be contacted"),
        ({"email": ""}, "No address or number for this channel"),
        ({"consent": "withdrawn"}, "Said no to this channel, or unsubscribed"),
    ],
)
def test_nobody_writes_to_whom_may_not_be_written_to(fields, said, friend, admin, browse):
    roy, desk = friend(**fields), browse(admin)
    assert said in page(desk.open("outreach:write", pk=roy.pk)).words
    answer, _key = form_of(desk, roy)
    assert answer.status_code == 422
    shown = page(answer)
    assert said in shown.words
    assert WORDS["body"].splitlines()[0] in shown.one("textarea").text  # what was typed is still there
    assert not OutgoingEmail.objects.exists()


def test_a_text_that_still_asks_to_be_written_does_not_leave(friend, admin):
    with pytest.raises(DomainError, match="Tell here"):
        services.write_email(friend(), subject="News", body=usual.WORDS["mailing"]["en"].body, nonce="1", by=admin)


def test_an_address_that_does_not_work_is_refused_too(friend, admin):
    roy = friend()
    SuppressedAddress.objects.create(organization=admin.organization, address="roy@x.test", said="550 gone")
    with pytest.raises(DomainError):
        services.write_email(roy, **WORDS, nonce="1", by=admin)


def test_who_dies_or_says_no_before_it_leaves_is_not_written_to(friend, admin, run_jobs):
    roy = friend()
    services.write_email(roy, **WORDS, nonce="1", by=admin)
    contacts.record_consent(
        roy, channel="email", status="withdrawn", given_on=date(2026, 3, 20), source="Form", by=admin
    )
    run_jobs()
    assert mail.outbox == []
    assert Communication.objects.get().status == "failed"


def test_a_text_for_mailings_is_a_beginning_in_the_language_of_the_contact(friend, admin, organization, browse):
    roy, desk = friend(), browse(admin)
    text = TextFactory(organization=organization, body_fr="Bonjour {first_name},\n\nDes nouvelles.")
    gifts = TextFactory(organization=organization, body_fr="{last_gift}")
    url = desk.url("outreach:write", pk=roy.pk)
    shown = page(desk.get(f"{url}?text={text.pk}"))
    assert "Bonjour Anne," in shown.one("textarea").text
    assert shown.one("#id_subject").get("value") == "Nos nouvelles"
    assert "has a field with nothing to say" in page(desk.get(f"{url}?text={gifts.pk}")).words
    other = TextFactory(organization=OrganizationFactory())
    assert page(desk.get(f"{url}?text={other.pk}")).one("textarea").text.strip() == ""


def test_a_preview_shows_the_words_and_sends_nothing(friend, admin, browse):
    roy, desk = friend(), browse(admin)
    answer, _key = form_of(desk, roy, preview="1", body="<script>alert(1)</script>\n\nBonjour")
    shown = page(answer)
    assert "<script>alert(1)</script>" in shown.one("#preview").words
    assert not OutgoingEmail.objects.exists()


def test_a_fundraiser_writes_to_their_own_and_others_write_to_nobody(
    friend, organization, owner, admin, finance, member, reader, browse
):
    mine, theirs = friend(), ContactFactory(organization=organization, owner=admin, email="b@x.test")
    desk = browse(owner)
    assert form_of(desk, mine)[0].status_code == 302
    assert desk.open("outreach:write", pk=theirs.pk).status_code == 404
    for who in (finance, member, reader):
        assert browse(who).open("outreach:write", pk=mine.pk).status_code == 403


# --- an exchange that is written down ---------------------------------------------------------------------------------
def note(desk, contact, **fields):
    known = {"channel": "phone", "direction": "in", "subject": "", "body": "She will give again in May."}
    return desk.send("outreach:exchange_create", {**known, **fields}, htmx=True, pk=contact.pk)


def test_a_call_is_written_down_without_leaving_the_page(friend, admin, today, browse):
    roy, desk = friend(), browse(admin)
    Contact.objects.update(last_contact_at="2020-01-01T00:00Z")
    answer = note(desk, roy, happened_on=today.isoformat(), subject="About the gala")
    assert answer.status_code == 200
    assert "timeline-changed" in answer.headers["HX-Trigger"]
    [kept] = Communication.objects.all()
    assert (kept.channel, kept.direction, kept.happened_on, kept.is_written_down) == ("phone", "in", today, True)
    roy.refresh_from_db()
    assert roy.last_contact_at.year > 2020
    shown = page(desk.get(roy.get_absolute_url())).one("#timeline").words
    assert "Phone call" in shown
    assert "About the gala" in shown
    listed = page(desk.open("outreach:contact_communications", pk=roy.pk)).words
    assert "About the gala" in listed
    assert "From them" in listed


@pytest.mark.parametrize(
    "wrong",
    [
        {"body": "", "subject": ""},
        {"body": "  "},
        {"happened_on": "2999-01-01"},
        {"happened_on": "yesterday"},
        {"happened_on": ""},
        {"channel": "pigeon"},
        {"direction": "up"},
        {"subject": "x" * 300},
    ],
)
def test_nonsense_is_refused_and_nothing_is_kept(wrong, friend, admin, today, browse):
    fields = {"happened_on": today.isoformat(), "subject": ""} | wrong
    assert note(browse(admin), friend(), **fields).status_code == 422
    assert not Communication.objects.exists()


def test_letters_written_down_are_not_printed_and_mails_not_sent(friend, admin, today):
    for channel in ("letter", "email"):
        services.write_down(
            friend(f"P{channel}"),
            channel=channel,
            direction="in",
            happened_on=today,
            subject="",
            body="Hello",
            by=admin,
        )
    rows = Communication.objects
    found = {state: rows.all().in_state(state).count() for state in ("waiting", "sent", "failed")}
    assert found == {"waiting": 0, "sent": 2, "failed": 0}
    assert not rows.all().to_print().exists()


def test_it_is_corrected_and_deleted_and_the_log_knows(friend, admin, today, browse):
    roy, desk = friend(), browse(admin)
    note(desk, roy, happened_on=today.isoformat())
    row = Communication.objects.get()
    yesterday = today - timedelta(days=1)
    changed = {
        "channel": "in_person",
        "direction": "out",
        "happened_on": yesterday.isoformat(),
        "subject": "",
        "body": "At home.",
    }
    assert desk.send("outreach:exchange_update", changed, pk=row.pk).status_code == 302
    row.refresh_from_db()
    assert (row.channel, row.happened_on, row.body) == ("in_person", yesterday, "At home.")
    assert desk.send("outreach:exchange_delete", pk=row.pk).status_code == 302
    assert not Communication.objects.exists()
    assert "(since deleted)" in page(desk.get(roy.get_absolute_url())).one("#timeline").words
    logged = AuditEntry.objects.filter(model="outreach.communication").order_by("pk")
    assert [one.action for one in logged] == ["update", "delete"]
    assert logged[0].changes["body"][1] == "At home."
    assert logged[1].changes["body"] == ["At home.", None]
    contacts.anonymize_contact(roy, reason="Asked", by=admin)
    assert all("At home." not in str(one.changes) for one in logged.all())


def test_what_was_sent_is_neither_corrected_nor_deleted(friend, admin, browse):
    roy, desk = friend(), browse(admin)
    sent = services.write_email(roy, **WORDS, nonce="1", by=admin)
    for name in ("outreach:exchange_update", "outreach:exchange_delete"):
        assert desk.open(name, pk=sent.pk).status_code == 404
    with pytest.raises(DomainError):
        services.delete_exchange(sent, by=admin)


def test_nobody_else_writes_down(friend, organization, admin, owner, member, today, browse):
    mine, theirs = friend(), ContactFactory(organization=organization, owner=admin)
    on = today.isoformat()
    assert note(browse(owner), mine, happened_on=on).status_code == 200
    assert note(browse(owner), theirs, happened_on=on).status_code == 404
    assert note(browse(member), mine, happened_on=on).status_code == 403
    assert Communication.objects.count() == 1


def test_somebody_forgotten_leaves_no_words_of_an_exchange(friend, admin, today):
    roy = friend()
    services.write_down(
        roy, channel="phone", direction="in", happened_on=today, subject="Her illness", body="Private.", by=admin
    )
    contacts.anonymize_contact(roy, reason="They asked", by=admin)
    assert list(Communication.objects.values_list("subject", "body")) == [("", "")]
    assert "illness" not in str(list(roy.timeline.values_list("data", flat=True)))
