"""What people decide for themselves: names, language, appearance, digest."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import MembershipFactory, OrganizationFactory

AWAY = ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "/\\evil.example", "http:evil.example"]


@pytest.fixture
def save(browse, member):
    client = browse(member)

    def send(**changes):
        user = member.user
        data = {"first_name": user.first_name, "last_name": user.last_name, "language": "en", "theme": "auto"}
        data |= {"timezone": "America/Toronto", f"place-{member.pk}-digest_hour": "8"}
        data[f"place-{member.pk}-digest_rhythm"] = "daily"
        return client.post(reverse("me:profile"), {**data, **changes})

    return send


def test_the_profile_is_saved(save, member):
    response = save(first_name="Maxime", last_name="Côté", theme="dark", timezone="America/Vancouver")
    member.user.refresh_from_db()
    user = member.user
    assert (response.status_code, response.url) == (302, "/en/profile/")
    assert (str(user), user.theme, user.timezone) == ("Maxime Côté", "dark", "America/Vancouver")
    assert response.cookies["theme"].value == "dark"


def test_a_new_language_is_spoken_at_once(save, member):
    response = save(language="fr")
    member.user.refresh_from_db()
    assert (response.url, member.user.language) == ("/fr/profile/", "fr")
    assert response.cookies["django_language"].value == "fr"


def test_the_digest_is_chosen_for_each_organization(save, browse, member):
    other = MembershipFactory(user=member.user, organization=OrganizationFactory(slug="second"))
    save(
        **{
            f"place-{member.pk}-digest_hour": "6",
            f"place-{other.pk}-wants_digest": "on",
            f"place-{other.pk}-digest_hour": "17",
            f"place-{other.pk}-digest_rhythm": "weekly",
        }
    )
    member.refresh_from_db()
    other.refresh_from_db()
    assert (member.wants_digest, member.digest_hour) == (False, 6)
    assert (other.wants_digest, other.digest_hour, other.digest_rhythm) == (True, 17, "weekly")


def test_a_forged_membership_changes_nothing(save, outsider):
    save(**{f"place-{outsider.pk}-digest_hour": "3"})
    outsider.refresh_from_db()
    assert (outsider.wants_digest, outsider.digest_hour) == (True, 8)


@pytest.mark.parametrize(
    ("field", "value"), [("first_name", ""), ("language", "de"), ("theme", "neon"), ("timezone", "Mars/Base")]
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_saved(save, member, field, value):
    response = save(**{"last_name": "Changed", field: value})
    member.user.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert member.user.last_name != "Changed"


def test_an_hour_that_does_not_exist_is_refused(save, member):
    assert save(**{f"place-{member.pk}-digest_hour": "24"}).status_code == 422


def test_nobody_raises_their_own_rights(save, member):
    save(is_superuser="on", is_staff="on", role="admin", **{f"place-{member.pk}-role": "admin"})
    member.refresh_from_db()
    member.user.refresh_from_db()
    assert (member.role, member.user.is_superuser, member.user.is_staff) == ("member", False, False)


def test_the_profile_needs_a_session(db):
    assert Client().get(reverse("me:profile")).url.split("?")[0] == reverse("account_login")


def test_a_script_in_a_name_is_shown_as_text(save, browse, member):
    save(first_name="<script>alert(1)</script>")
    html = browse(member).open("accounts:home").content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)" not in html


def test_the_language_button_stays_on_the_page_and_is_remembered(browse, member):
    client = browse(member)
    here = client.url("contacts:contact_list") + "?lifecycle=donor"
    response = client.post(reverse("me:language"), {"language": "fr", "next": here})
    member.user.refresh_from_db()
    assert response.url == here.replace("/en/", "/fr/")
    assert member.user.language == "fr"


@pytest.mark.parametrize("name", ["me:language", "me:theme"])
@pytest.mark.parametrize("target", AWAY)
def test_the_buttons_never_lead_away(browse, member, name, target):
    response = browse(member).post(reverse(name), {"language": "en", "theme": "dark", "next": target})
    assert (response.status_code, response.url) == (302, "/en/")


def test_an_unknown_language_or_theme_falls_back(browse, member):
    client = browse(member)
    assert client.post(reverse("me:language"), {"language": "../../x"}).cookies["django_language"].value == "fr"
    assert client.post(reverse("me:theme"), {"theme": '"><script>'}).cookies["theme"].value == "auto"


def test_the_theme_changes_without_leaving_the_page(browse, member):
    response = browse(member).post(reverse("me:theme"), {"theme": "dark"}, headers={"HX-Request": "true"})
    member.user.refresh_from_db()
    assert (response.status_code, member.user.theme) == (204, "dark")


def test_the_buttons_change_something_only_when_sent(browse, member):
    assert browse(member).get(reverse("me:language")).status_code == 405
    assert browse(member).get(reverse("me:theme")).status_code == 405
