"""The whole record: further e-mails and phones, what must be respected, and a mistake that may disappear."""

from datetime import date

import pytest

from crm.contacts import services
from crm.contacts.models import Contact, ContactPoint, TimelineEvent
from crm.contacts.queries import find_contacts
from crm.core.errors import DomainError
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.giving.reading import page

SENT = {
    "kind": "person", "first_name": "Hélène", "last_name": "Côté", "language": "fr", "country": "CA", "lifecycle": "prospect",
    "relationship": "lead", "funnel_stage": "needs_outreach", "priority": "medium", "email": "helene@courriel.example",
}  # fmt: skip


def rows(*values: tuple[str, str]) -> dict:
    """What the form sends for these further e-mails and phones."""
    sent = {"points-TOTAL_FORMS": str(len(values)), "points-INITIAL_FORMS": "0"}
    for place, (value, label) in enumerate(values):
        sent |= {f"points-{place}-value": value, f"points-{place}-label": label}
    return sent


def points(contact) -> list[tuple]:
    return list(contact.points.order_by("pk").values_list("kind", "value", "label"))


def test_further_ways_are_saved_with_the_contact_each_as_what_it_is(browse, admin):
    browse(admin).send(
        "contacts:contact_create", SENT | rows(("Other@Courriel.example", "work"), ("819 555-0199", "mobile"))
    )
    assert points(Contact.objects.get()) == [
        ("email", "other@courriel.example", "work"), ("phone", "+18195550199", "mobile"),
    ]  # fmt: skip


def test_search_finds_by_any_of_them(admin, contact):
    services.save_points(contact, by=admin, points=[
        {"kind": "email", "value": "bureau@exemple.test", "label": "work"}, {"kind": "phone", "value": "+14185550123"},
    ])  # fmt: skip
    for text in ("bureau@exemple", "418 555-0123", "(418) 5550123"):
        assert find_contacts(admin, text) == [contact]
    services.update_contact(contact, city="Lévis", by=admin)
    assert find_contacts(admin, "bureau@exemple") == [contact]
    services.save_points(contact, points=[], by=admin)
    assert find_contacts(admin, "bureau@exemple") == []


def test_an_emptied_row_is_taken_away_and_the_others_keep_theirs(browse, admin, contact):
    services.save_points(contact, by=admin, points=[
        {"kind": "email", "value": "a@x.example"}, {"kind": "email", "value": "b@x.example"},
    ])  # fmt: skip
    kept = contact.points.get(value="b@x.example").pk
    browse(admin).send("contacts:contact_update", SENT | rows(("", ""), ("b@x.example", "home")), pk=contact.pk)
    assert [(one.pk, one.value, one.label) for one in contact.points.all()] == [(kept, "b@x.example", "home")]


@pytest.mark.parametrize(
    "sent",
    [
        rows(("not an address@", "")),
        rows(("12", "")),
        rows(("a@x.example", ""), ("A@X.example", "")),
        rows(("helene@courriel.example", "")),
    ],
)
def test_what_is_wrong_or_there_twice_is_said_and_nothing_is_lost(browse, admin, sent):
    answer = browse(admin).send("contacts:contact_create", SENT | sent)
    assert (answer.status_code, Contact.objects.count()) == (422, 0)
    assert page(answer).one("[name=points-0-value]").get("value") == sent["points-0-value"]
    assert page(answer).one("[name=last_name]").get("value") == "Côté"


def test_a_form_without_rows_leaves_them_alone(browse, admin, contact):
    services.save_points(contact, by=admin, points=[{"kind": "email", "value": "a@x.example"}])
    browse(admin).send("contacts:contact_update", SENT, pk=contact.pk)
    assert contact.points.count() == 1


def test_a_further_address_changes_places_with_the_main_one(browse, admin, contact):
    former = contact.email
    services.save_points(contact, by=admin, points=[
        {"kind": "email", "value": "new@x.example"}, {"kind": "email", "value": "c@x.example"},
    ])  # fmt: skip
    browse(admin).send("contacts:point_primary", pk=contact.points.get(value="new@x.example").pk)
    contact.refresh_from_db()
    assert contact.email == "new@x.example"
    assert sorted(contact.points.values_list("value", flat=True)) == sorted(["c@x.example", former])
    assert find_contacts(admin, former) == [contact]


def test_the_dead_are_neither_written_to_nor_called(browse, admin, contact):
    services.update_contact(contact, is_deceased=True, phone="+18195550142", by=admin)
    shown = page(browse(admin).open("contacts:contact_detail", pk=contact.pk))
    assert shown.css("a[href^='mailto:'], a[href^='tel:']") == []
    assert "Deceased" in shown.text


def test_a_date_of_death_says_the_rest(admin, contact):
    contact = services.update_contact(contact, deceased_on=date(2026, 2, 1), by=admin)
    assert contact.is_deceased
    with pytest.raises(DomainError):
        services.update_contact(contact, deceased_on=date(2999, 1, 1), by=admin)


def test_a_mistake_disappears_once_archived_and_the_audit_log_keeps_it(browse, admin, organization):
    mistake = services.create_contact(last_name="Test", by=admin)
    browser = browse(admin)
    assert browser.send("contacts:contact_delete", pk=mistake.pk).status_code == 422
    services.archive_contact(mistake, by=admin)
    assert browser.send("contacts:contact_delete", pk=mistake.pk).status_code == 302
    assert not Contact.objects.filter(pk=mistake.pk).exists()
    assert not TimelineEvent.objects.filter(contact_id=mistake.pk).exists()


@pytest.mark.parametrize("what", ["gift", "note", "point"])
def test_a_contact_that_something_leads_to_stays(admin, contact, what):
    if what == "gift":
        GiftFactory(contact=contact, recorded_by=admin)
    elif what == "note":
        services.add_note(contact, text="Called", by=admin)
    else:
        ContactPoint.objects.create(organization=contact.organization, contact=contact, kind="email", value="a@x.test")
    services.archive_contact(contact, by=admin)
    with pytest.raises(DomainError) as refusal:
        services.delete_contact(contact, by=admin)
    assert "1 " in str(refusal.value)


def test_a_fundraiser_archives_and_never_destroys(browse, owner, contact):
    services.archive_contact(contact, by=owner)
    assert browse(owner).send("contacts:contact_delete", pk=contact.pk).status_code == 403


@pytest.mark.parametrize("state", ["merged", "anonymized"])
def test_nobody_writes_on_who_lives_on_elsewhere_or_was_forgotten(admin, contact, organization, state):
    if state == "anonymized":
        services.anonymize_contact(contact, reason="Letter", by=admin)
    else:
        services.archive_contact(contact, by=admin)
        Contact.objects.filter(pk=contact.pk).update(merged_into=ContactFactory(organization=organization))
    for act in (
        lambda: services.update_contact(contact, city="Lévis", by=admin),
        lambda: services.restore_contact(contact, by=admin),
        lambda: services.save_points(contact, points=[], by=admin),
        lambda: services.record_consent(contact, channel="sms", status="none", given_on=date(2026, 1, 1), by=admin),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.code == state


def test_unticking_the_box_undoes_a_death_recorded_by_mistake(admin, contact):
    contact = services.update_contact(contact, deceased_on=date(2026, 2, 1), by=admin)
    contact = services.update_contact(contact, is_deceased=False, deceased_on=date(2026, 2, 1), by=admin)
    assert (contact.is_deceased, contact.deceased_on) == (False, None)


def test_further_ways_move_the_last_contact(admin, contact):
    before = contact.last_contact_at
    services.save_points(contact, points=[{"kind": "email", "value": "a@x.example"}], by=admin)
    contact.refresh_from_db()
    assert contact.last_contact_at > before


def test_a_change_of_places_is_one_line_of_the_timeline(admin, contact):
    services.save_points(contact, points=[{"kind": "email", "value": "a@x.example"}], by=admin)
    before = contact.timeline.count()
    services.make_point_primary(contact.points.get(), by=admin)
    assert contact.timeline.count() == before + 1
