from dataclasses import dataclass

from crm.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskCreated(Event):
    task_id: int
    owner_id: int
    contact_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TaskCompleted(Event):
    task_id: int
    owner_id: int
    contact_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TasksPlanned(Event):
    """The same task for many contacts."""

    task_ids: tuple[int, ...]
