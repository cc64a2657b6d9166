"""Fields of the organization's own: defined once, then everywhere a contact is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.contacts import custom_fields, services
from crm.contacts.models import Contact, CustomField
from crm.contacts.services.custom_fields import (
    move_custom_field_up,
    retire_custom_field,
    reuse_custom_field,
    save_custom_field,
)
from crm.core.errors import DomainError
from tests.contacts.test_record import SENT
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page


@pytest.fixture
def define(admin):
    def defined(kind: str, label: str, **fields) -> CustomField:
        return save_custom_field(by=admin, kind=kind, label_fr=label, label_en="", **fields)

    return defined


@pytest.fixture
def size(define):
    return define("choice", "Taille", lines=[("Petit", "Small"), ("Grand", "Large")])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  Bleu   ciel ", "Bleu ciel"),
        ("text", "", None),
        ("number", "1 234,50", "1234.5"),
        ("number", "-3", "-3"),
        ("number", "0,000", "0"),
        ("date", "2026-02-28", "2026-02-28"),
        ("choice", "small", "v1"),
        ("choice", "GRAND", "v2"),
        ("yes_no", "Oui", True),
        ("yes_no", "n", False),
    ],
)
def test_a_text_becomes_the_value_it_says(define, kind, text, value):
    field = define(kind, "Champ", lines=[("Petit", "Small"), ("Grand", "Large")])
    assert custom_fields.parse(field, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "douze"), ("number", "1e999"), ("number", "NaN"), ("number", "9" * 15), ("date", "2026-02-31"), ("date", "hier"),
     ("choice", "Moyen"), ("yes_no", "peut-être"), ("text", "x" * 501)],
)  # fmt: skip
def test_what_is_none_is_refused_with_a_sentence(define, kind, text):
    field = define(kind, "Champ", lines=[("Petit", "Small")])
    with pytest.raises(ValueError, match=r"\w"):
        custom_fields.parse(field, text)


def test_a_value_is_said_in_the_language_of_the_reader(size, define):
    from django.utils import translation

    number, flag = define("number", "Nombre"), define("yes_no", "Bénévole")
    with translation.override("fr"):
        assert [custom_fields.say(size, "v2"), custom_fields.say(number, "1234.5"), custom_fields.say(flag, True)] == [
            "Grand", "1\u00a0234,5", "oui",
        ]  # fmt: skip
    with translation.override("en"):
        assert [custom_fields.say(size, "v2"), custom_fields.say(number, "1234.5"), custom_fields.say(flag, False)] == [
            "Large", "1,234.5", "no",
        ]  # fmt: skip


def test_a_contact_is_given_values_by_its_form_and_shows_them(browse, admin, size, define):
    born = define("date", "Anniversaire")
    browser = browse(admin)
    sent = SENT | {f"custom_{size.code}": "v2", f"custom_{born.code}": "1970-05-01"}
    browser.send("contacts:contact_create", sent)
    contact = Contact.objects.get()
    assert contact.custom == {size.code: "v2", born.code: "1970-05-01"}
    shown = page(browser.open("contacts:contact_detail", pk=contact.pk)).text
    assert "Large" in shown
    assert "May 1, 1970" in shown
    browser.send(
        "contacts:contact_update",
        SENT | {f"custom_{size.code}": "", f"custom_{born.code}": "1970-05-01"},
        pk=contact.pk,
    )
    contact.refresh_from_db()
    assert contact.custom == {born.code: "1970-05-01"}


def test_a_wrong_value_is_said_beside_its_field_and_nothing_is_lost(browse, admin, define):
    number = define("number", "Nombre")
    answer = browse(admin).send("contacts:contact_create", SENT | {f"custom_{number.code}": "douze"})
    assert answer.status_code == 422
    assert page(answer).one(f"[name=custom_{number.code}]").get("value") == "douze"


def test_the_history_says_the_field_and_both_values(browse, admin, contact, size):
    services.update_contact(contact, custom={size.code: "v1"}, by=admin)
    services.update_contact(contact, custom={size.code: "v2"}, by=admin)
    text = page(browse(admin).open("contacts:contact_timeline", pk=contact.pk)).text
    assert "Taille" in text
    assert ("Small" in text, "Large" in text, "v1" in text) == (True, True, False)
    assert "Taille" in page(browse(admin).open("accounts:audit_list")).text


def test_another_organization_reads_nothing_of_it(browse, outsider, size, foreign_contact):
    shown = page(browse(outsider).open("contacts:contact_create"))
    assert shown.css(f"[name=custom_{size.code}]") == []
    listed = browse(outsider).open("contacts:contact_list", {f"custom_{size.code}": "v1"})
    assert listed.context["filter"].ignored == [f"custom_{size.code}"]


@pytest.fixture
def three(organization, define):
    """Three contacts with values, one with none."""
    fields = {
        kind: define(kind, kind, lines=[("A", ""), ("B", "")])
        for kind in ("text", "number", "date", "choice", "yes_no")
    }
    rows = [
        ("Bleu ciel", "9", "2026-01-05", "v1", True),
        ("Rouge", "10.5", "2025-12-31", "v2", False),
        ("bleu", "-2", "2026-03-01", "v2", True),
    ]
    for number, values in enumerate(rows):
        custom = {field.code: value for field, value in zip(fields.values(), values, strict=True)}
        ContactFactory(organization=organization, last_name=f"N{number}", first_name="", custom=custom)
    ContactFactory(organization=organization, last_name="N3", first_name="")
    return fields


@pytest.mark.parametrize(
    ("kind", "asked", "found"),
    [
        ("text", {"": "bleu"}, "02"),
        ("number", {"_min": "9", "_max": "10.5"}, "01"),
        ("number", {"_max": "0"}, "2"),
        ("date", {"_after": "2026-01-01"}, "02"),
        ("date", {"_after": "2025-12-31", "_before": "2026-01-05"}, "01"),
        ("choice", {"": "v2"}, "12"),
        ("yes_no", {"": "yes"}, "02"),
        ("yes_no", {"": "no"}, "13"),
    ],
)
def test_the_list_is_narrowed_by_each_kind(browse, admin, three, kind, asked, found):
    name = f"custom_{three[kind].code}"
    response = browse(admin).open("contacts:contact_list", {f"{name}{end}": value for end, value in asked.items()})
    names = sorted(row.last_name for row in response.context["page"].records)
    assert names == [f"N{number}" for number in found]
    assert [str(chip.label) for chip in response.context["filter"].chips] == [kind]


@pytest.mark.parametrize("value", ["'; DROP TABLE x", "\x00", "é" * 300, "99999999999999999999"])
def test_nonsense_in_such_a_filter_is_never_an_error(browse, admin, three, value):
    for field in three.values():
        params = {f"custom_{field.code}{end}": value for end in ("", "_min", "_max", "_after", "_before")}
        assert browse(admin).open("contacts:contact_list", params).status_code == 200


def test_a_kind_is_fixed_once_somebody_has_a_value(admin, define, contact):
    field = define("text", "Champ")
    field = save_custom_field(field, by=admin, kind="number")
    services.update_contact(contact, custom={field.code: "5"}, by=admin)
    with pytest.raises(DomainError):
        save_custom_field(field, by=admin, kind="date")


def test_a_choice_keeps_its_code_when_it_is_renamed_or_moved_and_is_retired_not_lost(admin, size):
    size = save_custom_field(size, by=admin, lines=[("Géant", "Huge"), ("Grand", "Tall"), ("Menu", "Small")])
    said = {choice["code"]: choice["fr"] for choice in size.choices if not choice.get("retired")}
    assert said == {"v1": "Menu", "v2": "Grand", "v3": "Géant"}
    size = save_custom_field(size, by=admin, lines=[("Géant", "Huge")])
    assert [choice["code"] for choice in size.choices if choice.get("retired")] == ["v2", "v1"]
    assert custom_fields.say(size, "v2") == "Tall"
    assert dict(custom_fields.choices_of(size)) == {"v3": "Huge"}
    assert dict(custom_fields.choices_of(size, keep="v2")) == {"v3": "Huge", "v2": "Tall"}


@pytest.mark.parametrize(
    "fields",
    [
        {"label_fr": ""},
        {"kind": "choice", "lines": []},
        {"kind": "choice", "lines": [("A", ""), ("a", "")]},
        {"label_fr": "TAILLE"},
    ],
)
def test_what_makes_no_field_is_refused(admin, size, fields):
    with pytest.raises(DomainError):
        save_custom_field(by=admin, **({"label_fr": "Champ", "label_en": "", "kind": "text"} | fields))
    assert CustomField.objects.count() == 1


def test_out_of_use_it_leaves_every_screen_and_comes_back_with_its_values(browse, admin, contact, size):
    services.update_contact(contact, custom={size.code: "v1"}, by=admin)
    retire_custom_field(size, by=admin)
    browser = browse(admin)
    assert page(browser.open("contacts:contact_update", pk=contact.pk)).css(f"[name=custom_{size.code}]") == []
    browser.send("contacts:contact_update", SENT, pk=contact.pk)
    reuse_custom_field(size, by=admin)
    contact.refresh_from_db()
    assert contact.custom == {size.code: "v1"}


def test_fields_are_put_in_order(admin, define):
    names = ["A", "B", "C"]
    fields = [define("text", name) for name in names]
    move_custom_field_up(fields[2], by=admin)
    assert [field.label for field in custom_fields.fields_of(admin.organization)] == ["A", "C", "B"]


def test_one_more_field_costs_the_list_nothing(browse, admin, define):
    browser = browse(admin)
    costs = []
    for label in ("Un", "Deux"):
        define("text", label)
        with CaptureQueriesContext(connection) as made:
            browser.open("contacts:contact_list")
        costs.append(len(made))
    assert costs[0] >= costs[1]


@pytest.mark.parametrize("role", ["owner", "finance", "member", "reader"])
def test_only_administrators_define_fields(browse, role, size, request):
    browser = browse(request.getfixturevalue(role))
    assert browser.open("contacts:custom_field_list").status_code == 403
    assert (
        browser.send("contacts:custom_field_update", {"label_fr": "X", "kind": "text"}, pk=size.pk).status_code == 403
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [("ÉRABLE", ["A"]), ("érable (sucre", ["A"]), ("é.able", []), ("ÈRE\\", []), ("sucre)", ["A"]), ("œuvre", ["B"])],
)
def test_a_text_is_found_whatever_its_case_accents_included_on_either_database(
    browse, admin, organization, define, asked, found
):
    field = define("text", "Spécialité")
    for name, value in (("A", "Érable (sucre)"), ("B", "Bonnes Œuvres"), ("C", "Chêne")):
        ContactFactory(organization=organization, first_name="", last_name=name, custom={field.code: value})
    response = browse(admin).open("contacts:contact_list", {f"custom_{field.code}": asked})
    assert [row.last_name for row in response.context["page"].records] == found


def test_a_field_is_taken_out_of_use_in_words_of_its_own_in_french(admin, define, browse):
    define("text", "Spécialité")
    told = page(browse(admin, language="fr").open("contacts:custom_field_list")).text
    assert "Ne plus utiliser" in told
    assert "fonds" not in told.split("Spécialité")[1].split("1–1")[0]
