"""Money collected by real workers that are killed at random: each instalment is charged once, and each charge is a gift."""

from random import Random

import pytest

from tests.faults.stage import comes, until
from tests.giving.stripe_stand_in import stand_in

pytestmark = pytest.mark.fault
DUE = 500
KILLS = 10
AT_STRIPE = 50


def paid(stage) -> int:
    return stage.count("giving_charge", "status = 'paid'")


def collected_whatever_is_killed(stage, *, due: int, kills: int) -> None:
    """Until all that is due is paid, the queue is empty, and each charge is one gift."""
    rng = Random(stage.vendor)
    stage.worker()
    until(stage.ready)
    stage.play("collect")

    def reached(count: int) -> bool:
        """So many are paid; else what the scheduler and the queue do sooner or later is done now."""
        if comes(lambda: paid(stage) >= count, seconds=2):
            return True
        stage.see_to_it("wake_charges")
        return False

    for number in range(kills):
        until(lambda number=number: reached(number * due // kills + 5), seconds=120, what=f"kill {number + 1}")
        stage.kill_something(rng)
    stage.play("collect")  # a second morning, while the first is not over
    until(lambda: reached(due), seconds=120, what="the last payment")

    def drained() -> bool:
        """What the dead never acknowledged comes again, and finds nothing to do."""
        stage.see_to_it()
        return comes(lambda: stage.waiting() == 0, seconds=10)

    until(drained, seconds=180, what="an empty queue")
    assert stage.query("SELECT status, count(*) FROM giving_charge GROUP BY status") == [("paid", due)]
    assert stage.query("SELECT count(*), count(DISTINCT contact_id), sum(amount) FROM giving_gift") == [
        (due, due, sum(20 + n for n in range(due)))
    ]
    assert stage.count("giving_instalment", "paid > 0") == due
    stage.play("check_totals")


def test_five_hundred_due_payments_are_collected_once_whatever_is_killed(stage):
    stage.play("promise", str(DUE))
    collected_whatever_is_killed(stage, due=DUE, kills=KILLS)
    assert stage.query("SELECT count(*), count(DISTINCT key) FROM giving_demobankcharge") == [(DUE, DUE)]


def test_cards_at_stripe_are_charged_once_whatever_is_killed_and_whichever_answer_is_lost(stage, monkeypatch):
    with stand_in() as stripe:
        monkeypatch.setenv("STRIPE_API_BASE", stripe.url)
        stripe.loses_every = 7
        stage.play("promise", str(AT_STRIPE), "stripe")
        collected_whatever_is_killed(stage, due=AT_STRIPE, kills=3)
        assert sorted(one["amount"] for one in stripe.intents.values()) == [100 * (20 + n) for n in range(AT_STRIPE)]
        assert len(stripe.calls) > AT_STRIPE  # asked again for those lost
