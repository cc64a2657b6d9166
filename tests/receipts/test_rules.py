"""Split receipting to the cent, charity numbers, regimes, the snapshot and what it lacks."""

import itertools
import json
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from crm.accounts.choices import ReceiptLaw
from crm.core import charity_numbers
from crm.receipts import advantages, labels, regimes, rules
from crm.receipts.choices import GiftKind, Ineligibility, Mark
from crm.receipts.snapshot import Snapshot, missing_fields
from tests.receipts.specimens import KINDS, annual, snapshot

CENTS = st.decimals(min_value="0.01", max_value="9999999.99", places=2)

# gift, advantage → eligible; None: no receipt. CRA “Split receipting” and its published examples.
GOLDEN = [
    ("100", "0", "100"),
    ("100", "50", "50"),
    ("100", "80", "20"),  # exactly 80% is still a gift
    ("100", "80.01", None),
    ("100", "81", None),
    ("150", "14", "150"),  # under 10%
    ("150", "15", "150"),  # exactly 10%
    ("150", "15.01", "134.99"),
    ("200", "25", "175"),
    ("1000", "75", "1000"),  # exactly $75
    ("1000", "75.01", "924.99"),
    ("1000", "100", "900"),
    ("70", "20", "50"),
    ("0.01", "0", "0.01"),
    ("0.01", "0.01", None),
]


def canadian(amount, advantage, near_cash=False):
    return advantages.CANADA.applied(amount, advantage, near_cash, day=date(2026, 10, 14))


@pytest.mark.parametrize(("amount", "advantage", "eligible"), GOLDEN)
def test_the_published_examples_of_split_receipting_come_out_to_the_cent(amount, advantage, eligible):
    outcome = canadian(Decimal(amount), Decimal(advantage))
    assert outcome.eligible == Decimal(eligible or "0")
    assert outcome.reason == ("" if eligible else Ineligibility.ADVANTAGE_TOO_HIGH)


def test_a_small_advantage_is_not_printed():
    outcome = canadian(Decimal("150.00"), Decimal("14.00"))
    assert (outcome.advantage, outcome.de_minimis) == (Decimal("0.00"), True)


def test_money_given_back_is_never_small_enough_to_be_ignored():
    outcome = canadian(Decimal("150.00"), Decimal("14.00"), near_cash=True)
    assert (outcome.eligible, outcome.de_minimis) == (Decimal("136.00"), False)


def test_an_advantage_without_known_value_means_no_receipt():
    assert canadian(Decimal("100.00"), None).reason == Ineligibility.ADVANTAGE_UNKNOWN


def test_nothing_given_means_no_receipt():
    assert canadian(Decimal("0.00"), Decimal("0.00")).reason == Ineligibility.ZERO_AMOUNT


@pytest.mark.parametrize("amount", [100.0, 100, "100", None])
def test_only_decimals_are_money(amount):
    with pytest.raises(TypeError):
        canadian(amount, Decimal(0))


@pytest.mark.parametrize("amount", ["-1", "1.005", "NaN", "Infinity"])
def test_impossible_amounts_are_refused(amount):
    with pytest.raises(ValueError, match=r"Not a"):
        canadian(Decimal(amount), Decimal(0))
    with pytest.raises(ValueError, match=r"Not a"):
        canadian(Decimal(100), Decimal(amount))


@given(amount=CENTS, advantage=st.one_of(st.just(Decimal("0.00")), CENTS), near_cash=st.booleans())
def test_a_receipt_never_promises_more_than_was_given_and_loses_no_cent(amount, advantage, near_cash):
    outcome = canadian(amount, advantage, near_cash)
    assert outcome.is_receiptable == (advantage * 5 <= amount * 4)
    if outcome.is_receiptable:
        assert outcome.eligible + outcome.advantage == amount
        assert outcome.eligible > 0
        assert outcome.advantage in (0, advantage)
        ignored = advantage > 0 and outcome.advantage == 0
        assert ignored == (not near_cash and 0 < advantage <= 75 and advantage * 10 <= amount)
        assert ignored == outcome.de_minimis
    else:
        assert outcome.eligible == 0


@given(amount=CENTS, advantage=CENTS, more=CENTS)
def test_a_larger_advantage_never_gives_a_larger_receipt(amount, advantage, more):
    less = canadian(amount, advantage).eligible
    assert canadian(amount, advantage + more).eligible <= less


@pytest.mark.parametrize(
    ("in_kind", "advantage", "kind"),
    [(False, "0", GiftKind.CASH), (False, "5", GiftKind.CASH_WITH_ADVANTAGE), (True, "5", GiftKind.IN_KIND)],
)
def test_the_kind_follows_the_advantage_that_counts(in_kind, advantage, kind):
    assert rules.gift_kind(in_kind=in_kind, advantage=Decimal(advantage)) == kind


# --- numbers


@pytest.mark.parametrize("text", ["119219814RR0001", "119219814 rr 0001", "11921 9814 RR0001", "119219814-RR-0001"])
def test_a_charity_number_is_read_however_it_is_typed(text):
    assert charity_numbers.compact(text) == "119219814RR0001"
    assert charity_numbers.is_valid(text, "CA")
    assert charity_numbers.written(text, "CA") == "119219814\u00a0RR0001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "119219814",
        "119219814RC0001",
        "119219815RR0001",
        "123456789RR0001",
        "119219814RR001",
        "119219814RR00011",
        "١١٩٢١٩٨١٤RR0001",
    ],
)
def test_another_number_is_not_a_charity_number(text):
    assert not charity_numbers.is_valid(text, "CA")
    assert charity_numbers.written(text, "CA") in (text, "119219815\u00a0RR0001", "123456789\u00a0RR0001")


@pytest.mark.parametrize(("sequence", "number"), [(1, "2026-00001"), (812, "2026-00812"), (123456, "2026-123456")])
def test_a_receipt_number_is_the_year_and_five_digits_or_more(sequence, number):
    assert rules.receipt_number(2026, sequence) == number


def test_there_is_no_receipt_number_zero():
    with pytest.raises(ValueError, match="start at 1"):
        rules.receipt_number(2026, 0)


# --- reasons


def test_the_missing_settings_of_the_organization_are_named():
    missing = missing_fields(snapshot(charity_address=(), place_of_issue="", signature=""))
    assert rules.reasons_for(missing) == [Ineligibility.ORGANIZATION_INCOMPLETE]
    with override("en"):
        assert rules.explain("organization_incomplete", missing) == (
            "The receipt settings of the organization are incomplete: "
            "address, place where receipts are issued and image of the signature."
        )


def test_a_missing_place_of_issue_alone_has_its_own_reason():
    assert rules.reasons_for(["place_of_issue"]) == [Ineligibility.NO_PLACE_OF_ISSUE]


def test_the_gaps_of_donor_and_gift_become_reasons_once_each():
    incomplete = snapshot(kind="in_kind", donor_address=(), property_description="", appraiser_name="")
    assert rules.reasons_for(missing_fields(incomplete)) == [
        Ineligibility.PROPERTY_NOT_DESCRIBED,
        Ineligibility.INCOMPLETE_ADDRESS,
        Ineligibility.APPRAISER_INCOMPLETE,
    ]


def test_a_field_only_the_software_fills_is_not_blamed_on_a_person():
    with pytest.raises(ValueError, match="cra_name"):
        rules.reasons_for(["cra_name"])


def test_every_reason_is_a_sentence():
    assert [reason for reason in Ineligibility if not str(reason.label).endswith(".")] == []


# --- the law by date


def test_the_regime_is_chosen_by_date_of_issue():
    assert regimes.regime_on(date(2027, 1, 12)).code == "CA-3501"
    assert regimes.regime_on(date(2013, 6, 26)).code == "CA-3501"
    with pytest.raises(LookupError):
        regimes.regime_on(date(2013, 6, 25))
    with pytest.raises(LookupError):
        regimes.regime_named("CA-9999")


def test_regimes_follow_each_other_without_gap_or_overlap():
    for country in ReceiptLaw:
        rows = [regime for regime in regimes.REGIMES if regime.country == country]
        for earlier, later in itertools.pairwise(rows):
            assert earlier.ends_on is not None
            assert (later.starts_on - earlier.ends_on).days == 1
        assert rows[-1].ends_on is None


def test_what_was_frozen_under_the_first_shape_keeps_its_hash():
    old = replace(snapshot("fr", "cash"), schema=1)
    assert set(old.to_dict()).isdisjoint({"payments", "paper", "charity_purpose", "charity_status"})
    assert Snapshot.from_json(old.to_json()) == old
    assert Snapshot.from_json(old.to_json()).sha256 == old.sha256


def test_the_agency_is_named_word_for_word_in_each_language():
    texts = [regimes.agency_text_on(date(2027, 1, 12), language) for language in ("fr", "en")]
    assert [(text.name, text.website) for text in texts] == [
        ("Agence du revenu du Canada", "canada.ca/organismes-bienfaisance-dons"),
        ("Canada Revenue Agency", "canada.ca/charities-giving"),
    ]
    with pytest.raises(LookupError):
        regimes.agency_text_on(date(2018, 3, 1), "fr")


def test_every_field_a_regime_requires_exists_in_the_snapshot():
    names = {spec.name for spec in fields(Snapshot)}
    for regime in regimes.REGIMES:
        for kind in GiftKind:
            entries = regime.fields_for(kind, advantage=True, appraised=True)
            assert {name for entry in entries for name in entry.split("|")} - names == set()


def test_every_label_is_written_in_both_languages():
    for version in labels.VERSIONS:
        french, english = labels.labels(version, "fr"), labels.labels(version, "en")
        assert [key for key in french if not french[key].strip() or not english[key].strip()] == []
        assert {f"kind.{kind}" for kind in GiftKind} | {f"mark.{mark}" for mark in Mark} <= set(french)
        assert [key for key in french if ("{number}" in french[key]) != ("{number}" in english[key])] == []
        assert [text for text in [*french.values(), *english.values()] if "'" in text] == []


# --- the snapshot

REQUIRED = {
    "charity_name": "",
    "charity_address": (),
    "registration_number": "",
    "number": "",
    "place_of_issue": "",
    "donor_name": "",
    "donor_address": (),
    "signatory_name": "",
    "signature": "",
    "cra_name": "",
    "cra_url": "",
    "gift_date": None,
}
OF_KIND = {
    "cash": {},
    "cash_with_advantage": {"advantage_description": ""},
    "in_kind": {"property_description": "", "appraiser_name": "", "appraiser_address": ()},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_complete_snapshot_lacks_nothing(kind):
    assert missing_fields(snapshot(kind=kind)) == []


@pytest.mark.parametrize(
    ("kind", "field", "empty"),
    [(kind, field, empty) for kind in KINDS for field, empty in {**REQUIRED, **OF_KIND[kind]}.items()],
)
def test_each_empty_mandatory_field_is_named(kind, field, empty):
    assert missing_fields(snapshot(kind=kind, **{field: empty})) == [field]


def test_spaces_do_not_fill_a_field():
    blank = snapshot(place_of_issue=" \u200b ", donor_address=("", "  "))
    assert missing_fields(blank) == ["place_of_issue", "donor_address"]


def test_an_amount_of_zero_is_missing():
    zero = Decimal("0.00")
    assert missing_fields(snapshot(amount=zero, eligible=zero)) == ["amount", "eligible"]


def test_the_year_is_enough_for_cash():
    assert missing_fields(annual()) == []


def test_a_property_that_was_not_appraised_needs_no_appraiser():
    assert missing_fields(snapshot(kind="in_kind", appraiser_name="", appraiser_address=())) == []


def test_an_advantage_on_a_gift_in_kind_must_be_described():
    gift = snapshot(kind="in_kind", advantage=Decimal("500.00"), eligible=Decimal("4000.00"))
    assert missing_fields(gift) == ["advantage_description"]


def test_a_copy_signed_by_hand_needs_no_image():
    assert missing_fields(snapshot(signature="", signed_by_hand=True)) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"eligible": Decimal("499.99")}, "is not 499.99"),
        ({"amount": 500}, "exact cents"),
        ({"amount": Decimal("500.001"), "eligible": Decimal("500.001")}, "exact cents"),
        ({"amount": Decimal("-5.00"), "eligible": Decimal("-5.00")}, "exact cents"),
        ({"language": "es"}, "“es”"),
        ({"kind": "pledge"}, "“pledge”"),
        ({"regime": "CA-0"}, "CA-0"),
        ({"schema": 3}, "schema 3"),
        ({"paper": "a5"}, "“a5”"),
        ({"gift_year": 2026}, "not both"),
        ({"gift_date": date(2027, 1, 13)}, "older than its gift"),
        ({"gift_date": None, "gift_year": 2028}, "older than its gift"),
        ({"advantage": Decimal("100.00"), "eligible": Decimal("400.00")}, "its own kind"),
        ({"property_description": "A piano"}, "in kind"),
    ],
)
def test_an_incoherent_snapshot_cannot_exist(changes, complaint):
    with pytest.raises(ValueError, match=complaint):
        replace(snapshot(), **changes)


def test_a_property_never_goes_on_an_annual_receipt():
    with pytest.raises(ValueError, match="annual"):
        snapshot(kind="in_kind", gift_date=None, gift_year=2026)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_snapshot_survives_json_and_a_database_that_reorders_keys(kind, language):
    made = snapshot(language, kind)
    shuffled = dict(reversed(json.loads(made.to_json()).items()))
    again = Snapshot.from_dict(shuffled)
    assert again == made
    assert again.sha256 == made.sha256
    assert Snapshot.from_json(made.to_json()).to_json() == made.to_json()


def test_canonical_json_sorts_keys_and_writes_amounts_as_text():
    text = snapshot().to_json()
    data = json.loads(text)
    assert list(data) == sorted(data)
    assert (data["amount"], data["issued_on"], data["gift_year"]) == ("500.00", "2027-01-12", None)
    assert "Hélène" in text


def test_equal_amounts_written_differently_have_one_hash():
    assert snapshot(amount=Decimal("5E+2"), eligible=Decimal(500)).sha256 == snapshot().sha256


def test_any_change_changes_the_hash():
    made = snapshot()
    assert replace(made, donor_name="Hélène N. Bouchard").sha256 != made.sha256


@pytest.mark.parametrize("change", [{"surprise": 1}, {"amount": ...}])
def test_a_stored_snapshot_with_odd_keys_is_refused(change):
    data = {**snapshot().to_dict(), **change}
    data = {key: value for key, value in data.items() if value is not ...}
    with pytest.raises(ValueError, match=next(iter(change))):
        Snapshot.from_dict(data)


def test_texts_are_cleaned_but_keep_their_no_break_spaces():
    made = snapshot(donor_name="  He\u0301le\u0300ne\u202e \x00M.\nBouchard ", thanks="Merci\u202f: 1\u00a0000")
    assert made.donor_name == "Hélène M. Bouchard"
    assert made.thanks == "Merci\u00a0: 1\u00a0000"
