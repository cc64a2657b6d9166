"""Signing in and out: language, limits, the second step, and what a session may no longer do."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.settings import base
from crm.accounts.models import AuditEntry, Membership, User
from tests.factories.accounts import OrganizationFactory

PASSWORD = "correct horse battery"


@pytest.fixture
def sign_in():
    """``sign_in(user, password)`` sends the form of the sign-in page; returns the client and the answer."""

    def send(user, password=PASSWORD, client=None, **extra):
        client = client or Client()
        return client, client.post(reverse("account_login"), {"login": user.email, "password": password}, **extra)

    return send


def prove(client) -> None:
    """The password again, which changes of one's own security ask for."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def is_in(client) -> bool:
    return not isinstance(client.get(reverse("account_login")).wsgi_request.user, AnonymousUser)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_people_land_in_their_own_language(sign_in, member, organization, language):
    member.user.language = language
    member.user.save()
    client, response = sign_in(member.user)
    assert (response.status_code, response.url) == (302, f"/{language}/")
    assert client.get(response.url).url == f"/{language}/o/{organization.slug}/"


def test_the_address_signs_in_whatever_its_case(sign_in, member):
    member.user.email = "max@example.test"
    member.user.save()
    client, response = sign_in(User(email="Max@Example.TEST"))
    assert response.status_code == 302
    assert is_in(client)


def test_people_land_where_they_worked_last(sign_in, member):
    elsewhere = OrganizationFactory(slug="elsewhere")
    now = timezone.now()
    Membership.objects.filter(pk=member.pk).update(last_seen_at=now - timedelta(days=2))
    Membership.objects.create(user=member.user, organization=elsewhere, role="member", last_seen_at=now)
    client, response = sign_in(member.user)
    assert client.get(response.url).url == "/en/o/elsewhere/"


def test_the_page_asked_for_is_reached_after_signing_in(sign_in, member, organization):
    client = Client()
    asked = client.get(f"/en/o/{organization.slug}/contacts/").url
    response = client.post(asked, {"login": member.user.email, "password": PASSWORD})
    assert response.url == f"/en/o/{organization.slug}/contacts/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_away(member, target):
    client = Client()
    response = client.post(reverse("account_login"), {"login": member.user.email, "password": PASSWORD, "next": target})
    assert response.url == "/en/"


def test_signing_out_needs_the_button_and_ends_the_session(browse, member):
    client = browse(member)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.open("accounts:home").status_code == 200
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert client.open("accounts:home").status_code == 302


def test_nobody_signs_up_alone(db):
    response = Client().post(
        reverse("account_signup"), {"email": "a@b.test", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert response.status_code == 200
    assert not User.objects.exists()


def test_a_closed_account_does_not_sign_in(sign_in, member):
    member.user.is_active = False
    member.user.save()
    client, _response = sign_in(member.user)
    assert not is_in(client)


@pytest.fixture
def _limits(settings, db):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()


@pytest.mark.usefixtures("_limits")
def test_after_five_wrong_passwords_the_right_one_waits(sign_in, member, reader):
    for _attempt in range(5):
        sign_in(member.user, "wrong")
    client, response = sign_in(member.user)
    assert response.status_code == 200
    assert not is_in(client)
    other, _response = sign_in(reader.user, REMOTE_ADDR="198.51.100.7")
    assert is_in(other)  # a colleague elsewhere is not punished
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1), tick=False):
        client, _response = sign_in(member.user)
        assert is_in(client)


@pytest.mark.usefixtures("_limits")
def test_one_address_trying_many_accounts_is_slowed(sign_in, member):
    for number in range(10):
        sign_in(User(email=f"nobody{number}@example.test"), "wrong")
    client, _response = sign_in(member.user)
    assert not is_in(client)


def test_limits_survive_a_busy_cache(db):
    options = base.CACHES["default"]["OPTIONS"]
    for number in range(400):  # more than what Django keeps unless told
        cache.set(f"a{number:04}", 1, 60)
    assert [cache.get(f"a{number:04}") for number in (0, 399)] == [1, 1]
    assert options["MAX_ENTRIES"] > 400


def code_of(secret: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


@pytest.fixture
def two_steps(sign_in, member):
    """The person after turning the second step on; the secret; the recovery codes."""
    with time_machine.travel(timezone.now() - timedelta(minutes=10), tick=False):
        client, _response = sign_in(member.user)
        prove(client)
        client.get(reverse("mfa_activate_totp"))
        secret = client.session[totp.SECRET_SESSION_KEY]
        assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
        done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        assert done.status_code == 302
        page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
        codes = re.findall(r"\b[0-9a-f]{8}\b|\b\d{8}\b", page)
        assert len(set(codes)) == 10
    return member.user, secret, list(dict.fromkeys(codes))


def test_the_second_step_is_asked_and_a_wrong_code_is_refused(sign_in, two_steps):
    user, secret, _codes = two_steps
    client, response = sign_in(user)
    assert response.url.split("?")[0] == reverse("mfa_authenticate")
    assert not is_in(client)
    client, _response = sign_in(user)
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    done = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert (done.status_code, done.url) == (302, "/en/")
    assert client.get(done.url).status_code == 302


def test_a_recovery_code_opens_once(sign_in, two_steps):
    user, _secret, codes = two_steps
    client, _response = sign_in(user)
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).url == "/en/"
    client, _response = sign_in(user)
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": codes[1]}).url == "/en/"


def test_a_code_seen_over_the_shoulder_opens_nothing(sign_in, two_steps):
    user, secret, _codes = two_steps
    with time_machine.travel(timezone.now(), tick=False):
        code = code_of(secret)
        client, _response = sign_in(user)
        client.post(reverse("mfa_authenticate"), {"code": code})
        thief, _response = sign_in(user)
        assert thief.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
        assert not is_in(thief)


def test_secrets_of_the_second_step_rest_encrypted(two_steps):
    _user, secret, _codes = two_steps
    stored = {row.type: row.data for row in Authenticator.objects.all()}
    assert set(stored) == {"totp", "recovery_codes"}
    assert stored["totp"]["secret"] != secret
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")


def test_a_change_of_key_locks_nobody_out(sign_in, two_steps, settings):
    user, secret, _codes = two_steps
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-0123456789abcdefghijklmnopqrstuvwxyz"
    client, _response = sign_in(user)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).url == "/en/"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "account_change_password",
        "account_email",
        "usersessions_list",
    ],
)
def test_the_pages_of_ones_own_security_open(sign_in, member, name, language):
    client, _response = sign_in(member.user)
    prove(client)
    response = client.get(reverse(name).replace("/en/", f"/{language}/"))
    assert response.status_code == 200
    assert f'<html lang="{language}-CA"' in response.content.decode()


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_the_password_is_asked_again_before_security_changes(browse, member, name):
    response = browse(member).get(reverse(name))
    assert response.url.split("?")[0] == reverse("account_reauthenticate")


def test_forms_without_a_token_are_refused(member, organization):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member.user)
    paths = [
        reverse("me:profile"),
        reverse("me:language"),
        reverse("me:theme"),
        reverse("account_login"),
        f"/en/o/{organization.slug}/contacts/new/",
    ]
    assert [client.post(path, {"language": "fr"}).status_code for path in paths] == [403] * 5


@pytest.fixture
def superuser(db):
    return User.objects.create_superuser("root@example.test", PASSWORD, first_name="Root", language="en")


def test_a_superuser_enters_any_organization_and_leaves_a_trace(sign_in, superuser, organization):
    client, _response = sign_in(superuser)
    assert client.get(f"/en/o/{organization.slug}/contacts/").status_code == 200
    client.get(f"/en/o/{organization.slug}/contacts/")
    membership = Membership.objects.get(user=superuser)
    (entry,) = AuditEntry.objects.filter(organization=organization)
    assert (membership.organization, membership.role) == (organization, "admin")
    assert (entry.action, entry.model, entry.object_id) == ("create", "accounts.membership", membership.pk)
    assert entry.actor == membership


def test_a_superuser_without_a_team_chooses_where_to_enter(sign_in, superuser, organization):
    client, response = sign_in(superuser)
    page = client.get(response.url)
    assert f'href="/en/o/{organization.slug}/"' in page.content.decode()


def test_a_superuser_does_not_enter_what_is_closed(sign_in, superuser, organization):
    organization.is_active = False
    organization.save()
    client, _response = sign_in(superuser)
    assert client.get(f"/en/o/{organization.slug}/").status_code == 404
    assert not Membership.objects.filter(user=superuser).exists()


def test_somebody_without_a_team_is_told_calmly(sign_in, db):
    user = User.objects.create_user("alone@example.test", PASSWORD, first_name="Al", language="en")
    client, response = sign_in(user)
    page = client.get(response.url)
    assert page.status_code == 403
    assert "You are not part of an organization yet" in page.content.decode()
