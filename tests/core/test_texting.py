"""Text messages leave once, through Twilio, and what became of them is told by signed reports in any order."""

from itertools import permutations

import pytest
import requests
from django_q.models import OrmQ
from urllib3.exceptions import MaxRetryError, NewConnectionError

from crm.core import mailer, texting, twilio
from crm.core.models import OutgoingText
from tests.texts import ACCOUNT, OURS, report


def queued(organization, key: str = "test:1") -> OutgoingText:
    return texting.send(key=key, to="+18195550142", text="Merci !", organization=organization)


@pytest.fixture
def text(organization, phone_company) -> OutgoingText:
    return queued(organization)


def state(text: OutgoingText) -> str:
    text.refresh_from_db()
    return text.status


def test_a_text_message_is_handed_over_once(text, phone_company, organization, run_jobs):
    assert queued(organization).pk == text.pk
    run_jobs()
    assert texting.deliver(text_id=text.pk) == "skipped"
    (asked,) = phone_company.asked
    assert asked["url"].endswith(f"/Accounts/{ACCOUNT}/Messages.json")
    assert (asked["To"], asked["From"], asked["Body"]) == ("+18195550142", OURS, "Merci !")
    assert asked["StatusCallback"].startswith("https://merci.example.org/webhooks/text/twilio/?word=")
    assert (state(text), text.provider_number) == ("sent", f"SM{1:032d}")


def test_a_messaging_service_is_named_as_such(text, phone_company, settings):
    settings.TWILIO_FROM = "MG" + "1" * 32
    texting.deliver(text_id=text.pk)
    assert phone_company.asked[0]["MessagingServiceSid"] == settings.TWILIO_FROM
    assert "From" not in phone_company.asked[0]


CLOSED = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))


@pytest.mark.parametrize(
    "answer",
    [(429, 20429), (401, 20003), requests.ConnectTimeout("late"), CLOSED],
    ids=["pace", "account", "late", "closed"],
)
def test_what_was_surely_not_taken_is_tried_three_times(text, phone_company, answer):
    phone_company.answer = answer
    states = []
    for _attempt in range(3):
        with pytest.raises(twilio.NotTaken):  # the queue tries it again
            texting.deliver(text_id=text.pk)
        states.append(state(text))
    assert states == ["queued", "queued", "failed"]
    assert len(phone_company.asked) == 3


@pytest.mark.parametrize(
    "answer", [(500, 0), (503, 0), requests.ReadTimeout("late"), requests.ConnectionError("reset")]
)
def test_where_nobody_can_know_nothing_is_sent_twice(text, phone_company, answer):
    phone_company.answer = answer
    assert texting.deliver(text_id=text.pk) == "in doubt"
    assert texting.deliver(text_id=text.pk) == "skipped"
    assert (state(text), len(phone_company.asked)) == ("sending", 1)


@pytest.mark.parametrize(("code", "said"), [(21211, "not a number"), (21614, "landline"), (99999, "error 99999")])
def test_a_refusal_is_final_and_says_why(text, phone_company, code, said):
    phone_company.answer = (400, code)
    assert texting.deliver(text_id=text.pk) == "refused"
    assert state(text) == "failed"
    assert said in twilio.words_of(text.error)


def told(client, phone_company, **fields) -> int:
    return report(client, phone_company.asked[0]["StatusCallback"], MessageSid="SM1", **fields).status_code


STORY = [{"MessageStatus": "sent"}, {"MessageStatus": "delivered"}, {"MessageStatus": "sending"}]


@pytest.mark.parametrize("story", [(*order, *order) for order in permutations(STORY)])
def test_delivered_is_delivered_whatever_the_order_and_told_twice(text, phone_company, client, story):
    texting.deliver(text_id=text.pk)
    moments = set()
    for fields in story:
        assert told(client, phone_company, **fields) == 204
        state(text)
        moments.add(text.delivered_at)
    assert state(text) == "sent"
    assert len(moments - {None}) == 1


@pytest.mark.parametrize("order", [("undelivered", "sent"), ("sent", "undelivered")])
def test_a_lost_message_says_why(text, phone_company, client, order):
    texting.deliver(text_id=text.pk)
    for status in order:
        told(client, phone_company, MessageStatus=status, ErrorCode="30005" if status == "undelivered" else "")
    assert (state(text), text.error) == ("failed", "30005")


def test_a_report_resolves_a_doubt(text, phone_company, client):
    phone_company.answer = requests.ReadTimeout("late")
    texting.deliver(text_id=text.pk)
    told(client, phone_company, MessageStatus="sent")
    assert (state(text), text.error) == ("sent", "")


def test_a_doubt_is_told_after_a_while_and_a_late_report_resolves_it(text, phone_company, client):
    phone_company.answer = requests.ReadTimeout("late")
    texting.deliver(text_id=text.pk)
    texting.deliver_forgotten()
    assert state(text) == "sending"
    OutgoingText.objects.update(claimed_at=text.claimed_at - mailer.IN_DOUBT_AFTER * 2)
    assert texting.deliver_forgotten() == 0
    assert state(text) == "failed"
    assert "may have arrived or not" in twilio.words_of(text.error)
    told(client, phone_company, MessageStatus="sent")
    assert (state(text), text.error) == ("sent", "")


def test_a_late_report_says_why_what_was_in_doubt_is_lost(text, phone_company, client):
    phone_company.answer = requests.ReadTimeout("late")
    texting.deliver(text_id=text.pk)
    OutgoingText.objects.update(status="failed", error=twilio.DOUBT)
    told(client, phone_company, MessageStatus="undelivered", ErrorCode="30005")
    assert (state(text), text.error) == ("failed", "30005")


def test_a_report_quicker_than_our_own_commit_stays(text, phone_company, client, monkeypatch):
    """Twilio tells that it failed before the process that asked has written its number down."""
    post = texting.twilio.post

    def slow(**kwargs) -> str:
        number = post(**kwargs)
        told(client, phone_company, MessageStatus="failed", ErrorCode="30006")
        return number

    monkeypatch.setattr(texting.twilio, "post", slow)
    texting.deliver(text_id=text.pk)
    assert state(text) == "failed"


@pytest.mark.parametrize("fault", ["secret", "word", "no signature", "other word"])
def test_a_false_report_changes_nothing(text, phone_company, client, fault):
    texting.deliver(text_id=text.pk)
    url = phone_company.asked[0]["StatusCallback"]
    fields = {"MessageStatus": "failed", "ErrorCode": "21610"}
    if fault == "secret":
        status = report(client, url, secret="x" * 32, **fields).status_code
    elif fault == "word":
        status = report(client, url + "x", **fields).status_code
    elif fault == "other word":  # one of an e-mail
        status = report(
            client, f"https://merci.example.org/webhooks/text/twilio/?word={mailer.sign('1')}", **fields
        ).status_code
    else:
        status = client.post(url.removeprefix("https://merci.example.org"), fields).status_code
    assert status == (204 if "word" in fault else 400)
    assert state(text) == "sent"


def test_without_an_account_there_is_no_address_for_reports(client, db, settings):
    settings.TWILIO_AUTH_TOKEN = ""
    assert client.post("/webhooks/text/twilio/").status_code == 404


def test_only_posts_are_answered(client, phone_company):
    assert client.get("/webhooks/text/twilio/").status_code == 405


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("é" * 160, 1), ("ç" * 70, 1), ("ê" * 71, 2), ("€" * 80, 1), ("€" * 81, 2),
     ("a" * 480, 4), ("🎁" * 35, 1), ("🎁" * 36, 2)],
)  # fmt: skip
def test_the_parts_a_message_travels_in(text, parts):
    assert texting.parts_of(text) == parts


def test_a_message_whose_job_was_lost_is_queued_again(text):
    OrmQ.objects.all().delete()
    assert texting.deliver_forgotten() == 0
    OutgoingText.objects.update(created_at=text.created_at - mailer.FORGOTTEN_AFTER * 2)
    assert texting.deliver_forgotten() == 1
    assert OrmQ.objects.count() == 1


def test_old_words_are_forgotten_except_of_what_still_waits(text, organization, phone_company):
    texting.deliver(text_id=text.pk)
    waiting = queued(organization, "test:2")
    OutgoingText.objects.update(created_at=text.created_at - texting.KEPT * 2)
    assert texting.forget_old_texts() == 1
    waiting.refresh_from_db()
    text.refresh_from_db()
    assert (text.text, waiting.text) == ("", "Merci !")
