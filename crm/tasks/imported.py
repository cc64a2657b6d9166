"""Tasks that come with a file."""

from crm.tasks.holders import HOLDERS
from crm.tasks.models import Task
from crm.tasks.planning import take_back_tasks, write_tasks

__all__ = ["HOLDERS", "save_imported", "take_back_tasks"]


def save_imported(*, tasks: list[Task], by, source: str) -> dict:
    """Write many tasks at once; ``source`` names the file, for the timeline. Returns what the undo needs."""
    return write_tasks(tasks, by=by, cause="import", file=source)
