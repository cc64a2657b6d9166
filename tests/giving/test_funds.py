"""Funds: made, changed, taken out of use, and deleted only while they are of no use."""

import pytest

from crm.accounts.models import AuditEntry
from crm.core.errors import DomainError
from crm.giving import services
from crm.giving.models import Fund
from tests.factories.giving import FundFactory, GiftFactory
from tests.giving.reading import page


@pytest.fixture
def fund(organization):
    return FundFactory(organization=organization, code="GEN", is_default=True)


def test_the_fund_proposed_for_new_gifts_is_unique_and_the_former_one_says_so_in_the_audit_log(fund, admin):
    events = services.save_fund(by=admin, code="EV", name_fr="Événements", is_default=True)
    assert list(Fund.objects.filter(is_default=True)) == [events]
    assert AuditEntry.objects.get(action="update", object_id=fund.pk).changes == {"is_default": [True, False]}


def test_another_organizations_default_stays_its_own(fund, outsider):
    theirs = services.save_fund(by=outsider, code="GEN", name_en="General", is_default=True)
    assert list(Fund.objects.filter(is_default=True).order_by("pk")) == [fund, theirs]


@pytest.mark.parametrize("code", ["GEN", "gen"])
def test_a_code_is_taken_once_whatever_its_case(fund, admin, code):
    with pytest.raises(DomainError) as refusal:
        services.save_fund(by=admin, code=code, name_en="Again")
    assert (refusal.value.field, str(refusal.value)) == ("code", "Another fund already has this code.")


def test_a_fund_needs_a_name_in_one_language(admin):
    with pytest.raises(DomainError) as refusal:
        services.save_fund(by=admin, code="X")
    assert refusal.value.field == "name_fr"
    assert services.save_fund(by=admin, code="X", name_en="Scholarships").name == "Scholarships"


def test_a_fund_is_called_as_the_reader_calls_it(fund):
    from django.utils import translation

    with translation.override("fr"):
        assert fund.name == "Fonds général"
    with translation.override("en"):
        assert fund.name == "General fund"
    fund.name_en = ""
    with translation.override("en"):
        assert fund.name == "Fonds général"


def test_a_fund_out_of_use_is_no_longer_proposed_and_comes_back(fund, admin):
    FundFactory(organization=fund.organization)
    fund = services.deactivate_fund(fund, by=admin)
    assert (fund.is_active, fund.is_default) == (False, False)
    assert services.reactivate_fund(fund, by=admin).is_active


def test_the_last_fund_in_use_stays(fund, admin):
    with pytest.raises(DomainError) as refusal:
        services.deactivate_fund(fund, by=admin)
    assert refusal.value.code == "last"
    with pytest.raises(DomainError) as refusal:
        services.delete_fund(fund, by=admin)
    assert refusal.value.code == "last"
    assert Fund.objects.get().is_active


def test_a_fund_out_of_use_cannot_be_the_one_proposed(fund, admin):
    other = FundFactory(organization=fund.organization, is_active=False)
    with pytest.raises(DomainError) as refusal:
        services.save_fund(other, by=admin, is_default=True)
    assert refusal.value.field == "is_default"
    assert Fund.objects.get(is_default=True) == fund


def test_a_fund_with_gifts_is_never_deleted(fund, admin, contact):
    FundFactory(organization=fund.organization)
    gift = GiftFactory(contact=contact, fund=fund)
    with pytest.raises(DomainError) as refusal:
        services.delete_fund(fund, by=admin)
    assert refusal.value.code == "used"
    gift.delete()
    services.delete_fund(fund, by=admin)
    assert Fund.objects.filter(pk=fund.pk).count() == 0
    assert AuditEntry.objects.get(action="delete").changes["code"] == ["GEN", None]


def test_funds_are_managed_by_administrators_and_seen_by_all(people, fund, browse):
    answers = {}
    for role, person in people.items():
        browser = browse(person)
        addresses = [("fund_list", {}), ("fund_create", {}), *(
            (f"fund_{act}", {"pk": fund.pk}) for act in ("update", "deactivate", "reactivate", "delete")
        )]  # fmt: skip
        answers[role] = [browser.open(f"giving:{name}", **kwargs).status_code for name, kwargs in addresses]
    others = [200, 403, 403, 403, 403, 403]
    assert answers == {
        "admin": [200] * 6, "fundraiser": others, "finance": others, "member": others, "read_only": others,
    }  # fmt: skip


def test_a_fund_of_another_organization_is_not_there(outsider, fund, browse):
    browser = browse(outsider)
    assert [browser.open(f"giving:fund_{act}", pk=fund.pk).status_code for act in ("update", "deactivate", "delete")] == [
        404, 404, 404,
    ]  # fmt: skip
    assert browser.open("giving:fund_list").context["page"].records == []


def test_a_fund_is_added_by_its_form(admin, fund, browse):
    browser = browse(admin)
    response = browser.send(
        "giving:fund_create", {"name_fr": "Bourses", "code": "BOU", "gl_code": "4100", "is_restricted": "on"}
    )
    assert response.url == browser.url("giving:fund_detail", pk=Fund.objects.get(code="BOU").pk)
    assert Fund.objects.filter(name_fr="Bourses", gl_code="4100", is_restricted=True, is_default=False).count() == 1
    response = browser.send("giving:fund_create", {"name_en": "Again", "code": "bou"})
    assert dict(response.context["form"].errors) == {"code": ["Another fund already has this code."]}


def test_the_first_fund_is_proposed_for_new_gifts(admin, browse):
    assert browse(admin).open("giving:fund_create").context["form"]["is_default"].value() is True
    services.save_fund(by=admin, code="A", name_en="A")
    assert browse(admin).open("giving:fund_create").context["form"]["is_default"].value() is False


def test_the_list_says_how_each_fund_is_used(admin, reader, fund, browse):
    FundFactory(organization=fund.organization, code="RES", name_en="Scholarships", is_restricted=True)
    FundFactory(organization=fund.organization, code="OLD", name_en="Old roof", is_active=False)
    document = page(browse(admin).open("giving:fund_list"))
    assert document.texts("tbody tr") == [
        "General fundGEN–Proposed for new giftsEdit General fund",
        "ScholarshipsRES–RestrictedEdit Scholarships",
        "Old roofOLD–No longer in useEdit Old roof",
    ]
    assert document.texts("thead th") == ["Name", "Code", "Ledger account", "Use", "What to do"]
    assert page(browse(reader).open("giving:fund_list")).texts("thead th") == ["Name", "Code", "Ledger account", "Use"]


@pytest.mark.parametrize(
    ("asked", "codes"),
    [({"q": "general FONDS"}, ["GEN"]), ({"q": "gen"}, ["GEN"]), ({"q": "nothing"}, []), ({"active": "no"}, ["OLD"])],
)
def test_the_list_of_funds_is_searched_without_accents(admin, fund, browse, asked, codes):
    FundFactory(organization=fund.organization, code="OLD", name_fr="Toiture", name_en="Roof", is_active=False)
    records = browse(admin).open("giving:fund_list", asked).context["page"].records
    assert [record.code for record in records] == codes
