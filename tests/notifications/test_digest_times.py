"""When a digest leaves: each person's own hour, on their own clock, once per day of theirs."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from crm.core.mailer import deliver
from crm.core.models import OutgoingEmail
from crm.notifications import jobs, queries
from crm.notifications.digest import SECTIONS, Registered, Section
from crm.notifications.models import DigestDelivery
from tests.factories.accounts import MembershipFactory

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch):
    """One section that always has something to say; the spans it was asked about."""
    spans: list[tuple[datetime, datetime]] = []

    def collect(membership, since, until):
        spans.append((since, until))
        return Section(title="News", total="1 thing.", count=1)

    monkeypatch.setattr("crm.notifications.digest.SECTIONS", {"news": Registered("news", 1, "contacts.view", collect)})
    return spans


@pytest.fixture
def person(organization):
    def make(zone: str = "America/Toronto", hour: int = 8, **fields):
        membership = MembershipFactory(organization=organization, user__timezone=zone, digest_hour=hour, **fields)
        type(membership).objects.filter(pk=membership.pk).update(created_at=LONG_AGO)
        return type(membership).objects.get(pk=membership.pk)

    return make


def tick(moment: str, run_jobs) -> list[date]:
    """What the worker does at a moment; the days for which a digest left."""
    before = set(DigestDelivery.objects.values_list("pk", flat=True))
    with time_machine.travel(moment, tick=False):
        jobs.send_digests()
        run_jobs()
    return sorted(DigestDelivery.objects.exclude(pk__in=before).values_list("on", flat=True))


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("America/Toronto", "2026-11-24T13:00Z"),
        ("America/Winnipeg", "2026-11-24T14:00Z"),
        ("America/St_Johns", "2026-11-24T11:30Z"),
        ("Pacific/Auckland", "2026-11-23T19:00Z"),
        ("Asia/Kathmandu", "2026-11-24T02:30Z"),
    ],
)
def test_eight_o_clock_is_where_the_person_lives(zone, moment, person, heard, run_jobs):
    person(zone)
    at = datetime.fromisoformat(moment)
    assert tick((at - timedelta(minutes=30)).isoformat(), run_jobs) == []
    assert tick(moment, run_jobs) == [date(2026, 11, 24)]


def test_the_organizations_clock_does_not_matter(person, organization, heard, run_jobs):
    organization.timezone = "America/Vancouver"
    organization.save()
    person("America/Toronto")
    assert tick("2026-11-24T13:00Z", run_jobs) == [date(2026, 11, 24)]


@pytest.mark.parametrize("later", ["13:00", "13:30", "17:00", "23:59"])
def test_the_same_day_is_never_told_twice(later, person, heard, run_jobs, mailoutbox):
    person()
    tick("2026-11-24T13:00Z", run_jobs)
    assert tick(f"2026-11-24T{later}Z", run_jobs) == []
    assert len(mailoutbox) == 1


def test_each_day_has_its_own(person, heard, run_jobs, mailoutbox):
    person()
    assert tick("2026-11-24T13:00Z", run_jobs) == [date(2026, 11, 24)]
    assert tick("2026-11-25T13:00Z", run_jobs) == [date(2026, 11, 25)]
    assert len(mailoutbox) == 2


def test_a_worker_that_comes_back_late_sends_the_digest_of_the_day_late(person, heard, run_jobs):
    person()
    assert tick("2026-11-24T20:10Z", run_jobs) == [date(2026, 11, 24)]


@pytest.mark.parametrize(
    ("hour", "before", "moment"),
    [
        (2, "2026-03-08T06:30Z", "2026-03-08T07:00Z"),  # 02:00 does not exist: 01:59 is followed by 03:00
        (3, "2026-03-08T06:30Z", "2026-03-08T07:00Z"),
        (8, "2026-03-08T11:30Z", "2026-03-08T12:00Z"),
        (1, "2026-11-01T04:30Z", "2026-11-01T05:00Z"),  # 01:00 comes twice, the first time is the one
        (8, "2026-11-01T12:30Z", "2026-11-01T13:00Z"),
    ],
)
def test_a_change_of_clocks_neither_skips_nor_repeats_a_digest(
    hour, before, moment, person, heard, run_jobs, mailoutbox
):
    person(hour=hour)
    on = datetime.fromisoformat(moment).date()
    assert tick(before, run_jobs) == []
    assert tick(moment, run_jobs) == [on]
    for hours in range(1, 15):
        assert tick((datetime.fromisoformat(moment) + timedelta(hours=hours)).isoformat(), run_jobs) == []
    assert len(mailoutbox) == 1


def test_midnight_and_the_last_hour_are_hours_too(person, heard, run_jobs):
    person(hour=0)
    assert tick("2026-11-24T04:30Z", run_jobs) == [date(2026, 11, 23)]
    assert tick("2026-11-24T05:00Z", run_jobs) == [date(2026, 11, 24)]
    DigestDelivery.objects.all().delete()
    type(person(hour=23)).objects.exclude(digest_hour=23).delete()
    assert tick("2026-11-25T03:30Z", run_jobs) == []
    assert tick("2026-11-25T04:00Z", run_jobs) == [date(2026, 11, 24)]


def test_who_moves_westwards_is_not_told_twice_about_one_date(person, heard, run_jobs):
    membership = person("Pacific/Auckland")
    assert tick("2026-11-23T19:00Z", run_jobs) == [date(2026, 11, 24)]
    membership.user.timezone = "America/Vancouver"
    membership.user.save()
    assert tick("2026-11-24T16:00Z", run_jobs) == []
    assert tick("2026-11-25T16:00Z", run_jobs) == [date(2026, 11, 25)]


def test_a_later_hour_chosen_after_the_digest_of_the_day_does_not_bring_a_second_one(person, heard, run_jobs):
    membership = person(hour=8)
    tick("2026-11-24T13:00Z", run_jobs)
    type(membership).objects.update(digest_hour=17)
    assert tick("2026-11-24T22:00Z", run_jobs) == []


def test_who_joins_at_noon_is_not_sent_this_mornings_digest(person, heard, run_jobs):
    membership = person()
    type(membership).objects.update(created_at=datetime(2026, 11, 24, 17, tzinfo=UTC))
    assert tick("2026-11-24T17:30Z", run_jobs) == []
    assert tick("2026-11-25T13:00Z", run_jobs) == [date(2026, 11, 25)]


@pytest.mark.parametrize("change", ["wants_digest", "is_active", "user", "organization"])
def test_who_does_not_want_it_or_has_left_gets_none(change, person, heard, run_jobs):
    membership = person()
    target = getattr(membership, change) if change in ("user", "organization") else membership
    field = "is_active" if change in ("user", "organization") else change
    type(target).objects.filter(pk=target.pk).update(**{field: False})
    assert tick("2026-11-24T13:00Z", run_jobs) == []


def test_who_stops_it_between_the_tick_and_the_job_gets_none(person, heard, run_jobs):
    membership = person()
    with time_machine.travel("2026-11-24T13:00Z", tick=False):
        assert jobs.send_digests() == 1
        type(membership).objects.update(wants_digest=False)
        run_jobs()
    assert DigestDelivery.objects.count() == 0


# --- what a digest covers ---
def test_the_first_digest_covers_a_day(person, heard, run_jobs):
    person()
    tick("2026-11-24T13:00Z", run_jobs)
    until = datetime(2026, 11, 24, 13, tzinfo=UTC) - queries.SETTLED_AFTER
    assert heard == [(until - timedelta(hours=24), until)]


def test_digests_follow_each_other_without_a_gap_or_an_overlap(person, heard, run_jobs):
    person()
    for moment in ("2026-11-24T13:00Z", "2026-11-25T14:30Z", "2026-11-26T13:00Z"):
        tick(moment, run_jobs)
    assert [span[0] for span in heard[1:]] == [span[1] for span in heard[:-1]]


def test_a_missed_day_is_told_the_next_time(person, heard, run_jobs):
    person()
    tick("2026-11-24T13:00Z", run_jobs)
    tick("2026-11-27T13:00Z", run_jobs)
    assert heard[1][0] == heard[0][1]


def test_a_digest_that_did_not_arrive_is_told_again_the_next_day(person, heard, run_jobs):
    person()
    tick("2026-11-24T13:00Z", run_jobs)
    tick("2026-11-25T13:00Z", run_jobs)
    OutgoingEmail.objects.filter(key__endswith="2026-11-25").update(status="failed")
    tick("2026-11-26T13:00Z", run_jobs)
    assert heard[2][0] == heard[1][0] == heard[0][1]


def test_a_very_first_digest_that_did_not_arrive_is_told_again_too(person, heard, run_jobs):
    person()
    tick("2026-11-24T13:00Z", run_jobs)
    OutgoingEmail.objects.update(status="failed")
    tick("2026-11-25T13:00Z", run_jobs)
    assert heard[1][0] == heard[0][0]


def test_after_a_long_absence_it_covers_a_week_at_most(person, heard, run_jobs):
    person()
    tick("2026-09-01T12:00Z", run_jobs)
    tick("2026-11-24T13:00Z", run_jobs)
    assert heard[1][1] - heard[1][0] == timedelta(days=7)


def test_a_day_with_nothing_to_say_needs_no_telling_again(person, heard, monkeypatch, run_jobs, mailoutbox):
    person()
    monkeypatch.setattr("crm.notifications.digest.SECTIONS", {})
    assert tick("2026-11-24T13:00Z", run_jobs) == [date(2026, 11, 24)]
    assert mailoutbox == []
    delivery = DigestDelivery.objects.get()
    assert (delivery.email, delivery.status, delivery.counts) == (None, "empty", {})
    monkeypatch.undo()
    assert SECTIONS  # the real ones are back
    assert queries.span(delivery.membership, delivery.until + timedelta(days=1))[0] == delivery.until


def test_what_is_still_being_saved_waits_for_the_next_digest(person, heard, run_jobs):
    """A row's moment is set before its transaction commits: the last two minutes are left to the next digest."""
    person()
    tick("2026-11-24T13:00Z", run_jobs)
    assert heard[0][1] == datetime(2026, 11, 24, 12, 58, tzinfo=UTC)


# --- twice, at once, half-way ---
def test_a_tick_that_runs_twice_sends_one(person, heard, run_jobs, mailoutbox):
    person()
    with time_machine.travel("2026-11-24T13:00Z", tick=False):
        assert (jobs.send_digests(), jobs.send_digests()) == (1, 1)
        assert run_jobs() == ["send_digest", "send_digest", "deliver"]
    assert len(mailoutbox) == 1


def test_two_workers_with_the_same_digest_send_one(person, heard, monkeypatch, run_jobs, mailoutbox):
    """The second one arrives while the first is still composing."""
    from crm.notifications import digest, services

    membership = person()
    compose = digest.compose

    def slowly(*args):
        sections = compose(*args)
        monkeypatch.setattr(digest, "compose", compose)
        assert services.send_digest(membership, on=date(2026, 11, 24)) is not None
        return sections

    monkeypatch.setattr(digest, "compose", slowly)
    assert services.send_digest(membership, on=date(2026, 11, 24)) is None
    run_jobs()
    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_claim_and_mail_leaves_neither(person, heard, monkeypatch, run_jobs, mailoutbox):
    from crm.core import mailer
    from crm.notifications import services

    membership = person()

    def die(**kwargs):
        raise SystemExit  # as SIGKILL: nothing after this line runs, the transaction is lost

    with monkeypatch.context() as patch:
        patch.setattr(mailer, "send", die)
        with pytest.raises(SystemExit):
            services.send_digest(membership, on=date(2026, 11, 24))
    assert DigestDelivery.objects.count() == 0
    assert services.send_digest(membership, on=date(2026, 11, 24)) is not None
    run_jobs()
    assert len(mailoutbox) == 1


def test_a_mail_server_that_refuses_is_tried_three_times_and_the_day_stays_claimed(person, heard, run_jobs, settings):
    settings.EMAIL_BACKEND = "tests.core.test_mailer.Refusing"
    person()
    with time_machine.travel("2026-11-24T13:00Z", tick=False):
        jobs.send_digests()
        with pytest.raises(OSError, match="come back later"):
            run_jobs()
        email = OutgoingEmail.objects.get()
        for _again in range(2):
            with pytest.raises(OSError, match="come back later"):
                deliver(email_id=email.pk)
        assert deliver(email_id=email.pk) == "skipped"
    assert DigestDelivery.objects.get().status == "failed"
    assert tick("2026-11-24T14:00Z", run_jobs) == []


def test_one_person_whose_digest_breaks_does_not_keep_the_others_waiting(person, heard, monkeypatch, run_jobs):
    first, second = person(), person()

    def broken(membership, since, until):
        if membership.pk == first.pk:
            raise ValueError("a mistake in a section")
        return Section(title="News", total="1 thing.", count=1)

    monkeypatch.setattr("crm.notifications.digest.SECTIONS", {"news": Registered("news", 1, "contacts.view", broken)})
    with time_machine.travel("2026-11-24T13:00Z", tick=False):
        jobs.send_digests()
        with pytest.raises(ValueError, match="a mistake"):
            run_jobs()
        run_jobs()
    assert [row.membership for row in DigestDelivery.objects.all()] == [second]


def test_the_tick_costs_one_query_however_many_people(person, heard, run_jobs, django_assert_num_queries):
    for _person in range(5):
        person()
    now = timezone.now().replace(hour=23, minute=59)
    with django_assert_num_queries(1):
        assert len(list(queries.due(now))) == 5


# --- across the changes of clocks, in two zones at the ends of the country ---------------------------------------------
@pytest.mark.parametrize("change", ["2026-03-08", "2026-11-01"])
@pytest.mark.parametrize("zone", ["America/Vancouver", "America/St_Johns"])
def test_across_a_change_of_clocks_each_day_has_its_digest_at_the_hour(
    zone, change, person, heard, run_jobs, mailoutbox
):
    """Every half hour of four days, as the schedule runs: once a day, at eight on their own wall."""
    someone = person(zone)
    began = datetime.fromisoformat(f"{change}T08:30Z") - timedelta(days=1)
    left = []
    for half_hours in range(4 * 48):
        now = began + timedelta(minutes=30 * half_hours)
        if list(queries.due(now)):
            assert tick(now.isoformat(), run_jobs) == [queries.day_of(someone, now)]
            left.append(now.astimezone(queries.zone_of(someone)))
    days = {one.date() for one in left}
    assert len(left) == len(days) == len(mailoutbox) == 4
    assert {(one.hour, one.minute) for one in left} == {(8, 0)}
    assert max(days) - min(days) == timedelta(days=3)


# --- once a week ------------------------------------------------------------------------------------------------------
def weekly(person, **fields):
    return person(digest_rhythm="weekly", **fields)


def test_once_a_week_it_comes_on_monday_and_tells_the_week(person, heard, run_jobs):
    weekly(person)
    left = []
    for day in range(16):  # from a Wednesday on
        moment = datetime(2026, 11, 25, 13, tzinfo=UTC) + timedelta(days=day)
        left += tick(moment.isoformat(), run_jobs)
    assert left == [date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 7)]  # the first one at once, for this week
    since, until = heard[-1]
    assert timedelta(days=6, hours=23) < until - since <= timedelta(days=7)


def test_a_monday_that_was_missed_is_made_up_for_in_the_week_once(person, heard, run_jobs):
    someone = weekly(person)
    DigestDelivery.objects.create(membership=someone, on=date(2026, 11, 23), since=LONG_AGO, until=LONG_AGO)
    assert tick("2026-11-29T20:00Z", run_jobs) == []
    assert tick("2026-12-02T06:00Z", run_jobs) == [date(2026, 12, 2)]  # whatever the hour: it is late
    assert tick("2026-12-03T13:00Z", run_jobs) == []
    assert tick("2026-12-07T13:00Z", run_jobs) == [date(2026, 12, 7)]


def test_whoever_changes_to_once_a_week_waits_for_monday(person, heard, run_jobs):
    someone = person()
    assert tick("2026-11-24T13:00Z", run_jobs) == [date(2026, 11, 24)]
    type(someone).objects.update(digest_rhythm="weekly")
    assert tick("2026-11-25T13:00Z", run_jobs) == []
    assert tick("2026-11-30T13:00Z", run_jobs) == [date(2026, 11, 30)]
