"""Holding a thing that is no row: many who use it go on together, who changes it waits for them and they for it.

PostgreSQL keeps such locks under a pair of numbers until the transaction ends. On SQLite a transaction that writes is alone
from its beginning: there is nothing to hold.
"""

from enum import IntEnum

from django.db import connection


class Lock(IntEnum):
    """What may be held; each of them is kept for each organization. Numbers are for ever: two releases may run at once."""

    BOOKS = 1


def share(lock: Lock, organization_id: int) -> None:
    """Until the transaction ends nobody is alone with it. What it guards is read after this, not before."""
    _hold("pg_advisory_xact_lock_shared", lock, organization_id)


def alone(lock: Lock, organization_id: int) -> None:
    """Wait for all who share it; until the transaction ends, whoever wants to share it waits."""
    _hold("pg_advisory_xact_lock", lock, organization_id)


def _hold(function: str, lock: Lock, organization_id: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # The second number is of 32 bits: two organizations that share one only wait for each other.
            cursor.execute(f"SELECT {function}(%s, %s)", [lock.value, organization_id % 2**31])
