import json
from dataclasses import dataclass

import pytest
from django.db import transaction
from django_q.models import OrmQ

from crm.core import events
from crm.core.events import Event, later, now, publish, recorded
from crm.core.jobs import job


@dataclass(frozen=True, kw_only=True)
class Rang(Event):
    bell: int


HEARD: list[Event] = []


@job()
def answer(**kwargs) -> None:
    HEARD.append(kwargs)


def refuse(event: Event) -> None:
    raise ValueError("no")


@pytest.fixture
def table(monkeypatch):
    """``table({Event: (now(f), later(job))})`` in place of crm/effects.py."""
    HEARD.clear()

    def use(effects: dict) -> None:
        monkeypatch.setattr(events, "effects", lambda: effects)

    return use


EVENT = Rang(organization_id=1, actor_id=2, bell=3)


@pytest.mark.django_db(transaction=True)
def test_an_event_belongs_inside_the_transaction_it_describes(table):
    table({})
    with pytest.raises(RuntimeError, match="belongs inside"):
        publish(EVENT)


def test_a_reaction_now_gets_the_event_at_once(db, table):
    table({Rang: (now(HEARD.append),)})
    with transaction.atomic():
        publish(EVENT)
        assert HEARD == [EVENT]


@pytest.mark.django_db(transaction=True)
def test_a_reaction_now_that_fails_undoes_the_act(table):
    table({Rang: (later(answer), now(refuse))})
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        publish(EVENT)
    assert OrmQ.objects.count() == 0


def test_a_reaction_later_is_a_job_with_the_plain_values_of_the_event(db, table):
    table({Rang: (later(answer),)})
    with transaction.atomic():
        publish(EVENT)
    (row,) = OrmQ.objects.all()
    path, payload = row.task["args"]
    expected = {"organization_id": 1, "actor_id": 2, "cause": "user", "depth": 0, "bell": 3}
    assert (path, json.loads(payload)) == (answer.path, expected)
    assert HEARD == []


def test_reactions_come_in_the_order_of_the_table(db, table):
    order = []
    table({Rang: (now(lambda event: order.append("first")), now(lambda event: order.append("second")))})
    with transaction.atomic():
        publish(EVENT)
    assert order == ["first", "second"]


def test_an_event_nobody_listens_to_is_no_error(db, table):
    table({})
    with transaction.atomic():
        publish(EVENT)
    assert (HEARD, OrmQ.objects.count()) == ([], 0)


def test_recording_takes_the_place_of_the_reactions_until_it_ends(db, table):
    table({Rang: (now(HEARD.append),)})
    with recorded() as seen, transaction.atomic():
        publish(EVENT)
    assert (seen, HEARD) == ([EVENT], [])
    with transaction.atomic():
        publish(EVENT)
    assert HEARD == [EVENT]
