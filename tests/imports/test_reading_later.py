"""A file is opened again where an earlier reading stopped, from what JSON keeps."""

import io
import json
from pathlib import Path

import pytest

from crm.imports import reading
from crm.imports.reading import Layout, Mark, open_table

FILES = Path(__file__).parent / "files"
READABLE = (
    "benevity.csv",
    "canadahelps.csv",
    "contacts_fr_cp1252.csv",
    "contacts_fr_utf16.csv",
    "contacts_fr_utf16_be.csv",
    "contacts_fr_utf8.csv",
    "contacts_fr_utf8_bom.csv",
    "gifts_en_utf8.csv",
    "newlines_in_quotes.csv",
    "old_mac_line_ends.csv",
    "ragged.csv",
    "sep_line.csv",
    "strange_text.csv",
)


def read(name: str):
    return open_table(io.BytesIO((FILES / name).read_bytes()))


@pytest.mark.parametrize("name", READABLE)
def test_reading_can_go_on_after_any_row_with_what_json_keeps(name):
    whole = list(read(name).rows())
    assert len(whole) > 1
    layout = json.loads(json.dumps(read(name).layout.as_data()))
    for position, row in enumerate(whole):
        mark = json.loads(json.dumps(row.mark))
        with (FILES / name).open("rb") as again:
            rest = list(open_table(again, Layout.from_data(layout)).rows(Mark(*mark)))
        assert [other[:4] for other in rest] == [other[:4] for other in whole[position + 1 :]]


def test_a_layout_is_refused_for_another_file():
    layout = read("contacts_fr_utf8.csv").layout
    with pytest.raises(ValueError, match="another file"):
        open_table(io.BytesIO(b"Nom\nRoy\n"), layout)


def test_opening_again_reads_nothing(monkeypatch):
    table = read("contacts_fr_utf8.csv")
    monkeypatch.setattr(reading, "detect", None)
    assert open_table(table.fileobj, table.layout).headers == table.headers


def test_two_readings_of_one_file_do_not_disturb_each_other():
    table = read("contacts_fr_utf8.csv")
    one, two = table.rows(), table.rows()
    assert next(one).line == 2
    assert [row.line for row in two] == [2, 3, 4]
    assert [row.line for row in one] == [3, 4]


def test_the_preview_is_the_first_rows():
    assert [row.line for row in read("contacts_fr_utf8.csv").preview(2)] == [2, 3]
