"""What the person chooses for a file beyond its columns: to stop at the first refusal, who is responsible for whom."""

import pytest
from django.core.files.base import ContentFile

from crm.contacts.models import Contact
from crm.core import operations
from crm.core.errors import DomainError
from crm.imports import services
from crm.imports import work as importing
from tests.factories.contacts import ContactFactory

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
