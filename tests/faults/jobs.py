"""Jobs and a kind of operation whose every act leaves one row, so that an act done twice is seen.

They wait for a file named ``go`` at the spot where a test wants to kill them: no guessing about time.
"""

import os
import time
from pathlib import Path

from crm.accounts.models import AuditEntry
from crm.core.jobs import job
from crm.core.models import Operation
from crm.core.operations import KINDS, Progress, Work, register

ROWS = 60
CHUNK = 10
STAGE = Path(os.environ.get("FAULT_STAGE", "."))


def leave_row(number: int, operation_id: int = 0) -> None:
    AuditEntry.objects.create(
        organization_id=1, action="create", model="tests.fault", object_id=number, object_text=str(operation_id)
    )


def hold(name: str) -> None:
    """Say that this spot is reached, with the process that reached it; go on once the test says so."""
    (STAGE / f"{name}.tmp").write_text(str(os.getpid()))
    (STAGE / f"{name}.tmp").rename(STAGE / name)
    while not (STAGE / "go").exists():
        time.sleep(0.02)


def held_in(work: Work, name: str) -> None:
    """Make this kind of work stop on the stage once, at the end of the chunk whose number the file ``name`` holds: its
    rows are written and not yet kept.
    """
    run_chunk = work.run_chunk

    def held(operation: Operation) -> Progress:
        progress = run_chunk(operation)
        wanted = STAGE / name
        if wanted.exists() and not (STAGE / "go").exists():
            chunk = int(wanted.read_text()) - 1
            wanted.write_text(str(chunk))
            if chunk == 0:
                hold("busy")
        return progress

    work.run_chunk = held


for kind in ("import", "bulk", "undo", "export"):
    held_in(KINDS[kind], f"hold-{kind}")


@job()
def act(*, number: int) -> None:
    leave_row(number)


@job()
def slow_act(*, number: int) -> None:
    hold("busy")
    leave_row(number)


@register
class Acts(Work):
    """Sixty acts in six chunks; stops on the stage in the middle of the third."""

    kind = "acts"

    def run_chunk(self, operation: Operation) -> Progress:
        begin = operation.cursor.get("next", 0)
        for number in range(begin, begin + CHUNK):
            leave_row(number, operation.pk)
            if number == 25:
                hold("busy")
        end = begin + CHUNK
        return Progress(done=CHUNK, cursor={"next": end}, finished=end == ROWS)
