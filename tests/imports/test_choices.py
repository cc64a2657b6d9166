"""What the person chooses for a file beyond its columns: to stop at the first refusal, who is responsible for whom."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from crm.contacts.models import Contact
from crm.core import operations
from crm.core.errors import DomainError
from crm.imports import services
from crm.imports import work as importing
from crm.imports.jobs import forget_old_files
from crm.imports.models import ImportFile
from tests.factories.contacts import ContactFactory
from tests.factories.households import household_of
from tests.imports.test_undo import everything, take_back

SHEET = "Nom de famille;Courriel\n" + "".join(
    f"Nom{number};{'pas une adresse' if number in (5, 8) else f'n{number}@courriel.example'}\n" for number in range(10)
)


def received(by, text: str = SHEET, kind: str = "contacts"):
    return services.receive_file(file=ContentFile(text.encode(), "f.csv"), name="f.csv", kind=kind, by=by)


def chosen(record, by, **choices):
    return services.choose(record, fields=record.fields, mode=record.mode, by=by, **choices)


def imported(record, by):
    operation = services.start_import(record, by=by)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    return operation


@pytest.mark.parametrize("chunk", [3, 6, 800])
def test_told_to_stop_it_takes_every_row_before_the_first_refusal_and_none_after(admin, monkeypatch, chunk, browse):
    monkeypatch.setattr(importing, "CHUNK", chunk)
    record = chosen(received(admin), admin, stops=True)
    operation = imported(record, admin)
    assert operation.status == "done"
    assert operation.result == {"created": 5, "updated": 0, "skipped": 0, "errors": 1, "stopped_at": 7}
    assert set(Contact.objects.values_list("last_name", flat=True)) == {f"Nom{number}" for number in range(5)}
    assert [row.line for row in record.rejected.all()] == [7]
    page = browse(admin).open("imports:import_detail", pk=record.pk).content.decode()
    assert "stopped at line 7" in page
    again = imported(received(admin, SHEET.replace("pas une adresse", "")), admin)  # corrected, sent again
    assert (again.result["created"], Contact.objects.count()) == (5, 10)


def test_without_it_refused_rows_are_left_out_and_the_others_come(admin):
    assert imported(received(admin), admin).result == {"created": 8, "updated": 0, "skipped": 0, "errors": 2}


def test_somebody_is_made_responsible_for_the_new_contacts_whose_row_names_nobody(
    admin, owner, colleague, organization
):
    known = ContactFactory(
        organization=organization, first_name="", last_name="Known", email="k@courriel.example", owner=None
    )
    text = (
        "Nom de famille;Courriel;Courriel de la personne responsable\nA;a@courriel.example;\n"
        f"B;b@courriel.example;{colleague.user.email}\nKnown;k@courriel.example;\n"
    )
    imported(chosen(received(admin, text), admin, owner=owner), admin)
    owners = dict(Contact.objects.values_list("last_name", "owner"))
    assert owners == {"A": owner.pk, "B": colleague.pk, "Known": None}
    known.refresh_from_db()


def test_only_an_administrator_chooses_and_only_among_colleagues(admin, finance, outsider, owner, browse, fund):
    gifts = received(finance, "Nom;Date du don;Montant\nRoy;2026-01-02;5,00\n", "gifts")
    assert "owner" not in browse(finance).open("imports:import_detail", pk=gifts.pk).context["form"].fields
    with pytest.raises(DomainError):
        chosen(gifts, finance, owner=owner)
    with pytest.raises(DomainError):
        chosen(received(admin), admin, owner=outsider)


def test_the_choices_are_kept_by_the_screen(admin, owner, browse):
    record = received(admin)
    client = browse(admin)
    columns = {f"column_{place}": name for place, name in enumerate(record.fields)}
    form = {"mode": "update", "preset": "", "stops": "on", "owner": owner.pk, **columns}
    assert client.send("imports:import_columns", form, pk=record.pk).status_code == 302
    record.refresh_from_db()
    assert (record.stops, record.owner) == (True, owner)
    page = client.open("imports:import_detail", pk=record.pk)
    assert (page.context["form"]["stops"].value(), page.context["form"]["owner"].value()) == (True, owner.pk)


# --- households -----------------------------------------------------------------------------------------------------------
def test_whoever_lives_with_a_head_that_a_file_moves_moves_along_and_back_with_the_undo(organization, admin, owner):
    head, partner, child, elsewhere = (
        ContactFactory(organization=organization, first_name=name, last_name="Roy", owner=owner) for name in "ABCD"
    )
    household_of(head, partner, child, elsewhere)
    Contact.objects.filter(pk=elsewhere.pk).update(address_line1="9, rue Autre", shares_address=True)
    Contact.objects.filter(pk=child.pk).update(shares_address=False)
    before = everything()
    text = f"Numéro Merci;Nom de famille;Adresse;Ville\n{head.pk};Roy;5, rue Neuve;Rimouski\n"
    operation = imported(received(admin, text), admin)
    assert operation.result["updated"] == 1
    where = dict(Contact.objects.values_list("first_name", "address_line1"))
    assert (where["A"], where["B"]) == ("5, rue Neuve", "5, rue Neuve")
    assert (where["C"], where["D"]) == ("1482, rue des Érables", "9, rue Autre")
    assert partner.timeline.filter(verb="contact.updated").count() == 1
    take_back(operation, admin)
    assert everything() == before


def test_a_member_whom_a_file_moves_alone_no_longer_shares_the_address(organization, admin, owner):
    head, partner = (ContactFactory(organization=organization, first_name=name, last_name="Roy") for name in "AB")
    household_of(head, partner)
    Contact.objects.filter(pk=partner.pk).update(shares_address=True)
    text = f"Numéro Merci;Nom de famille;Adresse\n{partner.pk};Roy;5, rue Neuve\n"
    imported(received(admin, text), admin)
    partner.refresh_from_db()
    head.refresh_from_db()
    assert (partner.shares_address, head.address_line1) == (False, "1482, rue des Érables")


# --- what is not kept for ever --------------------------------------------------------------------------------------------
def test_two_months_later_the_file_and_its_refused_rows_are_gone_and_the_trace_stays(admin, browse):
    record = received(admin)
    imported(record, admin)
    looked_at = received(admin, "Nom de famille\nRoy\n")
    storage, name = record.file.storage, record.file.name
    assert forget_old_files() == 0
    ImportFile.objects.update(created_at=timezone.now() - timedelta(days=61))
    assert forget_old_files() == 2
    assert not storage.exists(name)
    assert not record.rejected.exists()
    assert not ImportFile.objects.filter(pk=looked_at.pk).exists()
    page = browse(admin).open("imports:import_detail", pk=record.pk)
    assert "no longer kept" in page.content.decode()
    assert forget_old_files() == 0
    assert received(admin).fields == record.fields  # what was chosen is still remembered
