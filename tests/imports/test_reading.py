"""Files as people have them, each in ``files/``; what is refused says why and where."""

import contextlib
import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.imports import encoding, reading
from crm.imports.problems import FileProblem, NoHeader, NoRows, NotATable, TooLarge, UnclosedQuote, WrongEncoding
from crm.imports.reading import open_table

FILES = Path(__file__).parent / "files"


def read(name: str):
    return open_table(io.BytesIO((FILES / name).read_bytes()))


def table_of(text: str, codec: str = "utf-8"):
    return open_table(io.BytesIO(text.encode(codec)))


def seen(table) -> list[tuple[int, str]]:
    return [(row.line, row.problem.code if row.problem else "") for row in table.rows()]


# --- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found", "first_bytes"),
    [
        ("contacts_fr_utf8.csv", "utf-8", b"Pr\xc3\xa9nom"),
        ("contacts_fr_utf8_bom.csv", "utf-8", b"\xef\xbb\xbfPr\xc3\xa9nom"),
        ("contacts_fr_cp1252.csv", "windows-1252", b"Pr\xe9nom"),
        ("contacts_fr_utf16.csv", "utf-16", b"\xff\xfeP\x00r\x00\xe9\x00"),
        ("contacts_fr_utf16_be.csv", "utf-16", b"\xfe\xff\x00P\x00r\x00\xe9"),
    ],
)
def test_one_sheet_reads_the_same_in_every_encoding(name, found, first_bytes):
    assert (FILES / name).read_bytes().startswith(first_bytes), "the file was saved again in another encoding"
    table = read(name)
    assert table.encoding == found
    assert table.headers[0] == "Prénom"
    cells = [row.cells for row in table.rows()]
    assert [row[1] for row in cells] == ["Bouchard", "Côté", "O’Neil"]
    assert cells[0][9] == "Préfère le courriel; pas d’appel"
    assert cells[2][9].splitlines() == ["Two", "lines"]


def test_utf8_is_recognized_when_a_letter_falls_across_two_pieces():
    text = "Nom\n" + "a" * (encoding.MEGABYTE - 5) + "é" * 10
    assert encoding.detect(io.BytesIO(text.encode())).codec == "utf-8"


def test_windows_1252_punctuation_that_looks_like_utf8_is_not_taken_for_damage():
    table = table_of("Nom;Note\nCôté;« Santé\xa0» et été’\nRoy;À noël, café…\n", "cp1252")
    assert table.encoding == "windows-1252"
    assert next(table.rows()).cells == ["Côté", "« Santé\xa0» et été’"]


def test_words_that_begin_with_a_rare_capital_are_windows_1252():
    assert table_of("Nom;Note\nŠkoda;† décédé\n", "cp1252").encoding == "windows-1252"


def test_a_mark_of_utf8_above_other_bytes_is_refused():
    with pytest.raises(WrongEncoding) as caught:
        open_table(io.BytesIO(b"\xef\xbb\xbfNom\nC\xf4t\xe9\n"))
    assert (caught.value.code, caught.value.line) == ("file_damaged_utf8", 2)


def test_an_encoding_that_fails_near_the_end_of_a_large_file_is_still_seen():
    data = b"Nom;Ville\n" + b"Roy;Alma\n" * 300_000 + "Côté;Lévis\n".encode("cp1252")
    table = open_table(io.BytesIO(data))
    assert table.encoding == "windows-1252"


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "code", "line"),
    [
        ("empty.csv", NoRows, "file_empty", None),
        ("blank_lines.csv", NoRows, "file_empty", None),
        ("header_only.csv", NoRows, "file_no_rows", None),
        ("no_header.csv", NoHeader, "file_no_header", 1),
        ("unclosed_quote.csv", UnclosedQuote, "file_unclosed_quote", 3),
        ("nul_bytes.csv", WrongEncoding, "file_nul", 3),
        ("utf16_no_mark.csv", WrongEncoding, "file_nul", 1),
        ("utf16_cut.csv", WrongEncoding, "file_bad_utf16", 2),
        ("damaged_utf8.csv", WrongEncoding, "file_damaged_utf8", 4),
        ("macintosh.csv", WrongEncoding, "file_unknown_encoding", 1),
        ("dos.csv", WrongEncoding, "file_unknown_encoding", 1),
        ("workbook.xlsx", NotATable, "file_excel", None),
        ("old_workbook.xls", NotATable, "file_old_office", None),
        ("sheet.ods", NotATable, "file_spreadsheet", None),
        ("letter.docx", NotATable, "file_word", None),
        ("archive.zip", NotATable, "file_zip", None),
        ("document.pdf", NotATable, "file_pdf", None),
        ("picture.png", NotATable, "file_image", None),
        ("page.xls", NotATable, "file_web_page", None),
        ("data.json", NotATable, "file_markup", None),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason_and_line(name, kind, code, line):
    with pytest.raises(kind) as caught:
        read(name)
    assert (type(caught.value), caught.value.code, caught.value.line) == (kind, code, line)
    assert caught.value.field == "file"
    assert "%(" not in str(caught.value)


def test_every_file_of_the_folder_is_either_read_or_refused_with_a_sentence():
    for path in sorted(FILES.iterdir()):
        if path.name.startswith("."):
            continue
        try:
            outcome = seen(read(path.name))
        except FileProblem as problem:
            outcome = str(problem).endswith((".", "?"))
        assert outcome, path.name


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_file_problem(data):
    with contextlib.suppress(FileProblem):
        list(open_table(io.BytesIO(data)).rows())


def test_control_characters_without_nul_are_not_text():
    with pytest.raises(NotATable) as caught:
        open_table(io.BytesIO(bytes(range(1, 32)) * 40))
    assert caught.value.code == "file_binary"


def test_a_refusal_is_told_in_the_language_of_the_reader():
    problem = TooLarge("file_too_many_rows", limit=200_000)
    with translation.override("en"):
        assert str(problem) == "The file has more than 200,000 rows. Split it and send the parts one after the other."
    with translation.override("fr"):
        assert "200\xa0000" in str(problem)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_more_than_200_000_rows_are_refused_when_the_first_too_many_is_reached(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    table = table_of("Nom\nun\n\ndeux\ntrois\n")
    rows = table.rows()
    assert [next(rows).cells, next(rows).cells] == [["un"], ["deux"]]
    with pytest.raises(TooLarge, match="more than 2 rows"):
        next(rows)


def test_the_limit_of_rows_also_counts_those_before_the_mark(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    table = table_of("Nom\nun\ndeux\ntrois\n")
    first = next(table.rows())
    rows = table.rows(first.mark)
    assert next(rows).cells == ["deux"]
    with pytest.raises(TooLarge):
        next(rows)


def test_a_file_of_more_than_50_mb_is_refused_unread(monkeypatch):
    class Unreadable(io.BytesIO):
        def read(self, *args):
            raise AssertionError("it was read")

    monkeypatch.setattr(encoding, "MAX_MEGABYTES", 0)
    with pytest.raises(TooLarge) as caught:
        open_table(Unreadable(b"Nom\nRoy\n"))
    assert caught.value.code == "file_too_large"


def test_200_columns_are_taken_and_201_are_not():
    def sheet(width):
        return ",".join(f"colonne{n}" for n in range(width)) + "\n" + ",".join("x" for _ in range(width)) + "\n"

    assert len(table_of(sheet(200)).headers) == 200
    with pytest.raises(TooLarge) as caught:
        table_of(sheet(201))
    assert caught.value.params == {"found": 201, "limit": 200}


@pytest.mark.parametrize(
    ("length", "code"), [(10_000, ""), (10_001, "row_cell_too_long"), (140_000, "row_cell_too_long")]
)
def test_a_cell_longer_than_10_000_characters_costs_its_row_only(length, code):
    table = table_of(f"Nom,Note\nRoy,{'x' * length}\nCôté,court\n")
    assert seen(table) == [(2, code), (3, "")]


def test_a_file_without_line_ends_is_not_read_into_memory(monkeypatch):
    monkeypatch.setattr(reading, "MAX_LINE", 1000)
    with pytest.raises(TooLarge) as caught:
        table_of("x" * 5000)
    assert (caught.value.code, caught.value.line) == ("file_line_too_long", 1)


def test_memory_stays_flat_whatever_the_size():
    data = io.BytesIO(b"Nom;Ville;Note\n" + "Côté;Lévis;bonjour tout le monde\n".encode() * 60_000)
    tracemalloc.start()
    try:
        assert sum(1 for _row in open_table(data).rows()) == 60_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * 1024 * 1024  # one megabyte at a time for the encoding, 64 KB for the rows


# --- rows and their lines ---------------------------------------------------------------------------------------------


def test_lines_are_numbered_as_in_a_spreadsheet():
    table = read("newlines_in_quotes.csv")
    rows = list(table.rows())
    # Line 2 is blank; the three lines of Roy's note are one row of the spreadsheet.
    assert [(row.line, row.index, row.cells[0]) for row in rows] == [(3, 1, "Roy"), (4, 2, "Côté")]
    assert rows[0].cells[1].splitlines() == ["Une", "deux", "trois"]


def test_ragged_rows_are_errors_of_their_own_and_the_others_are_read():
    rows = list(read("ragged.csv").rows())
    assert [(row.line, row.problem.code if row.problem else "") for row in rows] == [
        (2, ""),
        (3, "row_too_few_cells"),
        (4, "row_too_many_cells"),
        (6, ""),  # line 5 holds delimiters only; line 6 has empty cells to spare
        (7, ""),
    ]
    assert rows[1].cells == ["Côté", "cote@example.org"]
    assert rows[1].problem.params == {"found": 2, "expected": 3}
    assert rows[3].cells == ["Tremblay", "t@example.org", "Alma"]


def test_a_missing_quotation_mark_in_the_middle_is_said_with_the_lines_it_took():
    rows = list(read("stray_quote.csv").rows())
    assert [(row.line, row.problem.code if row.problem else "") for row in rows] == [(2, "row_stray_quote"), (3, "")]
    assert rows[0].problem.params == {"lines": 3}
    assert rows[1].cells[0] == "Gagné"


def test_a_quotation_mark_inside_one_line_is_read_the_way_spreadsheets_do():
    table = table_of('Nom,Ville\n"Bob" Roy,Alma\n5" tuyau,Lévis\n"dit ""le Grand""",Alma\n')
    assert [row.cells[0] for row in table.rows()] == ["Bob Roy", '5" tuyau', 'dit "le Grand"']


@pytest.mark.parametrize("rows_after", [3, 300, 30_000])
def test_a_quotation_mark_that_swallows_the_rest_is_found_however_much_follows(rows_after):
    good = "Roy,Alma\n" * 100
    table = table_of("Nom,Ville\n" + good + 'Côté,"Alma\n' + "Gagné,Lévis\n" * rows_after)
    with pytest.raises(UnclosedQuote) as caught:
        list(table.rows())
    assert caught.value.line == 102


def test_a_quotation_mark_left_open_after_a_stray_one_is_not_taken_for_a_row():
    with pytest.raises(UnclosedQuote):
        table_of('Nom,Ville\n"Bob" Roy,"Alma')


def test_headers_may_be_repeated_or_empty_and_trailing_empty_ones_go():
    table = read("repeated_and_empty_headers.csv")
    assert table.headers == ("Nom", "Courriel", "", "Courriel", "Ville")
    assert table.repeated_headers == ("Courriel",)
    assert seen(table) == [(2, "")]


def test_a_preamble_of_names_and_values_is_passed_over():
    table = read("benevity.csv")
    assert table.layout.header_line == 8
    assert table.headers[:3] == ("Company", "Project", "Donation Date")
    assert [row.line for row in table.rows()] == [9, 10, 12, 13]


def test_a_title_above_a_small_table_is_passed_over():
    table = table_of("Liste des dons;;\n\nNom;Ville;Montant\nRoy;Alma;10,00\n")
    assert table.headers == ("Nom", "Ville", "Montant")


def test_a_row_with_too_many_cells_is_not_taken_for_the_header():
    table = table_of("Nom,Ville\nRoy,Alma,au,coin\nCôté,Lévis\n")
    assert table.headers == ("Nom", "Ville")
    assert seen(table) == [(2, "row_too_many_cells"), (3, "")]


@pytest.mark.parametrize(
    ("name", "delimiter"),
    [
        ("contacts_fr_cp1252.csv", ";"),
        ("contacts_fr_utf16.csv", "\t"),
        ("gifts_en_utf8.csv", ","),
        ("one_column.csv", ","),
        ("sep_line.csv", ";"),
    ],
)
def test_the_delimiter_is_found(name, delimiter):
    assert read(name).layout.delimiter == delimiter


def test_decimal_commas_do_not_pass_for_the_delimiter():
    table = table_of("Nom;Montant;Frais\n" + "Roy;12,50;0,75\n" * 20)
    assert table.layout.delimiter == ";"


def test_semicolons_inside_quotes_do_not_pass_for_the_delimiter():
    table = table_of('Nom,"Note; remarque; suite",Ville\n' + 'Roy,"a; b; c; d",Alma\n' * 20)
    assert table.layout.delimiter == ","


def test_the_line_ends_of_an_old_macintosh_are_understood():
    assert [row.cells[0] for row in read("old_mac_line_ends.csv").rows()] == ["Roy", "Bouchard"]


def test_excels_declaration_of_the_delimiter_is_obeyed_and_not_taken_for_the_header():
    table = read("sep_line.csv")
    assert (table.headers, table.layout.header_line) == (("Nom", "Montant"), 2)


def test_forty_columns_of_nonsense_are_a_table_like_any_other():
    table = read("nonsense_40_columns.csv")
    assert len(table.headers) == 40
    assert seen(table) == [(line, "") for line in range(2, 7)]


def test_commas_inside_the_cells_of_a_file_of_semicolons_are_no_columns():
    text = "Nom;Ville;Note\nRoy, Jean;Laval, QC;Vu, rappelé\nLee, Ann;Hull, QC;Non, oui\n"
    table = open_table(io.BytesIO(text.encode()))
    assert table.headers == ("Nom", "Ville", "Note")
    assert [row.cells[1] for row in table.rows()] == ["Laval, QC", "Hull, QC"]


# Control characters apart, of which a few in a hundred make a file binary.
CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=12)


@settings(deadline=None)
@example(rows=[("A\r", ",A", ",A"), ("", ",", ",0")], delimiter=";", codec="utf-8", end="\n")
@example(rows=[("", "A,A", ",A"), ("", ",", ",0")], delimiter=";", codec="utf-8", end="\n")
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6),
    delimiter=st.sampled_from(reading.DELIMITERS),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_spreadsheet_writes_is_read_back_cell_for_cell(rows, delimiter, codec, end):
    expected = [list(row) for row in rows if any(cell.strip(reading.BLANK) for cell in row)]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [("Nom", "Ville", "Note"), *rows]
    )
    data = io.BytesIO(out.getvalue().encode(codec))
    if not expected:
        with pytest.raises(NoRows):
            open_table(data)
        return
    table = open_table(data)
    assert table.headers == ("Nom", "Ville", "Note")
    assert [row.cells for row in table.rows()] == expected
