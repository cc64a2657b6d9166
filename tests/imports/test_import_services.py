"""A file comes in: what is written, what is refused, what must not change."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from crm.accounts.models import AuditEntry
from crm.contacts.models import Contact, Note
from crm.core import operations
from crm.core.errors import DomainError
from crm.giving.models import Gift
from crm.imports import services, work
from crm.imports.columns import guess_mapping
from crm.imports.models import ImportFile
from crm.imports.workbook import as_csv, filled_sheets
from tests.factories.contacts import ContactFactory
from tests.factories.giving import CampaignFactory, FundFactory, GiftFactory

CONTACTS = """Numéro;Prénom;Nom;Courriel;Téléphone;Adresse;Ville;Province;Code postal;Langue
D-1;Hélène;Bouchard;helene@courriel.example;819 555-0142;1482, rue des Érables;Trois-Rivières;Québec;g9a5h7;français
D-2;David;MacLeod;david@mail.example;(902) 555-0199;5 Barrington St;Halifax;Nova Scotia;B3H 1Y9;English
"""
GIFTS = """Numéro de donateur;Date du don;Montant;Mode de paiement;Fonds
D-1;31/01/2026;1 234,56 $;chèque;GEN
D-2;2026-02-13;75,00;virement Interac;GEN
"""


def bring(text: str | bytes, kind: str, by, **kwargs):
    content = text.encode() if isinstance(text, str) else text
    record = services.receive_file(file=ContentFile(content, "f.csv"), name="f.csv", kind=kind, by=by, **kwargs)
    operation = services.start_import(record, by=by)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    return record, operation.result


def test_contacts_come_in_complete_with_their_story(admin):
    _record, result = bring(CONTACTS, "contacts", admin)
    assert result == {"created": 2, "updated": 0, "skipped": 0, "errors": 0}
    helene = Contact.objects.get(external_id="D-1")
    assert (helene.name, helene.phone, helene.province, helene.postal_code, helene.language) == (
        "Hélène Bouchard", "+18195550142", "QC", "G9A 5H7", "fr",
    )  # fmt: skip
    assert helene.search_text.startswith("helene bouchard")
    assert [event.verb for event in helene.timeline.all()] == ["contact.imported"]
    assert AuditEntry.objects.get(model="contacts.contact", object_id=helene.pk).actor == admin


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_any_usual_encoding_is_read(admin, encoding):
    bring(CONTACTS.encode(encoding), "contacts", admin)
    assert Contact.objects.get(external_id="D-1").city == "Trois-Rivières"


def test_the_same_file_again_changes_nothing(admin):
    bring(CONTACTS, "contacts", admin)
    stamp = list(Contact.objects.order_by("pk").values_list("updated_at", flat=True))
    _record, result = bring(CONTACTS, "contacts", admin)
    assert result == {"created": 0, "updated": 0, "skipped": 2, "errors": 0}
    assert list(Contact.objects.order_by("pk").values_list("updated_at", flat=True)) == stamp


@pytest.mark.parametrize(
    ("mode", "city", "job"), [("update", "Québec", "Teacher"), ("fill", "Lévis", "Teacher"), ("skip", "Lévis", "")]
)
def test_records_already_there_are_treated_as_asked(admin, organization, mode, city, job):
    known = ContactFactory(organization=organization, external_id="D-1", city="Lévis")
    bring("Numéro,Nom,Ville,Job title,Email\nD-1,,Québec,Teacher,\n", "contacts", admin, mode=mode)
    email = known.email
    known.refresh_from_db()
    assert (known.city, known.job_title, known.email) == (city, job, email)


def test_spouses_sharing_an_email_stay_two_people(admin, organization):
    ContactFactory(organization=organization, first_name="Marie", last_name="Roy", email="roy@courriel.example")
    _record, result = bring(
        "Prénom,Nom,Courriel\nPaul,Roy,roy@courriel.example\nMarie,ROY,roy@courriel.example\n", "contacts", admin
    )
    assert result == {"created": 1, "updated": 1, "skipped": 0, "errors": 0}
    assert Contact.objects.filter(email="roy@courriel.example").count() == 2


def test_somebody_named_twice_in_a_file_is_made_once(admin):
    _record, result = bring(
        "Prénom,Nom,Courriel,Ville\nAnh,Nguyễn,anh@courriel.example,Laval\nAnh,Nguyen,anh@courriel.example,Laval\n",
        "contacts", admin,
    )  # fmt: skip
    assert result["created"] == 1
    assert Contact.objects.count() == 1


def test_a_row_that_fits_two_contacts_is_refused_not_guessed(admin, organization):
    for _ in range(2):
        ContactFactory(organization=organization, first_name="Luc", last_name="Roy", postal_code="G1R 4P5", email="")
    record, result = bring("Prénom,Nom,Code postal\nLuc,Roy,G1R 4P5\n", "contacts", admin)
    assert result["errors"] == 1
    assert record.rejected.get().problems[0]["code"] == "contact_ambiguous"


def test_notes_of_a_file_become_notes(admin):
    bring("Nom,Notes\nRoy,Prefers letters\n", "contacts", admin)
    assert Note.objects.get().text == "Prefers letters"
    assert Contact.objects.get().latest_note == "Prefers letters"


def test_gifts_come_in_with_totals_and_story(admin, fund):
    bring(CONTACTS, "contacts", admin)
    _record, result = bring(GIFTS, "gifts", admin)
    assert result == {"created": 2, "updated": 0, "skipped": 0, "errors": 0}
    gift = Gift.objects.get(contact__external_id="D-1")
    assert (gift.amount, gift.received_on, gift.method, gift.fund) == (
        Decimal("1234.56"), date(2026, 1, 31), "check", fund,
    )  # fmt: skip
    donor = Contact.objects.get(external_id="D-1")
    assert (donor.summary.total, donor.lifecycle) == (Decimal("1234.56"), "donor")
    assert list(donor.timeline.newest_first().values_list("verb", flat=True)) == ["gift.recorded", "contact.imported"]


def test_sending_a_file_of_gifts_twice_doubles_nothing(admin, fund):
    bring(CONTACTS, "contacts", admin)
    bring(GIFTS, "gifts", admin)
    _record, result = bring(GIFTS, "gifts", admin)
    assert result == {"created": 0, "updated": 0, "skipped": 2, "errors": 0}
    assert Gift.objects.count() == 2


def test_two_equal_gifts_inside_one_file_are_two_gifts(admin, fund, contact):
    line = f"{contact.email};2026-03-01;20,00\n"
    _record, result = bring(f"Courriel;Date du don;Montant\n{line}{line}", "gifts", admin)
    assert result["created"] == 2


def test_a_gift_number_comes_in_once(admin, fund, contact):
    text = f"Donation ID,Email,Donation Date,Amount\nT1,{contact.email},2026-03-01,20.00\nT1,{contact.email},2026-03-02,30.00\n"
    record, result = bring(text, "gifts", admin)
    assert (result["created"], result["errors"]) == (1, 1)
    assert record.rejected.get().problems[0]["code"] == "gift_number_twice"


def test_unknown_donors_are_made_by_administrators_and_refused_to_finance(admin, finance, fund):
    text = "Prénom,Nom,Courriel,Date du don,Montant\nZoé,Roy,zoe@courriel.example,2026-03-01,20.00\n"
    record, result = bring(text, "gifts", finance)
    assert (result["errors"], Contact.objects.count()) == (1, 0)
    assert record.rejected.get().problems[0]["code"] == "donor_unknown"
    assert bring(text, "gifts", admin)[1]["created"] == 1
    assert Contact.objects.get().summary.total == Decimal("20.00")


def test_finance_may_not_import_contacts(finance):
    with pytest.raises(DomainError):
        bring(CONTACTS, "contacts", finance)
    assert ImportFile.objects.count() == 0


def test_half_the_rows_bad_lets_the_good_half_in_and_gives_the_bad_half_back(admin, fund, contact):
    lines = ["Courriel;Date du don;Montant"]
    for day in range(1, 11):
        lines += [f"{contact.email};2026-03-{day:02d};10,00", f"{contact.email};2026-02-{day + 28};-5"]
    record, result = bring("\n".join(lines), "gifts", admin)
    assert result == {"created": 10, "updated": 0, "skipped": 0, "errors": 10}
    assert sorted(record.rejected.values_list("line", flat=True)) == list(range(3, 22, 2))
    assert contact.gifts.count() == 10
    contact.refresh_from_db()
    assert contact.summary.total == Decimal("100.00")


def test_future_gifts_and_unknown_funds_are_refused(admin, fund, contact):
    text = f"Courriel;Date du don;Montant;Fonds\n{contact.email};2999-01-31;10,00;GEN\n{contact.email};2026-01-31;10,00;Lune\n"
    record, _result = bring(text, "gifts", admin)
    assert [row.problems[0]["code"] for row in record.rejected.order_by("line")] == ["date_year", "fund_unknown"]


def test_a_campaign_is_found_by_its_name_and_an_unknown_one_is_refused(admin, fund, contact, organization, outsider):
    gala = CampaignFactory(organization=organization, name="Gala 2025")
    CampaignFactory(organization=outsider.organization, name="Leur gala")
    lines = [
        f"{contact.email};2026-01-{day:02d};10,00;{name}" for day, name in enumerate(("gala 2025", "", "Leur gala"), 1)
    ]
    record, result = bring("\n".join(["Courriel;Date du don;Montant;Campagne", *lines]), "gifts", admin)
    assert (result["created"], record.rejected.get().problems[0]["code"]) == (2, "campaign_unknown")
    assert list(contact.gifts.order_by("received_on").values_list("campaign", flat=True)) == [gala.pk, None]


def test_numbers_of_another_organization_reach_nothing(admin, outsider, fund):
    foreign = ContactFactory(organization=outsider.organization, external_id="X-9", email="x@courriel.example")
    FundFactory(organization=outsider.organization, code="THEIRS")
    GiftFactory(contact=foreign, external_id="T-1")
    bring("Numéro,Nom,Ville\nX-9,Roy,Laval\n", "contacts", admin)
    foreign.refresh_from_db()
    assert foreign.city == "Trois-Rivières"
    assert Contact.objects.get(organization=admin.organization).external_id == "X-9"
    record, _result = bring(
        "Donation ID,Email,Donation Date,Amount,Fund\nT-1,x@courriel.example,2026-03-01,20.00,THEIRS\n", "gifts", admin
    )
    assert record.rejected.get().problems[0]["code"] == "fund_unknown"
    assert foreign.gifts.count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7 \n%\xe2\xe3", "file_pdf"),
        (b"PK\x03\x04" + b"\x00" * 60, "file_zip"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "file_image"),
        (b"Nom,Ville\nRo\x00y,Laval\n", "file_nul"),
        (b"Nom,Ville\n", "file_no_rows"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason_and_leaves_nothing(admin, content, code):
    with pytest.raises(DomainError) as refusal:
        bring(content, "contacts", admin)
    assert refusal.value.code == code
    assert (ImportFile.objects.count(), Contact.objects.count()) == (0, 0)


def test_forty_columns_of_nonsense_are_looked_at_and_not_imported(admin):
    text = ",".join(f"zzq{n}" for n in range(40)) + "\n" + ",".join("blah" for _ in range(40)) + "\n"
    record = services.receive_file(file=ContentFile(text.encode(), "f.csv"), name="f.csv", kind="contacts", by=admin)
    trial = services.attempt(record)
    assert trial.problem.startswith("None of the columns is recognized")
    with pytest.raises(DomainError):
        services.start_import(record, by=admin)
    assert Contact.objects.count() == 0


def test_dates_that_can_be_read_two_ways_are_asked_never_guessed(admin, fund, contact):
    text = f"Courriel;Date du don;Montant\n{contact.email};03/04/2026;10,00\n"
    record = services.receive_file(file=ContentFile(text.encode(), "f.csv"), name="f.csv", kind="gifts", by=admin)
    with pytest.raises(DomainError) as refusal:
        services.start_import(record, by=admin)
    assert refusal.value.code == "date_order"
    services.choose(record, fields=record.fields, mode="update", date_order="day_first", by=admin)
    operations.run_to_end(services.start_import(record, by=admin).pk)
    assert contact.gifts.get().received_on == date(2026, 4, 3)


def test_a_file_is_imported_once_whatever_is_clicked(admin):
    record, _result = bring(CONTACTS, "contacts", admin)
    with pytest.raises(DomainError):
        services.start_import(record, by=admin)
    assert Contact.objects.count() == 2


def test_an_import_killed_between_chunks_ends_like_an_undisturbed_one(admin, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 3)
    text = "Numéro,Nom\n" + "".join(f"D-{n},Roy{n}\n" for n in range(10))
    record = services.receive_file(file=ContentFile(text.encode(), "f.csv"), name="f.csv", kind="contacts", by=admin)
    operation = services.start_import(record, by=admin)
    operations.advance(operation.pk)

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(work, "counted", dies)
        with pytest.raises(KeyboardInterrupt):
            operations.advance(operation.pk)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    assert operation.result == {"created": 10, "updated": 0, "skipped": 0, "errors": 0}
    assert sorted(Contact.objects.values_list("external_id", flat=True)) == sorted(f"D-{n}" for n in range(10))


def run(*args, **kwargs) -> dict:
    out = StringIO()
    call_command("import_file", *args, stdout=out, json=True, **kwargs)
    return json.loads(out.getvalue())


def test_the_command_says_what_it_did(admin, fund, tmp_path):
    contacts, gifts = tmp_path / "contacts.csv", tmp_path / "gifts.csv"
    contacts.write_text(CONTACTS, encoding="cp1252")
    gifts.write_text(GIFTS + "D-1;31/02/2026;10,00;chèque;GEN\n", encoding="utf-8-sig")
    slug = admin.organization.slug
    tried = run(str(contacts), organization=slug, kind="contacts", dry_run=True)
    assert (tried, Contact.objects.count(), ImportFile.objects.count()) == (
        {"created": 2, "updated": 0, "skipped": 0, "errors": [], "dry_run": True}, 0, 0,
    )  # fmt: skip
    assert run(str(contacts), organization=slug, kind="contacts")["created"] == 2
    done = run(str(gifts), organization=slug, kind="gifts", language="en")
    assert (done["created"], [error["line"] for error in done["errors"]]) == (2, [4])
    assert "31/02/2026" in done["errors"][0]["reason"]


def test_the_command_refuses_a_wrong_file_and_a_wrong_organization(admin, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(CommandError, match="The file is empty"):
        run(str(empty), organization=admin.organization.slug, kind="contacts", language="en")
    with pytest.raises(CommandError, match="no organization"):
        run(str(empty), organization="nowhere", kind="contacts")


def test_the_further_fields_of_a_contact_come_in_too_in_either_language(admin):
    sheet = (
        "Nom,Prénom,Taille de l’organisme,Secteur,Priorité,Ne pas contacter,Décédé\n"
        "Roy,Ana,,Santé,Élevée,oui,non\n"
        "Roy,Bob,,,high,,oui\n"
        "Roy,Cy,,,énorme,,\n"
    )
    record, result = bring(sheet, "contacts", admin)
    assert (result["created"], result["errors"]) == (2, 1)
    ana, bob = Contact.objects.order_by("first_name")
    assert (ana.industry, ana.priority, ana.do_not_contact, ana.is_deceased) == ("Santé", "high", True, False)
    assert (bob.priority, bob.do_not_contact, bob.is_deceased) == ("high", False, True)
    assert record.rejected.get().problems[0]["code"] == "priority"


@pytest.mark.parametrize("kind", ["contacts", "gifts"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_column_of_an_empty_file_to_fill_in_is_recognized(admin, browse, kind, language, ending):
    response = browse(admin, language).open("imports:import_template", {"kind": kind, "format": ending})
    assert f'.{ending}"' in response["Content-Disposition"]
    content = response.content
    if ending == "xlsx":
        with as_csv(io.BytesIO(content), filled_sheets(io.BytesIO(content))[0]) as table:
            content = table.read()
    (headers,) = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert guess_mapping(headers, kind).ignored == ()
    assert guess_mapping(headers, kind).missing == ()
