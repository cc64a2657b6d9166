"""The copy of everything: complete, nobody else's, without secrets."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.base import ContentFile

from crm.accounts import takeout
from crm.accounts.choices import Role
from crm.accounts.models import AuditEntry, User
from crm.contacts.models import Contact
from crm.core import operations
from crm.core.errors import DomainError
from crm.giving.models import Gift
from crm.receipts.jobs import render_receipt
from crm.receipts.models import Receipt
from tests import world
from tests.factories.contacts import ContactFactory, NoteFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.factories.receipts import issued


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def ours(organization, contact, admin, owner):
    organization.logo.save("logo.png", ContentFile(b"a picture"))
    contact.job_title = "=HYPERLINK(1)"
    contact.save()
    return world.build(contact=contact, by=admin, owner=owner)


@pytest.fixture
def theirs(outsider, foreign_contact):
    foreign_contact.last_name = "Étrangère-Secrète"
    foreign_contact.save()
    gift = GiftFactory(
        contact=foreign_contact, fund=FundFactory(organization=outsider.organization), recorded_by=outsider
    )
    NoteFactory(contact=foreign_contact, author=outsider, text="Une note étrangère")
    return issued(gift, by=outsider)


def packed(by) -> zipfile.ZipFile:
    operation = takeout.start_takeout(by.organization, by=by)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    assert operation.status == "done", operation.error
    assert not takeout.TakeoutWork().unfinished(operation).exists()
    return opened(operation)


def opened(operation) -> zipfile.ZipFile:
    with operation.result_file.open("rb") as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def rows(pack: zipfile.ZipFile, label: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(pack.read(f"tables/{label}.csv").decode("utf-8-sig"))))


def test_every_model_is_in_the_copy_or_left_out_for_a_reason():
    copied = {model._meta.label_lower for model in takeout.exported_models()}
    everything = {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label != "tests"
    }
    assert everything - copied == set(takeout.LEFT_OUT) & everything
    assert {"contacts.noteversion", "receipts.receiptline", "accounts.user", "accounts.organization"} <= copied


def test_no_column_that_signs_somebody_in_leaves():
    for model in takeout.exported_models():
        for name in takeout.TableOut(model).columns:
            assert not any(word in name for word in ("password", "secret", "token"))
    assert takeout.TableOut(User).columns == ["id", "email", "first_name", "last_name", "language"]


def test_each_table_holds_all_our_rows_and_nobody_elses(ours, theirs, admin):
    pack = packed(admin)
    contacts = rows(pack, "contacts.contact")
    assert {int(row["id"]) for row in contacts} == set(
        Contact.objects.of(admin.organization).values_list("pk", flat=True)
    )
    assert {int(row["id"]) for row in rows(pack, "giving.gift")} == set(
        Gift.objects.of(admin.organization).values_list("pk", flat=True)
    )
    for model in takeout.exported_models():
        for row in rows(pack, model._meta.label_lower):
            assert row.get("organization_id") in (None, str(admin.organization_id))
    assert [row["id"] for row in rows(pack, "accounts.organization")] == [str(admin.organization_id)]
    whole = b"".join(pack.read(name) for name in pack.namelist())
    for stranger in ("Étrangère-Secrète", "Une note étrangère"):
        assert stranger.encode() not in whole
    assert str(theirs.pk) not in {row["id"] for row in rows(pack, "receipts.receipt")}
    for user in User.objects.all():
        assert user.password.encode() not in whole
    assert ours[type(admin)].user.email.encode() in whole
    assert b"0" * 64 not in whole


def test_files_come_too_and_the_list_counts_what_is_there(ours, admin):
    render_receipt(receipt_id=ours[Receipt].pk, organization_id=admin.organization_id)
    pack = packed(admin)
    names = set(pack.namelist())
    receipt = Receipt.objects.get(pk=ours[Receipt].pk)
    assert receipt.pdf
    assert {f"files/{receipt.pdf.name}", f"files/{admin.organization.logo.name}"} <= names
    assert pack.read(f"files/{admin.organization.logo.name}") == b"a picture"
    readme = pack.read("README.txt").decode("utf-8-sig")
    assert f"tables/contacts.contact.csv  {len(rows(pack, 'contacts.contact'))}  contacts" in readme
    assert "auth.permission" in readme


def test_nothing_in_it_is_a_formula(ours, admin):
    assert {row["job_title"] for row in rows(packed(admin), "contacts.contact")} - {""} == {"'=HYPERLINK(1)"}


def test_a_copy_interrupted_between_two_tables_goes_on_and_is_whole(ours, admin):
    operation = takeout.start_takeout(admin.organization, by=admin)
    for _chunk in range(3):
        operations.advance(operation.pk)
    for part in Path(takeout.TakeoutWork().unfinished(operation)).iterdir():
        part.unlink()  # the machine was replaced: what was written is gone
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    pack = opened(operation)
    assert {f"tables/{model._meta.label_lower}.csv" for model in takeout.exported_models()} <= set(pack.namelist())


def test_only_administrators_ask_for_it_and_it_is_written_down(people, browse, admin):
    for role, person in people.items():
        response = browse(person).send("accounts:takeout")
        assert response.status_code == (302 if role == Role.ADMIN else 403)
    entry = AuditEntry.objects.get(action="export", object_text="takeout")
    assert entry.actor == admin
    assert browse(admin).send("accounts:takeout").status_code == 422  # one at a time
    with pytest.raises(DomainError):
        takeout.start_takeout(admin.organization, by=admin)


def test_who_is_no_longer_an_administrator_cannot_fetch_it(ours, admin, browse):
    operation = takeout.start_takeout(admin.organization, by=admin)
    operations.run_to_end(operation.pk)
    browser = browse(admin)
    response = browser.open("core:operation_file", pk=operation.pk)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    assert b"".join(response.streaming_content).startswith(b"PK")
    admin.role = Role.READ_ONLY
    admin.save()
    assert browser.open("core:operation_file", pk=operation.pk).status_code == 403


def test_an_old_copy_is_deleted(ours, admin):
    operation = takeout.start_takeout(admin.organization, by=admin)
    operations.run_to_end(operation.pk)
    assert operations.forget_old_results() == 0
    type(operation).objects.update(created_at="2020-01-01T00:00Z")
    assert operations.forget_old_results() == 1
    operation.refresh_from_db()
    assert not operation.result_file


def test_memory_and_queries_do_not_grow_with_the_rows(organization, admin, tmp_path, django_assert_num_queries):
    ContactFactory.create_batch(3, organization=organization)
    table = takeout.TableOut(Contact)
    with django_assert_num_queries(1):
        assert table.write(organization, tmp_path / "a.csv") == 3
    ContactFactory.create_batch(20, organization=organization)
    with django_assert_num_queries(1):
        assert table.write(organization, tmp_path / "b.csv") == 23
