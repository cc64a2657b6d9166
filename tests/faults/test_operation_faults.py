"""Long work and its undo, whose workers are killed in the middle of a chunk, on both databases: everything is done once."""

import os
import signal
from pathlib import Path

import pytest

from tests.faults.stage import lives, until

pytestmark = pytest.mark.fault
ROWS = 1_700  # two chunks and a half


def killed_in_its_second_chunk(stage, work: str, *start: str, chunk: int = 2) -> None:
    """Start a piece of work, kill its worker when the second chunk is written but not kept, and wait for the end."""
    for name in ("busy", "go"):
        (stage.folder / name).unlink(missing_ok=True)
    (stage.folder / f"hold-{work}").write_text(str(chunk))
    stage.play(*start)
    busy = int(
        until(
            lambda: (stage.folder / "busy").exists() and (stage.folder / "busy").read_text(),
            seconds=30,
            what="the second chunk",
        )
    )
    assert stage.status(work) == "running"
    os.kill(busy, signal.SIGKILL)
    stage.cue()
    until(lambda: not lives(busy), what="its end")

    def over() -> bool:
        stage.play("wake")
        return stage.status(work) == "done"

    until(over, seconds=30, what=f"the end of the {work}")
    stage.play("redeliver")  # the queue hands the killed job out again: nothing is left for it to do
    until(lambda: stage.waiting() == 0, what="an empty queue")


def test_killed_in_the_middle_an_import_and_its_undo_do_everything_once(stage):
    stage.worker()
    until(stage.ready)
    killed_in_its_second_chunk(stage, "import", "bring", str(ROWS))
    assert [stage.count(f"contacts_{name}") for name in ("contact", "timelineevent")] == [ROWS, 2 * ROWS]
    assert stage.query("SELECT count(*), count(DISTINCT external_id), sum(amount) FROM giving_gift") == [
        (ROWS, ROWS, ROWS * (ROWS + 1) // 2)
    ]
    assert stage.count("giving_givingsummary") == ROWS
    for model in ("contacts.contact", "giving.gift"):
        assert stage.count("accounts_auditentry", f"model = '{model}' AND action = 'create'") == ROWS
    assert stage.query("SELECT done, failed FROM core_operation WHERE kind = 'import'") == [(ROWS, 0)]
    killed_in_its_second_chunk(stage, "undo", "take_back", "import")
    for table in ("contacts_contact", "contacts_timelineevent", "giving_gift", "giving_givingsummary"):
        assert stage.count(table) == 0
    for model in ("contacts.contact", "giving.gift"):
        assert stage.count("accounts_auditentry", f"model = '{model}' AND action = 'delete'") == ROWS


def test_killed_in_the_middle_an_act_on_many_contacts_and_its_undo_do_everything_once(stage):
    stage.worker()
    until(stage.ready)
    killed_in_its_second_chunk(stage, "bulk", "tag", "500")
    assert [stage.count(f"contacts_{name}") for name in ("tag", "tagassignment", "timelineevent")] == [1, 500, 500]
    assert stage.count("accounts_auditentry", "model = 'contacts.tagassignment' AND action = 'create'") == 500
    killed_in_its_second_chunk(stage, "undo", "take_back", "bulk")
    assert [stage.count(f"contacts_{name}") for name in ("tag", "tagassignment")] == [0, 0]
    assert stage.count("accounts_auditentry", "model = 'contacts.tagassignment' AND action = 'delete'") == 500


def test_killed_when_it_is_about_to_hand_over_its_file_an_export_is_made_and_counted_once(stage):
    stage.worker()
    until(stage.ready)
    killed_in_its_second_chunk(stage, "export", "take_out", "500", chunk=1)
    assert stage.query("SELECT done, failed FROM core_operation WHERE kind = 'export'") == [(500, 0)]
    assert stage.count("accounts_auditentry", "action = 'export'") == 1
    ((name,),) = stage.query("SELECT result_file FROM core_operation WHERE kind = 'export'")
    (made,) = [path for path in (stage.folder / "media").rglob("*") if path.is_file()]  # no copy that nobody knows of
    assert made.name == Path(name).name
    assert made.read_bytes().count(b"Nom") >= 500
