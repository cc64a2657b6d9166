"""A stand-in for Twilio: the real library, with answers made here."""

import json
from urllib.parse import urlparse

import pytest
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from crm.core import twilio

ACCOUNT, SECRET, OURS = "AC" + "0" * 32, "s" * 32, "+15145550100"


class Desk(HttpClient):
    """Keeps what it was asked; ``answer``: a status and a code of Twilio's, or an error to raise."""

    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.answer: tuple[int, int] | Exception = (201, 0)

    def request(
        self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False
    ):
        self.asked.append({"url": url, "auth": auth, **data})
        if isinstance(self.answer, Exception):
            raise self.answer
        status, code = self.answer
        body = (
            {"sid": f"SM{len(self.asked):032d}"} if status < 400 else {"code": code, "message": "no", "status": status}
        )
        return Response(status, json.dumps(body))


@pytest.fixture
def texts_set_up(settings, monkeypatch) -> Desk:
    """Text messages are offered; what is asked of Twilio is kept."""
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_FROM = ACCOUNT, SECRET, OURS
    desk = Desk()
    monkeypatch.setattr(twilio, "_client", lambda: Client(ACCOUNT, SECRET, http_client=desk))
    return desk


@pytest.fixture
def phone_company(texts_set_up, settings) -> Desk:
    """The same, at an address that Twilio can report to."""
    settings.SITE_URL = "https://merci.example.org"
    return texts_set_up


def report(client, url: str, *, secret: str = SECRET, **fields):
    """What Twilio tells of a message, signed as it signs."""
    signature = RequestValidator(secret).compute_signature(url, fields)
    parts = urlparse(url)
    return client.post(f"{parts.path}?{parts.query}", fields, headers={"X-Twilio-Signature": signature})
