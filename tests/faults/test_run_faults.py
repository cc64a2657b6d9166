"""A year of receipts issued, sent and printed by workers that are killed at random: each donor gets one, once."""

from random import Random

import pytest

from tests.faults.stage import comes, until

pytestmark = pytest.mark.fault
DONORS = 70
BY_EMAIL = 30
KILLS = 4
TO_DONORS = "key LIKE 'receipt:%'"


def test_a_year_is_issued_and_sent_once_whatever_is_killed(stage):
    rng = Random(stage.vendor)
    stage.worker()
    until(stage.ready)
    stage.play("gave", str(DONORS))
    stage.play("year", str(BY_EMAIL))

    def reached(table: str, where: str, count: int) -> bool:
        if comes(lambda: stage.count(table, where) >= count, seconds=2):
            return True
        stage.see_to_it("wake")
        return False

    def until_there(table: str, where: str, count: int) -> None:
        until(lambda: reached(table, where, count), seconds=120, what=f"{count} of {table} where {where}")

    for number in range(KILLS):
        until_there("receipts_receipt", "rendered_at IS NOT NULL", number * DONORS // KILLS + 1)
        stage.kill_something(rng)
    until_there("receipts_receiptrun", "status = 'done'", 1)
    assert [n for (n,) in stage.query("SELECT sequence FROM receipts_receipt ORDER BY 1")] == list(range(1, DONORS + 1))
    lines = "SELECT count(*), count(DISTINCT gift_id), sum(eligible) FROM receipts_receiptline WHERE is_live"
    assert stage.query(lines) == [(DONORS, DONORS, sum(20 + n for n in range(DONORS)))]
    assert stage.query("SELECT sum(amount), count(receipt_id) FROM receipts_runline") == [
        (sum(20 + n for n in range(DONORS)), DONORS)
    ]
    assert stage.count("receipts_receipt", "pdf_sha256 = ''") == 0
    stored = {name for (name,) in stage.query("SELECT pdf FROM receipts_receipt")}
    media = stage.folder / "media"
    assert stored <= {str(path.relative_to(media)) for path in media.rglob("*.pdf")}

    stage.play("send_year")
    until_there("core_outgoingemail", f"{TO_DONORS} AND status <> 'queued'", 5)
    stage.kill_something(rng)
    until_there("core_operation", "status = 'done' AND kind IN ('receipt_email', 'receipt_print')", 2)
    until_there("core_outgoingemail", f"{TO_DONORS} AND status IN ('sent', 'sending')", BY_EMAIL)
    mails = "SELECT count(*), count(DISTINCT recipient) FROM core_outgoingemail WHERE key LIKE 'receipt:%'"
    assert stage.query(mails) == [(BY_EMAIL, BY_EMAIL)]
    assert stage.count("core_outgoingemail", "key LIKE 'run:%'") == 1  # who approved is told, once
    assert stage.count("core_outgoingemail", "status = 'sending'") <= 2  # in the hands of who was killed: never guessed
    how = "SELECT how, count(*), count(DISTINCT receipt_id) FROM receipts_receiptdelivery GROUP BY how ORDER BY how"
    assert stage.query(how) == [("email", BY_EMAIL, BY_EMAIL), ("print", DONORS - BY_EMAIL, DONORS - BY_EMAIL)]
