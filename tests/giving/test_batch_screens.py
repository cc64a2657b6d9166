"""Screens of batches: what each line is answered, who may type, post, deposit; another organization's rows, forged ids."""

import io
import uuid
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from pypdf import PdfReader

from crm.contacts.models import Contact
from crm.giving import batches, services
from crm.giving.models import BatchRow, Gift, GiftBatch
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.giving.reading import page

DAY = "2026-03-15"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def batch(admin, fund) -> GiftBatch:
    return services.open_batch(title="Mail", received_on=date(2026, 3, 15), fund=fund, by=admin)


def line(contact, fund, /, **cells) -> dict:
    return {
        "key": str(uuid.uuid4()), "version": 0, "saving": uuid.uuid4().hex, "position": 0, "contact": contact.pk,
        "contact_text": contact.name, "received_on": DAY, "amount": "50", "method": "check", "cheque_number": "7",
        "fund": fund.pk,
    } | cells  # fmt: skip


def save(browser, batch, sent) -> dict:
    response = browser.send("giving:batch_row_save", sent, pk=batch.pk)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_line_is_answered_with_its_state_and_the_balance(admin, contact, fund, batch, browse):
    services.change_batch(batch, expected_count=2, expected_total=Decimal(75), by=admin)
    answer = save(browse(admin), batch, line(contact, fund, amount="50,5"))
    assert answer["line"]["cells"]["amount"] == "50.50"
    assert (answer["line"]["problems"], answer["line"]["version"]) == ({}, 1)
    assert "Saved" in answer["line"]["state"]
    assert "$24.50" in answer["balance"]
    assert "1 gift missing" in answer["balance"]
    assert answer["may_be_posted"] is False


@pytest.mark.parametrize(
    ("cells", "cell", "text"),
    [
        ({"amount": "12.345"}, "amount", "12.345"),
        ({"amount": "-5"}, "amount", "-5"),
        ({"received_on": "01/02/2026"}, "received_on", "01/02/2026"),
        ({"received_on": "2026-03-21"}, "received_on", "2026-03-21"),
        ({"contact": "", "contact_text": "nobody of that name"}, "contact", "nobody of that name"),
    ],
)
def test_what_cannot_be_read_is_kept_as_typed_and_said(cells, cell, text, admin, contact, fund, batch, browse):
    answer = save(browse(admin), batch, line(contact, fund, **cells))
    assert list(answer["line"]["problems"]) == [cell]
    assert answer["line"]["cells"][cell] == text
    shown = browse(admin).open("giving:batch_detail", pk=batch.pk).context["lines"]
    assert shown[0]["cells"][cell] == text


def test_a_name_that_can_mean_one_person_only_is_that_person(admin, contact, fund, batch, browse, organization):
    answer = save(browse(admin), batch, line(contact, fund, contact="", contact_text="côté-bou"))
    assert answer["line"]["contact"] == contact.pk
    ContactFactory(organization=organization, last_name="Côté-Bouthillier")
    answer = save(browse(admin), batch, line(contact, fund, contact="", contact_text="côté-bou"))
    assert (answer["line"]["contact"], list(answer["line"]["problems"])) == ("", ["contact"])


def test_a_number_never_wins_over_a_name(admin, contact, fund, batch, browse, organization):
    other = ContactFactory(organization=organization, first_name="Luc", last_name="Voisin")
    answer = save(browse(admin), batch, line(contact, fund, contact=other.pk))
    assert answer["line"]["contact"] == contact.pk


def test_foreign_rows_are_nobody_here(admin, contact, fund, batch, browse, outsider, foreign_contact):
    sent = line(foreign_contact, fund)
    assert "contact" in save(browse(admin), batch, sent)["line"]["problems"]
    foreign_fund = FundFactory(organization=outsider.organization)
    assert browse(admin).send("giving:batch_row_save", line(contact, foreign_fund), pk=batch.pk).status_code == 422
    for name in ("batch_row_save", "batch_row_remove", "batch_post"):
        assert browse(outsider).send(f"giving:{name}", line(contact, fund), pk=batch.pk).status_code == 404
    assert BatchRow.objects.count() == 1


@pytest.mark.parametrize(
    "cells", [{"key": "x"}, {"version": "-1"}, {"saving": "s" * 41}, {"position": "9" * 20}, {"method": "gold"}]
)
def test_a_forged_line_is_refused_and_nothing_is_written(cells, admin, contact, fund, batch, browse):
    response = browse(admin).send("giving:batch_row_save", line(contact, fund, **cells), pk=batch.pk)
    assert (response.status_code, list(response.json())) == (422, ["refused"])
    assert not BatchRow.objects.exists()


def test_script_in_a_name_stays_a_name(admin, organization, fund, batch, browse):
    contact = ContactFactory(organization=organization, first_name="<script>alert(1)</script>", last_name="Roy")
    save(browse(admin), batch, line(contact, fund))
    html = browse(admin).open("giving:batch_detail", pk=batch.pk).content.decode()
    assert "<script>alert(1)" not in html


def test_a_line_changed_in_another_window_is_shown_not_overwritten(admin, finance, contact, fund, batch, browse):
    sent = line(contact, fund)
    save(browse(admin), batch, sent)
    save(browse(finance), batch, sent | {"version": 1, "saving": "other", "amount": "51"})
    response = browse(admin).send(
        "giving:batch_row_save", sent | {"version": 1, "saving": "mine", "amount": "52"}, pk=batch.pk
    )
    assert response.status_code == 409
    assert response.json()["line"]["cells"]["amount"] == "51.00"
    assert BatchRow.objects.get().amount == Decimal(51)


def test_posting_asks_about_doubles_and_then_happens_once(admin, contact, fund, batch, browse):
    browser = browse(admin)
    for _twin in range(2):
        save(browser, batch, line(contact, fund))
    asked = browser.send("giving:batch_post", {"submission": "a"}, pk=batch.pk)
    assert asked.status_code == 422
    assert page(asked).one("#batch-doubtful").words == "The same gift twice?"
    for _double_click in range(2):
        sent = {"submission": "b", "confirmed": "on"}
        assert browser.send("giving:batch_post", sent, pk=batch.pk).status_code == 302
    assert Gift.objects.count() == 2
    refused = browser.send("giving:batch_row_save", line(contact, fund), pk=batch.pk)
    assert (refused.status_code, list(refused.json())) == (409, ["refused"])
    shown = page(browser.open("giving:batch_detail", pk=batch.pk))
    assert "Posted: these gifts count." in shown.words
    assert len(shown.css("section[aria-labelledby=batch-lines] tbody tr")) == 2


def test_only_whoever_records_gifts_types_and_only_whoever_deletes_them_opens_again(
    people, contact, fund, batch, browse, organization
):
    services.save_row(
        batch, key=uuid.uuid4(), version=0, saving="s", position=0, contact=contact, received_on=batch.received_on,
        amount=Decimal(5), method="check", cheque_number="", fund=fund, as_typed={}, by=people["admin"],
    )  # fmt: skip
    services.post_batch(batch, by=people["admin"])
    may = {
        role: [
            name
            for name in ("batch_list", "batch_detail", "batch_create", "batch_reopen", "batch_deposit", "batch_slip")
            if browse(person)
            .open(f"giving:{name}", **({} if name in {"batch_list", "batch_create"} else {"pk": batch.pk}))
            .status_code
            == 200
        ]
        for role, person in people.items()
    }
    everything = ["batch_list", "batch_detail", "batch_create", "batch_reopen", "batch_deposit", "batch_slip"]
    reading = ["batch_list", "batch_detail", "batch_slip"]
    assert may == {
        "admin": everything, "finance": everything, "member": reading, "read_only": reading, "fundraiser": ["batch_list"],
    }  # fmt: skip


def test_a_fundraiser_types_her_own_batches_for_her_own_donors(owner, contact, fund, batch, browse, organization):
    organization.fundraisers_record_gifts = True
    organization.save()
    stranger = ContactFactory(organization=organization, last_name="Ailleurs")
    browser = browse(owner)
    assert browser.open("giving:batch_detail", pk=batch.pk).status_code == 404
    browser.send("giving:batch_create", {"received_on": DAY, "method": "check", "fund": fund.pk})
    own = GiftBatch.objects.get(opened_by=owner)
    assert save(browser, own, line(contact, fund))["line"]["problems"] == {}
    assert "contact" in save(browser, own, line(stranger, fund))["line"]["problems"]
    # A donor given to a colleague after the line was typed is no longer hers to record for.
    Contact.objects.filter(pk=contact.pk).update(owner=None)
    assert [line.row.contact for line in batches.review(own, by=owner).wrong] == [contact, None]


def test_the_slip_is_a_pdf_that_says_when_it_is_a_draft(admin, contact, fund, batch, browse):
    save(browse(admin), batch, line(contact, fund, cheque_number="0451"))
    drafted = browse(admin).open("giving:batch_slip", pk=batch.pk)
    assert drafted["Content-Type"] == "application/pdf"
    text = PdfReader(io.BytesIO(drafted.content)).pages[0].extract_text()
    assert "Draft: the batch is not posted yet." in text
    assert "0451" in text
    assert contact.name in text
    services.post_batch(batch, by=admin)
    text = (
        PdfReader(io.BytesIO(browse(admin, "fr").open("giving:batch_slip", pk=batch.pk).content))
        .pages[0]
        .extract_text()
    )
    assert "Brouillon" not in text
    assert "Bordereau de dépôt 2026-001" in text


def test_saving_a_line_costs_the_same_whatever_the_batch_holds(
    admin, contact, fund, batch, browse, django_assert_max_num_queries
):
    browser = browse(admin)
    for number in range(30):
        save(browser, batch, line(contact, fund, amount=str(number + 1)))
    with django_assert_max_num_queries(16):
        save(browser, batch, line(contact, fund))


def test_a_new_donor_from_the_grid_is_told_to_the_page(admin, browse):
    browser = browse(admin)
    sent = {"kind": "person", "first_name": "Ève", "last_name": "Roy", "language": "fr", "submission": "x"}
    response = browser.send("contacts:contact_quick", sent, htmx=True)
    assert response.status_code == 204
    assert "contact-created" in response["HX-Trigger"]
    wrong = browser.send("contacts:contact_quick", sent | {"postal_code": "nowhere", "submission": "y"}, htmx=True)
    assert wrong.status_code == 422
    assert browser.send("contacts:contact_quick", sent | {"submission": "z", "first_name": "Zoé"}).status_code == 302
