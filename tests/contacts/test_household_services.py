"""Who lives with whom: what the services do, and what they refuse."""

import pytest

from crm.accounts.models import AuditEntry
from crm.contacts import services
from crm.contacts.households import greeting_for, greetings_for
from crm.contacts.models import Contact, Household, TimelineEvent
from crm.contacts.services import bulk
from crm.core.errors import DomainError
from tests.factories.contacts import ContactFactory
from tests.factories.households import couple, household_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(organization, owner):
    def make(honorific: str, first: str, last: str, **fields) -> Contact:
        return ContactFactory(
            organization=organization, owner=owner, honorific=honorific, first_name=first, last_name=last, **fields
        )

    return make


@pytest.fixture
def helene(person):
    return person("Mme", "Hélène", "Bouchard", address_line1="1, rue du Fleuve", city="Nicolet", postal_code="J3T 1A1")


@pytest.fixture
def paul(person):
    return person("M.", "Paul", "Vézina")


@pytest.fixture
def theo(person):
    return person("", "Théo", "Bouchard-Vézina")


def again(row):
    return type(row).objects.get(pk=row.pk)


def verbs(contact) -> list[str]:
    return list(contact.timeline.order_by("pk").values_list("verb", flat=True))


def test_two_people_make_a_household_at_the_address_of_the_first(helene, paul, owner):
    household = services.start_household(helene, other=paul, by=owner)
    assert (household.head, set(household.members.all())) == (helene, {helene, paul})
    assert again(paul).address_line1 == "1, rue du Fleuve"
    assert (verbs(helene), verbs(paul)) == (["household.joined"], ["household.joined"])
    told = paul.timeline.get()
    assert (told.data["people"], "address_line1" in told.data["changes"]) == ([helene.pk], True)
    assert "Bouchard" not in str(told.data)  # numbers only: a reader may not see her
    logged = AuditEntry.objects.get(model="contacts.contact", object_id=paul.pk)
    assert logged.changes["household_id"] == [None, household.pk]


def test_who_does_not_share_the_address_keeps_theirs(helene, paul, owner):
    services.start_household(helene, other=paul, shares_address=False, by=owner)
    assert again(paul).address_line1 == "1482, rue des Érables"


def test_a_head_without_an_address_takes_none_away(helene, paul, owner):
    Contact.objects.filter(pk=helene.pk).update(address_line1="", city="", province="", postal_code="")
    services.start_household(again(helene), other=paul, by=owner)
    assert again(paul).address_line1 == "1482, rue des Érables"


def test_when_the_head_moves_who_shares_the_address_moves_too(helene, paul, theo, owner, published):
    household = services.start_household(helene, other=paul, by=owner)
    services.add_member(household, contact=theo, role="child", shares_address=False, by=owner)
    published.clear()
    services.update_contact(helene, by=owner, address_line1="9, rue Neuve", city="Laval")
    assert (again(paul).address_line1, again(paul).city) == ("9, rue Neuve", "Laval")
    assert again(theo).address_line1 == "1482, rue des Érables"
    assert verbs(paul)[-1] == "contact.updated"
    assert AuditEntry.objects.filter(object_id=paul.pk, model="contacts.contact").last().changes["city"] == [
        "Nicolet",
        "Laval",
    ]
    assert {event.contact_id for event in published} == {helene.pk, paul.pk}


def test_a_change_that_is_no_move_moves_nobody(helene, paul, owner):
    services.start_household(helene, other=paul, by=owner)
    Contact.objects.filter(pk=paul.pk).update(city="Ailleurs")
    services.update_contact(helene, by=owner, phone="+18195550100")
    assert again(paul).city == "Ailleurs"


def test_who_moves_out_alone_no_longer_follows_the_head(helene, paul, owner):
    services.start_household(helene, other=paul, by=owner)
    services.update_contact(paul, by=owner, address_line1="77, rue Seule")
    assert again(paul).shares_address is False
    services.update_contact(helene, by=owner, address_line1="9, rue Neuve")
    assert again(paul).address_line1 == "77, rue Seule"


def test_who_is_recorded_elsewhere_by_now_is_not_brought_along(helene, paul, owner):
    """An import writes addresses in bulk: what it knew of Paul is not overwritten by a move, nor by a greeting."""
    household = services.start_household(helene, other=paul, by=owner)
    Contact.objects.filter(pk=paul.pk).update(address_line1="3, rue de l’Import")
    services.update_contact(helene, by=owner, address_line1="9, rue Neuve")
    places = {one.pk: ("adult", True) for one in (helene, paul)}
    services.update_household(household, by=owner, head=helene, places=places, formal_fr="Chers amis")
    assert again(paul).address_line1 == "3, rue de l’Import"


def test_who_comes_to_share_the_address_gets_it_at_once(helene, paul, owner):
    household = services.start_household(helene, other=paul, shares_address=False, by=owner)
    services.update_household(household, by=owner, places={paul.pk: ("adult", True)})
    assert again(paul).address_line1 == "1, rue du Fleuve"
    assert verbs(paul)[-2:] == ["household.changed", "contact.updated"]


def test_the_first_address_of_a_head_is_followed_by_whoever_shares_it(helene, paul, owner):
    Contact.objects.filter(pk=helene.pk).update(address_line1="", city="", province="", postal_code="")
    services.start_household(again(helene), other=paul, by=owner)
    services.update_contact(helene, by=owner, address_line1="9, rue Neuve", city="Laval")
    assert again(paul).address_line1 == "9, rue Neuve"


def test_the_dead_do_not_move(helene, paul, owner):
    services.start_household(helene, other=paul, by=owner)
    services.update_contact(paul, by=owner, is_deceased=True)
    services.update_contact(helene, by=owner, address_line1="9, rue Neuve")
    assert again(paul).address_line1 == "1, rue du Fleuve"


def test_one_household_a_person(helene, paul, theo, person, owner):
    services.start_household(helene, other=paul, by=owner)
    other = person("Mme", "Rita", "Roy")
    with pytest.raises(DomainError) as refusal:
        services.start_household(other, other=paul, by=owner)
    assert (refusal.value.code, refusal.value.field) == ("elsewhere", "decision")
    assert (again(other).household, again(paul).household.head) == (None, helene)


def test_moving_takes_somebody_out_of_the_other_household(helene, paul, person, owner):
    first = services.start_household(helene, other=paul, by=owner)
    rita = person("Mme", "Rita", "Roy")
    second = services.start_household(rita, other=paul, decision="move", by=owner)
    assert (list(first.members.all()), set(second.members.all())) == ([helene], {rita, paul})
    assert verbs(paul) == ["household.joined", "household.left", "household.joined"]


def test_joining_enters_the_household_of_the_other(helene, paul, person, owner):
    first = services.start_household(helene, other=paul, by=owner)
    rita = person("Mme", "Rita", "Roy")
    assert services.start_household(rita, other=paul, decision="join", by=owner) == first
    assert first.members.count() == 3
    assert Household.objects.count() == 1


def test_a_member_is_added_once_however_often_it_is_asked(helene, paul, owner):
    household = services.start_household(helene, other=paul, by=owner)
    services.add_member(household, contact=paul, by=owner)
    assert verbs(paul) == ["household.joined"]


@pytest.mark.parametrize("trouble", ["itself", "company", "archived", "foreign"])
def test_who_cannot_live_there_is_refused(trouble, helene, person, owner, foreign_contact, organization):
    other = {
        "itself": lambda: helene,
        "company": lambda: ContactFactory(organization=organization, kind="organization", organization_name="X inc."),
        "archived": lambda: person("", "Rita", "Roy", archived_at="2026-01-01T00:00Z"),
        "foreign": lambda: foreign_contact,
    }[trouble]()
    with pytest.raises(DomainError) as refusal:
        services.start_household(helene, other=other, by=owner)
    assert refusal.value.field == "other"
    assert Household.objects.count() == 0


def test_the_head_leaves_and_the_next_adult_is_head(helene, paul, theo, owner):
    household = services.start_household(helene, other=theo, role="child", by=owner)
    services.add_member(household, contact=paul, by=owner)
    services.leave_household(helene, by=owner)
    assert (again(household).head, again(helene).household, again(helene).household_role) == (paul, None, "")
    assert again(helene).address_line1 == "1, rue du Fleuve"


def test_leaving_twice_is_leaving_once_and_an_empty_household_goes(helene, paul, owner):
    household = services.start_household(helene, other=paul, by=owner)
    for contact in (helene, helene, paul, paul):
        services.leave_household(contact, by=owner)
    assert not Household.objects.filter(pk=household.pk).exists()
    assert verbs(helene) == ["household.joined", "household.left"]
    assert AuditEntry.objects.filter(model="contacts.household", action="delete", object_id=household.pk).exists()


@pytest.mark.parametrize("how", ["archive", "die"])
def test_a_head_who_is_archived_or_dies_is_replaced_and_nobody_moves(how, helene, paul, owner):
    household = services.start_household(helene, other=paul, shares_address=False, by=owner)
    if how == "archive":
        services.archive_contact(helene, by=owner)
    else:
        services.update_contact(helene, by=owner, is_deceased=True)
    assert again(household).head == paul
    assert again(helene).household == household
    assert again(paul).address_line1 == "1482, rue des Érables"


def test_heads_archived_in_bulk_are_replaced_too(helene, paul, owner):
    household = services.start_household(helene, other=paul, by=owner)
    bulk.archive_contacts(contact_ids=[helene.pk], by=owner)
    assert again(household).head == paul


def test_the_last_one_alive_stays_head_when_all_have_died(helene, paul, owner):
    household = services.start_household(helene, other=paul, by=owner)
    services.update_contact(paul, by=owner, is_deceased=True)
    services.update_contact(helene, by=owner, is_deceased=True)
    assert again(household).head == helene
    assert greeting_for(again(helene), "formal") == "Chère famille Bouchard-Vézina"


def test_a_household_started_from_the_page_of_somebody_who_died_has_a_living_head(helene, paul, owner):
    services.update_contact(helene, by=owner, is_deceased=True)
    assert services.start_household(again(helene), other=paul, by=owner).head == paul
    assert greeting_for(again(helene), "formal") == "Monsieur Vézina"  # the letter goes to who is left


def test_dissolving_takes_nothing_from_anybody(helene, paul, owner):
    household = services.start_household(helene, other=paul, by=owner)
    services.update_household(household, by=owner, formal_fr="Chers amis")
    services.dissolve_household(household, by=owner)
    assert (again(paul).household, again(paul).address_line1) == (None, "1, rue du Fleuve")
    assert (verbs(helene)[-1], verbs(paul)[-1]) == ("household.left", "household.left")
    gone = AuditEntry.objects.get(model="contacts.household", action="delete")
    assert gone.changes["formal_fr"] == ["Chers amis", None]
    with pytest.raises(DomainError):
        services.update_household(household, by=owner, formal_fr="Chers amis")


def test_what_is_written_by_hand_stays_until_it_is_emptied(organization, owner):
    household = couple(organization, owner)
    services.update_household(household, by=owner, informal_fr="Chers tous")
    services.update_contact(household.head, by=owner, first_name="Héloïse")
    assert greeting_for(again(household.head), "informal", "fr") == "Chers tous"
    assert greeting_for(again(household.head), "informal", "en") == "Dear Héloïse and Paul"
    services.update_household(household, by=owner, informal_fr="")
    assert greeting_for(again(household.head), "informal", "fr") == "Chère Héloïse, cher Paul"


def test_a_new_head_brings_the_address_to_whoever_shares_it(helene, paul, owner):
    household = services.start_household(helene, other=paul, shares_address=False, by=owner)
    services.update_household(household, by=owner, head=paul)
    assert again(helene).address_line1 == "1482, rue des Érables"
    assert greeting_for(again(helene), "formal", "fr") == "Monsieur Vézina et Madame Bouchard"


def test_a_stranger_or_somebody_who_died_is_not_made_head(helene, paul, theo, owner):
    household = services.start_household(helene, other=paul, by=owner)
    services.update_contact(paul, by=owner, is_deceased=True)
    for head in (theo, paul):
        with pytest.raises(DomainError) as refusal:
            services.update_household(household, by=owner, head=head)
        assert refusal.value.field == "head"


# --- greetings for letters ----------------------------------------------------------------------------------------------
def test_each_is_written_to_as_they_live(organization, owner, person, django_assert_num_queries):
    household = couple(organization, owner)
    hers, his = household.members.order_by("pk")
    child = person("", "Théo", "Vézina", household=household, household_role="child", language="en")
    alone = person("Dre", "Anne", "Roy")
    company = ContactFactory(organization=organization, kind="organization", organization_name="X inc.")
    with django_assert_num_queries(2):
        found = greetings_for([hers, his, child, alone, company])
    assert [found[one.pk].formal for one in (hers, his, child, alone, company)] == [
        "Madame Bouchard et Monsieur Vézina",
        "Madame Bouchard et Monsieur Vézina",
        "Dear Théo Vézina",
        "Docteure Roy",
        "Madame, Monsieur",
    ]


def test_who_is_archived_is_written_to_no_more(organization, owner):
    household = couple(organization, owner)
    services.archive_contact(household.head, by=owner)
    left = household.members.get(archived_at=None)
    assert greeting_for(left, "informal") == "Cher Paul"


def test_nobody_of_another_organization_gets_in(helene, outsider, foreign_contact, owner):
    household = household_of(helene)
    with pytest.raises(DomainError):
        services.add_member(household, contact=foreign_contact, by=owner)
    assert TimelineEvent.objects.filter(contact=foreign_contact).count() == 0
