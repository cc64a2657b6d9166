"""A stand-in for Twilio: the real library, with answers made here."""

import json
from urllib.parse import urlparse

from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

ACCOUNT, SECRET, OURS = "AC" + "0" * 32, "s" * 32, "+15145550100"


class Desk(HttpClient):
    """Keeps what it was asked; ``answer``: a status and a code of Twilio's, or an error to raise; ``of``: other ones for some
    numbers.
    """

    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.answer: tuple[int, int] | Exception = (201, 0)
        self.of: dict[str, tuple[int, int] | Exception] = {}

    def client(self) -> Client:
        """Twilio's own, which asks here."""
        return Client(ACCOUNT, SECRET, http_client=self)

    def request(
        self, method, url, params=None, data=None, headers=None, auth=None, timeout=None, allow_redirects=False
    ):
        self.asked.append({"url": url, "auth": auth, **data})
        answer = self.of.get(data["To"], self.answer)
        if isinstance(answer, Exception):
            raise answer
        status, code = answer
        body = (
            {"sid": f"SM{len(self.asked):032d}"} if status < 400 else {"code": code, "message": "no", "status": status}
        )
        return Response(status, json.dumps(body))


def report(client, url: str, *, secret: str = SECRET, **fields):
    """What Twilio tells of a message, signed as it signs."""
    signature = RequestValidator(secret).compute_signature(url, fields)
    parts = urlparse(url)
    return client.post(f"{parts.path}?{parts.query}", fields, headers={"X-Twilio-Signature": signature})
