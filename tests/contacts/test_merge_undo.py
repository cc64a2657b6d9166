"""A merge can be taken back: the same rows, byte for byte, in every table that points to a contact (C-17)."""

import random

import pytest

from crm.contacts import merging, services, stored
from crm.contacts.models import Consent, Contact, ContactPoint, ContactRelation, Merge, Tag, TagAssignment
from crm.core.errors import DomainError
from crm.giving.models import Gift, GivingSummary
from crm.giving.services import correct_gift, record_gift
from crm.receipts.models import Receipt
from tests.contacts import belongings
from tests.contacts.belongings import add_everything, differences, everything
from tests.factories.contacts import ContactFactory

RELATIONS = {merging.name_of(rel): rel for rel in merging.relations()}


@pytest.fixture
def elder(organization, admin):
    """Somebody with a smaller number than both."""
    return ContactFactory(organization=organization, owner=admin, last_name="Elder")


@pytest.fixture
def one(organization, admin, elder):
    return ContactFactory(
        organization=organization, owner=admin, first_name="Jean-François", last_name="Côté", phone="+18195550101"
    )


@pytest.fixture
def other(organization, admin, one):
    return ContactFactory(
        organization=organization, owner=admin, first_name="jf", last_name="cote", phone="+18195550102",
        external_id="D-7", custom={"shirt": "L"}, city="Shawinigan",
    )  # fmt: skip


def merge(kept, absorbed, by, **picks) -> Merge:
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    return services.merge_contacts(kept=kept, absorbed=absorbed, by=by, picks=picks)


def test_every_relation_to_a_contact_has_a_row_in_these_tests():
    assert set(belongings.MAKERS) == set(RELATIONS), "say in belongings.py how to make a row of the new one"


def test_everything_on_both_sides_comes_back_byte_for_byte(one, other, admin):
    add_everything(one, admin)
    add_everything(other, admin)
    before = everything()
    for name, rel in RELATIONS.items():
        if name != "contacts.merge.absorbed":
            for contact in (one, other):
                assert rel.related_model._base_manager.filter(**{rel.field.name: contact}).exists(), (name, contact)
    merged = merge(one, other, admin)
    assert len(differences(before, everything())) > 20
    services.undo_merge(merged, by=admin)
    assert differences(before, everything()) == []
    merged.refresh_from_db()
    assert merged.before["left"] == []


def test_everything_on_one_side_only_comes_back_too(one, other, admin):
    add_everything(other, admin)
    before = everything()
    services.undo_merge(merge(one, other, admin), by=admin)
    assert differences(before, everything()) == []


def test_the_other_way_round_and_with_every_value_of_the_absorbed(one, other, admin):
    add_everything(one, admin)
    add_everything(other, admin)
    before = everything()
    names = [field.name for field in Contact._meta.concrete_fields]
    services.undo_merge(merge(other, one, admin, **dict.fromkeys(names, "absorbed")), by=admin)
    assert differences(before, everything()) == []


@pytest.mark.parametrize("name", [name for name, maker in belongings.MAKERS.items() if maker])
def test_nothing_is_left_on_the_absorbed_contact_but_what_says_so(name, one, other, admin):
    belongings.MAKERS[name](other, admin)
    other.refresh_from_db()
    rel = RELATIONS[name]
    mine = {row.pk for row in rel.related_model._base_manager.filter(**{rel.field.name: other})}
    merge(one, other, admin)
    there = {row.pk for row in rel.related_model._base_manager.filter(**{rel.field.name: other})}
    stays = (
        name.startswith(("contacts.merge.", "receipts.receipt.", "receipts.runline.", "outreach.recipient."))
        or name == "contacts.duplicatepair.second"
    )
    assert there == (mine if stays else {other.pk} if name.startswith("giving.givingsummary") else set())


# --- edits between merge and undo ---------------------------------------------------------------------------------------
def test_what_was_changed_since_is_kept_and_listed(one, other, admin):
    add_everything(one, admin)
    add_everything(other, admin)
    gift = Gift.objects.filter(contact=other, receipt_lines=None).first()
    before = everything()
    merged = merge(one, other, admin, city="kept")
    one.refresh_from_db()
    services.update_contact(one, by=admin, job_title="Treasurer", external_id="D-8")
    fresh = record_gift(contact=one, amount=gift.amount, received_on=gift.received_on, fund=gift.fund, by=admin)
    correct_gift(gift, by=admin, note="Thank by phone")
    services.undo_merge(merged, by=admin)
    one.refresh_from_db()
    other.refresh_from_db()
    merged.refresh_from_db()
    gift.refresh_from_db()
    assert (one.job_title, one.external_id, one.city) == ("Treasurer", "D-8", "Trois-Rivières")
    assert other.external_id == "D-7", "its number was free again"
    assert (gift.contact_id, gift.note) == (other.pk, "Thank by phone"), "it goes back with what was changed in it"
    assert fresh.pk in set(one.gifts.values_list("pk", flat=True))
    listed = {(entry["model"], entry["pk"], entry["reason"]) for entry in merged.before["left"]}
    assert {("giving.gift", fresh.pk, "added"), ("contacts.contact", one.pk, "changed")} <= listed
    for contact in (one, other):
        total = sum(row.amount for row in contact.gifts.all())
        assert GivingSummary.objects.get(contact=contact).total == total
    touched = {"contacts.contact", "contacts.timelineevent", "giving.gift", "giving.givingsummary"}
    assert {line.split()[0] for line in differences(before, everything())} <= touched


def test_an_address_used_since_is_not_taken_away(one, other, admin):
    merged = merge(one, other, admin, email="kept", phone="kept")
    further = ContactPoint.objects.get(contact=one, value=other.email)
    further.label = "work"
    further.save()
    services.undo_merge(merged, by=admin)
    merged.refresh_from_db()
    assert ContactPoint.objects.filter(pk=further.pk).exists()
    assert [entry["reason"] for entry in merged.before["left"]] == ["changed"]


def test_a_row_moved_to_somebody_else_or_erased_since_is_left_alone_and_listed(one, other, admin, organization):
    gifts = [belongings.add_gift(other, admin) for _number in range(3)]
    merged = merge(one, other, admin)
    third = ContactFactory(organization=organization, owner=admin)
    correct_gift(gifts[0], by=admin, contact=third)
    Gift.objects.filter(pk=gifts[1].pk).delete()
    services.undo_merge(merged, by=admin)
    merged.refresh_from_db()
    assert [gift.contact_id for gift in Gift.objects.order_by("pk")] == [third.pk, other.pk]
    assert {(entry["pk"], entry["reason"]) for entry in merged.before["left"]} == {
        (gifts[0].pk, "moved"),
        (gifts[1].pk, "gone"),
    }


def test_a_tag_erased_since_does_not_stop_the_undo(one, other, admin):
    for contact in (one, other):
        belongings.MAKERS["contacts.tagassignment.contact"](contact, admin)
    merged = merge(one, other, admin)
    tag = Tag.objects.get(name="Shared")
    TagAssignment.objects.filter(tag=tag).delete()
    tag.delete()
    services.undo_merge(merged, by=admin)
    assert set(other.tag_assignments.values_list("tag__name", flat=True)) == {f"Tag {other.pk}"}


def test_consent_withdrawn_between_merge_and_undo_stays_withdrawn_for_both(one, other, admin):
    for contact, status in ((one, "express"), (other, "implied")):
        Consent.objects.create(
            organization=one.organization, contact=contact, channel="email", status=status, given_on=belongings.DAY
        )
    merged = merge(one, other, admin)
    Consent.objects.filter(contact=one).update(status="withdrawn")
    services.undo_merge(merged, by=admin)
    assert [consent.status for consent in Consent.objects.all()] == ["withdrawn", "withdrawn"]


# --- chains and repetitions ---------------------------------------------------------------------------------------------
def test_a_chain_is_undone_from_its_end(one, other, admin, organization):
    third = ContactFactory(organization=organization, owner=admin, last_name="Third")
    for contact in (one, other, third):
        add_everything(contact, admin)
    before = everything()
    inner = merge(other, third, admin)
    outer = merge(one, other, admin)
    third.refresh_from_db()
    assert third.merged_into_id == one.pk, "whoever opens the third is led to the one that is left"
    with pytest.raises(DomainError, match="Undo that merge first"):
        services.undo_merge(inner, by=admin)
    services.undo_merge(outer, by=admin)
    third.refresh_from_db()
    assert third.merged_into_id == other.pk
    services.undo_merge(inner, by=admin)
    assert differences(before, everything()) == []


@pytest.mark.parametrize("last_first", [True, False])
def test_two_merges_into_one_are_undone_in_either_order(one, other, admin, organization, last_first):
    third = ContactFactory(organization=organization, owner=admin, last_name="Third", external_id="")
    for contact in (one, other, third):
        add_everything(contact, admin)
    before = everything()
    merges = [merge(one, other, admin), merge(one, third, admin)]
    for merged in merges[::-1] if last_first else merges:
        services.undo_merge(merged, by=admin)
    found = differences(before, everything())
    if last_first:
        assert found == []
    else:  # what the second merge took over from the first is named, and nobody lost a row
        assert not [line for line in found if line.split()[0].startswith(("giving.gift", "receipts", "contacts.note"))]
        for contact in (one, other, third):
            assert contact.gifts.count() == 3
            assert contact.tag_assignments.count() == 2


def test_merging_and_undoing_again_and_again_changes_nothing(one, other, admin):
    add_everything(one, admin)
    add_everything(other, admin)
    before = everything()
    dice = random.Random(7)
    for _round in range(6):
        kept, absorbed = dice.sample([one, other], 2)
        codes = [field.name for field in Contact._meta.concrete_fields]
        picks = {code: dice.choice(("kept", "absorbed")) for code in codes}
        services.undo_merge(merge(kept, absorbed, admin, **picks), by=admin)
    assert differences(before, everything()) == []


def test_a_merge_is_undone_once(one, other, admin):
    merged = merge(one, other, admin)
    services.undo_merge(merged, by=admin)
    with pytest.raises(DomainError, match="already undone"):
        services.undo_merge(merged, by=admin)


def test_a_forgotten_person_is_not_brought_back(one, other, admin):
    merged = merge(one, other, admin)
    services.anonymize_contact(one, reason="Asked by letter", by=admin)
    merged.refresh_from_db()
    assert merged.before == {}
    with pytest.raises(DomainError, match="erased"):
        services.undo_merge(merged, by=admin)


# --- what stays -----------------------------------------------------------------------------------------------------------
def test_an_issued_receipt_is_not_touched(one, other, admin):
    receipt = belongings.MAKERS["receipts.receipt.contact"](other, admin)
    before = stored.snapshot(Receipt.objects.get(pk=receipt.pk))
    merge(one, other, admin)
    assert stored.snapshot(Receipt.objects.get(pk=receipt.pk)) == before


def test_a_relation_said_twice_or_to_oneself_is_gone_and_comes_back(one, other, admin):
    friend = belongings.another(one)
    make = {"organization": one.organization}
    ContactRelation.objects.create(**make, contact=one, other=friend, kind="parent")
    ContactRelation.objects.create(**make, contact=friend, other=other, kind="child")
    ContactRelation.objects.create(**make, contact=one, other=other, kind="sibling")
    before = everything()
    merged = merge(one, other, admin)
    assert [(row.contact_id, row.other_id) for row in ContactRelation.objects.all()] == [(one.pk, friend.pk)]
    services.undo_merge(merged, by=admin)
    assert differences(before, everything()) == []
