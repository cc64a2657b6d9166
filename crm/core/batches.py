"""Many messages of one batch, each once, at the pace the other side bears: what e-mails and text messages share.

The rows of a batch wait in the table of their kind; whoever looks after the batch calls :meth:`Carrier.deliver` until nothing
waits. A row is claimed at the last moment. One whose fate nobody can know stays “being sent” for a person to decide on, and is
never sent again by itself.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import structlog
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from crm.core.models import OutgoingEmail

logger = structlog.get_logger(__name__)
Status = OutgoingEmail.Status
AT_A_TIME = 50  # rows read together


class Taken(Exception):
    """Another process is sending this very message, or somebody withdrew it a moment ago."""


class Trouble(Exception):
    """The other side does not talk to us: its words. Nobody’s message is at fault; all wait."""


@dataclass
class Outcome:
    """Of one call: messages sent, refused for good; ``trouble`` is why nothing can leave at present, if so."""

    sent: int = 0
    refused: int = 0
    trouble: str = ""


class Claim:
    """Made just before the other side takes the message: from here on it is ours to send, once.

    Another process may send the same batch meanwhile, where one was slow and was taken for dead. So nothing is written on a row
    but what holds of it as this process knows it: else the one that lost its line would put back what the other has sent.
    """

    def __init__(self, row: models.Model) -> None:
        self.row, self.attempts, self.is_made = row, row.attempts, False

    @property
    def mine(self) -> QuerySet:
        """The row, as long as nobody else has touched it."""
        status, attempts = (Status.SENDING, 1) if self.is_made else (Status.QUEUED, 0)
        rows = type(self.row).objects
        return rows.filter(pk=self.row.pk, status=status, attempts=self.attempts + attempts)

    def __call__(self) -> None:
        if not self.mine.update(status=Status.SENDING, attempts=F("attempts") + 1, claimed_at=timezone.now()):
            raise Taken
        self.is_made, self.row.attempts = True, self.attempts + 1

    def take_back(self) -> None:
        """The other side did not even listen: it is as if nobody had tried."""
        self.mine.update(status=Status.QUEUED, attempts=self.attempts, claimed_at=self.row.claimed_at)


class Line(ABC):
    """A way to the other side, for one call of :meth:`Carrier.deliver`."""

    @abstractmethod
    def send(self, row: models.Model) -> str:
        """Hand over one message; returns what became of it. Raises :class:`Trouble`: it waits, as all others do."""

    @abstractmethod
    def close(self) -> None:
        """Nothing more leaves by it."""


class Carrier(ABC):
    """What carries the batches of one kind of message. ``pauses``: what a message waits before its second attempt, its third…;
    ``afresh``: the columns of one that is to be sent as if it never had been.
    """

    model: ClassVar[type[models.Model]]
    pauses: Sequence[timedelta] = ()
    afresh: ClassVar[dict] = {}

    @abstractmethod
    def line(self, told: Callable[[models.Model], None]) -> Line:
        """A new one; ``told(row)`` is called after each message that was sent."""

    def keep(self, rows: Iterable[models.Model]) -> list:
        """Put these in the table, in their batch; nothing leaves before :meth:`deliver`."""
        return self.model.objects.bulk_create(rows)

    def waiting(self, batch: str) -> QuerySet:
        return self.model.objects.filter(batch=batch, status=Status.QUEUED)

    def in_doubt(self, batch: str) -> QuerySet:
        """Those that the other side may have or not. While a batch is being sent, the one at its last step is among them."""
        return self.model.objects.filter(batch=batch, status=Status.SENDING)

    def due(self, batch: str, *, after: int = 0) -> list:
        """The first of those whose turn it is: new ones, and those whose pause is over."""
        now = timezone.now()
        ready = Q(attempts=0)
        for attempts, pause in enumerate(self.pauses, start=1):
            ready |= Q(attempts=attempts, claimed_at__lte=now - pause)
        return list(self.waiting(batch).filter(ready, pk__gt=after).order_by("pk")[:AT_A_TIME])

    def withdraw(self, batch: str, *, why: str) -> int:
        """What still waits leaves no more."""
        return self.waiting(batch).update(status=Status.FAILED, error=why)

    def send_again(self, rows: QuerySet) -> int:
        """A person decided that these must go (again): failed ones, and those in doubt. Whose text is erased stays."""
        known = rows.filter(status__in=[Status.FAILED, Status.SENDING]).exclude(text="")
        return known.update(status=Status.QUEUED, attempts=0, **self.afresh)

    def deliver(
        self,
        batch: str,
        *,
        seconds: float,
        per_minute: int | None = None,
        goes_on: Callable[[], bool] = lambda: True,
        told: Callable[[models.Model], None] = lambda _row: None,
    ) -> Outcome:
        """Send what waits, for at most ``seconds``. ``goes_on`` is asked before each message; ``told(row)`` is called after
        each that was sent. Not inside a transaction: what has left is written down at once.
        """
        line, outcome = self.line(told), Outcome()
        until, after = time.monotonic() + seconds, 0
        try:
            while time.monotonic() < until and (rows := self.due(batch, after=after)):
                for row in rows:
                    began, after = time.monotonic(), row.pk
                    if began >= until or not goes_on():
                        return outcome
                    status = line.send(row)
                    outcome.sent += status == Status.SENT
                    outcome.refused += status == Status.FAILED
                    if per_minute and status != Status.FAILED:
                        time.sleep(max(0.0, 60 / per_minute - (time.monotonic() - began)))
        except Trouble as error:
            outcome.trouble = str(error)
            logger.warning("batch_in_trouble", batch=batch, error=outcome.trouble[:200])
        finally:
            line.close()
        return outcome
