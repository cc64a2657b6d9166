"""A mailing to many while workers are killed and the mail server refuses, stalls and hangs up: each gets it once, as the
server counts. Only a message that was at its last dot at that very moment is in doubt: it is listed, never sent again.
"""

import os
import time
from random import Random

import pytest

from tests.faults.stage import until
from tests.mailserver import mail_server

pytestmark = pytest.mark.fault
PEOPLE = int(os.environ.get("MAILING_PEOPLE", "192"))  # bench/RESULTS.md: ten thousand, killed twenty times
KILLS = int(os.environ.get("MAILING_KILLS", "5"))
NOBODY = {n for n in range(PEOPLE) if n % 24 == 3}  # addresses that the server does not know
GREY = {n for n in range(PEOPLE) if n % 24 == 5}  # it asks to come back, once each


def number(address: str) -> int:
    return int(address.partition("@")[0].lstrip("p"))


class Moody:
    """A mail server on an ordinary bad day; always the same day for the same seed."""

    def __init__(self, seed: str) -> None:
        self.rng, self.greeted = Random(seed), set()

    def __call__(self, step: str, address: str) -> str:
        if step == "to" and number(address) in NOBODY:
            return "550 no such person"
        if step == "to" and number(address) in GREY - self.greeted:
            self.greeted.add(number(address))
            return "450 come back later"
        if step in ("hello", "from", "to", "data") and self.rng.random() < 0.02:
            return self.rng.choice(["hang up", "stall", "421 too many"])
        return ""


def test_whatever_is_killed_each_person_is_written_to_once(stage):
    rng = Random(stage.vendor)
    with mail_server() as server:
        server.whim = Moody(stage.vendor)
        stage.mail_port = server.port
        stage.play("friends", str(PEOPLE))
        stage.worker()
        stage.play("mail")
        began = time.monotonic()
        for kill in range(KILLS):
            until(
                lambda kill=kill: sum(server.taken.values()) >= (kill + 1) * PEOPLE // (KILLS + 3),
                seconds=120 + PEOPLE,
                what="messages to leave",
            )
            stage.kill_something(rng)
        stage.play("mail")  # a second click, on one that runs or is over
        until(lambda: stage.see_to_it("wake") or stage.query(OVER), seconds=300 + PEOPLE, what="the end of the mailing")
        taken = {number(address): times for address, times in server.taken.items()}
    rows = dict(stage.query(STATES))
    fate = {number(address): status for address, status in rows.items()}
    assert set(fate) == set(range(PEOPLE))
    assert max(taken.values()) == 1  # nobody twice, whatever happened
    assert {n for n, status in fate.items() if status == "failed"} == NOBODY
    doubtful = {n for n, status in fate.items() if status == "sending"}
    assert len(doubtful) <= KILLS  # one message for each process that was killed, at most
    print(  # noqa: T201 - read with pytest -s
        f"{PEOPLE} people, {KILLS} kills, {time.monotonic() - began:.0f} s: {len(taken)} written to once, "
        f"{len(doubtful)} in doubt, of which the server has {len(doubtful & set(taken))}"
    )
    assert set(taken) - doubtful == {n for n, status in fate.items() if status == "sent"}
    assert set(taken) | NOBODY | doubtful == set(range(PEOPLE))
    assert stage.count("outreach_recipient") == PEOPLE
    assert stage.count("core_operation", "kind = 'mailing'") == 1
    known = {number(address) for (address,) in stage.query("SELECT address FROM outreach_suppressedaddress")}
    assert known == NOBODY


OVER = "SELECT 1 FROM outreach_mailing WHERE status = 'done'"
STATES = "SELECT recipient, status FROM core_outgoingemail WHERE batch <> ''"
