"""Stored totals always equal the gifts, whatever happened in whatever order."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.contacts.choices import Lifecycle
from crm.contacts.models import Contact
from crm.core.errors import DomainError
from crm.core.events import recorded
from crm.giving import jobs, rules, services, summaries
from crm.giving.choices import GiftStatus
from crm.giving.models import Gift, GivingSummary
from tests.factories.accounts import MembershipFactory, OrganizationFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


def expected(contact: Contact, today: date = TODAY) -> dict:
    """The summary, added up in plain Python from the rows."""
    gifts = sorted(
        Gift.objects.filter(contact=contact, status="completed"), key=lambda gift: (gift.received_on, gift.pk)
    )
    own = [gift for gift in gifts if gift.currency == "CAD"]
    last = gifts[-1] if gifts else None
    return {
        "gift_count": len(gifts),
        "foreign_count": len(gifts) - len(own),
        "total": sum((gift.amount for gift in own), Decimal(0)),
        "year": today.year,
        "year_total": sum((gift.amount for gift in own if gift.received_on.year == today.year), Decimal(0)),
        "last_year_total": sum((gift.amount for gift in own if gift.received_on.year == today.year - 1), Decimal(0)),
        "first_on": gifts[0].received_on if gifts else None,
        "last_on": last.received_on if last else None,
        "last_amount": last.amount if last else None,
        "last_currency": last.currency if last else "",
        "largest_amount": max((gift.amount for gift in own), default=None),
    }


def stored(contact: Contact) -> dict:
    return GivingSummary.objects.values(*expected(contact)).get(contact=contact)


amounts = st.integers(1, 999_999_99).map(lambda cents: Decimal(cents) / 100)
days = st.integers(0, 1500).map(lambda ago: TODAY - timedelta(days=ago))
currencies = st.sampled_from(["CAD", "CAD", "CAD", "USD", "EUR"])
received = st.fixed_dictionaries(
    {
        "amount": amounts,
        "received_on": days,
        "currency": currencies,
        "status": st.sampled_from(["completed", "completed", "pending", "failed"]),
    }
)
corrected = st.fixed_dictionaries(
    {},
    optional={
        "amount": amounts,
        "received_on": days,
        "currency": currencies,
        "status": st.sampled_from(GiftStatus.values),
        "contact": st.integers(0, 1),
    },
)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.integers(0, 1), received),
        st.tuples(st.just("correct"), st.integers(0, 9), corrected),
        st.tuples(st.just("refund"), st.integers(0, 9), st.none()),
        st.tuples(st.just("delete"), st.integers(0, 9), st.none()),
    ),
    min_size=1,
    max_size=12,
)


def play(act: str, place: int, fields, *, donors: list[Contact], fund, by) -> None:
    if act == "record":
        services.record_gift(contact=donors[place], fund=fund, by=by, **fields)
        return
    gifts = list(Gift.objects.order_by("pk"))
    if not gifts:
        return
    gift = gifts[place % len(gifts)]
    if act == "correct":
        fields = {name: donors[value] if name == "contact" else value for name, value in fields.items()}
        services.correct_gift(gift, by=by, **fields)
    elif act == "refund":
        services.refund_gift(gift, by=by)
    else:
        services.delete_gift(gift, by=by)


@given(story=acts)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_totals_equal_the_gifts(story, contact, fund, admin):
    with transaction.atomic(), recorded():
        donors = [contact, ContactFactory(organization=contact.organization)]
        for act, place, fields in story:
            try:
                play(act, place, fields, donors=donors, fund=fund, by=admin)
            except DomainError as refusal:
                assert (act, refusal.code) == ("refund", "status")  # noqa: PT017 - the only refusal this story may meet
        touched = [donor for donor in donors if donor.timeline.exists()]
        for donor in touched:
            wanted = expected(donor)
            assert stored(donor) == wanted
            donor.refresh_from_db()
            assert donor.lifecycle == rules.lifecycle_for(
                current=Lifecycle.PROSPECT, gift_count=wanted["gift_count"], last_on=wanted["last_on"], today=TODAY
            )
        assert summaries.differences([donor.pk for donor in touched], on=TODAY) == []
        transaction.set_rollback(True)


def test_ten_thousand_dimes_make_a_thousand_dollars(contact, fund, admin):
    gift = GiftFactory.build(contact=contact, fund=fund, organization=contact.organization, recorded_by=admin)
    rows = [
        Gift(
            organization_id=contact.organization_id, contact=contact, fund=fund, recorded_by=admin,
            amount=Decimal("0.10"), received_on=gift.received_on,
        )
        for _place in range(10_000)
    ]  # fmt: skip
    Gift.objects.bulk_create(rows)
    summaries.refresh([contact.pk], on=TODAY)
    assert GivingSummary.objects.filter(total=Decimal("1000.00"), year_total=Decimal("1000.00")).count() == 1


def test_dollars_of_two_countries_are_never_added_together(contact, fund, admin, published):
    for amount, currency, day in (("100.00", "CAD", 1), ("70.00", "USD", 3), ("30.00", "CAD", 2)):
        services.record_gift(
            contact=contact,
            amount=Decimal(amount),
            currency=currency,
            received_on=date(2026, 5, day),
            fund=fund,
            by=admin,
        )
    found = GivingSummary.objects.get(contact=contact)
    assert (found.total, found.year_total, found.largest_amount) == (Decimal(130), Decimal(130), Decimal(100))
    assert (found.gift_count, found.foreign_count, found.average) == (3, 1, Decimal("65.00"))
    assert (found.last_amount, found.last_currency, found.last_on) == (Decimal(70), "USD", date(2026, 5, 3))


def test_somebody_who_gives_in_another_currency_only_is_a_donor(contact, fund, admin, published):
    services.record_gift(contact=contact, amount=Decimal(70), currency="USD", received_on=TODAY, fund=fund, by=admin)
    contact.refresh_from_db()
    found = contact.summary
    assert (contact.lifecycle, found.gift_count, found.total, found.average) == (Lifecycle.DONOR, 1, Decimal(0), None)


@pytest.mark.parametrize(
    ("last_on", "lifecycle"),
    [(TODAY - timedelta(days=730), Lifecycle.DONOR), (TODAY - timedelta(days=731), Lifecycle.LAPSED)],
)
def test_a_donor_lapses_after_two_years(contact, fund, admin, published, last_on, lifecycle):
    services.record_gift(contact=contact, amount=Decimal(5), received_on=last_on, fund=fund, by=admin)
    contact.refresh_from_db()
    assert contact.lifecycle == lifecycle


@pytest.mark.parametrize("current", [Lifecycle.ASKED, Lifecycle.DECLINED, Lifecycle.PROSPECT])
def test_what_was_set_by_hand_stays_while_there_is_no_gift(contact, current):
    Contact.objects.filter(pk=contact.pk).update(lifecycle=current)
    summaries.refresh([contact.pk])
    assert Contact.objects.get().lifecycle == current


def test_the_night_turns_the_year_and_sees_who_lapsed(contact, fund, admin, published):
    with time_machine.travel("2024-06-01T12:00:00-04:00"):
        services.record_gift(contact=contact, amount=Decimal(5), received_on=date(2024, 5, 30), fund=fund, by=admin)
    recent = ContactFactory(organization=contact.organization)
    with time_machine.travel("2025-06-01T12:00:00-04:00"):
        services.record_gift(contact=recent, amount=Decimal(7), received_on=date(2025, 5, 30), fund=fund, by=admin)
    assert jobs.refresh_summaries() == 2
    assert Contact.objects.get(pk=contact.pk).lifecycle == Lifecycle.LAPSED
    assert stored(contact) == expected(contact)
    assert (stored(recent)["year_total"], stored(recent)["last_year_total"]) == (Decimal(0), Decimal(7))
    assert jobs.refresh_summaries() == 0


def test_the_nightly_check_says_each_difference_and_mends_it(contact, fund, admin, published, caplog):
    services.record_gift(contact=contact, amount=Decimal(5), received_on=TODAY, fund=fund, by=admin)
    assert jobs.check_summaries() == 0
    GivingSummary.objects.update(total=Decimal(6))
    Contact.objects.filter(pk=contact.pk).update(lifecycle=Lifecycle.LAPSED)
    with caplog.at_level("ERROR"):
        assert jobs.check_summaries() == 1
    assert [record.msg["event"] for record in caplog.records] == ["summary_differs"]
    assert caplog.records[0].msg["differences"] == {"total": ["6.00", "5.00"], "lifecycle": ["lapsed", "donor"]}
    assert (stored(contact), jobs.check_summaries()) == (expected(contact), 0)


def test_a_check_cut_short_goes_on_in_another_job(contact, fund, admin, published, run_jobs):
    for donor in (contact, ContactFactory(organization=contact.organization)):
        services.record_gift(contact=donor, amount=Decimal(5), received_on=TODAY, fund=fund, by=admin)
    GivingSummary.objects.update(total=Decimal(6))
    original, summaries.CHUNK = summaries.CHUNK, 1
    try:
        assert jobs.check_summaries(seconds=-1) == 1
        assert run_jobs() == ["check_summaries"]
    finally:
        summaries.CHUNK = original
    assert list(GivingSummary.objects.values_list("total", flat=True)) == [Decimal(5), Decimal(5)]


def command(*args: str, capsys) -> tuple[int, list[str]]:
    try:
        call_command("rebuild_summaries", *args)
        code = 0
    except CommandError as error:
        code = error.returncode
    return code, capsys.readouterr().out.splitlines()


def test_the_command_checks_without_writing_then_mends(contact, fund, admin, published, capsys):
    services.record_gift(contact=contact, amount=Decimal(5), received_on=TODAY, fund=fund, by=admin)
    GivingSummary.objects.update(gift_count=9)
    line = f"rive-claire contact {contact.pk}: gift_count was 9, is 1"
    assert command("--check", capsys=capsys) == (1, [line])
    assert command("--check", capsys=capsys) == (1, [line])
    assert command(capsys=capsys) == (0, [line, "1 donors or pledges differed and are mended."])
    assert command("--check", capsys=capsys) == (0, ["Every total agrees with the gifts."])


def test_the_command_keeps_to_the_organization_it_is_given(contact, capsys):
    GiftFactory(contact=contact)
    elsewhere = OrganizationFactory(slug="elsewhere")
    code, lines = command("--check", "--organization", "elsewhere", capsys=capsys)
    assert (code, lines, elsewhere.slug) == (0, ["Every total agrees with the gifts."], "elsewhere")
    assert command("--check", capsys=capsys)[0] == 1  # a gift that no service recorded
    with pytest.raises(CommandError, match="No organization"):
        call_command("rebuild_summaries", "--organization", "nowhere")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "not __import__('django.db').db.connection.features.has_select_for_update",
    reason="SQLite lets one writer in at a time: nothing can interleave",
)
def test_gifts_saved_at_the_same_moment_are_all_counted():
    organization = OrganizationFactory()
    clerk = MembershipFactory(organization=organization)
    contact, fund = ContactFactory(organization=organization), FundFactory(organization=organization)
    gifts = [GiftFactory(contact=contact, fund=fund, recorded_by=clerk, amount=Decimal(10)) for _place in range(2)]
    ready, errors = Barrier(6), []

    def together(act, *args, **kwargs) -> None:
        try:
            with recorded():
                ready.wait()
                for _round in range(5):
                    act(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - told to the test, whatever it is
            errors.append(error)
        finally:
            connection.close()

    new = {"contact": contact, "amount": Decimal(1), "received_on": TODAY, "fund": fund, "by": clerk}
    threads = [Thread(target=together, args=(services.record_gift,), kwargs=new) for _place in range(4)]
    threads += [
        Thread(target=together, args=(services.correct_gift, gift), kwargs={"by": clerk, "amount": Decimal(100)})
        for gift in gifts
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert stored(contact) == expected(contact)
    assert stored(contact)["total"] == Decimal(220)
