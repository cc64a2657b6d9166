"""What a provider reports of a mailing: who is written to no more, and what the screens tell."""

from datetime import UTC, date, datetime

import pytest

from crm.contacts import services as contacts
from crm.contacts.models import Consent
from crm.core import mail_events
from crm.core.models import MailEvent, OutgoingEmail
from crm.outreach import mailings, services
from crm.outreach.models import Communication, SuppressedAddress
from tests.giving.reading import page
from tests.outreach.sending import outcome, run, start

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def report(who: str, kind: str, *, event: str = "", **more) -> None:
    """A provider says this of what was sent to ``<who>@x.test``, and a worker follows it."""
    email = OutgoingEmail.objects.get(recipient=f"{who}@x.test")
    word = mail_events.mailer.word_of(email)
    mail_events.take(
        mail_events.Report(provider="P", kind=kind, word=word, event=event or f"{kind}-{who}", happened_at=NOON, **more)
    )
    for pk in list(MailEvent.objects.filter(followed_at=None).values_list("pk", flat=True)):
        mail_events.follow(event_id=pk)


@pytest.fixture
def sent(friend, mailing, admin):
    for name in ("Roy", "Abbott", "Cyr"):
        friend(name)
    start(mailing, by=admin)
    return run(mailing)


def again(mailing, admin):
    """Another mailing to the same people."""
    next_one = services.save_mailing(
        title="Autumn", channel="email", template=mailing.template, group=mailing.group, by=admin
    )
    start(next_one, by=admin)
    return run(next_one)


def consent_of(who: str) -> list[str]:
    rows = Consent.objects.filter(contact__last_name=who, channel="email")
    return [f"{row.status} {row.source}" for row in rows]


def test_an_address_that_sends_back_is_written_to_no_more(sent, admin):
    report("roy", "bounced", said="550 unknown", is_final=True)
    report("cyr", "bounced", said="452 full", is_final=False)
    assert outcome(sent) == {"Roy": "failed", "Abbott": "sent", "Cyr": "failed"}
    assert [(row.address, row.said) for row in SuppressedAddress.objects.all()] == [("roy@x.test", "550 unknown")]
    assert outcome(again(sent, admin)) == {"Roy": "bounced", "Abbott": "sent", "Cyr": "sent"}
    assert consent_of("Roy") == ["express Form"]  # a broken address is not a refusal


def test_who_calls_it_spam_has_withdrawn_their_consent_once(sent, admin):
    report("roy", "complained")
    [said] = consent_of("Roy")
    assert said.startswith("withdrawn Marked as spam")
    assert SuppressedAddress.objects.get().is_complaint
    assert outcome(again(sent, admin))["Roy"] == "refused"
    # They come back to it by themselves; the same report, told again, is not a second complaint.
    roy = Communication.objects.filter(contact__last_name="Roy").first().contact
    contacts.record_consent(roy, channel="email", status="express", given_on=date(2026, 3, 20), source="Form", by=admin)
    mail_events.take(mail_events.Report(provider="P", kind="complained", event="complained-roy", happened_at=NOON))
    mail_events.follow_early_reports()
    assert consent_of("Roy")[0].startswith("express")


def test_who_unsubscribes_at_the_provider_has_said_no_and_the_address_still_works(sent, admin):
    report("roy", "unsubscribed")
    assert consent_of("Roy")[0].startswith("withdrawn Unsubscribed from")
    assert not SuppressedAddress.objects.exists()
    assert outcome(again(sent, admin))["Roy"] == "refused"


def test_the_complaint_of_somebody_merged_counts_for_who_they_are_now(sent, admin, friend):
    roy, other = (Communication.objects.get(contact__last_name=name).contact for name in ("Roy", "Cyr"))
    contacts.merge_contacts(kept=other, absorbed=roy, by=admin)
    report("roy", "complained")
    assert consent_of("Cyr")[0].startswith("withdrawn")


def test_a_report_about_a_message_to_a_colleague_touches_no_donor(sent, organization):
    OutgoingEmail.objects.create(
        organization=organization, key="digest:1", recipient="staff@x.test", language="fr", subject="s", text="t",
        status="sent",
    )  # fmt: skip
    report("staff", "bounced", said="550 unknown", is_final=True)
    report("staff", "complained")
    assert not SuppressedAddress.objects.exists()


def test_the_words_to_somebody_forgotten_may_still_come_back(sent, organization):
    """Nothing of the address is written down again."""
    roy = Communication.objects.get(contact__last_name="Roy")
    word = mail_events.mailer.word_of(roy.email)
    services.forget_messages(contact_ids=[roy.contact_id])
    mail_events.take(mail_events.Report(provider="P", kind="bounced", word=word, said="550", is_final=True))
    mail_events.follow(event_id=MailEvent.objects.get().pk)
    assert not SuppressedAddress.objects.exists()


def test_results_tell_what_was_reported_and_open_the_people(sent, admin, browse):
    desk = browse(admin)
    address = desk.url("outreach:mailing_detail", pk=sent.pk)
    assert "Delivered" not in page(desk.get(address)).words  # a mail server alone tells nothing
    report("roy", "delivered")
    report("roy", "opened")
    report("abbott", "delivered")
    report("abbott", "clicked")
    report("cyr", "bounced", said="550 unknown", is_final=True)
    figures = mailings.figures_of(sent)
    found = (figures.sent, figures.failed, figures.delivered, figures.opened, figures.clicked, figures.bounced)
    assert found == (2, 1, 2, 2, 1, 1)
    shown = page(desk.get(address))
    for state, number in (("delivered", 2), ("opened", 2), ("bounced", 1), ("failed", 1), ("sent", 2)):
        link = shown.one(f'a[href$="&state={state}"]')
        assert link.words == str(number)
        assert len(page(desk.get(link.get("href"))).css("tbody tr")) == number
    cyr = Communication.objects.get(contact__last_name="Cyr")
    told = page(desk.get(desk.url("outreach:communication_detail", pk=cyr.pk))).words
    assert "Came back" in told
    assert "550 unknown" in told
    opened = page(desk.get(desk.url("outreach:communication_list") + "?state=opened"))
    assert len(opened.css("tbody tr")) == 2


def test_a_complaint_says_so_in_the_list_of_addresses(sent, admin, browse):
    report("roy", "complained")
    desk = browse(admin)
    assert "Somebody marked a message as spam" in page(desk.get(desk.url("outreach:suppressed_list"))).words
