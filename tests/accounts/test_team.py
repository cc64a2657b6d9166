"""The team: who is here, with which role, and what may never happen to the last administrator."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.accounts import services
from crm.accounts.choices import Role
from crm.accounts.models import AuditEntry, Invitation, Membership
from crm.core.errors import DomainError
from tests.factories.accounts import MembershipFactory

CHANGE = {"job_title": "Treasurer", "role": Role.FINANCE, "is_active": "on"}


def rows(response) -> str:
    return response.context["rows"]


def test_the_list_says_who_has_which_role(browse, admin, member, outsider):
    html = rows(browse(admin).open("accounts:member_list"))
    assert html.count("<tr>") == 2
    assert "Volunteer" in html
    assert outsider.user.email not in html


def test_people_are_found_by_any_part_of_name_or_address(browse, admin, member, reader):
    client = browse(admin)
    assert client.open("accounts:member_list", {"q": "MAX"}).context["page"].records == [member]
    assert client.open("accounts:member_list", {"q": reader.user.email.upper()}).context["page"].records == [reader]


def test_the_list_is_narrowed_by_role_and_by_access(browse, admin, member, organization):
    gone = MembershipFactory(organization=organization, role=Role.MEMBER, is_active=False)
    client = browse(admin)
    assert client.open("accounts:member_list", {"role": "member"}).context["page"].records == [member, gone]
    assert client.open("accounts:member_list", {"active": "no"}).context["page"].records == [gone]


def test_the_list_costs_the_same_for_two_people_as_for_twelve(browse, admin, organization):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.open("accounts:member_list")
        return len(captured)

    client = browse(admin)
    MembershipFactory(organization=organization)
    client.open("accounts:member_list")
    few = cost()
    MembershipFactory.create_batch(10, organization=organization)
    assert cost() == few


def test_changing_a_role_is_audited_field_by_field(browse, admin, member):
    response = browse(admin).send("accounts:member_update", CHANGE, pk=member.pk)
    member.refresh_from_db()
    entry = AuditEntry.objects.get(model="accounts.membership", object_id=member.pk, action="update")
    assert response.status_code == 302
    assert (member.role, member.job_title) == (Role.FINANCE, "Treasurer")
    assert entry.actor == admin
    assert entry.changes == {"role": ["member", "finance"], "job_title": ["", "Treasurer"]}


def test_the_last_administrator_stays(browse, admin, member):
    response = browse(admin).send("accounts:member_update", CHANGE, pk=admin.pk)
    admin.refresh_from_db()
    assert response.status_code == 422
    assert response.context["form"].errors["role"] == ["An organization needs at least one administrator."]
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)


def test_the_last_administrator_is_not_deactivated_either(admin):
    with pytest.raises(DomainError):
        services.update_member(admin, by=admin, is_active=False)


def test_an_administrator_whose_account_is_closed_does_not_count(admin, organization):
    MembershipFactory(organization=organization, role=Role.ADMIN, user__is_active=False)
    with pytest.raises(DomainError):
        services.update_member(admin, by=admin, role=Role.MEMBER)


def test_one_of_two_administrators_may_step_down(browse, admin, organization):
    MembershipFactory(organization=organization, role=Role.ADMIN)
    client = browse(admin)
    response = client.send("accounts:member_update", {"role": Role.MEMBER, "is_active": "on"}, pk=admin.pk)
    assert (response.status_code, response.url) == (302, client.url("accounts:home"))


def test_a_page_left_open_does_not_give_a_lost_role_back(admin, member):
    stale = Membership.objects.get(pk=member.pk)
    services.update_member(member, by=admin, role=Role.READ_ONLY)
    services.update_preferences(stale, wants_digest=False, digest_hour=7)
    member.refresh_from_db()
    assert (member.role, member.wants_digest, member.digest_hour) == (Role.READ_ONLY, False, 7)


def test_a_deactivated_member_is_out_on_the_next_click(browse, admin, member):
    client = browse(member)
    assert client.open("contacts:contact_list").status_code == 200
    browse(admin).send("accounts:member_update", {"role": Role.MEMBER}, pk=member.pk)
    assert client.open("contacts:contact_list").status_code == 404


def test_a_closed_account_is_signed_out_on_the_next_click(browse, member):
    client = browse(member)
    services.update_profile(member.user, is_active=False)
    response = client.open("contacts:contact_list")
    assert (response.status_code, response.url.split("?")[0]) == (302, "/en/account/login/")


def test_a_closed_organization_lets_nobody_in(browse, admin, organization):
    client = browse(admin)
    services.update_organization(organization, by=admin, is_active=False)
    assert client.open("accounts:home").status_code == 404
    assert client.get("/en/").status_code == 403


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_number_of_another_organization_is_not_found(browse, admin, outsider, method):
    client = browse(admin)
    response = getattr(client, method)(client.url("accounts:member_update", pk=outsider.pk), CHANGE)
    outsider.refresh_from_db()
    assert response.status_code == 404
    assert outsider.role == Role.ADMIN


@pytest.mark.parametrize("name", ["accounts:invitation_revoke", "accounts:invitation_resend"])
def test_a_forged_invitation_of_another_organization_is_not_found(browse, admin, outsider, name):
    foreign = services.invite(email="x@example.test", role=Role.ADMIN, language="fr", by=outsider)
    assert browse(admin).send(name, pk=foreign.pk).status_code == 404
    assert Invitation.objects.get().revoked_at is None


@pytest.mark.parametrize("who", ["owner", "finance", "member", "reader"])
def test_only_administrators_reach_the_team(browse, admin, who, request):
    client = browse(request.getfixturevalue(who))
    for name in ("member_list", "invitation_list", "invitation_create"):
        assert client.open(f"accounts:{name}").status_code == 403
    assert client.send("accounts:member_update", CHANGE, pk=admin.pk).status_code == 403
    invited = client.send("accounts:invitation_create", {"email": "a@b.test", "role": "admin", "language": "fr"})
    assert invited.status_code == 403
    assert not Invitation.objects.exists()


def test_inviting_lists_the_invitation_as_open(browse, admin):
    client = browse(admin)
    sent = client.send("accounts:invitation_create", {"email": "New@Example.test", "role": "member", "language": "en"})
    (invitation,) = client.open("accounts:invitation_list", {"state": "open"}).context["page"].records
    assert (sent.status_code, sent.url) == (302, client.url("accounts:invitation_list"))
    assert (invitation.email, invitation.role, invitation.invited_by) == ("new@example.test", "member", admin)
    assert client.open("accounts:member_list").context["waiting"] == 1


def test_inviting_a_colleague_says_so_beside_the_address(browse, admin, member):
    data = {"email": member.user.email, "role": "member", "language": "en"}
    response = browse(admin).send("accounts:invitation_create", data)
    assert response.status_code == 422
    assert response.context["form"].errors["email"] == ["This person is already part of the team."]


def test_a_role_that_does_not_exist_is_refused(browse, admin):
    response = browse(admin).send(
        "accounts:invitation_create", {"email": "a@b.test", "role": "owner", "language": "en"}
    )
    assert response.status_code == 422


def test_withdrawing_and_sending_again(browse, admin, run_jobs, mailoutbox):
    client = browse(admin)
    client.send("accounts:invitation_create", {"email": "new@example.test", "role": "member", "language": "en"})
    first = Invitation.objects.get()
    client.send("accounts:invitation_resend", pk=first.pk)
    second = Invitation.objects.latest("pk")
    client.send("accounts:invitation_revoke", pk=second.pk)
    run_jobs()
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.pk != second.pk
    assert first.revoked_at is not None
    assert second.revoked_at is not None
    assert len(mailoutbox) == 2
    assert client.send("accounts:invitation_revoke", pk=second.pk).status_code == 404


def test_two_invitations_to_one_address_are_never_open_together(admin):
    services.invite(email="new@example.test", role=Role.MEMBER, language="en", by=admin)
    services.invite(email="NEW@example.test", role=Role.ADMIN, language="en", by=admin)
    assert [row.role for row in Invitation.objects.open()] == [Role.ADMIN]


def test_a_script_in_a_name_is_shown_as_text(browse, admin, member):
    member.user.last_name = '<img src=x onerror="alert(1)">'
    member.user.save()
    html = browse(admin).open("accounts:member_list").content.decode()
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "name",
    ["settings", "organization_update", "member_list", "invitation_list", "invitation_create", "roles", "audit_list"],
)
def test_each_screen_opens_in_both_languages(browse, admin, name, language):
    response = browse(admin, language).open(f"accounts:{name}")
    assert response.status_code == 200
    assert f'<html lang="{language}-CA"' in response.content.decode()
