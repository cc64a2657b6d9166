"""Rows written many at a time hold what rows written one by one hold, on both databases."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.contacts.choices import Lifecycle
from crm.contacts.models import Contact, TimelineEvent
from crm.core import bulk
from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory

MONTREAL = timezone(timedelta(hours=-5))
FULL = {
    "first_name": "Hélène", "last_name": "O’Connor \\ \t\"'", "email": "h@courriel.example", "kind": "person",
    "lifecycle": Lifecycle.DONOR, "custom": {"c1": "é", "c2": [1, None]}, "do_not_contact": True,
    "visit_total": Decimal("1234567.89"), "last_visit_at": datetime(2026, 3, 8, 1, 59, 59, 123456, tzinfo=MONTREAL),
}  # fmt: skip


def stored(model, pk) -> dict:
    row = model.objects.values().get(pk=pk)
    return {name: value for name, value in row.items() if name not in ("id", "created_at", "updated_at")}


def test_an_object_made_quickly_is_one_made_by_the_model(organization, owner):
    quick = bulk.new_object(Contact, FULL, organization=organization, owner=owner)
    slow = Contact(organization=organization, owner=owner, **FULL)
    ignored = {"_state", "created_at", "updated_at", "last_contact_at"}
    assert {k: v for k, v in vars(quick).items() if k not in ignored} == {
        k: v for k, v in vars(slow).items() if k not in ignored
    }
    assert (quick.organization, quick.owner, quick.owner_id, quick.pk) == (organization, owner, owner.pk, None)
    assert bulk.new_object(Contact, {}, owner=None).custom is not bulk.new_object(Contact, {}, owner=None).custom


def test_what_is_inserted_together_is_what_save_would_have_written(organization, owner):
    together, alone = (Contact(organization=organization, owner=owner, **FULL) for _two in range(2))
    together.last_contact_at = alone.last_contact_at = datetime(2026, 1, 2, tzinfo=UTC)
    together.derive()
    bulk.insert_objects([together])
    alone.save()
    assert stored(Contact, together.pk) == stored(Contact, alone.pk)
    assert (together._state.adding, type(together.pk)) == (False, int)


def test_more_rows_than_one_statement_takes_are_all_written_and_found(organization, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_PARAMETERS", 200)
    rows = [Contact(organization=organization, first_name="Zoé", last_name=f"N{number}") for number in range(9)]
    for row in rows:
        row.derive()
    bulk.insert_objects(rows)
    assert list(Contact.objects.order_by("pk").values_list("pk", "last_name")) == [(r.pk, r.last_name) for r in rows]
    after = ContactFactory(organization=organization)
    assert after.pk > rows[-1].pk  # the database goes on counting where they ended


def test_columns_written_together_change_those_rows_and_nothing_else(organization, owner):
    one, two, other = (ContactFactory(organization=organization, owner=owner) for _three in range(3))
    untouched = stored(Contact, other.pk)
    moment = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    bulk.update_columns(
        Contact,
        [
            (one.pk, {"city": "L’Anse", "custom": {"c1": "x"}, "owner_id": None, "search_text": "anse"}),
            (two.pk, {"city": "", "custom": {}, "owner_id": owner.pk, "search_text": "rien"}),
            (two.pk, {"visit_total": Decimal("0.10"), "last_visit_at": moment, "do_not_contact": True}),
            (other.pk, {}),
        ],
    )
    assert stored(Contact, other.pk) == untouched
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.city, one.custom, one.owner_id, one.search_text) == ("L’Anse", {"c1": "x"}, None, "anse")
    assert (two.visit_total, two.last_visit_at, two.do_not_contact) == (Decimal("0.10"), moment, True)
    assert bulk.columns(two) == bulk.columns(Contact.objects.get(pk=two.pk))
    assert list(Contact.objects.filter(visit_total="0.10", last_visit_at=moment)) == [two]  # comparable as ever


def test_a_row_that_breaks_a_rule_of_the_table_is_refused_with_all_the_others(contact, fund, admin):
    from django.db import IntegrityError, transaction

    make = lambda amount: Gift(  # noqa: E731
        organization=contact.organization, contact=contact, fund=fund, recorded_by=admin, amount=Decimal(amount),
        received_on=date(2026, 1, 1),
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert_objects([make("5.00"), make("-5.00")])
    assert Gift.objects.count() == 0


def test_among_finds_what_in_finds_with_one_parameter(organization, contact):
    rows = [ContactFactory(organization=organization, external_id=f"é'{n}") for n in range(20)]
    keys = [row.pk for row in rows[:15]]
    with CaptureQueriesContext(connection) as made:
        assert set(Contact.objects.filter(pk__among=keys)) == set(rows[:15])
    assert made[0]["sql"].count(",") < 120  # the columns; not the keys one by one
    assert set(Contact.objects.filter(external_id__among={"é'3", "é'4", "no"})) == {rows[3], rows[4]}
    assert list(Contact.objects.filter(pk__among=[])) == []
    assert Contact.objects.filter(pk__among=[contact.pk]).exclude(pk__among=keys).update(city="Gaspé") == 1
    assert not TimelineEvent.objects.filter(contact__pk__among=keys, pk__among=[0]).exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without statistics")
def test_a_table_that_is_being_filled_is_looked_at_again(organization):
    ContactFactory.create_batch(30, organization=organization)
    bulk.describe_again(Contact, "organization", "external_id")
    with connection.cursor() as cursor:
        cursor.execute("SELECT attname FROM pg_stats WHERE tablename = 'contacts_contact'")
        assert {"organization_id", "external_id"} <= {name for (name,) in cursor.fetchall()}
