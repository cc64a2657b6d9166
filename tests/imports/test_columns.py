"""Every header of every source is known, and every column that goes nowhere is named with its reason."""

import pytest
from django.utils import translation

from crm.core.errors import DomainError
from crm.imports.choices import Ignored, ImportKind
from crm.imports.columns import chosen_mapping, column_letter, guess_mapping, header_key
from crm.imports.targets import GIFT_ONLY_TARGETS, REQUIREMENTS, TARGETS

CONTACTS, GIFTS = ImportKind.CONTACTS, ImportKind.GIFTS


def fields(headers, kind) -> dict[str, str]:
    """Header → its field, or the reason in capitals."""
    mapping = guess_mapping(headers, kind)
    return {
        column.header: column.target.name if column.target else column.ignored.upper() for column in mapping.columns
    }


DONOR = {
    "DONOR TITLE": "honorific",
    "DONOR FIRST NAME": "first_name",
    "DONOR LAST NAME": "last_name",
    "DONOR COMPANY NAME": "organization_name",
    "DONOR ADDRESS 1": "address_line1",
    "DONOR ADDRESS 2": "address_line2",
    "DONOR CITY": "city",
    "DONOR PROVINCE/STATE": "province",
    "DONOR POSTAL/ZIP CODE": "postal_code",
    "DONOR COUNTRY": "country",
    "DONOR PHONE NUMBER": "phone",
    "DONOR EMAIL ADDRESS": "email",
}
CANADAHELPS_GIFT = {
    "TRANSACTION NUMBER": "external_id",
    "AMOUNT": "amount",
    "DONATION DATE": "received_on",
    "DONATION TIME": "LEFT_OUT",
    "DONATION SOURCE": "LEFT_OUT",
    "MESSAGE TO CHARITY": "note",
    "FEE": "LEFT_OUT",
    "DISBURSEMENT DATE": "LEFT_OUT",
}


def of_donor(expected: dict[str, str]) -> dict[str, str]:
    return {header: f"contact_{name}" for header, name in expected.items()}


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(of_donor(DONOR) | CANADAHELPS_GIFT, id="CanadaHelps"),
        pytest.param(
            {
                "Payment Date (America/Toronto)": "received_on",
                "Payment Time (America/Toronto)": "LEFT_OUT",
                "Total Amount": "amount",
                "Payment Status": "status",
                "Payout Date": "LEFT_OUT",
                "First Name": "contact_first_name",
                "Last Name": "contact_last_name",
                "Email": "contact_email",
                "Phone Number": "contact_phone",
                "Address": "contact_address_line1",
                "City": "contact_city",
                "Postal Code": "contact_postal_code",
                "State": "contact_province",
                "Country": "contact_country",
                "Tax Receipt #": "LEFT_OUT",
                "Tax Receipt URL": "LEFT_OUT",
                "Campaign Title": "campaign",
                "Details": "LEFT_OUT",
                "Extra Donation": "LEFT_OUT",
            },
            id="Zeffy",
        ),
        pytest.param(
            {
                "Date": "received_on",
                "Time": "LEFT_OUT",
                "Name": "contact_full_name",
                "From Email Address": "contact_email",
                "Gross": "amount",
                "Fee": "LEFT_OUT",
                "Net": "LEFT_OUT",
                "Currency": "currency",
                "Transaction ID": "external_id",
                "Type": "type",
                "Status": "status",
            },
            id="PayPal",
        ),
        pytest.param(
            {
                "Company": "contact_organization_name",
                "Project": "LEFT_OUT",
                "Donation Date": "received_on",
                "Donor First Name": "contact_first_name",
                "Donor Last Name": "contact_last_name",
                "Email": "contact_email",
                "Transaction ID": "external_id",
                "Currency": "currency",
                "Total Donation to be Acknowledged": "amount",
                "Match Amount": "LEFT_OUT",
                "Cause Support Fee": "LEFT_OUT",
                "Merchant Fee": "LEFT_OUT",
            },
            id="Benevity",
        ),
        pytest.param(
            {
                "Contact1 Salutation": "contact_honorific",
                "Contact1 First Name": "contact_first_name",
                "Contact1 Last Name": "contact_last_name",
                "Contact1 Personal Email": "contact_email",
                "Contact1 Title": "contact_job_title",
                "Contact1 Home Phone": "contact_phone",
                "Contact2 First Name": "SECOND_CONTACT",
                "Contact2 Last Name": "SECOND_CONTACT",
                "Contact2 Personal Email": "SECOND_CONTACT",
                "Household Name": "LEFT_OUT",
                "Household Phone": "REPEATED",
                "Household Street": "contact_address_line1",
                "Household City": "contact_city",
                "Household State/Province": "contact_province",
                "Household Zip/Postal Code": "contact_postal_code",
                "Household Country": "contact_country",
                "Donation Amount": "amount",
                "Donation Date": "received_on",
                "Donation Stage": "status",
                "Payment Method": "method",
                "Payment Check/Reference Number": "LEFT_OUT",
                "Donation Campaign Name": "campaign",
                "GAU Allocation 1 GAU": "fund",
            },
            id="NPSP labels",
        ),
        pytest.param(
            {
                "npsp__Contact1_Firstname__c": "contact_first_name",
                "npsp__Contact1_Lastname__c": "contact_last_name",
                "npsp__Contact1_Personal_Email__c": "contact_email",
                "npsp__Contact2_Firstname__c": "SECOND_CONTACT",
                "npsp__Contact2_Lastname__c": "SECOND_CONTACT",
                "npsp__Home_Street__c": "contact_address_line1",
                "npsp__Home_City__c": "contact_city",
                "npsp__Home_State_Province__c": "contact_province",
                "npsp__Home_Zip_Postal_Code__c": "contact_postal_code",
                "npsp__Home_Country__c": "contact_country",
                "npsp__Donation_Amount__c": "amount",
                "npsp__Donation_Date__c": "received_on",
                "npsp__Payment_Method__c": "method",
                "npsp__GAU_Allocation_1_GAU__c": "fund",
            },
            id="NPSP API names",
        ),
        pytest.param(
            {
                "First Name": "contact_first_name",
                "Last Name": "contact_last_name",
                "Street Address": "contact_address_line1",
                "Supplemental Address 1": "contact_address_line2",
                "City": "contact_city",
                "Postal Code": "contact_postal_code",
                "State": "contact_province",
                "Country": "contact_country",
                "Phone": "contact_phone",
                "Email": "contact_email",
                "Contact ID": "contact_external_id",
                "External Identifier": "REPEATED",
                "Total Amount": "amount",
                "Date Received": "received_on",
                "Financial Type": "LEFT_OUT",
                "Payment Method": "method",
                "Transaction ID": "external_id",
                "Source": "LEFT_OUT",
                "Contact Type": "contact_kind",
            },
            id="CiviCRM",
        ),
        pytest.param(
            {
                "Donation ID": "external_id",
                "Donation Total": "amount",
                "Currency Code": "currency",
                "Donation Date": "received_on",
                "Donation Time": "LEFT_OUT",
                "Donor First Name": "contact_first_name",
                "Donor Last Name": "contact_last_name",
                "Company Name": "contact_organization_name",
                "Address 1": "contact_address_line1",
                "Address 2": "contact_address_line2",
                "City": "contact_city",
                "State/Province": "contact_province",
                "Country": "contact_country",
                "Zip Code": "contact_postal_code",
                "Donor Email": "contact_email",
                "Form Title": "LEFT_OUT",
                "Donation Status": "status",
            },
            id="GiveWP",
        ),
        pytest.param(
            {
                "Prénom": "contact_first_name",
                "Nom": "contact_last_name",
                "Courriel": "contact_email",
                "Téléphone": "contact_phone",
                "Adresse": "contact_address_line1",
                "Ville": "contact_city",
                "Province": "contact_province",
                "Code postal": "contact_postal_code",
                "Langue": "contact_language",
                "Date du don": "received_on",
                "Montant": "amount",
                "Mode de paiement": "method",
                "No de chèque": "LEFT_OUT",
                "Fonds": "fund",
                "Campagne": "campaign",
            },
            id="French sheet",
        ),
    ],
)
@pytest.mark.parametrize("spell", [str, str.upper, str.lower, lambda text: f"  {text.replace(' ', '_')} *"])
def test_every_header_of_a_source_is_known_in_a_file_of_gifts(expected, spell):
    headers = {spell(header): name for header, name in expected.items()}
    assert fields(headers, GIFTS) == headers
    assert guess_mapping(headers, GIFTS).missing == ()


def test_the_same_donor_columns_fill_a_file_of_contacts_and_those_of_the_gift_are_left_out():
    assert fields(list(DONOR | CANADAHELPS_GIFT), CONTACTS) == DONOR | dict.fromkeys(CANADAHELPS_GIFT, "LEFT_OUT")


def test_accents_and_capitals_do_not_count():
    assert fields(["PRENOM", "nom", "TELEPHONE", "No. de donateur", "Langue préférée"], CONTACTS) == {
        "PRENOM": "first_name",
        "nom": "last_name",
        "TELEPHONE": "phone",
        "No. de donateur": "external_id",
        "Langue préférée": "language",
    }


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ImportKind)
def test_every_field_is_known_by_its_name_and_by_its_label(kind, language):
    with translation.override(language):
        for target in TARGETS[kind]:
            assert fields([target.name], kind) == {target.name: target.name}
        by_label = {str(target.label): target.name for target in TARGETS[kind]}
        assert len(by_label) == len(TARGETS[kind])
        assert fields(by_label, kind) == by_label


@pytest.mark.parametrize("kind", ImportKind)
def test_no_header_is_claimed_by_two_fields(kind):
    claims: dict[str, set[str]] = {}
    targets = TARGETS[kind]
    own = {header_key(alias) for target in GIFT_ONLY_TARGETS for alias in target.aliases} if kind == GIFTS else set()
    for target in targets:
        for alias in target.aliases:
            if not (target.of_contact and header_key(alias) in own):  # in a file of gifts, “Type” is that of the gift
                claims.setdefault(header_key(alias), set()).add(target.name)
    assert {key: names for key, names in claims.items() if len(names) > 1} == {}


def test_two_columns_for_one_field_the_better_name_wins_and_the_other_is_kept_beside_it_or_said():
    headers = ["Mobile", "Téléphone", "Contact1 Work Email", "Contact1 Personal Email", "Work phone"]
    assert fields(headers, CONTACTS) == {
        "Mobile": "phone2",
        "Téléphone": "phone",
        "Contact1 Work Email": "email2",
        "Contact1 Personal Email": "email",
        "Work phone": "REPEATED",
    }
    assert fields(["Mobile", "Téléphone"], GIFTS) == {"Mobile": "REPEATED", "Téléphone": "contact_phone"}
    assert fields(["Mailing City", "City"], CONTACTS) == {"Mailing City": "REPEATED", "City": "city"}
    mapping = guess_mapping(["Courriel", "Nom", "Courriel", "Courriel"], CONTACTS)
    assert (mapping.used["email"].index, mapping.used["email2"].index) == (0, 2)
    assert mapping.columns[3].ignored == Ignored.REPEATED


def test_ignored_columns_come_with_their_reason():
    mapping = guess_mapping(["Nom", "Couleur préférée", "", "Montant", "Contact2 Last Name"], CONTACTS)
    assert [(column.name, column.ignored) for column in mapping.ignored] == [
        ("Couleur préférée", Ignored.UNKNOWN),
        ("C", Ignored.NO_HEADER),
        ("Montant", Ignored.LEFT_OUT),
        ("Contact2 Last Name", Ignored.SECOND_CONTACT),
    ]
    assert str(Ignored.REPEATED.label) == "Another column already fills this field."


def test_nom_alone_heads_whole_names_and_beside_prenom_the_family_name():
    assert fields(["Nom", "Courriel"], CONTACTS)["Nom"] == "full_name"
    assert fields(["Nom", "Prénom"], CONTACTS)["Nom"] == "last_name"
    assert fields(["Nom", "Nom complet"], CONTACTS) == {"Nom": "last_name", "Nom complet": "full_name"}
    assert fields(["Nom", "Montant"], GIFTS)["Nom"] == "contact_full_name"
    assert fields(["Nom de famille", "Courriel"], CONTACTS)["Nom de famille"] == "last_name"


def test_what_is_missing_is_named():
    assert [str(need.label) for need in guess_mapping(["Courriel"], GIFTS).missing] == [
        "the date the gift was received",
        "the amount",
    ]
    assert guess_mapping(["Courriel"], CONTACTS).missing == ()
    with pytest.raises(DomainError) as caught:
        guess_mapping(["Courriel", "Montant"], GIFTS).check()
    assert str(caught.value) == "The file lacks the date the gift was received."


def test_forty_columns_of_nonsense_are_refused_as_such():
    mapping = guess_mapping([f"zorblax{n}" for n in range(40)], GIFTS)
    with pytest.raises(DomainError) as caught:
        mapping.check()
    assert caught.value.code == "nothing_recognized"


@pytest.mark.parametrize("kind", ImportKind)
def test_requirements_name_fields_that_exist(kind):
    known = {target.name for target in TARGETS[kind]}
    assert {name for need in REQUIREMENTS[kind] for name in need.names} <= known
    required = {target.name for target in TARGETS[kind] if target.required}
    assert required == {need.names[0] for need in REQUIREMENTS[kind] if len(need.names) == 1}


# --- choosing and remembering -----------------------------------------------------------------------------------------


def test_a_mapping_chosen_by_hand_is_kept_as_a_list_of_names():
    headers = ["A", "Courriel", "B"]
    mapping = chosen_mapping(headers, CONTACTS, ["last_name", "", ""])
    assert mapping.as_data() == ["last_name", "", ""]
    assert chosen_mapping(headers, CONTACTS, mapping.as_data()) == mapping
    assert [column.ignored for column in mapping.ignored] == [Ignored.CHOSEN, Ignored.UNKNOWN]


@pytest.mark.parametrize(
    ("choices", "code"),
    [(["email", "email"], "field_twice"), (["email", "amount"], "unknown_field"), (["email"], "columns_changed")],
)
def test_an_impossible_choice_is_refused(choices, code):
    with pytest.raises(DomainError) as caught:
        chosen_mapping(["Un", "Deux"], CONTACTS, choices)
    assert caught.value.code == code


def test_what_was_chosen_once_is_remembered_for_the_next_file_whatever_its_order():
    memory = chosen_mapping(["Zorblax", "Courriel", "Nom"], CONTACTS, ["external_id", "", "last_name"]).as_memory()
    assert memory == {"zorblax": "external_id", "courriel": "", "nom": "last_name"}
    mapping = guess_mapping(["Nom", "ZORBLAX", "Courriel"], CONTACTS, memory)
    assert mapping.as_data() == ["last_name", "external_id", ""]
    assert mapping.columns[2].ignored == Ignored.CHOSEN


def test_a_remembered_field_that_no_longer_exists_is_forgotten():
    assert guess_mapping(["Courriel"], CONTACTS, {"courriel": "fax"}).as_data() == ["email"]


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (199, "GR")])
def test_columns_have_the_letters_of_a_spreadsheet(index, letter):
    assert column_letter(index) == letter
