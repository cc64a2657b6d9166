"""A mailing paused, resumed, stopped, sent again, sent at its moment, written as letters, tried on oneself (K-03)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from crm.contacts.models import Consent, Contact, Segment
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.mail_batches import EMAILS
from crm.core.models import OutgoingEmail
from crm.notifications import kinds
from crm.notifications.models import Notification
from crm.outreach import mailings, merge, services, usual
from crm.outreach.choices import Purpose
from crm.outreach.jobs import begin_due_mailings
from crm.outreach.models import Communication, Mailing
from tests.factories.giving import AppealFactory, GiftFactory
from tests.factories.households import household_of
from tests.factories.outreach import MailingFactory
from tests.outreach.sending import outcome, run, sent_to, start

NOW = "2026-03-20T12:00:00-04:00"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


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


def bells(person) -> list[str]:
    rows = list(Notification.objects.filter(membership=person))
    return [one.text for one in kinds.told(person, rows).values()]


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
        assert bells(admin) == ["The mailing “Spring” is paused: none of its messages was taken for an hour."]
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        services.resume_mailing(mailing, by=admin)
        run(mailing)
    assert (mailing.status, mailing.trouble, sent_to()) == ("done", "", ["roy@x.test"])
    assert bells(admin) == ["The mailing “Spring” was paused, and goes on."]


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
    services.test_mailing(mailing, language="fr", to=admin.user.email, by=admin)
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


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_text_that_still_asks_to_be_written_neither_leaves_nor_waits(language, friend, mailing, admin):
    friend()
    setattr(mailing.template, f"body_{language}", usual.WORDS[Purpose.MAILING][language].body)
    mailing.template.save()
    with pytest.raises(DomainError, match=r"The text still says “\["):
        start(mailing, by=admin)
    with pytest.raises(DomainError, match=r"The text still says “\["):
        services.schedule_mailing(mailing, at=timezone.now() + timedelta(days=1), by=admin)


def test_cost_is_flat_in_the_number_of_people(friend, mailing, admin, django_assert_max_num_queries):
    for n in range(30):
        friend(f"P{n}")
    with django_assert_max_num_queries(14):
        mailings.preview_of(mailing)
    start(mailing, by=admin)
    mailing.refresh_from_db()
    with django_assert_max_num_queries(40):
        operations.advance(mailing.operation_id)
    assert EMAILS.waiting(mailings.batch_of(mailing)).count() == 30
