"""A mailing reaches whom it may, each once, in their language; the others are left out, each for a reason (K-03, K-05)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from crm.contacts import services as contacts
from crm.contacts.models import Consent, Contact, Group, GroupMember, Segment, TimelineEvent
from crm.core import mail_batches, mailer, operations
from crm.core.errors import DomainError
from crm.core.models import Operation, OutgoingEmail
from crm.giving.summaries import refresh
from crm.outreach import mailings, merge, services, usual
from crm.outreach.choices import Purpose
from crm.outreach.jobs import begin_due_mailings
from crm.outreach.models import Communication, Mailing, SuppressedAddress
from tests.factories.contacts import ContactFactory
from tests.factories.giving import AppealFactory, GiftFactory
from tests.factories.households import household_of
from tests.factories.outreach import MailingFactory, TextFactory

HOME = {"address_line1": "12, rue des Érables", "city": "Laval", "province": "QC", "postal_code": "H7A 1A1"}
NOW = "2026-03-20T12:00:00-04:00"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def group(organization) -> Group:
    return Group.objects.create(organization=organization, name="Friends")


@pytest.fixture
def friend(organization, owner, group):
    """``friend(…)``: somebody in the group who said yes to e-mails, unless told otherwise."""

    def make(name="Roy", *, consent="express", said_on=date(2026, 1, 2), **fields) -> Contact:
        known = {"first_name": "Anne", "last_name": name, "language": "fr", "email": f"{name.lower()}@x.test", **HOME}
        one = ContactFactory(organization=organization, owner=owner, **known | fields)
        if consent:
            Consent.objects.create(
                organization=organization, contact=one, channel="email", status=consent, given_on=said_on, source="Form"
            )
        GroupMember.objects.create(group=group, contact=one)
        return one

    return make


@pytest.fixture
def mailing(admin, group) -> Mailing:
    text = TextFactory(organization=admin.organization)
    return services.save_mailing(title="Spring", channel="email", template=text, group=group, by=admin)


def start(mailing: Mailing, *, by) -> Mailing:
    return services.start_mailing(mailing, seen=mailings.preview_of(mailing).seen, by=by)


def run(mailing: Mailing) -> Mailing:
    """What workers do, to the end."""
    mailing.refresh_from_db()
    operations.run_to_end(mailing.operation_id)
    mailing.refresh_from_db()
    return mailing


def sent_to() -> list[str]:
    """Whom the mail server heard of, the word to who wrote it apart."""
    return sorted(one.to[0] for one in mail.outbox if one.to[0].endswith("x.test"))


def outcome(mailing: Mailing) -> dict[str, str]:
    rows = mailing.recipients.select_related("contact", "communication__email")
    return {
        row.contact.last_name: row.left_out or (row.communication.email.status if row.communication.email else "letter")
        for row in rows
    }


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


# --- paused, resumed, stopped, sent again ---------------------------------------------------------------------------
def test_paused_nothing_leaves_and_resumed_the_rest_does(friend, mailing, admin, monkeypatch):
    monkeypatch.setattr("crm.outreach.services.sending.WRITTEN", 2)
    for n in range(4):
        friend(f"P{n}")
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)
    services.pause_mailing(mailing, by=admin)
    run(mailing)
    assert (mailing.status, sent_to()) == ("paused", [])
    services.resume_mailing(mailing, by=admin)
    run(mailing)
    assert (mailing.status, sent_to()) == ("done", [f"p{n}@x.test" for n in range(4)])


def test_stopped_for_good_what_waits_leaves_no_more(friend, mailing, admin):
    friend()
    start(mailing, by=admin)
    mailing.refresh_from_db()
    operations.advance(mailing.operation_id)
    services.cancel_mailing(mailing, by=admin)
    run(mailing)
    assert (mailing.status, sent_to(), outcome(mailing)) == ("cancelled", [], {"Roy": "failed"})
    for act in (services.resume_mailing, services.pause_mailing, services.cancel_mailing, services.retry_mailing):
        with pytest.raises(DomainError):
            act(mailing, by=admin)


def test_only_those_that_failed_are_sent_again_and_nobody_who_may_not_be(friend, mailing, admin):
    roy, gone = friend("Roy"), friend("Gone")
    friend("Fine")
    run(start(mailing, by=admin))
    mail.outbox.clear()
    failed = OutgoingEmail.objects.filter(recipient__in=["roy@x.test", "gone@x.test"])
    failed.update(status="failed", error="550 full")
    assert mailings.failures_of(mailing) == [("550 full", 2)]
    Contact.objects.filter(pk=gone.pk).update(do_not_contact=True)
    friend("Late")  # in the group since: a second try is for those of the first
    services.retry_mailing(mailing, by=admin)
    run(mailing)
    assert (sent_to(), outcome(mailing)) == ([roy.email], {"Roy": "sent", "Gone": "peace", "Fine": "sent"})
    with pytest.raises(DomainError, match="No message failed"):
        services.retry_mailing(mailing, by=admin)


def test_those_in_doubt_wait_for_a_person_to_decide(friend, mailing, admin):
    friend()
    run(start(mailing, by=admin))
    OutgoingEmail.objects.filter(recipient="roy@x.test").update(status="sending")
    assert mailings.figures_of(mailing).doubtful == 1
    with pytest.raises(DomainError, match="No message failed"):
        services.retry_mailing(mailing, by=admin)
    services.retry_mailing(mailing, doubtful=True, by=admin)
    run(mailing)
    assert sent_to() == ["roy@x.test", "roy@x.test"]


def test_a_mail_server_that_is_down_costs_nobody_their_message(friend, mailing, admin, settings, monkeypatch):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "crm.core.smtp.EmailBackend", 9
    friend()
    start(mailing, by=admin)
    mailing.refresh_from_db()
    for _turn in range(3):
        operations.advance(mailing.operation_id)
    mailing.refresh_from_db()
    assert (mailing.status, "refused" in mailing.trouble, outcome(mailing)) == ("running", True, {"Roy": "queued"})
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1), tick=False):
        operations.advance(mailing.operation_id)
        mailing.refresh_from_db()
        assert mailing.status == "paused"
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        services.resume_mailing(mailing, by=admin)
        run(mailing)
    assert (mailing.status, mailing.trouble, sent_to()) == ("done", "", ["roy@x.test"])


# --- its moment -----------------------------------------------------------------------------------------------------
def test_scheduled_it_leaves_once_however_late_the_round_comes(friend, mailing, admin):
    friend()
    services.schedule_mailing(mailing, at=timezone.now() + timedelta(hours=2), by=admin)
    assert begin_due_mailings() == 0
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=False):
        assert begin_due_mailings() == 1
        assert begin_due_mailings() == 0
        run(mailing)
    assert (mailing.status, sent_to()) == ("done", ["roy@x.test"])


def test_a_moment_that_is_past_is_refused_and_a_change_makes_it_a_draft_again(friend, mailing, admin):
    friend()
    with pytest.raises(DomainError, match="past"):
        services.schedule_mailing(mailing, at=timezone.now(), by=admin)
    services.schedule_mailing(mailing, at=timezone.now() + timedelta(hours=2), by=admin)
    changed = services.save_mailing(mailing, title="Summer", by=admin)
    assert (changed.status, changed.scheduled_for) == ("draft", None)


@pytest.mark.parametrize("gone", ["segment", "person"])
def test_one_that_can_no_longer_leave_at_its_moment_is_a_draft_that_says_why(
    gone, friend, mailing, admin, organization
):
    friend()
    if gone == "segment":
        rules = {"all": [{"field": "has_email", "op": "yes", "value": None}]}
        segment = Segment.objects.create(organization=organization, name="French", rules=rules, owner=admin)
        mailing = services.save_mailing(mailing, segment=segment, group=None, by=admin)
    services.schedule_mailing(mailing, at=timezone.now() + timedelta(hours=2), by=admin)
    if gone == "segment":
        Mailing.objects.filter(pk=mailing.pk).update(segment=None)
    else:
        type(admin).objects.filter(pk=admin.pk).update(is_active=False)
    with time_machine.travel(timezone.now() + timedelta(hours=3), tick=False):
        assert begin_due_mailings() == 0
    mailing.refresh_from_db()
    assert (mailing.status, bool(mailing.trouble), mailing.recipients.count()) == ("draft", True, 0)


# --- letters, a test, what may no longer change -----------------------------------------------------------------------
def test_a_mailing_by_letter_writes_one_for_a_household_and_nothing_leaves_by_itself(friend, mailing, admin):
    one, other = friend("Roy", email=""), friend("Roy", first_name="Luc", email="", consent=None)
    household_of(one, other)
    friend("Nowhere", address_line1="", city="")
    friend("Quiet", consent=None)
    Consent.objects.create(
        organization=admin.organization, contact=Contact.objects.get(last_name="Quiet"), channel="mail",
        status="withdrawn", given_on=date(2026, 1, 2),
    )  # fmt: skip
    mailing = services.save_mailing(mailing, channel="letter", by=admin)
    mailing = run(start(mailing, by=admin))
    reasons = sorted(mailing.recipients.values_list("left_out", flat=True))
    assert reasons == ["", "address", "refused", "twice"]
    assert (mailing.status, Communication.objects.to_print().count(), sent_to()) == ("done", 1, [])


def test_one_tries_it_on_oneself_as_the_first_person_would_read_it(friend, mailing, admin, run_jobs):
    friend(honorific="Mme")
    services.test_mailing(mailing, language="fr", by=admin)
    run_jobs()
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([admin.user.email], "[Essai] Nos nouvelles")
    assert message.body.startswith("Madame Roy,")
    assert "/u/" not in message.body  # nobody is unsubscribed by a test
    assert "List-Unsubscribe" not in message.extra_headers
    assert not mailing.recipients.exists()


def test_what_has_begun_is_neither_changed_nor_deleted(friend, mailing, admin):
    friend()
    start(mailing, by=admin)
    for act in (services.save_mailing, services.delete_mailing):
        with pytest.raises(DomainError, match="has begun"):
            act(mailing, by=admin)
    draft = MailingFactory(created_by=admin)
    services.delete_mailing(draft, by=admin)
    assert not Mailing.objects.filter(pk=draft.pk).exists()


def test_an_audience_is_a_segment_or_a_group_never_both_or_none(mailing, admin, organization):
    segment = Segment.objects.create(organization=organization, name="S", rules={}, owner=admin)
    for wrong in ({"segment": segment}, {"group": None}):
        with pytest.raises(DomainError, match="segment or a group"):
            services.save_mailing(mailing, **wrong, by=admin)


def test_the_gifts_beside_it_are_those_of_its_appeal(friend, mailing, admin):
    appeal = AppealFactory(campaign__organization=admin.organization)
    mailing = services.save_mailing(mailing, appeal=appeal, by=admin)
    asked, left_out = friend("Asked"), friend("Left", consent=None, email="")
    for who, fields in ((asked, {}), (left_out, {}), (asked, {"appeal": None})):
        known = {"appeal": appeal, "campaign": appeal.campaign, "amount": 25, "recorded_by": admin} | fields
        GiftFactory(contact=who, **known)
    run(start(mailing, by=admin))
    assert mailings.raised_by(mailing, by=admin) == mailings.Raised(2, 50)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_usual_words_of_a_mailing_hold_no_unknown_field(language):
    words = usual.WORDS[Purpose.MAILING][language]
    assert [merge.problem(text, merge.FIELDS[Purpose.MAILING]) for text in (words.subject, words.body)] == ["", ""]


def test_cost_is_flat_in_the_number_of_people(friend, mailing, admin, django_assert_max_num_queries):
    for n in range(30):
        friend(f"P{n}")
    with django_assert_max_num_queries(14):
        mailings.preview_of(mailing)
    start(mailing, by=admin)
    mailing.refresh_from_db()
    with django_assert_max_num_queries(40):
        operations.advance(mailing.operation_id)
    assert mail_batches.waiting(mailings.batch_of(mailing)).count() == 30
