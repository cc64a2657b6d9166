"""The audit log in words: who, when, what record, each field before and after."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.accounts import audit, services
from crm.accounts.choices import AuditAction, Role
from crm.accounts.models import AuditEntry
from crm.contacts.models import Contact
from crm.core.changes import describe
from crm.giving.choices import Method
from crm.giving.models import Gift
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory


@pytest.fixture
def log(browse, admin):
    client = browse(admin)
    return lambda **query: client.open("accounts:audit_list", query)


def found(response) -> list[AuditEntry]:
    return response.context["page"].records


def html(response) -> str:
    return response.context["rows"]


def test_a_change_reads_as_a_person_says_it(log, admin, member):
    services.update_member(member, by=admin, role=Role.FINANCE, is_active=False)
    row = html(log(action="update"))
    assert '<td data-label="By whom">Alice ' in row
    assert '<span class="mc-pill is-info">Changed</span>' in row
    assert '<span class="mc-quiet">Role</span> <s>Volunteer</s>' in row
    assert "</span> Finance</div>" in row
    assert '<span class="mc-quiet">Active</span> <s>yes</s>' in row


def test_values_are_said_by_their_kind(contact, gift, admin):
    other = FundFactory(organization=contact.organization, name_en="Gardens")
    said = describe(
        "giving.gift",
        {
            "amount": ["50.00", "1234.50"],
            "received_on": ["2026-03-15", "2026-12-01"],
            "method": ["check", "e_transfer"],
            "is_anonymous": [False, True],
            "fund_id": [gift.fund_id, other.pk],
            "note": ["", "<b>"],
            "created_at": [None, "2026-03-15T17:05:00+00:00"],
            "gone_from_the_model": [1, 2],
        },
    )
    assert {change.label: (change.before, change.after) for change in said} == {
        "Amount": ("$50.00", "$1,234.50"),
        "Date received": ("March 15, 2026", "December 1, 2026"),
        "Method": (str(Method("check").label), str(Method("e_transfer").label)),
        "Anonymous": ("no", "yes"),
        "Fund": ("General fund", "Gardens"),
        "Note": ("–", "<b>"),
        "Created": ("–", "March 15, 2026 at 1:05\u00a0p.m."),
    }


def test_an_amount_is_said_in_the_currency_of_its_gift(log, gift, admin):
    Gift.objects.filter(pk=gift.pk).update(currency="USD")
    gift.refresh_from_db()
    before = audit.state(gift)
    gift.amount = Decimal("75.00")
    gift.save()
    audit.updated(gift, before=before, by=admin)
    row = html(log(action="update"))
    assert "<s>US$50.00</s>" in row
    assert "US$75.00" in row


def test_what_was_typed_is_escaped(log, contact, admin):
    before = audit.state(contact)
    contact.city = "<script>alert(1)</script>"
    contact.save()
    audit.updated(contact, before=before, by=admin)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html(log())
    assert "<script" not in html(log())


def test_the_record_is_a_link_while_it_is_there(log, contact, admin):
    audit.created(contact, by=admin)
    address = f'<a class="mc-name" href="/en/o/{contact.organization.slug}/contacts/{contact.pk}/">'
    assert address in html(log())
    audit.deleted(contact, by=admin)
    Contact.objects.filter(pk=contact.pk).delete()
    rows = html(log())
    assert address not in rows
    assert rows.count('<span class="mc-name">Hélène Côté-Bouchard</span>') == 2


def test_what_is_gone_keeps_all_it_held(log, contact, admin):
    audit.deleted(contact, by=admin)
    assert '<span class="mc-quiet">City</span> <s>Trois-Rivières</s>' in html(log())


def test_the_log_outlives_the_models_it_speaks_of(log, organization, admin):
    AuditEntry.objects.create(
        organization=organization, actor=admin, action="update", model="gone.thing", object_id=1, object_text="A thing",
        changes={"colour": ["red", "<blue>"]},
    )  # fmt: skip
    row = html(log())
    assert '<span class="mc-quiet">colour</span> <s>red</s>' in row
    assert "&lt;blue&gt;" in row
    assert "colour: red → <blue>" in b"".join(log(export="csv").streaming_content).decode()


def test_an_act_of_the_system_is_said_to_be_mercis(log, contact):
    audit.created(contact, by=None)
    assert '<td data-label="By whom">Merci</td>' in html(log())


def test_the_newest_comes_first(log, contact, admin):
    for day in (1, 3, 2):
        audit.created(contact, by=admin)
        AuditEntry.objects.filter(pk=AuditEntry.objects.latest("pk").pk).update(
            at=datetime(2026, 5, day, 16, tzinfo=UTC)
        )
    assert [entry.at.day for entry in found(log(model="contacts.contact"))] == [3, 2, 1]


@pytest.fixture
def mixed(contact, gift, admin, finance):
    """A contact created by ``admin`` on 1 May, a gift changed by ``finance`` on 2 May, late in the evening."""
    audit.created(contact, by=admin)
    AuditEntry.objects.update(at=datetime(2026, 5, 1, 16, tzinfo=UTC))
    before = audit.state(gift)
    gift.amount = Decimal("75.00")
    gift.save()
    audit.updated(gift, before=before, by=finance)
    AuditEntry.objects.filter(model="giving.gift").update(at=datetime(2026, 5, 3, 3, 30, tzinfo=UTC))
    return {entry.model: entry for entry in AuditEntry.objects.all()}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"action": "create"}, ["contacts.contact"]),
        ({"action": ["create", "update"]}, ["giving.gift", "contacts.contact"]),
        ({"model": "giving.gift"}, ["giving.gift"]),
        ({"at_after": "2026-05-02"}, ["giving.gift"]),
        ({"at_before": "2026-05-02"}, ["giving.gift", "contacts.contact"]),  # 23:30 in Toronto is still 2 May
        ({"at_before": "2026-05-01"}, ["contacts.contact"]),
    ],
)
def test_the_log_is_narrowed_by_act_kind_and_date(log, mixed, query, wanted):
    assert [entry.model for entry in found(log(**query))] == wanted


def test_the_log_is_narrowed_by_person_and_by_record(log, mixed, finance, contact):
    assert found(log(actor=finance.pk)) == [mixed["giving.gift"]]
    assert found(log(model="contacts.contact", record=contact.pk)) == [mixed["contacts.contact"]]
    assert found(log(record=2**62)) == []


def test_a_number_too_large_for_the_database_is_refused_calmly(log, mixed):
    assert log(record=10**30).status_code == 200


def test_nobody_of_another_organization_is_offered_or_found(log, outsider, mixed):
    audit.created(outsider, by=outsider)
    response = log()
    people = response.context["filter"].whole.form.fields["actor"].queryset
    assert outsider not in people
    assert {entry.organization_id for entry in found(response)} == {mixed["giving.gift"].organization_id}


def test_only_administrators_read_the_log(browse, owner, finance, member, reader):
    codes = [browse(person).open("accounts:audit_list").status_code for person in (owner, finance, member, reader)]
    assert codes == [403, 403, 403, 403]


def fill(organization, fund, count: int) -> None:
    """``count`` contacts and gifts, each with its own owner and its own entry."""
    for _number in range(count):
        by = MembershipFactory(organization=organization)
        gift = GiftFactory(contact=ContactFactory(organization=organization, owner=by), fund=fund, recorded_by=by)
        audit.created(gift.contact, by=by)
        before = audit.state(gift)
        gift.received_on = date(2026, 4, 1)
        audit.updated(gift, before=before, by=by)


def test_the_log_costs_the_same_for_few_entries_as_for_many(log, organization, fund):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            log()
        return len(captured)

    fill(organization, fund, 1)
    log()
    few = cost()
    fill(organization, fund, 11)
    assert len(found(log())) == 24
    assert cost() == few


def test_taking_rows_out_is_written_down(browse, contact, finance, organization):
    response = browse(finance).open("contacts:contact_list", {"export": "csv", "city": "Trois-Rivières"})
    assert "Côté-Bouchard" in b"".join(response.streaming_content).decode()
    entry = AuditEntry.objects.get(action=AuditAction.EXPORT)
    assert (entry.actor, entry.model, entry.object_text) == (finance, "contacts.contact", "city=Trois-Rivières")
    assert entry.changes == {"rows": [None, 1]}


def test_an_export_says_how_many_rows_left(log, browse, contact, admin):
    browse(admin).open("contacts:contact_list", {"export": "xlsx"})
    row = html(log(action="export"))
    assert "<div>1 row</div>" in row
    assert '<span class="mc-pill is-warn">Exported</span>' in row


def test_looking_at_a_list_writes_nothing(browse, contact, admin):
    browse(admin).open("contacts:contact_list")
    assert not AuditEntry.objects.exists()


def test_the_log_itself_leaves_as_a_table_in_words(log, admin, member):
    services.update_member(member, by=admin, role=Role.FINANCE)
    text = b"".join(log(export="csv").streaming_content).decode()
    assert "Role: Volunteer → Finance" in text


def test_secrets_are_never_kept(admin):
    invitation = services.invite(email="n@example.test", role=Role.MEMBER, language="fr", by=admin)
    kept = audit.state(invitation)
    assert kept["email"] == "n@example.test"
    assert "secret_hash" not in kept
    assert "password" not in audit.state(admin.user)
