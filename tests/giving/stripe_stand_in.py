"""Stripe's HTTP API, as far as we call it, on this machine: https://docs.stripe.com/api, in test mode.

It does what Stripe does with idempotency keys (the same answer for the same key, whatever happened on the way), and a card
does what its name says, as Stripe's own test cards do.
"""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qsl, urlsplit

KEY = "sk_test_standin"


class StandIn:
    def __init__(self) -> None:
        self.intents: dict[str, dict] = {}
        self.sessions: dict[str, dict] = {}
        self.answers: dict[str, tuple[int, dict]] = {}
        self.calls: list[tuple[str, str]] = []
        self.is_down = False
        self.loses_every = 0  # one answer of so many is lost on the way
        self.loses_answers = False  # does what it is asked, and the line breaks before it says so
        self.url = ""
        self._lock = threading.Lock()

    # --- what it is asked -----------------------------------------------------------------------------------------------
    def answer(self, method: str, path: str, sent: dict, key: str) -> tuple[int, dict]:
        with self._lock:
            self.calls.append((method, path))
            if key and key in self.answers:
                return self.answers[key]
            done = self._do(method, path, sent)
            if key:
                self.answers[key] = done
            return done

    def _do(self, method: str, path: str, sent: dict) -> tuple[int, dict]:
        if (method, path) == ("POST", "/v1/customers"):
            return 200, {"id": f"cus_{len(self.calls)}", "object": "customer"}
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return 200, self._session(sent)
        if (method, path) == ("POST", "/v1/payment_intents"):
            return self._intent(sent)
        if (method, path) == ("GET", "/v1/payment_intents/search"):
            wanted = sent["query"].split("'")[3]
            found = [one for one in self.intents.values() if one["metadata"].get("merci_key") == wanted]
            return 200, {"object": "search_result", "data": found, "has_more": False, "url": path}
        if method == "GET" and (session := self.sessions.get(path.removeprefix("/v1/checkout/sessions/"))):
            return 200, session
        return 404, {
            "error": {"type": "invalid_request_error", "code": "resource_missing", "message": f"No such: {path}"}
        }

    def _session(self, sent: dict) -> dict:
        number = f"cs_test_{len(self.sessions) + 1}"
        self.sessions[number] = {
            "id": number, "object": "checkout.session", "mode": sent["mode"], "customer": sent["customer"],
            "url": f"https://checkout.stripe.example/{number}", "success_url": sent["success_url"], "setup_intent": None,
            "metadata": {"merci_contact": sent["metadata[merci_contact]"]},
        }  # fmt: skip
        return self.sessions[number]

    def _intent(self, sent: dict) -> tuple[int, dict]:
        intent = {
            "id": f"pi_{len(self.intents) + 1}", "object": "payment_intent", "amount": int(sent["amount"]),
            "currency": sent["currency"], "created": int(time()), "livemode": False, "status": "succeeded",
            "metadata": {"merci_key": sent["metadata[merci_key]"]}, "last_payment_error": None,
        }  # fmt: skip
        card = sent["payment_method"]
        if card == "pm_gone":
            return 404, {
                "error": {
                    "type": "invalid_request_error",
                    "code": "resource_missing",
                    "message": "No such payment method",
                }
            }
        self.intents[intent["id"]] = intent
        if card == "pm_bank":
            intent["status"] = "processing"
        elif card.startswith("pm_refused_"):
            code = card.removeprefix("pm_refused_")
            error = {"type": "card_error", "code": "card_declined", "decline_code": code, "message": "Declined"}
            intent |= {"status": "requires_payment_method", "last_payment_error": error}
            return 402, {"error": error | {"payment_intent": intent}}
        return 200, intent

    # --- what a donor does on its page -----------------------------------------------------------------------------------
    def fill(self, session: str, *, card: str = "pm_ok") -> None:
        self.sessions[session]["setup_intent"] = {
            "id": "seti_1", "object": "setup_intent", "status": "succeeded",
            "payment_method": {
                "id": card, "object": "payment_method", "type": "card",
                "card": {"brand": "visa", "last4": "4242", "exp_month": 2, "exp_year": 2028},
            },
        }  # fmt: skip


@contextmanager
def stand_in():
    """A running stand-in; its ``url`` goes in ``STRIPE_API_BASE``."""
    stripe = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = dict(parse_qsl(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()))
            self._answer("POST", self.path, sent)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer("GET", parts.path, dict(parse_qsl(parts.query)))

        def _answer(self, method: str, path: str, sent: dict) -> None:
            if stripe.is_down:
                return self._say(503, {"error": {"type": "api_error", "message": "Down"}})
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                return self._say(401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}})
            done = stripe.answer(method, path, sent, self.headers.get("Idempotency-Key") or "")
            lost = stripe.loses_answers or (stripe.loses_every and len(stripe.calls) % stripe.loses_every == 0)
            if not lost:
                self._say(*done)
            return None

        def _say(self, status: int, body: dict) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stripe.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield stripe
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
