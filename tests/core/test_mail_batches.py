"""Many e-mails over one line: what a mail server may do to each, and what becomes of it."""

import smtplib
from datetime import timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from crm.core import events, mail_batches, mailer
from crm.core.batches import Outcome
from crm.core.mail_batches import EMAILS
from crm.core.models import OutgoingEmail
from tests.mailserver import mail_server

Status = OutgoingEmail.Status
BATCH = "trial:1"


@pytest.fixture
def server(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "crm.core.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.5
        yield server


@pytest.fixture
def mails(organization):
    def make(count: int, text: str = "Hello\n") -> list[OutgoingEmail]:
        return EMAILS.keep(
            OutgoingEmail(
                organization=organization, key=f"trial:{n}", batch=BATCH, recipient=f"p{n}@example.test", language="en",
                subject=f"Hello {n}", text=text,
            )
            for n in range(count)
        )  # fmt: skip

    return make


def deliver(**kwargs) -> Outcome:
    return EMAILS.deliver(BATCH, seconds=20, **kwargs)


def states() -> list[str]:
    return list(OutgoingEmail.objects.order_by("pk").values_list("status", flat=True))


def later() -> None:
    """The longest pause is over."""
    OutgoingEmail.objects.update(claimed_at=timezone.now() - timedelta(days=1))


def test_a_batch_leaves_over_one_line_each_message_once(server, mails):
    mails(5)
    assert deliver() == Outcome(sent=5)
    assert deliver() == Outcome()
    assert (server.lines, dict(server.taken)) == (1, {f"p{n}@example.test": 1 for n in range(5)})
    assert states() == ["sent"] * 5
    assert OutgoingEmail.objects.filter(sent_at=None).count() == 0


def test_a_line_that_begins_with_a_dot_arrives_as_it_was_written(server, mails):
    mails(1, text="Before\n.\n..\nAfter\n")
    deliver()
    body = server.messages[0].split(b"\r\n\r\n", 1)[1]
    assert body == b"Before\r\n..\r\n...\r\nAfter\r\n"  # each dot doubled on the line, as RFC 5321, 4.5.2 asks


def test_an_address_that_does_not_exist_fails_at_once_and_the_others_leave(server, mails):
    mails(3)
    server.whim = lambda step, who: "550 no such person" if step == "to" and who.startswith("p1") else ""
    told = []
    with events.recorded() as published:
        outcome = deliver(told=lambda email: told.append(email.recipient[:2]))
    assert (outcome.sent, outcome.refused, states()) == (2, 1, ["sent", "failed", "sent"])
    assert told == ["p0", "p2"]
    assert [one.said for one in published] == [OutgoingEmail.objects.get(key="trial:1").error]
    assert OutgoingEmail.objects.get(key="trial:1").error == "550 no such person"


def test_a_grey_list_is_asked_again_after_a_pause_not_before(server, mails):
    mails(2)
    server.whim = lambda step, who: "450 come back later" if step == "to" and who.startswith("p0") else ""
    assert deliver().sent == 1
    assert (deliver().sent, states()) == (0, ["queued", "sent"])
    server.whim = lambda _step, _who: ""
    later()
    assert (deliver().sent, states()) == (1, ["sent", "sent"])
    assert set(server.taken.values()) == {1}


def test_one_that_is_asked_to_come_back_for_ever_fails_with_the_servers_words(server, mails):
    mails(1)
    server.whim = lambda step, _who: "451 not now" if step == "dot" else ""
    for _again in range(mail_batches.MAX_ATTEMPTS):
        deliver()
        later()
    email = OutgoingEmail.objects.get()
    assert (email.status, email.error, sum(server.taken.values())) == ("failed", "451 not now", 0)


@pytest.mark.parametrize("step", ["hello", "from", "to", "data", "dot"])
@pytest.mark.parametrize("whim", ["hang up", "stall"])
def test_a_line_that_dies_before_the_server_took_the_message_loses_nothing(server, mails, step, whim):
    mails(2)
    server.whim = lambda at, _who: whim if at == step else ""
    outcome = deliver()
    doubtful = step == "dot"  # the dot was sent: from here nobody can know
    assert (bool(outcome.trouble), outcome.sent) == (not doubtful, 0)
    server.whim = lambda _step, _who: ""
    later()
    deliver()
    assert states() == (["sending"] * 2 if doubtful else ["sent"] * 2)
    assert max(server.taken.values(), default=0) <= 1


def test_a_message_that_the_server_took_without_saying_so_is_in_doubt_and_never_sent_again_by_itself(server, mails):
    mails(2)
    server.whim = lambda step, who: "hang up" if step == "taken" and who.startswith("p0") else ""
    deliver()
    later()
    deliver()
    assert (states(), dict(server.taken)) == (["sending", "sent"], {"p0@example.test": 1, "p1@example.test": 1})
    assert [email.key for email in EMAILS.in_doubt(BATCH)] == ["trial:0"]
    assert EMAILS.send_again(EMAILS.in_doubt(BATCH)) == 1  # a person decides
    deliver()
    assert server.taken["p0@example.test"] == 2


def test_nobody_listens_and_everything_waits_with_no_attempt_counted(server, mails, settings):
    settings.EMAIL_PORT = 9
    mails(2)
    assert "refused" in deliver().trouble
    assert set(OutgoingEmail.objects.values_list("status", "attempts")) == {("queued", 0)}


def test_a_sender_whom_the_server_refuses_is_nobodys_fault(server, mails):
    mails(2)
    server.whim = lambda step, _who: "550 you have sent enough today" if step == "from" else ""
    assert deliver().trouble == "550 you have sent enough today"
    assert set(OutgoingEmail.objects.values_list("status", "attempts")) == {("queued", 0)}


def test_one_message_that_breaks_the_line_each_time_does_not_hold_up_the_others(server, mails):
    mails(3)
    server.whim = lambda step, who: "hang up" if step == "to" and who.startswith("p0") else ""
    assert deliver().trouble
    assert (deliver().sent, states()) == (2, ["queued", "sent", "sent"])


def test_two_senders_at_once_send_each_message_once(server, mails):
    emails = mails(2)

    def other_worker() -> bool:
        """Between our reading of the rows and the last dot, another one takes the first over."""
        OutgoingEmail.objects.filter(pk=emails[0].pk, status=Status.QUEUED).update(status=Status.SENT)
        return True

    assert deliver(goes_on=other_worker).sent == 1
    assert dict(server.taken) == {"p1@example.test": 1}
    assert states() == ["sent", "sent"]


def test_it_stops_as_soon_as_it_is_told_and_keeps_the_pace(server, mails):
    mails(4)
    left = iter([True, True, False])
    assert deliver(goes_on=lambda: next(left)).sent == 2
    began = timezone.now()
    deliver(per_minute=600)
    assert timezone.now() - began > timedelta(seconds=0.19)  # two messages, a tenth of a second each


def test_what_must_not_leave_any_more_stays(server, mails, monkeypatch):
    def refuse(email):
        if email.key == "trial:0":
            raise mailer.NoLongerTrue("They said no since.")

    monkeypatch.setitem(mailer.CHECKS, "trial", refuse)
    mails(2)
    assert (deliver().sent, states()) == (1, ["failed", "sent"])
    assert OutgoingEmail.objects.get(key="trial:0").error == "They said no since."


def test_a_batch_is_nobody_elses_business(mails):
    """Neither the hourly round for forgotten e-mails nor the page of jobs takes it up: a paused batch stays where it is."""
    mails(1)
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(hours=3))
    assert mailer.deliver_forgotten() == 0
    OutgoingEmail.objects.update(status=Status.FAILED)
    assert not mailer.undelivered().exists()


def test_what_waits_for_a_season_keeps_its_words(mails):
    """A mailing that was paused in spring and resumed in autumn does not send empty messages."""
    mails(2)
    OutgoingEmail.objects.update(created_at=timezone.now() - timedelta(days=200))
    OutgoingEmail.objects.filter(key="trial:1").update(status=Status.SENT)
    mailer.forget_old_emails()
    assert list(OutgoingEmail.objects.order_by("pk").values_list("text", flat=True)) == ["Hello\n", ""]


def test_withdrawn_they_leave_no_more(server, mails):
    mails(2)
    assert EMAILS.withdraw(BATCH, why="Stopped.") == 2
    assert (deliver(), states()) == (Outcome(), ["failed", "failed"])


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_a_provider_that_takes_messages_in_one_piece_is_claimed_before(mails, mailoutbox):
    mails(2)
    assert (deliver().sent, len(mailoutbox), states()) == (2, 2, ["sent", "sent"])


# --- two processes at the same batch: one was slow and was taken for dead ------------------------------------------------
@pytest.mark.parametrize(
    "trouble",
    [
        smtplib.SMTPServerDisconnected("gone"),
        TimeoutError("silent"),
        smtplib.SMTPDataError(451, b"come back later"),
        smtplib.SMTPRecipientsRefused({"p0@example.test": (450, b"grey")}),
        smtplib.SMTPRecipientsRefused({"p0@example.test": (550, b"unknown")}),
        mail_batches.provider.NotTaken("closed"),
    ],
    ids=["hangs up", "stalls", "later", "grey", "unknown", "closed"],
)
def test_whoever_fails_does_not_put_back_what_another_has_sent_meanwhile(trouble, mails, monkeypatch):
    """Found by ten thousand people and twenty kills: one of them was written to twice."""
    [mail] = mails(1)

    def fail_while_another_sends(self, message, claim):
        OutgoingEmail.objects.filter(pk=mail.pk).update(status=Status.SENT, attempts=1, sent_at=timezone.now())
        raise trouble

    monkeypatch.setattr(mail_batches._Line, "open", lambda self: None)
    monkeypatch.setattr(mail_batches._Line, "_hand_over", fail_while_another_sends)
    deliver()
    mail.refresh_from_db()
    assert (mail.status, mail.attempts, mail.error) == (Status.SENT, 1, "")


def test_what_was_withdrawn_while_its_line_was_lost_stays_withdrawn(mails, monkeypatch):
    mails(1)

    def fail_while_somebody_stops_it(self, message, claim):
        EMAILS.withdraw(BATCH, why="stopped")
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(mail_batches._Line, "open", lambda self: None)
    monkeypatch.setattr(mail_batches._Line, "_hand_over", fail_while_somebody_stops_it)
    deliver()
    assert states() == ["failed"]
