"""The merge screens: what is proposed, what is refused, where people are led afterwards (C-17)."""

import threading

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts import comparing, services
from crm.contacts.models import Contact, ContactPoint, DuplicatePair, Merge, TimelineEvent
from crm.core.errors import DomainError
from crm.giving.services import record_gift
from crm.receipts.models import Receipt
from crm.receipts.services import cancel_receipt
from tests.contacts import belongings
from tests.factories.contacts import ContactFactory, PairFactory


@pytest.fixture
def one(organization, owner):
    return ContactFactory(
        organization=organization, owner=owner, first_name="Jean-François", last_name="Côté", email="jf@notaires.example",
        external_id="D-1", phone="",
    )  # fmt: skip


@pytest.fixture
def other(organization, owner, one):
    return ContactFactory(
        organization=organization, owner=owner, first_name="jf", last_name="COTE", email="jf@maison.example",
        phone="+18195550102", external_id="D-2", do_not_contact=True, custom={"shirt": "L"},
    )  # fmt: skip


@pytest.fixture
def pair(one, other):
    return PairFactory(first=one, second=other)


# --- what is proposed -----------------------------------------------------------------------------------------------------
def test_the_fuller_name_is_proposed_and_what_only_one_knows_is_taken(one, other):
    picked = {line.code: line.pick for line in comparing.lines(other, one)}
    assert (picked["first_name"], picked["last_name"]) == ("absorbed", "absorbed")
    assert picked["phone"] == "kept"
    values = comparing.outcome(one, other)
    assert (values["first_name"], values["phone"], values["do_not_contact"]) == ("Jean-François", "+18195550102", True)
    assert values["custom"] == {"shirt": "L"}


def test_a_name_written_in_one_field_gives_way_to_a_complete_one(one, other):
    other.first_name, other.last_name = "", "COTE, Jean Francois"
    for kept, absorbed in ((one, other), (other, one)):
        values = comparing.outcome(kept, absorbed)
        assert (values["first_name"], values["last_name"]) == ("Jean-François", "Côté")


def test_an_address_is_taken_whole(one, other):
    other.address_line1, other.city, other.postal_code = "12, rang 4", "Saint-Narcisse", "G0X 2Y0"
    values = comparing.outcome(one, other, {"address_line1": "absorbed"})
    assert (values["address_line1"], values["city"], values["postal_code"]) == (
        "12, rang 4",
        "Saint-Narcisse",
        "G0X 2Y0",
    )


def test_the_page_compares_and_the_result_follows_each_choice(pair, one, admin, browse):
    browser = browse(admin, "fr")
    page = browser.open("contacts:duplicate_detail", pk=pair.pk)
    text = page.content.decode()
    assert "Côte à côte" in text
    assert "Fusionner les deux fiches" in text
    url = browser.url("contacts:duplicate_detail", pk=pair.pk)
    query = {"keep": one.pk, "pick-last_name": "absorbed", "pick-email": "absorbed"}
    fragment = browser.get(url, query, headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode()
    assert "Jean-François COTE" in fragment.content.decode()
    assert fragment.context["result"].further == [("email", "jf@notaires.example")]


def test_comparing_costs_the_same_whatever_hangs_off_the_two(pair, other, admin, browse):
    browser = browse(admin)
    browser.open("contacts:duplicate_detail", pk=pair.pk)
    with CaptureQueriesContext(connection) as few:
        browser.open("contacts:duplicate_detail", pk=pair.pk)
    for _number in range(5):
        belongings.MAKERS["contacts.note.contact"](other, admin)
        belongings.add_gift(other, admin)
    with CaptureQueriesContext(connection) as many:
        browser.open("contacts:duplicate_detail", pk=pair.pk)
    assert len(many) == len(few)


# --- merging ----------------------------------------------------------------------------------------------------------------
def test_merging_keeps_what_was_chosen_and_offers_the_undo(pair, one, other, admin, browse):
    browser = browse(admin)
    sent = {"keep": one.pk, "pick-email": "absorbed", "submission": "abc"}
    response = browser.send("contacts:duplicate_merge", sent, pk=pair.pk)
    assert response.url == browser.url("contacts:contact_detail", pk=one.pk)
    one.refresh_from_db()
    other.refresh_from_db()
    merge = Merge.objects.get()
    assert (one.email, one.phone, one.do_not_contact) == ("jf@maison.example", "+18195550102", True)
    assert set(one.points.values_list("value", flat=True)) == {"jf@notaires.example"}
    assert (other.merged_into_id, other.is_archived) == (one.pk, True)
    assert (one.external_id, other.external_id) == ("D-1", "D-2"), "a later import finds either number"
    assert DuplicatePair.objects.get().status == "merged"
    page = browser.open("contacts:contact_detail", pk=one.pk).content.decode()
    assert browser.url("contacts:merge_undo", pk=merge.pk) in page
    assert set(AuditEntry.objects.filter(action="update", model="contacts.contact").values_list("object_id", flat=True)) == {
        one.pk, other.pk,
    }  # fmt: skip
    browser.send("contacts:duplicate_merge", sent, pk=pair.pk)
    assert Merge.objects.count() == 1, "a second click merges nothing"


def test_undoing_from_the_page_brings_both_back(pair, one, other, admin, browse):
    browser = browse(admin)
    browser.send("contacts:duplicate_merge", {"keep": one.pk}, pk=pair.pk)
    merge = Merge.objects.get()
    page = browser.open("contacts:merge_detail", pk=merge.pk).content.decode()
    assert browser.url("contacts:merge_undo", pk=merge.pk) in page
    browser.send("contacts:merge_undo", pk=merge.pk)
    other.refresh_from_db()
    assert (other.merged_into_id, other.archived_at) == (None, None)
    assert "exactly as they were" in browser.open("contacts:merge_detail", pk=merge.pk).content.decode()
    again = browser.send("contacts:merge_undo", pk=merge.pk)
    assert again.status_code == 422
    assert "already undone" in again.content.decode()
    assert set(TimelineEvent.objects.filter(verb="contact.unmerged").values_list("contact_id", flat=True)) == {
        one.pk, other.pk,
    }  # fmt: skip


def test_a_merged_contact_leads_to_the_kept_one_and_is_nowhere_else(one, other, admin, browse):
    services.merge_contacts(kept=one, absorbed=other, by=admin)
    browser = browse(admin)
    response = browser.open("contacts:contact_detail", pk=other.pk)
    assert response.url == browser.url("contacts:contact_detail", pk=one.pk)
    for query in ({}, {"archived": "yes"}, {"archived": "all"}, {"q": "jf"}):
        listed = browser.open("contacts:contact_list", query).context["page"].records
        assert other.pk not in {contact.pk for contact in listed}, query
    found = browser.open("contacts:contact_lookup", {"q": "maison"}).json()["results"]
    assert other.pk not in {row["id"] for row in found}


def test_nothing_more_is_written_on_a_merged_contact(one, other, admin, fund):
    stale = Contact.objects.get(pk=other.pk)  # read before the merge
    services.merge_contacts(kept=one, absorbed=other, by=admin)
    writes = (
        lambda: services.update_contact(stale, by=admin, city="Laval"),
        lambda: services.archive_contact(stale, by=admin),
        lambda: services.restore_contact(stale, by=admin),
        lambda: services.add_note(Contact.objects.get(pk=other.pk), text="Late", by=admin),
        lambda: record_gift(
            contact=stale, amount=belongings.Decimal(5), received_on=belongings.DAY, fund=fund, by=admin
        ),
    )
    for write in writes:
        with pytest.raises(DomainError, match="merged into another contact"):
            write()


def test_receipts_of_the_absorbed_contact_show_with_the_kept_one_and_can_be_voided(one, other, admin, owner, browse):
    receipt = belongings.MAKERS["receipts.receipt.contact"](other, admin)
    services.merge_contacts(kept=one, absorbed=other, by=admin)
    for person in (admin, owner):
        panel = browse(person).open("receipts:contact_receipts", pk=one.pk).content.decode()
        assert receipt.number in panel
        assert receipt.donor_name in panel
    assert browse(owner).open("receipts:receipt_detail", pk=receipt.pk).status_code == 200
    cancel_receipt(Receipt.objects.get(pk=receipt.pk), reason="Wrong amount", by=admin)
    assert one.timeline.filter(verb="receipt.cancelled").exists()


# --- refusals ----------------------------------------------------------------------------------------------------------------
def test_what_cannot_be_merged_is_refused_with_its_reason(one, other, admin, outsider):
    foreign = ContactFactory(organization=outsider.organization)
    archived = ContactFactory(organization=one.organization, archived_at=timezone.now())
    forgotten = ContactFactory(organization=one.organization, archived_at=timezone.now(), anonymized_at=timezone.now())
    for absorbed, reason in (
        (one, "two different"),
        (foreign, "organizations"),
        (archived, "Restore"),
        (forgotten, "anonymized"),
    ):
        with pytest.raises(DomainError, match=reason):
            services.merge_contacts(kept=one, absorbed=absorbed, by=admin)
    services.merge_contacts(kept=one, absorbed=other, by=admin)
    with pytest.raises(DomainError, match="already merged"):
        services.merge_contacts(kept=one, absorbed=other, by=admin)


def test_a_fundraiser_merges_only_what_is_theirs_on_both_sides(one, other, owner, colleague, browse):
    theirs = ContactFactory(organization=one.organization, owner=colleague)
    with pytest.raises(DomainError, match="archive both"):
        services.merge_contacts(kept=one, absorbed=theirs, by=owner)
    browser = browse(owner)
    address = browser.url("contacts:contact_merge", pk=one.pk)
    assert browser.post(address, {"with": theirs.pk, "keep": one.pk}).status_code == 404
    assert browser.post(address, {"with": "abc"}).status_code == 404
    assert browser.post(address, {}).status_code == 422
    merge = services.merge_contacts(kept=one, absorbed=other, by=owner)
    assert browse(colleague).send("contacts:merge_undo", pk=merge.pk).status_code == 404
    services.undo_merge(merge, by=owner)


def test_any_two_contacts_are_merged_by_hand(one, other, admin, browse):
    browser = browse(admin)
    chosen = browser.open("contacts:contact_merge", {"q": "maison"}, pk=one.pk).content.decode()
    assert f"?with={other.pk}" in chosen
    assert browser.open("contacts:contact_merge", {"with": other.pk}, pk=one.pk).status_code == 200
    browser.post(browser.url("contacts:contact_merge", pk=one.pk), {"with": other.pk, "keep": other.pk})
    one.refresh_from_db()
    assert one.merged_into_id == other.pk


@pytest.mark.parametrize("value", ["", "none", "\x00", "kept' OR 1=1", "é" * 500])
def test_a_forged_choice_is_as_none(value, pair, one, admin, browse):
    sent = {"keep": value, "pick-email": value, "pick-merged_into": "absorbed", "pick-is_admin": value}
    assert browse(admin).send("contacts:duplicate_merge", sent, pk=pair.pk).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_people_merge_the_same_pair_at_once(one, other, admin):
    outcomes = []

    def merge(kept, absorbed) -> None:
        try:
            services.merge_contacts(kept=kept, absorbed=absorbed, by=admin)
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=merge, args=sides) for sides in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "merged"]
    assert Merge.objects.count() == 1
    assert ContactPoint.objects.filter(contact__in=[one, other]).count() <= 2
