"""Pledges: what is due, paid, skipped and late is what the calendar, the pauses and the gifts say, whatever is done."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.giving import pledges, services, summaries
from crm.giving.jobs import follow_pledges, refresh_summaries
from crm.giving.models import Gift, Instalment, Pledge, PledgePause
from crm.giving.reactions import forget_words
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory

START = "2026-01-20T12:00:00-05:00"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def promise(clock, contact, fund, admin, published):
    def make(amount="40.00", frequency="monthly", starts_on=date(2026, 1, 31), **fields) -> Pledge:
        return services.create_pledge(
            contact=contact,
            amount=Decimal(amount),
            frequency=frequency,
            starts_on=starts_on,
            fund=fund,
            by=admin,
            **fields,
        )

    return make


@pytest.fixture
def pay(fund, admin, published):
    def record(pledge: Pledge, amount="40.00", received_on=None, **fields) -> Gift:
        day = received_on or today_in(pledge.organization.timezone)
        return services.record_gift(
            contact=pledge.contact,
            amount=Decimal(amount),
            received_on=day,
            fund=fund,
            pledge=pledge,
            by=admin,
            **fields,
        )

    return record


def told(pledge: Pledge, last: date | None = None) -> list[str]:
    """Each instalment up to a day: its date, what was paid of it, and whether it is skipped."""
    rows = pledge.instalments.order_by("due_on")
    rows = rows.filter(due_on__lte=last) if last else rows
    return [f"{one.due_on:%m-%d} {'skipped' if one.is_skipped else one.paid}" for one in rows]


def fresh(pledge: Pledge) -> Pledge:
    return Pledge.objects.get(pk=pledge.pk)


# --- whatever is done ---------------------------------------------------------------------------------------------------
acts = st.lists(
    st.tuples(
        st.sampled_from("pay pay pay refund delete pause skip resume amount pace cancel reopen end wait wait".split()),
        st.integers(0, 9),
        st.integers(1, 12_000),
        st.integers(0, 120),
    ),
    max_size=14,
)


class TestWhateverIsDone(TestCase):
    def ways(self, pledge: Pledge, gifts: list[Gift], which: int, cents: int, days: int, clock) -> dict:
        by, today = pledge.recorded_by, today_in(pledge.organization.timezone)
        gift, amount = (gifts[which % len(gifts)] if gifts else None), Decimal(cents) / 100
        there = today + timedelta(days=days - 60)
        common = {"contact": pledge.contact, "received_on": today, "fund": pledge.fund, "pledge": pledge, "by": by}
        return {
            "pay": lambda: gifts.append(services.record_gift(amount=amount, **common)),
            "refund": lambda: gift and services.refund_gift(gift, by=by),
            "delete": lambda: gift and (services.delete_gift(gift, by=by), gifts.remove(gift)),
            "pause": lambda: services.pause_pledge(
                pledge, from_on=there, until=there + timedelta(days=which * 20) if which % 3 else None, by=by
            ),
            "skip": lambda: services.skip_instalment(pledge.instalments.order_by("due_on")[which], by=by),
            "resume": lambda: services.resume_pledge(pledge, on=there, by=by),
            "amount": lambda: services.change_pledge(pledge, amount=amount, by=by),
            "pace": lambda: services.change_pledge(
                pledge, frequency=("monthly", "quarterly", "annual")[which % 3], next_on=there, by=by
            ),
            "cancel": lambda: services.cancel_pledge(pledge, by=by),
            "reopen": lambda: services.reopen_pledge(pledge, by=by),
            "end": lambda: services.change_pledge(pledge, ends_on=there + timedelta(days=300), by=by),
            "wait": lambda: (clock.shift(timedelta(days=days)), refresh_summaries(), follow_pledges()),
        }

    @settings(deadline=None, max_examples=60)
    @given(acts, st.sampled_from(["monthly", "quarterly", "one_time"]), st.integers(-200, 60))
    def test_its_laws_hold(self, acts, frequency, begins):
        admin = MembershipFactory()
        with time_machine.travel(START, tick=False) as clock:
            pledge = services.create_pledge(
                contact=ContactFactory(organization=admin.organization), amount=Decimal("40.00"), frequency=frequency,
                starts_on=date(2026, 1, 20) + timedelta(days=begins), by=admin,
                fund=FundFactory(organization=admin.organization),
            )  # fmt: skip
            gifts: list[Gift] = []
            for act, which, cents, days in acts:
                with suppress(DomainError, IndexError):
                    self.ways(fresh(pledge), gifts, which, cents, days, clock)[act]()
                self.laws(fresh(pledge))
            assert not any(moved for _last, moved in pledges.sweep(admin.organization, repair=False))
            assert not any(found for _last, found in summaries.sweep(admin.organization, repair=False))

    def laws(self, pledge: Pledge) -> None:
        rows, pauses = list(pledge.instalments.order_by("due_on")), list(pledge.pauses.all())
        due = [one for one in rows if not one.is_skipped]
        came = sum((gift.amount for gift in pledge.gifts.counted()), Decimal(0))
        assert pledge.received == came
        assert sum((one.paid for one in due), Decimal(0)) == min(came, sum((one.amount for one in due), Decimal(0)))
        assert all(not one.paid for one in rows if one.is_skipped)
        assert all(one.is_skipped == any(pause.covers(one.due_on) for pause in pauses) for one in rows)
        assert all(not later.paid for one, later in pairwise(due) if one.left)
        today = today_in(pledge.organization.timezone)
        open_ones = [one for one in due if one.left]
        late = [one for one in open_ones if (today - one.due_on).days > pledge.grace_days]
        if pledge.status == "cancelled":
            assert (pledge.next_due_on, pledge.late_since, pledge.late_amount) == (None, None, 0)
            assert not [one for one in rows if one.due_on >= pledge.ended_on and not one.paid]
            return
        assert pledge.next_due_on == (open_ones[0].due_on if open_ones else None)
        assert pledge.late_since == (late[0].due_on if late else None)
        assert pledge.late_amount == sum((one.left for one in late), Decimal(0))
        is_paused = any(pause.covers(today) for pause in pauses)
        assert pledge.status == (
            "completed" if pledge.ends_on and not open_ones else "paused" if is_paused else "active"
        )


# --- the story of a monthly donor ---------------------------------------------------------------------------------------
def test_money_goes_to_the_oldest_date_and_the_rest_is_known(promise, pay, clock):
    pledge = promise()
    assert told(pledge, date(2026, 4, 30)) == ["01-31 0.00", "02-28 0.00", "03-31 0.00", "04-30 0.00"]
    pay(pledge, "60.00")
    assert told(pledge, date(2026, 3, 31)) == ["01-31 40.00", "02-28 20.00", "03-31 0.00"]
    now = fresh(pledge)
    assert (now.received, now.next_due_on, now.late_since) == (Decimal(60), date(2026, 2, 28), None)


def test_a_payment_is_late_once_its_days_of_grace_are_over(promise, pay, clock):
    pledge = promise(grace_days=10)
    for day, late in ((10, None), (11, date(2026, 1, 31))):
        clock.move_to(f"2026-02-{day}T06:00:00-05:00")
        follow_pledges()
        assert fresh(pledge).late_since == late
    assert fresh(pledge).late_amount == Decimal(40)
    pay(pledge)
    assert (fresh(pledge).late_since, fresh(pledge).late_amount) == (None, 0)


def test_a_refund_makes_the_payment_due_again(promise, pay, admin, published):
    pledge = promise()
    gift = pay(pledge)
    assert fresh(pledge).next_due_on == date(2026, 2, 28)
    services.refund_gift(gift, by=admin)
    assert fresh(pledge).next_due_on == date(2026, 1, 31)


def test_a_pause_truly_skips_and_what_is_paid_meanwhile_goes_to_the_next(promise, pay, admin, clock, published):
    pledge = promise()
    services.pause_pledge(pledge, from_on=date(2026, 1, 25), until=date(2026, 3, 15), reason="Maladie", by=admin)
    assert fresh(pledge).status == "active"  # it begins in five days
    clock.move_to("2026-03-14T06:00:00-04:00")
    follow_pledges()
    assert (fresh(pledge).status, fresh(pledge).late_since) == ("paused", None)
    assert told(pledge, date(2026, 4, 30)) == ["01-31 skipped", "02-28 skipped", "03-31 0.00", "04-30 0.00"]
    clock.move_to("2026-03-16T06:00:00-04:00")
    follow_pledges()
    assert (fresh(pledge).status, fresh(pledge).next_due_on) == ("active", date(2026, 3, 31))
    pay(pledge)
    assert told(pledge, date(2026, 3, 31)) == ["01-31 skipped", "02-28 skipped", "03-31 40.00"]


def test_an_open_pause_lasts_until_somebody_takes_it_up_again(promise, admin, clock, published):
    pledge = promise()
    services.pause_pledge(pledge, from_on=date(2026, 1, 25), by=admin)
    clock.move_to("2027-06-01T06:00:00-04:00")
    follow_pledges()
    assert (fresh(pledge).status, fresh(pledge).next_due_on) == ("paused", None)
    services.resume_pledge(pledge, on=date(2027, 6, 1), by=admin)
    assert (fresh(pledge).status, fresh(pledge).next_due_on) == ("active", date(2027, 6, 30))
    assert not Instalment.objects.filter(due_on__lt=date(2027, 6, 1), is_skipped=False).exists()


def test_a_pause_that_had_not_begun_is_gone_when_taken_up_again(promise, admin, published):
    pledge = promise()
    services.pause_pledge(pledge, from_on=date(2026, 5, 1), by=admin)
    services.resume_pledge(pledge, on=date(2026, 4, 1), by=admin)
    assert not PledgePause.objects.exists()
    assert AuditEntry.objects.filter(model="giving.pledgepause", action="delete").count() == 1
    with pytest.raises(DomainError, match="not paused"):
        services.resume_pledge(pledge, on=date(2026, 4, 1), by=admin)


def test_a_new_amount_holds_from_the_next_payment_on(promise, pay, admin, clock, published):
    pledge = promise()
    clock.move_to("2026-03-05T12:00:00-05:00")
    services.change_pledge(pledge, amount=Decimal(55), by=admin)
    rows = pledge.instalments.order_by("due_on").values_list("due_on", "amount")[:4]
    assert [(f"{day:%m-%d}", int(amount)) for day, amount in rows] == [
        ("01-31", 40), ("02-28", 40), ("03-31", 55), ("04-30", 55),
    ]  # fmt: skip
    entry = AuditEntry.objects.get(model="giving.pledge", action="update")
    assert entry.changes["amount"] == ["40.00", "55.00"]


def test_another_pace_begins_its_own_calendar(promise, pay, admin, clock, published):
    pledge = promise()
    pay(pledge)
    services.change_pledge(pledge, frequency="quarterly", next_on=date(2026, 3, 15), by=admin)
    assert told(pledge, date(2026, 9, 30)) == ["01-31 40.00", "03-15 0.00", "06-15 0.00", "09-15 0.00"]
    assert fresh(pledge).monthly == Decimal("13.33")


def test_twelve_payments_end_with_the_twelfth_and_the_pledge_is_completed(promise, pay):
    pledge = promise(count=12)
    assert (pledge.ends_on, pledge.instalments.count()) == (date(2026, 12, 31), 12)
    pay(pledge, "480.00")
    assert (fresh(pledge).status, fresh(pledge).next_due_on) == ("completed", None)


def test_a_cancelled_pledge_expects_nothing_and_may_be_taken_up_again(promise, pay, admin, clock, published):
    pledge = promise()
    pay(pledge)
    clock.move_to("2026-03-05T12:00:00-05:00")
    services.cancel_pledge(pledge, reason="Retraite", by=admin)
    assert told(pledge) == ["01-31 40.00", "02-28 0.00"]
    assert (fresh(pledge).status, fresh(pledge).late_since, fresh(pledge).next_due_on) == ("cancelled", None, None)
    clock.move_to("2026-06-10T12:00:00-04:00")
    services.reopen_pledge(pledge, by=admin)
    assert told(pledge, date(2026, 7, 31))[2:] == [
        "03-31 skipped", "04-30 skipped", "05-31 skipped", "06-30 0.00", "07-31 0.00",
    ]  # fmt: skip
    verbs = [event.verb for event in pledge.contact.timeline.order_by("pk") if event.verb.startswith("pledge.")]
    assert verbs == ["pledge.created", "pledge.cancelled", "pledge.reopened"]


def test_the_calendar_goes_on_a_day_further_each_night(promise, clock):
    pledge = promise()
    count = pledge.instalments.count()
    clock.move_to("2026-04-20T06:00:00-04:00")
    follow_pledges()
    follow_pledges()
    assert pledge.instalments.count() == count + 3


# --- whose gift, whose pledge -------------------------------------------------------------------------------------------
def test_a_gift_pays_its_own_donors_pledge_in_its_own_money(promise, pay, fund, admin, published):
    pledge = promise()
    with pytest.raises(DomainError, match="another currency"):
        pay(pledge, currency="USD")
    other = ContactFactory(organization=pledge.organization)
    with pytest.raises(DomainError, match="another donor"):
        services.record_gift(
            contact=other, amount=Decimal(40), received_on=date(2026, 1, 20), fund=fund, pledge=pledge, by=admin
        )
    gift = pay(pledge)
    services.correct_gift(gift, contact=other, by=admin)
    gift.refresh_from_db()
    assert (gift.pledge, fresh(pledge).received) == (None, 0)


def test_a_gift_that_changes_pledge_moves_the_money(promise, pay, admin, published):
    first, second = promise(), promise("25.00")
    gift = pay(first)
    services.correct_gift(gift, pledge=second, by=admin)
    assert (fresh(first).received, fresh(second).received) == (0, Decimal(40))
    services.delete_gift(gift, by=admin)
    assert fresh(second).received == 0


def test_pledges_follow_a_merge_and_come_back_with_its_undo(promise, pay, admin, organization, published):
    pledge = promise()
    pay(pledge)
    before = Pledge.objects.values().get()
    kept = ContactFactory(organization=organization)
    merge = contacts.merge_contacts(kept=kept, absorbed=pledge.contact, by=admin)
    assert Pledge.objects.get().contact == kept
    assert not any(moved for _last, moved in pledges.sweep(organization, repair=False))
    contacts.undo_merge(merge, by=admin)
    assert Pledge.objects.values().get() == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "0.00"}, "amount"),
        ({"starts_on": date(2120, 1, 1)}, "starts_on"),
        ({"ends_on": date(2026, 1, 1)}, "ends_on"),
        ({"ends_on": date(2070, 1, 1)}, "ends_on"),
        ({"frequency": "weekly"}, "frequency"),
        ({"fund": "foreign"}, "fund"),
    ],
)
def test_what_cannot_be_promised_is_refused(fields, field, promise, contact, fund, admin):
    said = {
        "contact": contact,
        "amount": Decimal(40),
        "frequency": "monthly",
        "starts_on": date(2026, 2, 1),
        "fund": fund,
    }
    said |= fields | ({"amount": Decimal(fields["amount"])} if "amount" in fields else {})
    said |= {"fund": FundFactory()} if "fund" in fields else {}
    with pytest.raises(DomainError) as refused:
        services.create_pledge(**said, by=admin)
    assert refused.value.field == field
    assert not Pledge.objects.exists()


def test_a_pledge_with_gifts_is_not_deleted_one_without_is(promise, pay, admin, published):
    pledge = promise()
    gift = pay(pledge)
    with pytest.raises(DomainError, match="cancelled, not deleted"):
        services.delete_pledge(pledge, by=admin)
    services.delete_gift(gift, by=admin)
    services.delete_pledge(pledge, by=admin)
    assert (Pledge.objects.count(), Instalment.objects.count()) == (0, 0)


def test_words_about_somebody_forgotten_go_amounts_stay(promise, admin, published, contact):
    pledge = promise(note="Prefers calls")
    services.pause_pledge(pledge, from_on=date(2026, 3, 1), reason="Illness", by=admin)
    contacts.anonymize_contact(contact, reason="Asked", by=admin)
    forget_words(published[-1])
    now = fresh(pledge)
    assert (now.note, now.amount, now.pauses.get().reason) == ("", Decimal(40), "")
    assert (now.status, now.instalments.count()) == ("cancelled", 0)
    kept = str(list(AuditEntry.objects.filter(model__startswith="giving.pledge").values_list("changes", flat=True)))
    assert "Illness" not in kept
    assert "Prefers" not in kept
