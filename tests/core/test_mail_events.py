"""What a provider reports after an e-mail left: from signed webhooks, once each, in any order."""

import hashlib
import hmac
import json
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
import requests
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from crm.core import events, mail_events, mailer, provider
from crm.core.mail_batches import EMAILS
from crm.core.models import MailEvent, OutgoingEmail

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "merci:a-long-enough-password"
SIGNED = {"Authorization": f"Basic {b64encode(SECRET.encode()).decode()}"}


@pytest.fixture
def sent(organization) -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        organization=organization, key="trial:1", recipient="roy@x.test", language="fr", subject="Bonjour", text="Bonjour",
        status="sent", sent_at=NOON, provider_number="pm-1",
    )  # fmt: skip


@pytest.fixture
def postmark(settings, client):
    """``postmark({…})``: this report comes in, signed unless told otherwise."""
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": SECRET}

    def report(content: dict | bytes, *, headers=SIGNED, at="postmark"):
        body = content if isinstance(content, bytes) else json.dumps(content)
        return client.post(f"/webhooks/mail/{at}/", body, content_type="application/json", headers=headers)

    return report


def bounce(kind="HardBounce", **more) -> dict:
    return {
        "RecordType": "Bounce", "ID": 77, "Type": kind, "MessageID": "pm-1", "Email": "roy@x.test",
        "Details": "smtp;550 5.1.1 unknown user", "BouncedAt": "2026-03-02T12:05:00Z", **more,
    }  # fmt: skip


def follow_all() -> None:
    for pk in list(MailEvent.objects.order_by("pk").values_list("pk", flat=True)):
        mail_events.follow(event_id=pk)


def known(email: OutgoingEmail) -> dict:
    email.refresh_from_db()
    return {
        name: getattr(email, name)
        for name in ("status", "error", "delivered_at", "opened_at", "clicked_at", "bounced_at", "complained_at")
    }


def test_a_signed_report_is_written_down_and_followed_once(postmark, sent):
    with events.recorded() as told:
        assert [postmark(bounce()).status_code for _ in range(3)] == [200, 200, 200]
        event = MailEvent.objects.get()
        assert (event.followed_at, event.recipient) == (None, "roy@x.test")  # the webhook only writes it down
        assert [mail_events.follow(event_id=event.pk) for _ in range(2)] == ["bounced", "followed already"]
    assert known(sent)["status"] == "failed"
    assert sent.error == "smtp;550 5.1.1 unknown user"
    assert sent.bounced_at == NOON + timedelta(minutes=5)
    assert [(one.email_id, one.said) for one in told] == [(sent.pk, sent.error)]
    event.refresh_from_db()
    assert (event.email, event.recipient, event.said) == (sent, "", "")  # the address is kept where it was already


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic x"}, {"Authorization": f"Basic {b64encode(b'merci:wrong').decode()}"}],
    ids=["none", "garbled", "another password"],
)
def test_an_unsigned_report_is_refused_and_nothing_of_it_is_kept(headers, postmark, sent):
    assert postmark(bounce(), headers=headers).status_code == 400
    assert not MailEvent.objects.exists()
    assert known(sent)["status"] == "sent"


def test_only_the_provider_that_is_in_use_is_heard(postmark, sent, settings, client):
    assert [postmark(bounce(), at=other).status_code for other in ("sendgrid", "mailgun", "nobody", "..")] == [404] * 4
    assert client.get("/webhooks/mail/postmark/", headers=SIGNED).status_code == 405
    settings.MAIL_PROVIDER = ""
    assert postmark(bounce()).status_code == 404
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize("is_forged", [False, True])
def test_a_signature_of_mailguns_own_is_checked(is_forged, sent, settings, client):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": "key"}
    moment, token = str(int(time.time())), "t" * 50
    signature = hmac.new(b"other" if is_forged else b"key", f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    content = {
        "signature": {"timestamp": moment, "token": token, "signature": signature},
        "event-data": {
            "event": "delivered", "id": "E1", "timestamp": NOON.timestamp(), "recipient": "roy@x.test",
            "message": {"headers": {"message-id": "mg-1"}}, "user-variables": {"merci": mailer.word_of(sent)},
        },
    }  # fmt: skip
    answer = client.post(
        "/webhooks/mail/mailgun/", json.dumps(content), content_type="application/json", headers=SIGNED
    )
    assert answer.status_code == (400 if is_forged else 200)
    follow_all()
    assert known(sent)["delivered_at"] == (None if is_forged else NOON)


REPORTS = [
    mail_events.Report(provider="P", kind=kind, number="pm-1", event=f"{kind}{n}", recipient="ROY@x.test",
                       happened_at=NOON + timedelta(minutes=n), said="550 gone" if kind == "bounced" else "")
    for n, kind in enumerate(("delivered", "opened", "bounced", "opened"))
]  # fmt: skip


def test_the_order_in_which_reports_come_and_how_often_changes_nothing(sent):
    ends = []
    for order in permutations(REPORTS):
        MailEvent.objects.all().delete()
        OutgoingEmail.objects.update(status="sent", error="", delivered_at=None, opened_at=None, bounced_at=None)
        for report in (*order, *order):
            mail_events.take(report)
        follow_all()
        ends.append(known(sent))
    assert ends == [ends[0]] * 24
    assert ends[0] == {
        "status": "failed", "error": "550 gone", "delivered_at": NOON, "opened_at": NOON + timedelta(minutes=1),
        "clicked_at": None, "bounced_at": NOON + timedelta(minutes=2), "complained_at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "is_final"),
    [
        (bounce(), True),
        (bounce("BadEmailAddress"), True),
        (bounce("SoftBounce"), False),
        (bounce("Blocked"), False),
    ],
    ids=["no such address", "impossible address", "full box", "blocked"],
)
def test_only_what_is_wrong_with_the_address_is_told_as_its_fault(content, is_final, postmark, sent):
    postmark(content)
    with events.recorded() as told:
        follow_all()
    assert [type(one) for one in told] == [mailer.MailReturned] * is_final
    assert known(sent)["status"] == "failed"  # nobody has it, whatever the reason


def test_what_mail_servers_say_is_kept_as_one_line_of_text(postmark, sent):
    assert postmark(bounce(Details="550\u0000 gone\r\n<script>", ID="7\u0000")).status_code == 200
    follow_all()
    assert known(sent)["error"] == "550 gone <script>"


def test_what_changes_nothing_is_not_kept(postmark, sent):
    assert postmark(bounce("Transient")).status_code == 200  # the provider tries again by itself
    assert postmark({"RecordType": "SubscriptionChange", "MessageID": "pm-1", "Recipient": "roy@x.test",
                     "SuppressSending": False}).status_code == 200  # fmt: skip
    assert not MailEvent.objects.exists()


def test_a_report_that_comes_before_our_own_commit_is_followed_later(sent):
    OutgoingEmail.objects.update(provider_number="")
    mail_events.take(REPORTS[0])
    assert mail_events.follow_early_reports() == 0
    OutgoingEmail.objects.update(provider_number="pm-1")
    assert mail_events.follow_early_reports() == 1
    assert known(sent)["delivered_at"] == NOON


def test_reports_of_somebody_elses_messages_are_forgotten_after_two_days(sent):
    forged = mailer.word_of(sent)[:-1] + ("a" if mailer.word_of(sent)[-1] != "a" else "b")
    for number, word, recipient in (("pm-2", "", "roy@x.test"), ("pm-1", "", "other@x.test"), ("pm-1", forged, "")):
        mail_events.take(
            mail_events.Report(provider="P", kind="bounced", number=number, word=word, recipient=recipient)
        )
    assert mail_events.follow_early_reports() == 0
    assert known(sent)["status"] == "sent"
    MailEvent.objects.update(created_at=timezone.now() - timedelta(days=3))
    assert (mail_events.forget_old_reports(), MailEvent.objects.count()) == (3, 0)


def test_a_message_in_doubt_is_known_to_be_sent_once_somebody_has_it(sent):
    OutgoingEmail.objects.update(status="sending", sent_at=None, provider_number="", error="line went dead")
    word = mailer.word_of(sent)
    mail_events.take(mail_events.Report(provider="P", kind="opened", word=word, happened_at=NOON))
    follow_all()
    assert (known(sent)["status"], sent.error, sent.sent_at, sent.opened_at) == ("sent", "", NOON, NOON)


def test_a_report_from_the_future_is_of_now_at_the_latest(sent):
    mail_events.take(mail_events.Report(provider="P", kind="opened", number="pm-1", recipient="roy@x.test",
                                        happened_at=timezone.now() + timedelta(days=9)))  # fmt: skip
    follow_all()
    assert known(sent)["opened_at"] <= timezone.now()


# --- sending by a provider ------------------------------------------------------------------------------------------
@pytest.fixture
def by_provider(settings):
    settings.EMAIL_BACKEND, settings.MAIL_PROVIDER = "crm.core.provider.EmailBackend", "test"


def answer(code: int) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code, response.reason, response._content = code, "Said", b"no"
    return AnymailRequestsAPIError("refused", response=response)


def unreachable(kind: type) -> Exception:
    return type("Unreachable", (AnymailRequestsAPIError, kind), {})("no line")


def test_the_provider_keeps_our_word_and_we_its_number(by_provider, sent):
    OutgoingEmail.objects.update(status="queued", provider_number="")
    assert mailer.deliver(email_id=sent.pk) == "sent"
    assert mail.outbox[0].anymail_test_params["metadata"] == {"merci": mailer.word_of(sent)}
    sent.refresh_from_db()
    assert (sent.status, sent.provider_number) == ("sent", "0")
    assert mailer.number_behind(mailer.word_of(sent)) == sent.pk


def test_a_report_that_is_quicker_than_our_own_commit_is_not_undone(by_provider, sent, monkeypatch):
    OutgoingEmail.objects.update(status="queued", provider_number="")

    def report_at_once(self, message):
        report = mail_events.Report(
            provider="P", kind="bounced", word=mailer.word_of(sent), happened_at=NOON, said="550"
        )
        mail_events.take(report)
        follow_all()
        return "0"

    monkeypatch.setattr("anymail.backends.test.EmailBackend.get_esp_message_id", report_at_once)
    mailer.deliver(email_id=sent.pk)
    assert (known(sent)["status"], sent.bounced_at) == ("failed", NOON)


@pytest.mark.parametrize(
    ("refusal", "status", "attempts", "trouble"),
    [
        (answer(422), "failed", 1, False),
        (AnymailRecipientsRefused("unknown"), "failed", 1, False),
        (AnymailAPIError("cannot be written"), "failed", 1, False),
        (answer(401), "queued", 0, True),
        (answer(429), "queued", 0, True),
        (answer(503), "queued", 0, True),
        (unreachable(requests.ConnectTimeout), "queued", 0, True),
        (answer(500), "sending", 1, True),
        (unreachable(requests.ReadTimeout), "sending", 1, True),
    ],
    ids=[
        "this text",
        "this address",
        "this form",
        "our key",
        "too fast",
        "closed",
        "no line",
        "its fault",
        "no answer",
    ],
)
def test_what_a_provider_answers_is_understood(refusal, status, attempts, trouble, by_provider, sent, monkeypatch):
    """Refused, waiting as it was, or in doubt: never sent twice, never lost."""
    OutgoingEmail.objects.update(status="queued", batch="trial:1")

    def refuse(*_args, **_kwargs):
        raise refusal

    monkeypatch.setattr("anymail.backends.test.EmailBackend.post_to_esp", refuse)
    outcome = EMAILS.deliver("trial:1", seconds=5)
    sent.refresh_from_db()
    assert (sent.status, sent.attempts, bool(outcome.trouble)) == (status, attempts, trouble)
    assert (outcome.sent, outcome.refused) == (0, int(status == "failed"))


def test_words_of_a_provider_hold_no_text_of_ours():
    assert "no line" in provider._said(unreachable(requests.ConnectTimeout))
    secret = EmailMessage("Our subject", "Our words", to=["roy@x.test"])
    said = provider._said(
        AnymailRequestsAPIError("refused", email_message=secret, payload={"key": "k3y", "text": "Our words"})
    )
    assert said == "refused"
