"""Relations: stored once, said on both pages, each with its other way round."""

import pytest

from crm.accounts.models import AuditEntry
from crm.contacts import services
from crm.contacts.choices import Kind, RelationKind
from crm.contacts.models import ContactRelation
from crm.contacts.relations import INVERSES, SENSIBLE, inverse, offered
from crm.core.errors import DomainError
from tests.factories.contacts import ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def helene(organization, owner):
    return ContactFactory(organization=organization, owner=owner, first_name="Hélène")


@pytest.fixture
def paul(organization, owner):
    return ContactFactory(organization=organization, owner=owner, first_name="Paul")


@pytest.fixture
def company(organization, owner):
    return ContactFactory(
        organization=organization, owner=owner, kind="organization", organization_name="Imprimerie Sainte-Anne inc."
    )


def test_the_inverse_of_the_inverse_is_the_relation_itself():
    assert set(INVERSES) == set(RelationKind.values) == set(INVERSES.values())
    assert all(inverse(inverse(kind)) == kind for kind in RelationKind.values)


def test_what_makes_sense_one_way_makes_sense_the_other_way():
    for (one, other), kinds in SENSIBLE.items():
        assert {inverse(kind) for kind in kinds} == set(SENSIBLE[other, one])


def test_every_relation_can_be_chosen_somewhere():
    assert {kind for kind_of in Kind.values for kind in offered(kind_of)} == set(RelationKind)


def test_a_relation_is_one_row_and_two_lines_of_history(helene, paul, owner):
    relation = services.add_relation(helene, other=paul, kind="parent", note=" Son père ", by=owner)
    assert (ContactRelation.objects.get(), relation.note) == (relation, "Son père")
    hers, his = helene.timeline.get(), paul.timeline.get()
    assert (hers.verb, hers.data["kind"], hers.data["people"]) == ("relation.added", "parent", [paul.pk])
    assert (his.verb, his.data["kind"], his.data["people"]) == ("relation.added", "child", [helene.pk])
    assert AuditEntry.objects.filter(model="contacts.contactrelation", action="create").count() == 1


@pytest.mark.parametrize(("first", "again"), [("parent", "parent"), ("spouse", "spouse"), ("friend", "friend")])
def test_the_same_relation_is_not_said_twice(first, again, helene, paul, owner):
    services.add_relation(helene, other=paul, kind=first, by=owner)
    for one, other, kind in ((helene, paul, again), (paul, helene, inverse(again))):
        with pytest.raises(DomainError) as refusal:
            services.add_relation(one, other=other, kind=kind, by=owner)
        assert refusal.value.code == "twice"
    assert ContactRelation.objects.count() == 1


def test_two_people_may_be_two_things_for_each_other(helene, paul, owner):
    services.add_relation(helene, other=paul, kind="spouse", by=owner)
    services.add_relation(helene, other=paul, kind="employee", by=owner)
    assert ContactRelation.objects.count() == 2


def test_nobody_is_related_to_themselves(helene, owner):
    with pytest.raises(DomainError) as refusal:
        services.add_relation(helene, other=helene, kind="spouse", by=owner)
    assert refusal.value.field == "other"


def test_nobody_marries_an_organization(helene, company, owner):
    for one, other, kind in ((helene, company, "spouse"), (company, helene, "parent"), (helene, company, "employee")):
        with pytest.raises(DomainError) as refusal:
            services.add_relation(one, other=other, kind=kind, by=owner)
        assert refusal.value.field == "kind"
    services.add_relation(helene, other=company, kind="employer", by=owner)


def test_another_organizations_contact_is_out_of_reach(helene, foreign_contact, owner):
    with pytest.raises(DomainError):
        services.add_relation(helene, other=foreign_contact, kind="friend", by=owner)


def test_a_correction_into_another_relation_that_is_there_is_refused(helene, paul, owner):
    services.add_relation(helene, other=paul, kind="spouse", by=owner)
    second = services.add_relation(paul, other=helene, kind="friend", by=owner)
    with pytest.raises(DomainError) as refusal:
        services.update_relation(second, kind="spouse", by=owner)
    assert refusal.value.code == "twice"


def test_correcting_says_so_on_both_pages_and_only_when_it_is_another_relation(helene, paul, owner):
    relation = services.add_relation(helene, other=paul, kind="friend", by=owner)
    services.update_relation(relation, kind="friend", note="Since school", by=owner)
    assert paul.timeline.count() == 1
    services.update_relation(relation, kind="parent", note="", by=owner)
    assert paul.timeline.order_by("pk").last().data["kind"] == "child"


def test_removing_says_so_on_both_pages_and_twice_is_refused(helene, paul, owner):
    relation = services.add_relation(helene, other=paul, kind="friend", by=owner)
    stale = ContactRelation.objects.get()
    services.remove_relation(relation, by=owner)
    assert ContactRelation.objects.count() == 0
    for contact in (helene, paul):
        assert contact.timeline.order_by("pk").last().verb == "relation.removed"
    with pytest.raises(DomainError) as refusal:
        services.remove_relation(stale, by=owner)
    assert refusal.value.code == "gone"
