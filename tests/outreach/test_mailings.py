"""A mailing reaches whom it may, each once, in their language; the others are left out, each for a reason (K-03, K-05)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from crm.contacts import services as contacts
from crm.contacts.models import Contact, TimelineEvent
from crm.core import mailer, operations
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.giving.summaries import refresh
from crm.outreach import mailings, services
from crm.outreach.models import Communication, Mailing, SuppressedAddress
from tests.factories.giving import GiftFactory
from tests.factories.outreach import TextFactory
from tests.outreach.sending import outcome, run, sent_to, start

NOW = "2026-03-20T12:00:00-04:00"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


# --- who gets it --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"is_deceased": True}, "deceased"),
        ({"do_not_contact": True}, "peace"),
        ({"archived_at": "2026-01-01T00:00Z"}, "peace"),
        ({"anonymized_at": "2026-01-01T00:00Z"}, "peace"),
        ({"email": ""}, "address"),
        ({"consent": "withdrawn"}, "refused"),
        ({"consent": "none"}, "refused"),
        ({"consent": None}, "consent"),
        ({"consent": "implied", "said_on": date(2024, 3, 20)}, ""),
        ({"consent": "implied", "said_on": date(2024, 3, 19)}, "consent"),
        ({"is_deceased": True, "consent": None, "email": ""}, "deceased"),
    ],
)
def test_each_is_left_out_for_the_first_reason_that_holds_before_and_when_it_leaves(
    fields, reason, friend, mailing, admin, run_jobs
):
    friend(**fields)
    friend("Abbott", language="en")
    preview = mailings.preview_of(mailing)
    assert (preview.everybody, preview.reached, preview.english) == (2, 1 if reason else 2, 1)
    assert [(one.reason, one.count, [who.last_name for who in one.people]) for one in preview.left] == (
        [(reason, 1, ["Roy"])] if reason else []
    )
    run(start(mailing, by=admin))
    assert outcome(mailing) == {"Roy": reason or "sent", "Abbott": "sent"}
    assert sent_to() == (["abbott@x.test"] if reason else ["abbott@x.test", "roy@x.test"])


def test_a_gift_within_two_years_is_consent_and_one_before_is_not(friend, mailing, admin):
    recent, old = friend("Recent", consent=None), friend("Old", consent=None)
    for who, day in ((recent, date(2024, 3, 20)), (old, date(2024, 3, 19))):
        GiftFactory(contact=who, received_on=day, recorded_by=admin)
        refresh([who.pk])
    run(start(mailing, by=admin))
    assert outcome(mailing) == {"Recent": "sent", "Old": "consent"}


def test_an_address_that_came_back_is_written_to_no_more_whatever_its_capitals(friend, mailing, admin):
    friend(email="Roy@X.test")
    SuppressedAddress.objects.create(organization=admin.organization, address="roy@x.test")
    friend("Abbott")
    run(start(mailing, by=admin))
    assert outcome(mailing) == {"Roy": "bounced", "Abbott": "sent"}


def test_two_people_with_one_address_share_a_message(friend, mailing, admin):
    friend("Roy", email="us@x.test")
    friend("Coté", email="US@x.test")
    friend("Abbott", language="en")
    preview = mailings.preview_of(mailing)
    assert (preview.everybody, preview.reached, preview.french) == (3, 2, 1)
    assert [(one.reason, one.count) for one in preview.left] == [("twice", 1)]
    run(start(mailing, by=admin))
    assert outcome(mailing) == {"Roy": "sent", "Coté": "twice", "Abbott": "sent"}
    assert sent_to() == ["abbott@x.test", "us@x.test"]


def test_a_field_that_has_nothing_to_say_leaves_the_person_out_and_nobody_else(friend, mailing, admin):
    mailing.template.body_fr = "{greeting}, {last_gift} ({last_year})"
    mailing.template.save()
    giver, _other = friend("Giver"), friend("Roy")
    GiftFactory(contact=giver, received_on=date(2025, 5, 5), amount=40, recorded_by=admin)
    refresh([giver.pk])
    run(start(mailing, by=admin))
    assert outcome(mailing) == {"Giver": "sent", "Roy": "field"}
    body = " ".join(Communication.objects.get().body.split())
    assert "votre don de 40,00 $, reçu le 5 mai 2025 (40,00 $)" in body


def test_each_reads_it_in_their_language_with_a_way_out_and_an_address_to_answer(friend, mailing, admin):
    organization = admin.organization
    organization.email = "bonjour@rive-claire.test"
    organization.address_fr = "1, rue du Port\nQuébec"
    organization.save()
    friend(honorific="Mme")
    friend("Abbott", language="en", honorific="Mr.", first_name="John")
    run(start(mailing, by=admin))
    french, english = sorted((one for one in mail.outbox if one.to[0].endswith("x.test")), key=lambda one: one.subject)
    assert (french.subject, english.subject) == ("Nos nouvelles", "Our news")
    assert french.body.startswith("Madame Roy,")
    assert english.body.startswith("Dear Mr. Abbott")
    for message, language in ((french, "fr"), (english, "en")):
        way_out = message.extra_headers["List-Unsubscribe"].strip("<>")
        assert f"/{language}/u/" in way_out
        assert way_out in message.body
        assert way_out in message.alternatives[0][0]
        assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert message.extra_headers["Reply-To"] == "bonjour@rive-claire.test"


def test_what_a_donor_is_called_is_text_in_the_html(friend, mailing, admin):
    friend("<script>alert(1)</script>", email="evil@x.test", honorific="Mme")
    run(start(mailing, by=admin))
    html = next(one for one in mail.outbox if one.to == ["evil@x.test"]).alternatives[0][0]
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_fundraiser_writes_to_their_own_contacts_only(friend, owner, colleague, group):
    mine, _other = friend("Mine"), friend("Other")
    Contact.objects.filter(last_name="Other").update(owner=colleague)
    own = services.save_mailing(
        title="Mine", channel="email", template=TextFactory(organization=owner.organization), group=group, by=owner
    )
    run(start(own, by=owner))
    assert outcome(own) == {mine.last_name: "sent"}


# --- once each ------------------------------------------------------------------------------------------------------
def test_it_begins_once_and_what_was_read_is_what_leaves(friend, mailing, admin):
    friend()
    seen = mailings.preview_of(mailing).seen
    friend("Late")
    with pytest.raises(DomainError, match="have changed"):
        services.start_mailing(mailing, seen=seen, by=admin)
    seen = mailings.preview_of(mailing).seen
    words = {name: getattr(mailing.template, name) for name in ("subject_fr", "body_fr", "subject_en")}
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        services.save_template(mailing.template, **words, body_en="Other words", by=admin)
    with pytest.raises(DomainError, match="have changed"):
        services.start_mailing(mailing, seen=seen, by=admin)
    mailing.refresh_from_db()
    seen = mailings.preview_of(mailing).seen
    services.start_mailing(mailing, seen=seen, by=admin)
    with pytest.raises(DomainError, match="begun already"):
        services.start_mailing(mailing, seen=seen, by=admin)
    with pytest.raises(DomainError, match="sent with this text"):
        services.save_template(mailing.template, **words, body_en="Other words again", by=admin)
    assert Operation.objects.filter(kind="mailing").count() == 1


def test_run_twice_by_two_workers_it_leaves_once(friend, mailing, admin):
    for n in range(5):
        friend(f"P{n}")
    run(start(mailing, by=admin))
    other = operations.start(kind="mailing", by=admin, mailing=mailing.pk)
    operations.run_to_end(other.pk)
    Mailing.objects.filter(pk=mailing.pk).update(status="running", operation=other.pk)
    third = Operation.objects.get(pk=other.pk)
    Operation.objects.filter(pk=third.pk).update(status="waiting", runner="", cursor={})
    operations.run_to_end(third.pk)
    assert sent_to() == [f"p{n}@x.test" for n in range(5)]
    assert mailing.recipients.count() == 5


def test_who_joins_or_says_no_meanwhile_is_asked_at_the_moment(friend, mailing, admin, monkeypatch):
    monkeypatch.setattr("crm.outreach.services.sending.WRITTEN", 2)
    people = [friend(f"P{n}") for n in range(4)]
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)  # the first two are written, not sent
    assert outcome(mailing) == {"P0": "queued", "P1": "queued"}
    contacts.record_consent(people[1], channel="email", status="withdrawn", given_on=date(2026, 3, 20), by=admin)
    Contact.objects.filter(pk=people[2].pk).update(is_deceased=True)
    friend("Late")
    run(mailing)
    assert outcome(mailing) == {"P0": "sent", "P1": "refused", "P2": "deceased", "P3": "sent", "Late": "sent"}
    assert sent_to() == ["late@x.test", "p0@x.test", "p3@x.test"]
    assert mailing.written == 4  # among them who said no before the message left
    assert mailings.figures_of(mailing) == mailings.Figures(
        everybody=5, left_out=2, waiting=0, sent=3, failed=0, doubtful=0, printed=0, replied=0
    )


def test_an_address_that_changed_since_is_not_written_to_at_the_old_place(friend, mailing, admin):
    one = friend()
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)
    Contact.objects.filter(pk=one.pk).update(email="new@x.test")
    run(mailing)
    assert (outcome(mailing), sent_to()) == ({"Roy": "address"}, [])


def test_merged_meanwhile_a_person_gets_one_message(friend, mailing, admin):
    kept, double = friend("Roy"), friend("Double")
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)
    contacts.merge_contacts(kept=kept, absorbed=double, by=admin)
    run(mailing)
    assert sorted(mailing.recipients.values_list("left_out", flat=True)) == ["", "twice"]
    assert sent_to() == ["roy@x.test"]


def test_what_left_is_told_on_the_donors_timeline_and_what_did_not_is_not(friend, mailing, admin, monkeypatch):
    friend("Roy")
    friend("Bad")

    def refuse(email):
        if email.recipient == "bad@x.test":
            raise mailer.NoLongerTrue("no")

    monkeypatch.setitem(mailer.CHECKS, "mailing", refuse)
    run(start(mailing, by=admin))
    told = TimelineEvent.objects.filter(verb="mailing.sent")
    assert [event.contact.last_name for event in told] == ["Roy"]
