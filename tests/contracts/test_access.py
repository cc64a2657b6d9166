"""Every address × every role answers what the matrix says; other organizations and strangers get nothing."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.accounts.choices import Role
from crm.accounts.models import Membership
from tests.factories.accounts import MembershipFactory, OrganizationFactory
from tests.factories.contacts import ContactFactory
from tests.routes import LIBRARY_NAMESPACES, PERSONAL_NAMESPACES, PUBLIC, all_routes, screens
from tests.world import build

ALLOWED = {200, 204, 302, 405, 409, 422}
ROLES = ["admin", "owner", "finance", "member", "reader"]
SCREENS = screens()
WITH_PK = [route for route in SCREENS if route.has_pk]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    """Everybody and one row of each kind, made once: the transaction of each test is a savepoint inside this one."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override("en"):
        organization = OrganizationFactory(slug="rive-claire")
        roles = {"admin": Role.ADMIN, "finance": Role.FINANCE, "member": Role.MEMBER, "reader": Role.READ_ONLY}
        roles |= {"owner": Role.FUNDRAISER, "colleague": Role.FUNDRAISER}
        people = {name: MembershipFactory(organization=organization, role=role) for name, role in roles.items()}
        people["outsider"] = MembershipFactory(organization__slug="other", role=Role.ADMIN)
        contact = ContactFactory(organization=organization, owner=people["owner"])
        world = build(contact=contact, by=people["admin"], owner=people["owner"])
        yield {**people, "organization": organization, "world": world}
        transaction.set_rollback(True)


@pytest.fixture
def world(stage, db):
    return stage["world"]


@pytest.fixture
def organization(stage, db):
    return stage["organization"]


@pytest.fixture
def colleague(stage, db):
    return stage["colleague"]


@pytest.fixture
def outsider(stage, db):
    return stage["outsider"]


def address(route, organization, world) -> str:
    kwargs = {"organization": organization.slug}
    if route.has_pk:
        kwargs["pk"] = world[route.model].pk
    return reverse(route.name, kwargs=kwargs)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def test_every_address_is_a_guarded_screen_or_public_for_a_reason():
    loose = []
    for route in all_routes():
        namespace = route.name.split(":")[0]
        library = namespace in LIBRARY_NAMESPACES or str(getattr(route.view, "__module__", "")).startswith("allauth.")
        if not (route.is_screen or library or namespace in PERSONAL_NAMESPACES or route.name in PUBLIC):
            loose.append(route.name)
    assert loose == []


def test_no_reason_is_stale():
    assert sorted(set(PUBLIC) - {route.name for route in all_routes()}) == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", SCREENS, ids=str)
def test_each_role_is_answered_as_the_matrix_says(route, method, role, world, organization, stage):
    person = stage[role]
    target = world[route.model] if route.has_pk else None
    seen = target is None or route.model.objects.visible_to(person).filter(pk=target.pk).exists()
    may = target is None or person.can(route.view.permission, target)  # asked before: the act may remove the row
    response = getattr(signed_in(person), method)(address(route, organization, world))
    for (
        close
    ) in response._resource_closers:  # downloads hold a file open; response.close() would end the test's transaction
        close()
    if not person.can(route.view.permission):
        assert response.status_code == 403
    elif not hasattr(route.view, method):
        assert response.status_code == 405
    elif not seen:
        assert response.status_code == 404
    elif not may:
        assert response.status_code == 403
    else:
        assert response.status_code in ALLOWED


@pytest.mark.parametrize("route", WITH_PK, ids=str)
def test_another_fundraiser_never_reaches_what_hangs_off_the_owners_contact(route, world, organization, colleague):
    target = world[route.model]
    response = signed_in(colleague).get(address(route, organization, world))
    belongs_to_contact = target == world["contact"] or getattr(target, "contact_id", None)
    if not colleague.can(route.view.permission):
        assert response.status_code == 403
    elif belongs_to_contact:
        assert response.status_code == (404 if hasattr(route.view, "get") else 405)


@pytest.mark.parametrize("route", SCREENS, ids=str)
def test_an_outsider_finds_nothing_by_the_organizations_address(route, world, organization, outsider):
    assert signed_in(outsider).get(address(route, organization, world)).status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", WITH_PK, ids=str)
def test_an_outsider_finds_nothing_by_guessing_numbers(route, method, world, outsider):
    response = getattr(signed_in(outsider), method)(address(route, outsider.organization, world))
    assert response.status_code == (404 if hasattr(route.view, method) else 405)


@pytest.mark.parametrize("route", SCREENS, ids=str)
def test_a_stranger_is_sent_to_sign_in(route, world, organization):
    response = Client().get(address(route, organization, world))
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("route", SCREENS, ids=str)
def test_somebody_who_left_is_out_at_once(route, world, organization, stage):
    client = signed_in(stage["admin"])
    Membership.objects.filter(pk=stage["admin"].pk).update(is_active=False)
    assert client.get(address(route, organization, world)).status_code == 404
