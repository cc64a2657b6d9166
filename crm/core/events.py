"""Up = publish. A domain tells what happened; ``crm/effects.py`` is the one table that says who reacts.

``now`` reactions run in the same transaction (their failure undoes the act); ``later`` reactions are jobs that exist if
and only if the transaction committed, because the queue is in the same database.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, in the past tense: ids and plain values only, so that it can wait in the job queue.

    ``actor_id`` is the membership that acted (``None`` for the system); ``cause`` is ``user``, ``import`` or ``job``;
    ``depth`` counts reactions to reactions.
    """

    organization_id: int
    actor_id: int | None = None
    cause: str = "user"
    depth: int = 0


@dataclass(frozen=True)
class Effect:
    handler: Callable
    when: str


def now(handler: Callable) -> Effect:
    return Effect(handler, "now")


def later(handler: Callable) -> Effect:
    return Effect(handler, "later")


_recorder: ContextVar[list | None] = ContextVar("event_recorder", default=None)


@lru_cache(maxsize=1)
def effects() -> dict:
    return import_string(settings.EFFECTS)


def publish(event: Event) -> None:
    """Tell everybody who listens. Belongs inside the transaction it describes, as its last line."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() belongs inside the transaction it describes")
    recorder = _recorder.get()
    if recorder is not None:
        recorder.append(event)
        return
    for effect in effects().get(type(event), ()):
        if effect.when == "now":
            effect.handler(event)
        else:
            from crm.core.jobs import enqueue

            enqueue(effect.handler, **asdict(event))


@contextmanager
def recorded() -> Iterator[list[Event]]:
    """Collect the events instead of reacting to them: for tests of one domain without those above it."""
    events: list[Event] = []
    token = _recorder.set(events)
    try:
        yield events
    finally:
        _recorder.reset(token)
