"""``/admin/``: superusers, every table, nothing that a service should write."""

import pytest
from django.apps import apps
from django.contrib import admin as django_admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from crm.accounts import services
from crm.accounts.models import Organization, User
from crm.core.web.admin import ReadOnlyAdmin

APPS = ("accounts", "core", "contacts", "tasks", "giving")
MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
WRITABLE = {User, Organization}


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root@example.test", "correct horse battery", first_name="Root", language="en")


@pytest.fixture
def client(root):
    client = Client()
    client.force_login(root)
    return client


def address(model, act: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_has_a_list_that_opens_and_is_searched(client, model, gift, admin):
    services.invite(email="n@example.test", role="member", language="fr", by=admin)
    register = django_admin.site._registry[model]
    assert isinstance(register, ReadOnlyAdmin)
    assert len(register.list_display) > 1
    assert client.get(address(model, "changelist")).status_code == 200
    if register.search_fields:
        assert client.get(address(model, "changelist"), {"q": "1"}).status_code == 200


@pytest.mark.parametrize(
    "model", [model for model in MODELS if model not in WRITABLE], ids=lambda model: model._meta.label
)
def test_what_services_write_is_only_looked_at(client, model, gift, admin):
    row = model._base_manager.first()
    assert client.get(address(model, "add")).status_code == 403
    if row is None:
        return
    assert client.get(address(model, "change", row.pk)).status_code == 200
    assert client.post(address(model, "change", row.pk), {"x": 1}).status_code == 403
    assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._base_manager.filter(pk=row.pk).exists()


def test_secrets_are_not_shown(client, root, admin):
    invitation = services.invite(email="n@example.test", role="member", language="fr", by=admin)
    page = client.get(address(type(invitation), "change", invitation.pk)).content.decode()
    assert invitation.email in page
    assert invitation.secret_hash not in page
    assert root.password not in client.get(address(User, "change", root.pk)).content.decode()


def test_an_organization_is_made_then_entered(client):
    data = {"slug": "new-one", "name_fr": "Nouvelle", "name_en": "", "default_language": "fr", "currency": "CAD"}
    response = client.post(address(Organization, "add"), {**data, "timezone": "America/Toronto"})
    made = Organization.objects.get()
    assert response.status_code == 302
    assert (made.slug, made.name_fr) == ("new-one", "Nouvelle")
    assert client.get("/en/o/new-one/").status_code == 200


def test_an_organization_is_closed_and_nothing_else_changes(client, organization):
    response = client.post(address(Organization, "change", organization.pk), {"slug": "stolen", "name_fr": "X"})
    organization.refresh_from_db()
    assert response.status_code == 302
    assert (organization.is_active, organization.slug, organization.name_fr) == (
        False,
        "rive-claire",
        "Fondation Rive-Claire",
    )


def test_an_account_is_made_without_a_password(client):
    data = {"email": "New@Example.test", "first_name": "Nou", "last_name": "", "language": "fr"}
    assert client.post(address(User, "add"), data).status_code == 302
    user = User.objects.get(email="new@example.test")
    assert (user.has_usable_password(), user.emailaddress_set.get().verified) == (False, True)


def test_an_address_that_is_taken_is_refused_in_any_case(client, root):
    data = {"email": "ROOT@example.test", "first_name": "Nou", "language": "fr"}
    assert client.post(address(User, "add"), data).status_code == 200
    assert User.objects.count() == 1


def test_an_account_is_closed(client, member):
    data = {"first_name": "Max", "last_name": "T", "language": "fr"}
    assert client.post(address(User, "change", member.user_id), data).status_code == 302
    member.user.refresh_from_db()
    assert (member.user.is_active, member.user.language) == (False, "fr")


@pytest.mark.parametrize("staff", [False, True])
def test_only_superusers_enter(browse, admin, staff):
    admin.user.is_staff = staff
    admin.user.save()
    client = browse(admin)
    response = client.get("/admin/")
    assert response.status_code == 302
    assert client.get(response.url).status_code == 403
    assert client.get(address(User, "changelist")).status_code == 302


def test_strangers_are_sent_to_our_own_sign_in_which_is_limited_and_asks_the_second_step(db):
    client = Client()
    first = client.get("/admin/login/")
    assert first.url.split("?")[0] == reverse("account_login").replace("/en/", "/fr/")
    data = {"username": "root@example.test", "password": "correct horse battery"}
    assert client.post("/admin/login/", data).status_code == 302
    assert client.get("/admin/").status_code == 302


def test_groups_are_no_second_system_of_rights():
    assert Group not in django_admin.site._registry
