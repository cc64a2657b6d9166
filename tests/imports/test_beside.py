"""A file also brings the fields an organization defined, tags, further e-mails and phones; its undo takes them back."""

import pytest
from django.core.files.base import ContentFile

from crm.contacts.models import Contact, ContactPoint, CustomField, Tag, TagAssignment
from crm.contacts.services.sets import create_tag
from crm.core import search
from crm.core.errors import DomainError
from crm.imports import services
from crm.imports.choices import Mode
from crm.imports.models import ImportFile, RejectedRow
from tests.factories.contacts import ContactFactory
from tests.imports.test_round_trip import exported, send_back
from tests.imports.test_undo import bring, everything, take_back

CHOICES = [{"code": "s", "fr": "Petite", "en": "Small"}, {"code": "l", "fr": "Grande", "en": "Large", "retired": True}]


@pytest.fixture
def own(organization):
    """One field of each kind."""
    make = lambda place, kind, fr, en, **more: CustomField.objects.create(  # noqa: E731
        organization=organization, code=f"f{place}", kind=kind, label_fr=fr, label_en=en, position=place, **more
    )
    return [
        make(1, "text", "Surnom", "Nickname"),
        make(2, "number", "Pointure", "Shoe size"),
        make(3, "date", "Membre depuis", "Member since"),
        make(4, "choice", "Taille de chandail", "Shirt", choices=CHOICES),
        make(5, "yes_no", "Bénévole", "Volunteer"),
    ]


def rejected() -> list:
    return [(row.line, row.problems) for row in RejectedRow.objects.all()]


def contacts_by_name() -> dict[str, Contact]:
    return {contact.last_name: contact for contact in Contact.objects.all()}


SHEET = """Nom de famille;Courriel;Surnom;Pointure;Membre depuis;Taille de chandail;Bénévole;Étiquettes;Courriel 2;Cellulaire;Tél.
Roy;roy@courriel.example;Loulou;7,5;31/01/2020;Grande;oui;"Gala ; bénévole";roy@bureau.example;819 555-0199;819 555-0142
Côté;cote@courriel.example;;;;;;GALA;cote@courriel.example;;
Sans;;;;;petite;non;;seule@courriel.example;;
"""


def test_everything_beside_the_columns_comes_in_and_is_found(organization, admin, own):
    Tag.objects.create(organization=organization, name="Gala")
    operation = bring(SHEET, "contacts", admin)
    assert operation.result == {"created": 3, "updated": 0, "skipped": 0, "errors": 0}, rejected()
    people = contacts_by_name()
    assert people["Roy"].custom == {"f1": "Loulou", "f2": "7.5", "f3": "2020-01-31", "f4": "l", "f5": True}
    assert people["Sans"].custom == {"f4": "s", "f5": False}
    worn = TagAssignment.objects.values_list("contact__last_name", "tag__name").order_by("contact", "tag__name")
    assert list(worn) == [("Roy", "Gala"), ("Roy", "bénévole"), ("Côté", "Gala")]
    points = {(p.contact.last_name, p.kind, p.value) for p in ContactPoint.objects.select_related("contact")}
    assert points == {("Roy", "email", "roy@bureau.example"), ("Roy", "phone", "+18195550199")}
    assert people["Sans"].email == "seule@courriel.example"  # the only address is the primary one
    for words in ("roy bureau example", "819 555 0199"):
        assert set(search.matching(Contact.objects.all(), words)) == {people["Roy"]}


def test_a_second_file_adds_and_takes_nothing_away_and_its_undo_leaves_what_was_there(organization, admin, own):
    bring(SHEET, "contacts", admin)
    before = everything()
    second = (
        "Courriel;Nom de famille;Étiquettes;Surnom;Courriel 2\nroy@courriel.example;Roy;Conseil;Lou;roy@mail.example\n"
    )
    operation = bring(second, "contacts", admin)
    assert operation.result["updated"] == 1, rejected()
    roy = contacts_by_name()["Roy"]
    assert roy.custom["f1"] == "Lou"
    assert roy.custom["f2"] == "7.5"
    assert set(roy.tag_assignments.values_list("tag__name", flat=True)) == {"Gala", "bénévole", "Conseil"}
    assert roy.further == "roy@bureau.example +18195550199 roy@mail.example"
    take_back(operation, admin)
    assert everything() == before
    again = bring(SHEET, "contacts", admin)
    assert again.result == {"created": 0, "updated": 0, "skipped": 3, "errors": 0}
    assert everything() == before


@pytest.mark.parametrize(
    ("mode", "custom", "tags"),
    [(Mode.FILL, {"f1": "Loulou", "f2": "9"}, {"Gala"}), (Mode.SKIP, {"f1": "Loulou"}, {"Gala"})],
)
def test_the_choice_for_known_contacts_holds_for_what_is_beside(organization, admin, own, mode, custom, tags):
    contact = ContactFactory(organization=organization, last_name="Roy", email="roy@courriel.example")
    Contact.objects.filter(pk=contact.pk).update(custom={"f1": "Loulou"})
    TagAssignment.objects.create(contact=contact, tag=Tag.objects.create(organization=organization, name="Gala"))
    sheet = f"Merci number,Last name,Nickname,Shoe size,Tags\n{contact.pk},Roy,Other,9,Board\n"
    bring(sheet, "contacts", admin, mode=mode)
    contact.refresh_from_db()
    assert (contact.custom, set(contact.tag_assignments.values_list("tag__name", flat=True))) == (custom, tags)


def test_undone_the_file_leaves_no_tag_that_nobody_wears(organization, admin, own):
    before = everything()
    operation = bring(SHEET, "contacts", admin)
    kept = Tag.objects.get(name="bénévole")
    somebody = ContactFactory(organization=organization)
    TagAssignment.objects.create(contact=somebody, tag=kept)
    take_back(operation, admin)
    assert list(Tag.objects.all()) == [kept]  # somebody wears it by now
    TagAssignment.objects.all().delete()
    kept.delete()
    Contact.objects.all().delete()
    assert everything()["contacts.contact"] == before["contacts.contact"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("Pointure;grand", "own_number"),
        ("Membre depuis;30/02/2020", "date_impossible"),
        ("Taille de chandail;Moyenne", "own_choice"),
        ("Bénévole;peut-être", "boolean"),
        ("Surnom;" + "x" * 501, "too_long"),
        ("Étiquettes;" + "x" * 81, "too_long"),
        ("Courriel 2;pas une adresse", "email"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row_and_says_which(admin, own, cells, code):
    header, cell = cells.split(";")
    bring(f"Nom de famille;{header}\nRoy;{cell}\n", "contacts", admin)
    problem = ImportFile.objects.get().rejected.get().problems[0]
    assert (problem["code"], problem["column"]) == (code, header)
    assert Contact.objects.count() == 0


def test_somebody_who_may_not_make_tags_is_told_which_one_is_missing(organization, admin, monkeypatch):
    Tag.objects.create(organization=organization, name="Gala")
    monkeypatch.setattr(type(admin), "can", lambda self, permission, obj=None: permission != "segments.add")
    bring("Nom de famille;Étiquettes\nRoy;gala\nCôté;Nouvelle\n", "contacts", admin)
    problem = ImportFile.objects.get().rejected.get().problems[0]
    assert (problem["code"], problem["params"]["text"]) == ("tag_unknown", "Nouvelle")
    assert list(contacts_by_name()["Roy"].tag_assignments.values_list("tag__name", flat=True)) == ["Gala"]


def test_a_field_of_another_organization_is_not_one_of_ours(outsider, admin, own):
    record = services.receive_file(
        file=ContentFile(SHEET.encode(), "s.csv"), name="s.csv", kind="contacts", by=outsider
    )
    assert "Surnom" in {column.header for column in services.mapping_of(record).ignored}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_own_fields_and_tags_go_out_and_come_back_unchanged(organization, browse, admin, own, kind, language):
    bring(SHEET, "contacts", admin)
    columns = "tags," + ",".join(f"custom_f{number}" for number in range(1, 6))
    content = exported(browse, admin, kind, language, columns=columns)
    before = everything()
    record, operation = send_back(content, admin, kind)
    assert operation.result == {"created": 0, "updated": 0, "skipped": 3, "errors": 0}, list(record.rejected.values())
    assert everything() == before
    assert {"tags", "custom_f1", "custom_f4"} <= set(services.mapping_of(record).used)


def test_a_tag_may_not_hold_what_separates_tags_in_a_file(admin):
    with pytest.raises(DomainError) as caught:
        create_tag(by=admin, name="Gala; 2026")
    assert caught.value.field == "name"
