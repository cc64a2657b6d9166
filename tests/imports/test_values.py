"""Words, people, places and texts: every spelling that is taken, and what is refused rather than bent to fit."""

from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.contacts.choices import Kind, Language
from crm.giving.choices import Currency, GiftStatus, GiftType, Method
from crm.imports import values, words
from crm.imports.amounts import parse_amount
from crm.imports.choices import DateOrder
from crm.imports.dates import parse_date
from crm.imports.problems import ValueProblem
from crm.imports.text import clean_lines, clean_text, refuse_damaged


def refusal(parse, *args) -> str:
    """The code of the problem, or the value that was taken instead."""
    try:
        return f"took {parse(*args)!r}"
    except ValueProblem as problem:
        return problem.code


# --- people and places ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Jean.Cote@Example.ORG", "jean.cote@example.org"),
        ("mailto:jean@example.org", "jean@example.org"),
        ("jean+don@sous.example.co.uk", "jean+don@sous.example.co.uk"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("jean@exemple.québec", "jean@exemple.québec"),
        ("jean", "email"),
        ("jean@", "email"),
        ("jean@example", "email"),
        ("jean @example.org", "email"),
        ("jean..cote@example.org", "email"),
        ("jean@example..org", "email"),
        ("Jean <jean@example.org>", "email"),
        ("a@example.org; b@example.org", "email_several"),
        ("a@example.org b@example.org", "email_several"),
        ("x" * 250 + "@example.org", "email"),
        ("=cmd@example.org", "=cmd@example.org"),
    ],
)
def test_an_email_is_lowered_or_refused(text, read):
    assert refusal(values.parse_email, text) in (read, f"took {read!r}")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("819 555-0123", "+18195550123"),
        ("(819) 555-0123", "+18195550123"),
        ("819-555-0123", "+18195550123"),
        ("819.555.0123", "+18195550123"),
        ("8195550123", "+18195550123"),
        ("1 819 555 0123", "+18195550123"),
        ("+1 (819) 555-0123", "+18195550123"),
        ("+33 1 42 68 53 00", "+33142685300"),
        ("011 33 1 42 68 53 00", "+33142685300"),
        ("819 555-0123 poste 22", "+18195550123 x22"),
        ("819 555-0123, ext. 22", "+18195550123 x22"),
        ("819 555-0123 x22", "+18195550123 x22"),
        ("555-0123", "phone"),
        ("000-000-0000", "phone"),
        ("123 456-7890", "phone"),
        ("819 555-01234567", "phone"),
        ("aucun", "phone"),
        ("jean@example.org", "phone"),
    ],
)
def test_a_phone_is_kept_in_its_international_form_or_refused(text, read):
    assert refusal(values.parse_phone, text) in (read, f"took {read!r}")


def test_a_phone_that_cannot_be_read_keeps_its_text():
    with pytest.raises(ValueProblem) as caught:
        values.parse_phone("555-0123 le soir")
    assert caught.value.text == "555-0123 le soir"


AREA_CODES = st.sampled_from(("819", "514", "600", "622", "800", "900", "983", "523", "670", "212"))


@settings(deadline=None)
@given(
    st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True)
    | st.builds(str.__add__, AREA_CODES, st.from_regex(r"[2-9][0-9]{6}", fullmatch=True))
)
def test_the_quick_way_to_read_a_phone_says_what_the_library_says(digits):
    number = phonenumbers.parse(digits, "CA")
    text = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    expected = f"took '+1{digits}'" if phonenumbers.is_valid_number(number) else "phone"
    assert refusal(values.parse_phone, text) == expected


@pytest.mark.parametrize("text", ["G9A 5H7", "g9a5h7", "G9A-5H7", "g9a 5h7"])
def test_a_postal_code_is_written_the_way_of_the_post(text):
    assert values.parse_postal_code(text) == "G9A 5H7"


@pytest.mark.parametrize("text", ["G9A 5H", "G9A 5HO", "D9A 5H7", "W1A 1A1", "G9I 5H7", "90210", "G9A  5H7", "G٩A 5H7"])
def test_what_cannot_be_a_canadian_postal_code_is_refused_in_canada_only(text):
    assert refusal(values.parse_postal_code, text) == "postal_code"
    assert values.parse_postal_code(text, "US") == text


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("QC", ["QC", "qc", "Québec", "QUEBEC", "Qué.", "PQ", "P.Q.", "CA-QC"]),
        ("NB", ["NB", "Nouveau-Brunswick", "nouveau brunswick", "N.-B.", "New Brunswick"]),
        ("NS", ["NS", "Nouvelle-Écosse", "N.-É.", "Nova Scotia"]),
        ("PE", ["PE", "PEI", "P.E.I.", "Î.-P.-É.", "Île-du-Prince-Édouard", "Prince Edward Island"]),
        ("NL", ["NL", "T.-N.-L.", "Terre-Neuve-et-Labrador", "Newfoundland and Labrador", "Newfoundland & Labrador"]),
        ("BC", ["BC", "B.C.", "C.-B.", "Colombie-Britannique", "British Columbia"]),
        ("ON", ["ON", "Ont.", "Ontario"]),
        ("MB", ["MB", "Man.", "Manitoba"]),
        ("SK", ["SK", "Sask.", "Saskatchewan"]),
        ("AB", ["AB", "Alb.", "Alta.", "Alberta"]),
        ("YT", ["YT", "Yukon", "Yn"]),
        ("NT", ["NT", "T.N.-O.", "Territoires du Nord-Ouest", "Northwest Territories", "NWT"]),
        ("NU", ["NU", "Nunavut"]),
    ],
)
def test_a_province_is_known_by_its_names_and_abbreviations_in_both_languages(code, spellings):
    assert {values.parse_province(text) for text in spellings} == {code}


def test_a_province_is_free_outside_canada():
    assert refusal(values.parse_province, "Vermont") == "province"
    assert values.parse_province("Vermont", "US") == "Vermont"


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("CA", ["CA", "CAN", "Canada", "canada"]),
        ("US", ["US", "USA", "U.S.A.", "United States", "États-Unis", "etats unis", "É.-U."]),
        ("FR", ["FR", "FRA", "France"]),
        ("DE", ["Allemagne", "Germany", "DEU"]),
        ("GB", ["UK", "Royaume-Uni", "United Kingdom", "England"]),
        ("CI", ["Côte d’Ivoire", "CIV"]),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(code, spellings):
    assert {values.parse_country(text) for text in spellings} == {code}


@pytest.mark.parametrize(
    ("parse", "choices", "spellings"),
    [
        (
            values.parse_language,
            Language,
            {"fr": "FR|fr-CA|Français|french|francophone|F", "en": "EN|Anglais|English|A"},
        ),
        (
            values.parse_kind,
            Kind,
            {"person": "Individual|Personne|Particulier", "organization": "Organisme|Entreprise|company"},
        ),
        (
            values.parse_method,
            Method,
            {
                "check": "Chèque|cheque|Check|chq",
                "cash": "Comptant|cash|Argent|espèces",
                "credit_card": "Carte de crédit|Credit Card|VISA|carte",
                "bank_transfer": "Virement|virement bancaire|EFT|wire transfer|dépôt direct",
                "e_transfer": "Interac|Virement Interac|e-transfer|Interac e-Transfer",
                "payroll": "Retenue salariale|payroll deduction|déduction à la source",
                "donor_advised_fund": "DAF|Donor-Advised Fund|fonds orienté par le donateur",
                "other": "Autre|PayPal|debit card",
            },
        ),
        (
            values.parse_type,
            GiftType,
            {
                "one_time": "Ponctuel|One-time|unique",
                "recurring": "Mensuel|monthly|récurrent",
                "special": "Spécial|bequest",
            },
        ),
        (
            values.parse_status,
            GiftStatus,
            {
                "completed": "Reçu|Complété|Completed|Succeeded|paid|Closed Won",
                "pending": "En attente|Pending|pledged",
                "failed": "Échoué|declined|Annulé|NSF",
                "refunded": "Remboursé|Refunded|chargeback",
            },
        ),
        (
            values.parse_currency,
            Currency,
            {"CAD": "cad|$|$ CA|C$", "USD": "usd|US$|$ US", "EUR": "€|euros", "GBP": "£"},
        ),
    ],
)
def test_words_of_both_languages_give_the_codes_that_are_stored(parse, choices, spellings):
    assert set(spellings) == set(choices.values)
    for code, line in spellings.items():
        assert {word: parse(word) for word in line.split("|")} == dict.fromkeys(line.split("|"), code)


@pytest.mark.parametrize(
    ("parse", "text", "code"),
    [
        (values.parse_language, "espagnol", "language"),
        (values.parse_kind, "Household", "kind"),
        (values.parse_method, "in kind", "method"),
        (values.parse_method, "actions cotées", "method"),
        (values.parse_type, "General Withdrawal", "type"),
        (values.parse_status, "Partially refunded", "status"),
        (values.parse_currency, "JPY", "currency"),
        (values.parse_country, "Narnia", "country"),
        (values.parse_boolean, "peut-être", "boolean"),
    ],
)
def test_an_unknown_word_is_refused_and_not_bent_to_fit(parse, text, code):
    assert refusal(parse, text) == code


def test_booleans_are_read_in_both_languages():
    assert [values.parse_boolean(text) for text in ("Oui", "o", "YES", "vrai", "1", "x", "✓")] == [True] * 7
    assert [values.parse_boolean(text) for text in ("Non", "n", "NO", "faux", "0")] == [False] * 5


def test_two_codes_never_share_a_spelling():
    assert words.vocabulary(a="un", b="deux") == {"a": "a", "un": "a", "b": "b", "deux": "b"}
    with pytest.raises(ValueError, match="“Été” is both a and b"):
        words.vocabulary(a="ete", b="Été")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Jean Tremblay", "Jean", "Tremblay"),
        ("Tremblay, Jean", "Jean", "Tremblay"),
        ("Marie-Ève de la Durantaye", "Marie-Ève", "de la Durantaye"),
        ("Jean Paul St. Onge", "Jean Paul", "St. Onge"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("De Gaulle", "De", "Gaulle"),
        ("Madonna", "", "Madonna"),
        (",", "", ""),
    ],
)
def test_a_whole_name_is_split_into_first_and_last(text, first, last):
    assert values.split_name(text) == (first, last)


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  Roy\u00a0", "Roy"),
        ("\u202fJean   Paul\t", "Jean Paul"),
        ("Cote\u0301", "Coté"),
        ("Roy\x00\x07\u200b\ufeff", "Roy"),
        ("a\u202eb", "ab"),
        ("une\r\ndeux", "une deux"),
        ("=1+1", "=1+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("'=1+1", "=1+1"),
        ("'+1 819", "+1 819"),
        ("'Abdallah", "'Abdallah"),
        ("👩\u200d👧 Roy", "👩\u200d👧 Roy"),
        ("علي", "علي"),
        ("ni\u200cm", "ni\u200cm"),
        ("", ""),
    ],
)
def test_one_line_of_text_is_cleaned_without_changing_what_it_says(text, clean):
    assert clean_text(text) == clean


def test_several_lines_keep_their_breaks():
    assert clean_lines("  une\u00a0\r\n\r\n  deux\x07\rtrois  \n") == "une\n\n  deux\ntrois"
    assert clean_lines("'=1+1") == "=1+1"


def test_text_that_has_already_lost_letters_is_refused():
    assert refuse_damaged("André") == "André"
    assert refusal(refuse_damaged, "Andr\ufffd") == "damaged"


@settings(deadline=None)
@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing_more_and_leaves_no_control_character(text):
    once = clean_text(text)
    assert clean_text(once) == once or once.startswith("'")
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in once)
    assert "\0" not in clean_lines(text)


PARSERS = (
    parse_amount,
    parse_date,
    values.parse_email,
    values.parse_phone,
    values.parse_postal_code,
    values.parse_province,
    values.parse_country,
    values.parse_language,
    values.parse_kind,
    values.parse_boolean,
    values.parse_method,
    values.parse_type,
    values.parse_status,
    values.parse_currency,
)


@settings(deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[0-9 .,/:$()TZ+-]{1,20}", fullmatch=True))
@example("9999-12-31T23:59:59+14:00")
@example("1900-01-01T00:00:00+23:59")
def test_no_text_makes_a_parser_fail_otherwise_than_by_a_problem(text):
    montreal = ZoneInfo("America/Montreal")
    for parse in PARSERS:
        refusal(parse, text)
    refusal(parse_date, text, DateOrder.DAY_FIRST, montreal)
