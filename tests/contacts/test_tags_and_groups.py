"""Tags and groups: who may, what is kept, what is refused."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.accounts.models import AuditEntry
from crm.contacts.choices import Channel, ConsentStatus
from crm.contacts.consent import answer
from crm.contacts.criteria import Context
from crm.contacts.criteria.rules import compiled
from crm.contacts.models import Consent, Contact, Group, GroupMember, Tag, TagAssignment
from crm.contacts.services import sets
from crm.core.errors import DomainError
from crm.giving import summaries
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def gala(admin):
    return sets.create_tag(by=admin, name="Gala")


# --- tags -------------------------------------------------------------------------------------------------------------
def test_who_put_a_tag_on_and_when_are_kept_and_the_timeline_tells(contact, gala, owner, admin):
    done = sets.put_tag(contact, tag=gala, by=owner)
    assert (done.assigned_by, sets.put_tag(contact, tag=gala, by=admin)) == (owner, None)
    assert TagAssignment.objects.get().assigned_by == owner
    assert sets.take_tag(contact, tag=gala, by=admin)
    assert not sets.take_tag(contact, tag=gala, by=admin)
    assert list(contact.timeline.order_by("pk").values_list("verb", "data__name")) == [
        ("tag.added", "Gala"), ("tag.removed", "Gala"),
    ]  # fmt: skip
    actions = AuditEntry.objects.filter(model="contacts.tagassignment").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["create", "delete"]


def test_a_name_finds_the_tag_whatever_its_case_and_makes_one_only_if_one_may(contact, gala, owner, member, browse):
    sets.put_tag(contact, name=" gala ", by=member)
    assert TagAssignment.objects.get().tag == gala
    refused = browse(member).post(
        browse(member).url("contacts:contact_tag_add", pk=contact.pk), {"name": "Volunteer"}, headers=HTMX
    )
    assert (refused.status_code, "Volunteer" in refused.content.decode()) == (422, True)  # what was typed stays
    sets.put_tag(contact, name="Volunteer", by=owner)
    assert set(Tag.objects.values_list("name", flat=True)) == {"Gala", "Volunteer"}


def test_two_tags_never_share_a_name(admin, gala, browse):
    response = browse(admin).send("contacts:tag_create", {"name": "GALA", "colour": "t-1"})
    assert (response.status_code, Tag.objects.count()) == (422, 1)
    assert "already has this name" in response.content.decode()


def test_deleting_a_tag_says_how_many_wear_it_and_takes_it_off(admin, contact, gala, browse):
    sets.put_tag(contact, tag=gala, by=admin)
    client = browse(admin)
    assert "taken off 1 contact and" in client.open("contacts:tag_delete", pk=gala.pk).content.decode()
    client.send("contacts:tag_delete", pk=gala.pk)
    assert (Tag.objects.count(), TagAssignment.objects.count(), Contact.objects.count()) == (0, 0, 1)


def test_tags_of_others_and_forged_numbers_are_refused(contact, colleague, reader, outsider, owner, browse):
    theirs = Tag.objects.create(organization=outsider.organization, name="Theirs")
    client = browse(owner)
    assert client.send("contacts:contact_tag_add", {"tag": theirs.pk}, pk=contact.pk).status_code == 404
    for forged in ("²", "-1", "1 OR 1", "9" * 40, "\x00"):
        client.send("contacts:contact_tag_add", {"tag": forged}, pk=contact.pk)
        client.send("contacts:contact_tag_remove", {"tag": forged}, pk=contact.pk)
    assert browse(reader).send("contacts:contact_tag_add", {"name": "x"}, pk=contact.pk).status_code == 403
    assert browse(colleague).send("contacts:contact_tag_add", {"name": "x"}, pk=contact.pk).status_code == 404
    assert TagAssignment.objects.count() == 0
    with pytest.raises(DomainError):
        sets.put_tag(contact, tag=theirs, by=owner)


def test_the_list_shows_tags_by_one_query_more_however_many_rows(admin, browse):
    client = browse(admin)

    def tagged(number: int) -> None:
        for one in range(number):
            donor = ContactFactory(organization=admin.organization)
            for name in ("a", "b"):
                sets.put_tag(donor, name=f"{name}{one}", by=admin)

    tagged(2)
    client.open("contacts:contact_list")
    with CaptureQueriesContext(connection) as few:
        client.open("contacts:contact_list")
    tagged(8)
    with CaptureQueriesContext(connection) as many:
        page = client.open("contacts:contact_list")
    assert len(few) == len(many)
    assert page.content.decode().count('class="mc-tag ') == 20


def test_a_tag_is_a_filter_of_contacts(admin, contact, gala, browse):
    ContactFactory(organization=admin.organization)
    sets.put_tag(contact, tag=gala, by=admin)
    listed = browse(admin).open("contacts:contact_list", {"tag": gala.pk})
    assert [row.pk for row in listed.context["page"].records] == [contact.pk]


# --- groups -----------------------------------------------------------------------------------------------------------
def test_a_contact_is_once_in_a_group_and_taken_out(admin, contact, browse):
    group = sets.create_group(by=admin, name="Committee", is_shared=True)
    client = browse(admin)
    for _time in range(2):
        client.send("contacts:group_add", {"contact": contact.pk}, pk=group.pk)
    assert GroupMember.objects.get().added_by == admin
    assert contact.name in client.open("contacts:group_detail", pk=group.pk).content.decode()
    client.send("contacts:group_remove", {"contact": contact.pk}, pk=group.pk)
    assert GroupMember.objects.count() == 0
    client.send("contacts:group_add", {"contact_text": "Bouchard"}, pk=group.pk)  # without script: one match
    assert GroupMember.objects.get().contact == contact


def test_a_group_holds_only_whom_one_sees_and_shows_only_them(admin, owner, colleague, contact, outsider, browse):
    hidden = ContactFactory(organization=admin.organization, owner=colleague, last_name="Hidden")
    foreign = ContactFactory(organization=outsider.organization)
    group = sets.create_group(by=owner, name="Mine", is_shared=True)
    for person in (hidden, foreign):
        assert browse(owner).send("contacts:group_add", {"contact": person.pk}, pk=group.pk).status_code == 404
    sets.add_member(group, contact=hidden, by=admin)
    sets.add_member(group, contact=contact, by=admin)
    page = browse(owner).open("contacts:group_detail", pk=group.pk).content.decode()
    assert (contact.name in page, "Hidden" in page) == (True, False)
    assert browse(colleague).send("contacts:group_add", {"contact": hidden.pk}, pk=group.pk).status_code == 403
    with pytest.raises(DomainError):
        sets.add_member(group, contact=foreign, by=admin)


def test_a_private_group_is_its_owners_only(owner, admin, contact, browse):
    group = sets.create_group(by=owner, name="Mine alone", is_shared=False)
    sets.add_member(group, contact=contact, by=owner)
    assert browse(admin).open("contacts:group_detail", pk=group.pk).status_code == 404
    assert "Mine alone" not in browse(admin).open("contacts:contact_detail", pk=contact.pk).content.decode()
    assert "Mine alone" in browse(owner).open("contacts:contact_detail", pk=contact.pk).content.decode()
    assert Group.objects.count() == 1


# --- consent in rules says what the contact's page says ---------------------------------------------------------------
def test_consent_in_a_rule_is_what_the_law_of_one_contact_answers(organization, admin, fund):
    today = Context(organization).today
    edge = today.replace(year=today.year - 2) if (today.month, today.day) != (2, 29) else date(today.year - 2, 2, 28)
    days = (None, today, edge, edge - timedelta(days=1))
    for gift in days:
        for status in (None, *ConsentStatus.values):
            for given in days[1:] if status else days[:1]:
                donor = ContactFactory(organization=organization, is_deceased=status == "express" and given == edge)
                if gift:
                    GiftFactory(contact=donor, fund=fund, recorded_by=admin, received_on=gift)
                if status:
                    Consent.objects.create(
                        organization=organization, contact=donor, channel="email", status=status, given_on=given
                    )
    summaries.refresh(Contact.objects.of(organization).values_list("pk", flat=True), on=today)
    everybody = list(Contact.objects.of(organization).select_related("summary"))
    for channel in Channel.values:
        answers = {
            donor.pk: answer(
                donor, channel, today=today, last_gift_on=donor.summary.last_on,
                consent=Consent.objects.filter(contact=donor, channel=channel).first(),
            )
            for donor in everybody
        }  # fmt: skip
        for status in ConsentStatus.values:
            rules = {"all": [{"field": f"consent_{channel}", "op": "in", "value": [status]}]}
            found = set(Contact.objects.filter(compiled(rules, Context(organization))).values_list("pk", flat=True))
            assert found == {pk for pk, one in answers.items() if one.status == status}, (channel, status)
        rules = {"none": [{"field": "may_contact", "op": "in", "value": [channel]}]}
        found = set(Contact.objects.filter(compiled(rules, Context(organization))).values_list("pk", flat=True))
        assert found == {pk for pk, one in answers.items() if not one.allowed}, channel
