import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from django.utils import timezone
from django_q.models import OrmQ

from crm.core import events, mailer
from crm.core.errors import DomainError
from crm.core.mailer import deliver, deliver_forgotten, forget_old_emails, send, send_again, undelivered
from crm.core.models import OutgoingEmail

Status = OutgoingEmail.Status
HERE = f"{__name__}."


class Refusing(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"to@example.test": (451, b"come back later")})


class Unknowing(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPRecipientsRefused({"to@example.test": (550, b"no such person")})


class Unreachable(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("nobody listens")


class Dying(EmailBackend):
    """Takes the message, then the line goes dead before its answer."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise smtplib.SMTPServerDisconnected("connection unexpectedly closed")


class Killed(EmailBackend):
    """As SIGKILL would: nothing after this line runs."""

    def send_messages(self, messages):
        raise SystemExit


def backend(cls):
    return override_settings(EMAIL_BACKEND=HERE + cls.__name__)


@pytest.fixture
def templates(settings, tmp_path):
    """``templates(subject=…, body=…, html=…)``: a folder of templates/email named ``trial``."""
    folder = tmp_path / "email" / "trial"
    folder.mkdir(parents=True)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]

    def write(*, subject="Hello", body="Hello {{ name }}", html=None) -> None:
        (folder / "subject.txt").write_text(subject, encoding="utf-8")
        (folder / "body.txt").write_text(body, encoding="utf-8")
        if html is not None:
            (folder / "body.html").write_text(html, encoding="utf-8")

    write()
    return write


@pytest.fixture
def post(templates, organization):
    """``post(key=…)`` queues one message."""

    def queue(**kwargs) -> OutgoingEmail:
        defaults = {
            "key": "k1",
            "to": "to@example.test",
            "template": "trial",
            "context": {"name": "Zoé"},
            "language": "en",
            "organization": organization,
        }
        return send(**{**defaults, **kwargs})

    return queue


def status(email: OutgoingEmail) -> tuple:
    email.refresh_from_db()
    return email.status, email.attempts


# --- queueing ---
def test_a_message_is_queued_and_leaves_by_a_job(post, run_jobs):
    email = post()
    assert (status(email), mail.outbox) == ((Status.QUEUED, 0), [])
    assert run_jobs() == ["deliver"]
    assert status(email) == (Status.SENT, 1)
    assert [(m.to, m.subject, m.body) for m in mail.outbox] == [(["to@example.test"], "Hello", "Hello Zoé\n")]


def test_the_same_key_is_queued_once(post, run_jobs):
    assert post(key="same") == post(key="same", to="other@example.test")
    run_jobs()
    assert len(mail.outbox) == 1


def test_the_message_speaks_the_language_of_its_recipient(post, templates):
    templates(body="{{ language }}: {% load i18n %}{% get_current_language as code %}{{ code }}")
    assert post(language="fr").text == "fr: fr\n"


def test_a_subject_is_one_line_and_keeps_its_no_break_spaces(post, templates):
    templates(subject="\n  Votre journée\n  du 24\u00a0novembre \n")
    assert post().subject == "Votre journée du 24\u00a0novembre"


def test_text_is_not_escaped_and_html_is(post, templates):
    templates(subject="{{ name }}", body="{{ name }}", html="<p>{{ name }}</p>")
    email = post(context={"name": "L'Arche <b>& co</b>"})
    assert email.subject == "L'Arche <b>& co</b>"
    assert email.text == "L'Arche <b>& co</b>\n"
    assert email.html == "<p>L&#x27;Arche &lt;b&gt;&amp; co&lt;/b&gt;</p>"


def test_a_template_without_html_makes_a_text_message(post, run_jobs):
    assert post().html == ""
    run_jobs()
    assert mail.outbox[0].alternatives == []


def test_a_header_cannot_be_smuggled_in_through_a_name(post, templates, run_jobs):
    templates(subject="Hello {{ name }}")
    email = post(context={"name": "x\r\nBcc: thief@example.test"})
    run_jobs()
    assert email.subject == "Hello x Bcc: thief@example.test"
    assert mail.outbox[0].recipients() == ["to@example.test"]


# --- delivery ---
def test_two_workers_on_the_same_message_send_it_once(post):
    email = post()
    assert [deliver(email_id=email.pk), deliver(email_id=email.pk)] == ["sent", "skipped"]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("trouble", [Refusing, Unreachable])
def test_a_refused_message_is_tried_three_times_and_then_given_up(post, trouble):
    email = post()
    with backend(trouble):
        for attempt, state in enumerate([Status.QUEUED, Status.QUEUED, Status.FAILED], start=1):
            with pytest.raises(OSError, match=r".+"):
                deliver(email_id=email.pk)
            assert status(email) == (state, attempt)
        assert deliver(email_id=email.pk) == "skipped"
    assert list(undelivered()) == [email]


def test_an_address_that_does_not_exist_fails_at_once_and_is_told(post, organization):
    email = post()
    OutgoingEmail.objects.update(organization=organization)
    with backend(Unknowing), events.recorded() as told:
        assert [deliver(email_id=email.pk), deliver(email_id=email.pk)] == ["refused", "skipped"]
    assert status(email) == (Status.FAILED, 1)
    assert email.error == "550 no such person"
    assert [(one.organization_id, one.email_id, one.said) for one in told] == [
        (organization.pk, email.pk, "550 no such person")
    ]


def test_a_message_refused_once_leaves_at_the_second_attempt(post):
    email = post()
    with backend(Refusing), pytest.raises(smtplib.SMTPRecipientsRefused):
        deliver(email_id=email.pk)
    assert deliver(email_id=email.pk) == "sent"
    assert status(email) == (Status.SENT, 2)
    assert email.error == ""


def test_a_message_that_may_have_arrived_is_not_sent_again_by_itself(post):
    email = post()
    with backend(Dying):
        assert deliver(email_id=email.pk) == "in doubt"
    assert status(email) == (Status.SENDING, 1)
    assert deliver(email_id=email.pk) == "skipped"
    assert len(mail.outbox) == 1


def test_a_worker_killed_while_sending_leaves_the_message_in_doubt_not_sent_twice(post):
    email = post()
    with backend(Killed), pytest.raises(SystemExit):
        deliver(email_id=email.pk)
    assert status(email) == (Status.SENDING, 1)
    assert deliver(email_id=email.pk) == "skipped"
    assert list(undelivered()) == []  # it may still be on its way
    OutgoingEmail.objects.update(claimed_at=timezone.now() - mailer.IN_DOUBT_AFTER - timedelta(seconds=1))
    assert list(undelivered()) == [email]


def test_a_message_that_can_never_be_built_is_not_tried_again(post):
    email = post(headers={"X-Note": "two\nlines"})
    assert deliver(email_id=email.pk) == "impossible"
    assert status(email) == (Status.FAILED, 1)


def test_a_value_that_cannot_be_filled_in_is_tried_again_not_left_in_doubt(post, monkeypatch):
    def broken(email):
        raise RuntimeError("the table is locked")

    monkeypatch.setitem(mailer.FILLERS, "letter", broken)
    email = post(key="letter:1")
    with pytest.raises(RuntimeError):
        deliver(email_id=email.pk)
    assert status(email) == (Status.QUEUED, 1)
    monkeypatch.setitem(mailer.FILLERS, "letter", lambda email: {"Zoé": "Zoé Roy"})
    assert deliver(email_id=email.pk) == "sent"
    assert mail.outbox[0].body == "Hello Zoé Roy\n"
    email.refresh_from_db()
    assert email.text == "Hello Zoé\n"


def test_a_person_can_send_a_failed_message_again(post, run_jobs):
    email = post()
    OrmQ.objects.all().delete()
    OutgoingEmail.objects.update(status=Status.FAILED, attempts=3, error="no such person")
    assert send_again(email).status == Status.QUEUED
    assert run_jobs() == ["deliver"]
    assert status(email) == (Status.SENT, 1)


def test_what_has_left_is_not_sent_again(post, run_jobs):
    email = post()
    run_jobs()
    with pytest.raises(DomainError, match="already left"):
        send_again(email)
    assert OrmQ.objects.count() == 0


def test_a_message_whose_job_was_lost_is_found_again(post, run_jobs):
    email = post()
    OrmQ.objects.all().delete()
    assert deliver_forgotten() == 0
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert deliver_forgotten() == 1
    run_jobs()
    assert status(email) == (Status.SENT, 1)


def test_texts_are_forgotten_after_ninety_days_and_the_fact_is_kept(post):
    old, young = post(key="old"), post(key="young")
    OutgoingEmail.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91), status=Status.SENT)
    assert forget_old_emails() == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.text, old.recipient, young.text) == ("", "to@example.test", "Hello Zoé\n")
