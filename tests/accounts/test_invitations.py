"""Coming into a team: one link, for one address, one time."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.logs import without_secrets
from crm.accounts import services
from crm.accounts.choices import Role
from crm.accounts.models import AuditEntry, Invitation, Membership, User
from crm.core.errors import DomainError
from crm.core.models import OutgoingEmail
from tests.factories.accounts import MembershipFactory, UserFactory

PASSWORD = "sentier-lanterne-1482"


@pytest.fixture
def link(admin, run_jobs):
    """``link()`` invites and returns the path of the address in the mail."""

    def invite(email="nadia@example.test", role=Role.FINANCE, language="fr") -> str:
        mail.outbox.clear()
        services.invite(email=email, role=role, language=language, by=admin)
        run_jobs()
        (message,) = mail.outbox
        return re.search(r"http://testserver(/\S+)", message.body)[1]

    return invite


def accept(client, path, **fields):
    return client.post(path, {"first_name": "Nadia", "last_name": "Roy", "password": PASSWORD, **fields})


def test_a_new_person_chooses_a_name_and_a_password_and_is_in(link, organization):
    client = Client()
    response = accept(client, link())
    membership = Membership.objects.get(user__email="nadia@example.test")
    assert (response.status_code, response.url) == (302, f"/fr/o/{organization.slug}/")
    assert (membership.role, membership.organization, str(membership.user)) == (Role.FINANCE, organization, "Nadia Roy")
    assert client.get(response.url).status_code == 200


def test_the_new_account_speaks_the_language_of_the_invitation_and_has_a_proven_address(link):
    accept(Client(), link(language="en"))
    user = User.objects.get(email="nadia@example.test")
    address = EmailAddress.objects.get(user=user)
    assert user.language == "en"
    assert (address.email, address.verified, address.primary) == ("nadia@example.test", True, True)


def test_the_link_works_once(link):
    path = link()
    accept(Client(), path)
    assert accept(Client(), path, first_name="Other").status_code == 410
    assert Client().get(path).status_code == 410
    assert User.objects.filter(email="nadia@example.test").count() == 1


def test_the_link_is_dead_after_seven_days(link):
    path = link()
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        assert Client().get(path).status_code == 410
        assert accept(Client(), path).status_code == 410
    assert not User.objects.filter(email="nadia@example.test").exists()


def test_a_withdrawn_link_is_dead_at_once(link, admin):
    path = link()
    services.revoke_invitation(Invitation.objects.get(), by=admin)
    assert accept(Client(), path).status_code == 410


def test_a_newer_invitation_replaces_the_older_one(link):
    first, second = link(), link(role=Role.MEMBER)
    assert Client().get(first).status_code == 410
    accept(Client(), second)
    assert Membership.objects.get(user__email="nadia@example.test").role == Role.MEMBER


def test_nobody_joins_an_organization_that_was_closed(link, organization):
    path = link()
    organization.is_active = False
    organization.save()
    assert Client().get(path).status_code == 410


def test_withdrawing_too_late_does_not_open_the_link_again(link, admin):
    path = link()
    stale = Invitation.objects.get()
    accept(Client(), path)
    services.revoke_invitation(stale, by=admin)
    stored = Invitation.objects.get()
    assert (stored.accepted_at is not None, stored.revoked_at) == (True, None)


def test_a_weak_password_is_refused_and_nothing_typed_is_lost(link):
    path = link(language="en")
    response = accept(Client(), path, password="1234567890")
    assert response.status_code == 422
    assert response.context["form"]["first_name"].value() == "Nadia"
    assert "password" in response.context["form"].errors
    assert not User.objects.filter(email="nadia@example.test").exists()


def test_a_password_like_ones_own_name_is_refused(link):
    assert accept(Client(), link(), password="nadia@example").status_code == 422


def test_an_existing_account_must_sign_in_first(link, organization):
    UserFactory(email="nadia@example.test")
    path = link()
    client = Client()
    page = client.get(path)
    assert (page.status_code, page.context["way"]) == (200, "sign_in")
    assert f'href="{reverse("account_login")}?next={path}"'.replace("/en/", "/fr/") in page.content.decode()
    assert accept(client, path).status_code == 422
    assert not Membership.objects.filter(organization=organization, user__email="nadia@example.test").exists()


def test_an_existing_account_joins_signed_in_as_itself(link, organization):
    user = UserFactory(email="Nadia@Example.test")
    client = Client()
    client.force_login(user)
    response = client.post(link())
    assert (response.status_code, response.url) == (302, f"/fr/o/{organization.slug}/")
    assert Membership.objects.get(user=user, organization=organization).role == Role.FINANCE


def test_an_added_and_proven_address_is_the_same_person(link, organization):
    user = UserFactory(email="roy@example.test")
    EmailAddress.objects.create(user=user, email="nadia@example.test", verified=True)
    path = link()
    assert Client().get(path).context["way"] == "sign_in"
    client = Client()
    client.force_login(user)
    client.post(path)
    assert Membership.objects.get(organization=organization, role=Role.FINANCE).user == user


def test_somebody_else_cannot_use_the_link(link, colleague):
    client = Client()
    client.force_login(colleague.user)
    path = link()
    assert client.get(path).context["way"] == "sign_out"
    assert client.post(path).status_code == 422
    assert Invitation.objects.get().accepted_at is None


def test_a_deactivated_member_comes_back_with_the_new_role(link, organization):
    old = MembershipFactory(organization=organization, role=Role.ADMIN, is_active=False)
    client = Client()
    client.force_login(old.user)
    client.post(link(email=old.user.email, role=Role.READ_ONLY))
    old.refresh_from_db()
    assert (old.is_active, old.role) == (True, Role.READ_ONLY)


def test_a_present_member_is_not_invited(admin, member):
    with pytest.raises(DomainError) as error:
        services.invite(email=member.user.email, role=Role.ADMIN, language="fr", by=admin)
    assert error.value.field == "email"


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("en", "Join the team of Rive-Claire Foundation in Merci", "The link works once, for 7 days."),
        ("fr", None, "/fr/invitation/"),
    ],
)
def test_the_mail_speaks_the_language_chosen(link, language, subject, words):
    link(language=language)
    (message,) = mail.outbox
    html = message.alternatives[0][0]
    assert message.to == ["nadia@example.test"]
    assert subject is None or message.subject == subject
    assert words in message.body
    assert f'<html lang="{language}-CA"' in html
    assert "SECRET-OF-THE-INVITATION" not in message.body + html


def test_the_secret_is_stored_nowhere(link, tmp_path):
    secret = link().rstrip("/").rsplit("/", 1)[-1]
    dump = tmp_path / "dump.json"
    call_command("dumpdata", output=str(dump), verbosity=0)
    stored = dump.read_text(encoding="utf-8")
    assert "nadia@example.test" in stored  # the dump does hold what could leak
    assert len(secret) == 43
    assert secret not in stored


def test_the_stored_mail_keeps_its_words_without_the_secret(link):
    link()
    text = OutgoingEmail.objects.get().text
    assert "/fr/invitation/SECRET-OF-THE-INVITATION/" in text


def test_a_mail_sent_late_opens_nothing_once_withdrawn(admin, run_jobs):
    invitation = services.invite(email="nadia@example.test", role=Role.MEMBER, language="fr", by=admin)
    services.revoke_invitation(invitation, by=admin)
    run_jobs()
    (message,) = mail.outbox
    path = re.search(r"http://testserver(/\S+)", message.body)[1]
    assert Client().get(path).status_code == 410


@pytest.mark.parametrize(
    "event",
    [
        {"event": "request_started", "request": "GET /fr/invitation/s3cr3t-word/?x=1"},
        {"event": "Gone: /en/invitation/s3cr3t-word/"},
        {"event": "x", "request": "POST /fr/account/password/reset/key/1-s3cr3t-word/"},
        {"event": "x", "path": "/fr/account/confirm-email/s3cr3t-word/"},
    ],
)
def test_the_log_never_holds_the_secret_of_a_link(event):
    assert "s3cr3t" not in str(without_secrets(None, "info", event))


def test_the_log_never_holds_what_was_searched():
    event = without_secrets(None, "info", {"request": "GET /fr/o/demo/contacts/?q=Tremblay"})
    assert event == {"request": "GET /fr/o/demo/contacts/"}


def test_the_page_does_not_tell_other_pages_its_address(link):
    response = Client().get(link())
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]


def test_accepting_is_written_in_the_audit_log_without_the_secret(link, organization):
    accept(Client(), link())
    rows = AuditEntry.objects.filter(organization=organization, model="accounts.invitation")
    assert [row.action for row in rows.order_by("pk")] == ["create", "update"]
    assert all("secret_hash" not in row.changes for row in rows)


def test_a_script_in_a_name_is_shown_as_text(link, admin):
    admin.user.first_name = "<script>alert(1)</script>"
    admin.user.save()
    html = Client().get(link()).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert(1)" not in html
