"""Eight processes give numbers out at once and are killed at random: numbers 1 to N, each gift on one valid receipt at most."""

import signal
import subprocess
import sys
from collections import Counter
from random import Random

import pytest

from tests.faults.stage import ROOT, comes, until

pytestmark = pytest.mark.fault
GIFTS = 80
AT_ONCE = 8
KILLS = 5


def started(stage, seed: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.faults.play", "receipt", str(seed)]
    with (stage.folder / "worker.log").open("a") as log:
        return subprocess.Popen(command, cwd=ROOT, env=stage.environment(), stderr=log, stdout=log)


def test_eight_processes_issue_replace_and_void_without_a_gap_or_a_double(stage):
    rng = Random(stage.vendor)
    stage.play("gave", str(GIFTS))
    running = [started(stage, seed) for seed in range(AT_ONCE)]
    try:
        for number in range(KILLS):
            until(
                lambda number=number: stage.count("receipts_receipt") >= (number + 1) * GIFTS // (KILLS + 2), seconds=60
            )
            victim = running.pop(rng.randrange(len(running)))
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            running.append(started(stage, AT_ONCE + number))
        assert comes(lambda: all(process.poll() is not None for process in running), seconds=120), "they do not end"
        assert [process.returncode for process in running] == [0] * len(running), stage.log()[-2000:]
    finally:
        for process in running:
            process.kill()
            process.wait()
    stage.play("receipt", "last")  # what a killed process or a void receipt left waiting
    sequences = [n for (n,) in stage.query("SELECT sequence FROM receipts_receipt ORDER BY sequence")]
    assert sequences == list(range(1, len(sequences) + 1))
    assert stage.query("SELECT last_sequence FROM receipts_receiptseries") == [(len(sequences),)]
    assert max(Counter(stage.query("SELECT gift_id FROM receipts_receiptline WHERE is_live")).values()) == 1
    assert stage.count("receipts_receiptline", "is_live") >= GIFTS * 9 // 10  # those voided last wait for a person
    live = "EXISTS (SELECT 1 FROM receipts_receiptline l WHERE l.receipt_id = receipts_receipt.id AND l.is_live)"
    assert stage.count("receipts_receipt", f"(status = 'issued') <> {live}") == 0
    replaced = "EXISTS (SELECT 1 FROM receipts_receipt n WHERE n.replaces_id = receipts_receipt.id)"
    assert stage.count("receipts_receipt", f"(status = 'replaced') <> {replaced}") == 0
    assert stage.count("receipts_receipt", "status = 'replaced'") > 0
    assert stage.count("accounts_auditentry", "model = 'receipts.receipt' AND action = 'create'") == len(sequences)
