"""From a file to named values: what the whole column decides, what a row lacks, who stays anonymous."""

import io
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crm.contacts.models import Contact, ContactPoint, Note
from crm.giving.models import Campaign, Fund, Gift
from crm.imports import problems
from crm.imports.choices import DateOrder, ImportKind, NumberStyle
from crm.imports.columns import guess_mapping
from crm.imports.problems import UnclosedQuote, told
from crm.imports.reading import open_table
from crm.imports.rows import OF_COUNTRY, PARSERS, Formats, RowParser, survey
from crm.imports.targets import GIFT_ONLY_TARGETS, TARGETS

FILES = Path(__file__).parent / "files"
NAMED = {"fund": (Fund, "name_fr"), "campaign": (Campaign, "name")}  # rows that a file names
CONTACTS, GIFTS = ImportKind.CONTACTS, ImportKind.GIFTS


def parsed(source, kind, **formats):
    """Every row of a file (by name) or of a text, parsed with the formats its columns settle."""
    data = (FILES / source).read_bytes() if source.endswith(".csv") else source.encode()
    table = open_table(io.BytesIO(data))
    mapping = guess_mapping(table.headers, kind)
    parser = RowParser(mapping, survey(table, mapping).formats(**formats))
    return [parser.parse(row) for row in table.rows()]


def complaints(row) -> list[tuple[str, str]]:
    return [(problem.column.name if problem.column else "", problem.problem.code) for problem in row.problems]


def test_a_french_sheet_of_contacts_becomes_values():
    rows = parsed("contacts_fr_cp1252.csv", CONTACTS)
    assert rows[0].values == {
        "first_name": "Hélène",
        "last_name": "Bouchard",
        "email": "helene.bouchard@example.org",
        "phone": "+18195550123",
        "address_line1": "12, rue des Érables",
        "city": "Trois-Rivières",
        "province": "QC",
        "postal_code": "G9A 5H7",
        "language": "fr",
        "note": "Préfère le courriel; pas d’appel",
    }
    assert rows[2].values["note"] == "Two\nlines"
    assert "email" not in rows[2].values
    assert [complaints(row) for row in rows] == [[], [], []]
    assert [(row.line, row.index, row.is_good) for row in rows] == [(2, 1, True), (3, 2, True), (4, 3, True)]


def test_a_french_sheet_of_gifts_becomes_values():
    rows = parsed("gifts_fr_cp1252.csv", GIFTS)
    assert rows[1].values == {
        "contact_first_name": "François-Xavier",
        "contact_last_name": "Côté",
        "contact_email": "fx.cote@example.org",
        "received_on": date(2026, 2, 3),
        "amount": Decimal("50.00"),
        "method": "e_transfer",
        "fund": "Général",
        "campaign": "Hiver",
    }
    assert [row.values["amount"] for row in rows] == [Decimal("1234.56"), Decimal("50.00"), Decimal("1000.00")]


def test_the_survey_counts_the_file_and_settles_its_formats():
    table = open_table(io.BytesIO((FILES / "gifts_en_utf8.csv").read_bytes()))
    found = survey(table, guess_mapping(table.headers, GIFTS))
    assert (found.rows, dict(found.row_problems), found.must_ask) == (3, {}, False)
    assert found.formats() == Formats(DateOrder.MONTH_FIRST, NumberStyle.DOT)


def test_ambiguous_dates_wait_for_an_answer():
    table = open_table(io.BytesIO((FILES / "ambiguous_dates.csv").read_bytes()))
    found = survey(table, guess_mapping(table.headers, GIFTS))
    assert (found.must_ask, found.dates.ambiguous) == (True, ["03/04/2026", "05/06/2026"])
    assert [complaints(row) for row in parsed("ambiguous_dates.csv", GIFTS)] == [[("Date du don", "date_order")]] * 2
    answered = parsed("ambiguous_dates.csv", GIFTS, date_order=DateOrder.DAY_FIRST)
    assert [row.values["received_on"] for row in answered] == [date(2026, 4, 3), date(2026, 6, 5)]


def test_an_answer_does_not_overrule_what_the_column_settles():
    table = open_table(io.BytesIO(b"Courriel,Date,Montant\na@example.org,31/01/2026,10\n"))
    found = survey(table, guess_mapping(table.headers, GIFTS))
    assert found.formats(date_order=DateOrder.MONTH_FIRST).date_order == DateOrder.DAY_FIRST


def test_the_survey_meets_a_quotation_mark_that_swallows_the_file():
    table = open_table(io.BytesIO(("Nom,Ville\n" + "Roy,Alma\n" * 200 + 'Côté,"Alma\n').encode()))
    with pytest.raises(UnclosedQuote):
        survey(table, guess_mapping(table.headers, CONTACTS))


def test_rows_that_could_not_be_read_are_counted_and_reported_whole():
    table = open_table(io.BytesIO((FILES / "ragged.csv").read_bytes()))
    found = survey(table, guess_mapping(table.headers, CONTACTS))
    assert (found.rows, dict(found.row_problems)) == (5, {"row_too_few_cells": 1, "row_too_many_cells": 1})
    rows = parsed("ragged.csv", CONTACTS)
    assert [complaints(row) for row in rows] == [[], [("", "row_too_few_cells")], [("", "row_too_many_cells")], [], []]
    assert rows[1].values == {}


def test_every_problem_of_a_row_is_told_with_its_column():
    (row,) = parsed("Courriel,Date,Montant,Mode\npas-une-adresse,31/02/2026,,troc\n", GIFTS)
    assert complaints(row) == [
        ("Courriel", "email"),
        ("Date", "date_impossible"),
        ("Montant", "required"),
        ("Mode", "method"),
    ]
    assert row.values == {}
    kept = json.loads(json.dumps([problem.as_data() for problem in row.problems]))
    assert kept[1] == {
        "code": "date_impossible",
        "params": {"text": "31/02/2026"},
        "column": "Date",
        "field": "received_on",
    }
    assert str(told(kept[1]["code"], kept[1]["params"])) == "“31/02/2026” does not exist in the calendar."


def test_a_long_cell_is_shown_shortened():
    (row,) = parsed(f"Courriel,Nom\n{'x' * 500},{'y' * 81}\n", CONTACTS)
    assert complaints(row) == [("Courriel", "email")]
    assert str(row.problems[0].problem) == f"“{'x' * 60}…” is not an e-mail address."
    (row,) = parsed(f"Prénom,Nom\nJean,{'y' * 81}\n", CONTACTS)
    assert str(row.problems[0].problem) == "This text is too long (81 characters; 80 are allowed)."


def test_a_cell_that_looks_like_a_formula_stays_text():
    rows = parsed("strange_text.csv", CONTACTS)
    assert rows[0].values == {"last_name": "=1+1", "first_name": "@SUM(A1)", "note": "+cmd"}
    assert rows[1].values == {"last_name": "=2+2", "first_name": "+33", "note": "-x"}
    assert rows[2].values == {"last_name": "😀 Roy", "first_name": "علي", "note": "ni\u200cm abc"}
    assert rows[3].values == {"last_name": "Côté", "first_name": "Zoé", "note": "onglet"}


def test_the_country_of_the_row_decides_how_province_and_postal_code_are_read():
    text = "Nom,Province,Code postal,Pays\nRoy,québec,g9a5h7,\nDoe,Vermont,05401,États-Unis\nLee,Vermont,05401,Canada\n"
    one, two, three = parsed(text, CONTACTS)
    assert (one.values["province"], one.values["postal_code"]) == ("QC", "G9A 5H7")
    assert (two.values["province"], two.values["postal_code"], two.values["country"]) == ("Vermont", "05401", "US")
    assert complaints(three) == [("Province", "province"), ("Code postal", "postal_code")]


def test_whole_names_are_split_for_people_and_kept_for_organizations():
    rows = parsed("Nom,Type de contact\nHélène Bouchard,personne\nBoulangerie Saint-Louis,entreprise\n", CONTACTS)
    assert rows[0].values == {"kind": "person", "first_name": "Hélène", "last_name": "Bouchard"}
    assert rows[1].values == {"kind": "organization", "organization_name": "Boulangerie Saint-Louis"}


def test_an_anonymous_gift_of_canadahelps_names_nobody():
    rows = parsed("canadahelps.csv", GIFTS)
    assert rows[1].values == {
        "external_id": "CH-1002",
        "amount": Decimal("25.00"),
        "received_on": date(2025, 2, 1),
        "is_anonymous": True,
    }
    assert rows[1].is_good
    assert "is_anonymous" not in rows[0].values
    assert rows[2].values["contact_organization_name"] == "Boulangerie Saint-Louis inc."


def test_the_employer_of_an_anonymous_donor_does_not_pass_for_the_donor():
    rows = parsed("benevity.csv", GIFTS, zone=ZoneInfo("America/Montreal"))
    assert rows[1].values == {
        "received_on": date(2026, 2, 3),
        "external_id": "BEN2",
        "currency": "CAD",
        "amount": Decimal("40.00"),
        "is_anonymous": True,
    }
    assert rows[0].values["contact_organization_name"] == "Acme Inc."
    # The totals below the table have no date: they are refused, never recorded.
    assert [complaints(row) for row in rows[2:]] == [[("Donation Date", "required")]] * 2


def test_a_donor_who_shared_a_name_and_no_email_is_not_anonymous():
    text = "Donor First Name,Donor Last Name,Email,Amount,Date\nHélène,Bouchard,Not shared by donor,10,2026-01-31\n"
    (row,) = parsed(text, GIFTS)
    assert row.values == {
        "contact_first_name": "Hélène",
        "contact_last_name": "Bouchard",
        "amount": Decimal("10.00"),
        "received_on": date(2026, 1, 31),
    }


def test_a_donor_who_shared_a_last_name_only_keeps_the_employer_beside_it():
    text = "Company,First Name,Last Name,Amount,Date\nAcme inc.,Not shared by donor,Bouchard,10,2026-01-31\n"
    (row,) = parsed(text, GIFTS)
    assert row.values == {
        "contact_organization_name": "Acme inc.",
        "contact_last_name": "Bouchard",
        "amount": Decimal("10.00"),
        "received_on": date(2026, 1, 31),
    }


def test_a_second_contact_without_a_first_leaves_a_gift_that_names_nobody():
    table = open_table(io.BytesIO((FILES / "npsp_labels.csv").read_bytes()))
    mapping = guess_mapping(table.headers, GIFTS)
    assert [column.header for column in mapping.ignored if column.ignored == "second_contact"] == [
        "Contact2 First Name",
        "Contact2 Last Name",
    ]
    rows = parsed("npsp_labels.csv", GIFTS)
    assert rows[1].values == {"amount": Decimal("25.00"), "received_on": date(2026, 2, 1), "method": "cash"}


def test_money_that_went_out_is_refused():
    rows = parsed("paypal.csv", GIFTS)
    assert complaints(rows[0]) == []
    assert complaints(rows[1]) == [("Type", "type"), ("Gross", "amount_negative")]


def test_dates_of_an_online_platform_are_those_of_the_organization():
    text = "Email,Amount,Date\na@example.org,10,2027-01-01T02:00:00Z\n"
    (row,) = parsed(text, GIFTS, zone=ZoneInfo("America/Montreal"))
    assert row.values["received_on"] == date(2026, 12, 31)


# --- data that must agree with the rest of the system -----------------------------------------------------------------


def test_fields_exist_in_the_models_with_the_same_limits():
    def limit(model, name):
        return model._meta.get_field(name).max_length

    for target in TARGETS[CONTACTS]:
        if target.max_length:
            beside = {"note": (Note, "text"), "email2": (ContactPoint, "value"), "phone2": (Contact, "phone")}
            model, name = beside.get(target.name, (Contact, target.name))
            assert (target.name, target.max_length) == (target.name, limit(model, name))
    for target in GIFT_ONLY_TARGETS:
        if target.max_length:
            model, name = NAMED.get(target.name, (Gift, target.name))
            assert (target.name, target.max_length) == (target.name, limit(model, name))


@pytest.mark.parametrize("kind", ImportKind)
def test_every_field_has_a_parser(kind):
    known = {*PARSERS, *OF_COUNTRY, "amount", "date"}
    assert {target.parser for target in TARGETS[kind]} <= known


def test_every_problem_that_is_raised_has_its_sentence_and_every_sentence_is_used():
    source = "".join(
        path.read_text() for path in Path(problems.__file__).parent.glob("*.py") if path.name != "problems.py"
    )
    raised = set(
        re.findall(r'(?:Problem|NoRows|NotATable|TooLarge|WrongEncoding|NoHeader|UnclosedQuote)\(\s*"(\w+)"', source)
    )
    assert raised - problems.MESSAGES.keys() == set()
    quoted = set(re.findall(r'"(\w+)"', source))
    assert problems.MESSAGES.keys() - quoted == set()
