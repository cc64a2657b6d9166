"""“My day”, and the page that says who may do what."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from crm.accounts import policy
from crm.accounts.choices import Role
from crm.accounts.models import Membership
from crm.accounts.views.roles import grants
from crm.core.dates import format_weekday
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory


@pytest.mark.parametrize(("hour", "greeting"), [(8, "Hello Max"), (17, "Hello Max"), (18, "Good evening Max")])
def test_the_greeting_follows_the_clock_of_the_organization(browse, member, hour, greeting):
    with time_machine.travel(f"2026-11-24T{hour:02}:30:00-05:00", tick=False):
        html = browse(member).open("accounts:home").content.decode()
    assert f'<h1 class="page-title mb-0">{greeting}</h1>' in html
    assert "Tuesday, November 24, 2026" in html


def test_dates_that_open_a_sentence():
    day = timezone.datetime(2026, 12, 1).date()
    assert format_weekday(day, "fr") == "Mardi 1er\u00a0décembre 2026"
    assert format_weekday(day, "en") == "Tuesday, December 1, 2026"


def since(response) -> dict:
    return {code: section.count for code, section in response.context["sections"]}


def test_what_is_new_is_what_came_since_the_previous_visit(browse, admin, contact, fund):
    now = timezone.now()
    old = GiftFactory(contact=contact, fund=fund, recorded_by=admin, created_at=now - timedelta(days=3))
    new = GiftFactory(contact=contact, fund=fund, recorded_by=admin, created_at=now - timedelta(hours=20))
    Membership.objects.filter(pk=admin.pk).update(last_seen_at=now - timedelta(days=1))
    response = browse(admin).open("insights:since_last_visit")
    assert old.created_at < response.context["since"] < new.created_at
    assert since(response) == {"gifts": 1, "contacts": 1}


def test_the_first_visit_tells_of_the_last_week(browse, admin, contact, fund):
    now = timezone.now()
    for days in (6, 8):
        GiftFactory(contact=contact, fund=fund, recorded_by=admin, created_at=now - timedelta(days=days))
    response = browse(admin).open("insights:since_last_visit")
    assert (response.context["is_first"], since(response)["gifts"]) == (True, 1)


def test_a_fundraiser_hears_of_her_own_contacts_only(browse, owner, colleague, organization):
    ContactFactory(organization=organization, owner=owner)
    ContactFactory.create_batch(2, organization=organization, owner=colleague)
    assert since(browse(owner).open("insights:since_last_visit"))["contacts"] == 1


def test_another_organization_is_never_counted(browse, admin, foreign_contact):
    assert since(browse(admin).open("insights:since_last_visit")) == {}


def test_four_quiet_hours_begin_a_new_visit(browse, admin):
    client = browse(admin)
    with time_machine.travel("2026-05-04T09:00:00-04:00", tick=False):
        client.open("accounts:home")
    with time_machine.travel("2026-05-04T11:00:00-04:00", tick=False):
        assert client.open("accounts:home").context["previous_visit"] is None
    with time_machine.travel("2026-05-05T08:00:00-04:00", tick=False):
        previous = client.open("accounts:home").context["previous_visit"]
    assert previous.isoformat() == "2026-05-04T15:00:00+00:00"


def test_the_panels_are_those_the_role_may_see(browse, admin, monkeypatch):
    from crm import navigation

    hidden = navigation.Panel("x", "X", "accounts:settings", "settings.change")
    monkeypatch.setattr(navigation, "HOME_PANELS", (*navigation.HOME_PANELS, hidden))
    admin_sees = browse(admin).open("accounts:home").context["panels"]
    Membership.objects.filter(pk=admin.pk).update(role=Role.READ_ONLY)
    reader_sees = browse(admin).open("accounts:home").context["panels"]
    assert hidden in admin_sees
    assert reader_sees == [panel for panel in admin_sees if panel != hidden]


def test_the_menu_lights_the_present_page_only(browse, admin):
    def lit(name: str) -> list[str]:
        menu = browse(admin).open(name).context["menu"]
        return [str(item.label) for section in menu for item in section.items if item.active]

    assert lit("accounts:home") == ["My day"]
    assert lit("accounts:member_list") == ["Settings"]
    assert lit("accounts:audit_list") == ["Settings"]


def test_only_the_administration_stands_at_the_foot_of_the_menu(browse, admin, owner):
    def at_foot(person) -> list[str]:
        menu = browse(person).open("accounts:home").context["menu"]
        return [str(section.label) for section in menu if section.at_foot]

    assert at_foot(admin) == ["Administration"]
    assert at_foot(owner) == []


@pytest.mark.parametrize("who", ["admin", "owner", "finance", "member", "reader"])
def test_every_role_reads_the_matrix(browse, who, request):
    person = request.getfixturevalue(who)
    response = browse(person).open("accounts:roles")
    mine = [[cell.role for cell in row.cells if cell.is_mine] for row in response.context["rows"]]
    assert response.status_code == 200
    assert mine == [[person.role]] * len(policy.MATRIX)


def test_each_cell_of_the_page_says_what_the_policy_grants(browse, admin, organization):
    rows = browse(admin).open("accounts:roles").context["rows"]
    for resource, row in zip(policy.MATRIX, rows, strict=True):
        for cell in row.cells:
            said = {(grant.scope, word) for grant in cell.grants for word in grant.actions.lower().split(", ")}
            granted = set()
            for action in resource.actions:
                scope = policy.scope_of(cell.role, f"{resource.code}.{action}", organization)
                if scope != policy.NONE:
                    granted.add((scope, str(policy.ACTION_LABELS[action]).lower()))
            assert said == granted


def test_the_page_follows_the_settings_of_the_organization(organization):
    gifts = policy.RESOURCES["gifts"]
    assert [(grant.scope, grant.actions) for grant in grants(gifts, Role.FUNDRAISER, organization)] == [("own", "See")]
    organization.fundraisers_record_gifts = True
    assert [grant.actions for grant in grants(gifts, Role.FUNDRAISER, organization)] == ["See, add"]


def test_the_words_are_translated(organization):
    with translation.override("fr"):
        (grant,) = grants(policy.RESOURCES["contacts"], Role.READ_ONLY, organization)
        assert (grant.scope, str(grant.word), grant.actions) == (
            "all",
            translation.gettext("All"),
            translation.gettext("See"),
        )
