"""What people are told inside the application: once, in their language, as far as they may see, until they read it (U-01)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.core.dates import today_in
from crm.core.events import publish
from crm.giving import services as giving
from crm.giving.events import PledgeFailed
from crm.giving.models import Pledge
from crm.notifications import inbox, kinds
from crm.notifications.jobs import forget_notifications
from crm.notifications.models import Notification
from crm.tasks import services
from crm.tasks.jobs import notify_overdue
from tests.factories.contacts import ContactFactory
from tests.factories.giving import PledgeFactory
from tests.factories.notifications import NotificationFactory
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page


@pytest.fixture
def today(organization):
    return today_in(organization.timezone)


def texts(desk) -> list[str]:
    return page(desk.open("inbox:notification_list")).texts("main .mc-list button")


def badge(response) -> list[str]:
    return sorted(set(page(response).texts(".mc-dot")))


# --- overdue tasks (M-03) ---------------------------------------------------------------------------------------------
def test_an_overdue_task_is_told_to_its_owner_once(owner, contact, today, browse):
    TaskFactory(contact=contact, owner=owner, title="Call Luc", due_on=today - timedelta(days=1))
    TaskFactory(contact=contact, owner=owner, due_on=today)  # still has the day
    TaskFactory(contact=contact, owner=owner, due_on=today - timedelta(days=1), done_at=timezone.now())
    TaskFactory(contact=contact, owner=owner, due_on=today - timedelta(days=40))  # no news
    assert [notify_overdue() for _half_hour in range(3)] == [1, 0, 0]
    desk = browse(owner)
    assert texts(desk) == ["Overdue: Call Luc"]
    assert contact.name in page(desk.open("inbox:notification_list")).one("main .mc-list").words


def test_put_off_and_overdue_again_it_is_told_again(owner, contact, today):
    task = TaskFactory(contact=contact, owner=owner, due_on=today - timedelta(days=2))
    notify_overdue()
    services.update_task(task, due_on=today - timedelta(days=1), by=owner)
    assert notify_overdue() == 1
    assert list(Notification.objects.order_by("on").values_list("on", flat=True)) == [
        today - timedelta(days=2),
        today - timedelta(days=1),
    ]


def test_who_has_left_is_told_nothing(owner, contact, today):
    TaskFactory(contact=contact, owner=owner, due_on=today - timedelta(days=1))
    owner.is_active = False
    owner.save()
    assert notify_overdue() == 0


def test_done_meanwhile_is_said(owner, contact, today, browse):
    task = TaskFactory(contact=contact, owner=owner, title="Call Luc", due_on=today - timedelta(days=1))
    notify_overdue()
    services.complete_task(task, by=owner)
    assert texts(browse(owner)) == ["Done meanwhile: Call Luc"]


# --- what others do ---------------------------------------------------------------------------------------------------
def test_a_task_that_somebody_else_gives_is_told_ones_own_is_not(admin, owner, contact, browse):
    services.create_task(title="Call Luc", owner=owner, by=admin, contact=contact)
    mine = services.create_task(title="Write", owner=admin, by=admin)
    services.update_task(mine, owner=owner, by=admin)
    services.create_task(title="Own", owner=owner, by=owner)
    assert texts(browse(owner)) == [f"{admin} gave you a task: Write", f"{admin} gave you a task: Call Luc"]
    assert texts(browse(admin)) == []


@pytest.mark.parametrize(("amount", "told"), [("500", 1), ("499.99", 0)])
def test_a_large_gift_is_told_to_who_follows_the_donor(amount, told, admin, owner, contact, fund, today, browse):
    giving.record_gift(contact=contact, amount=Decimal(amount), received_on=today, fund=fund, method="check", by=admin)
    assert texts(browse(owner)) == [f"{contact.name} gave $500.00"] * told


def test_who_recorded_the_gift_needs_no_telling(owner, contact, fund, today):
    owner.organization.fundraisers_record_gifts = True
    owner.organization.save()
    giving.record_gift(contact=contact, amount=Decimal(900), received_on=today, fund=fund, method="check", by=owner)
    assert not Notification.objects.exists()


def test_a_pledge_that_fails_is_told_to_who_follows_the_donor(owner, contact, fund, admin, browse):
    pledge = PledgeFactory(contact=contact, fund=fund, recorded_by=admin, status="failed")
    publish(
        PledgeFailed(organization_id=contact.organization_id, actor_id=None, pledge_id=pledge.pk, contact_id=contact.pk)
    )
    assert texts(browse(owner)) == [f"The pledge of {contact.name} can no longer be collected"]


# --- reading ----------------------------------------------------------------------------------------------------------
def test_opening_one_reads_it_and_leads_to_what_it_is_about(owner, contact, today, browse):
    task = TaskFactory(contact=contact, owner=owner, due_on=today - timedelta(days=1))
    notify_overdue()
    desk = browse(owner)
    listed = desk.open("inbox:notification_list")
    assert badge(listed) == ["1"]
    opened = desk.send("inbox:notification_list", {"open": page(listed).one("main .mc-list button").get("value")})
    assert opened.url == desk.url("tasks:task_detail", pk=task.pk)
    assert badge(desk.get(opened.url)) == []
    assert len(texts(desk)) == 1  # read, it stays in the list


def test_reading_all_leaves_what_came_after_one_looked(owner, browse):
    NotificationFactory(membership=owner)
    desk = browse(owner)
    moment = page(desk.open("inbox:notification_list")).one("input[name=all]").get("value")
    NotificationFactory(membership=owner)
    desk.send("inbox:notification_list", {"all": moment})
    assert inbox.unread_count(owner) == 1


@pytest.mark.parametrize(
    "sent", [{"all": "yesterday"}, {"all": "2026-13-45T00:00"}, {"all": "2026-01-01"}, {"open": "x"}, {}]
)
def test_nonsense_reads_nothing(sent, owner, browse):
    NotificationFactory(membership=owner)
    desk = browse(owner)
    assert desk.send("inbox:notification_list", sent).url == desk.url("inbox:notification_list")
    assert inbox.unread_count(owner) == 1


def test_another_persons_are_not_there(owner, admin, outsider, browse):
    theirs = NotificationFactory(membership=owner)
    for person in (admin, outsider):
        desk = browse(person)
        assert texts(desk) == []
        assert desk.send("inbox:notification_list", {"open": theirs.pk}).status_code == 404
        desk.send("inbox:notification_list", {"all": timezone.now().isoformat()})
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_what_one_may_no_longer_see_is_not_told(owner, admin, contact, fund, today, browse):
    pledge = PledgeFactory(contact=contact, fund=fund, recorded_by=admin)
    inbox.notify(owner, "pledge_failed", pledge.pk)
    contact.owner = admin
    contact.save()
    shown = page(browse(owner).open("inbox:notification_list")).one("main .mc-list").words
    assert contact.name not in shown
    assert "What this was about is gone." in shown
    Pledge.objects.filter(pk=pledge.pk).delete()
    assert "gone" in page(browse(owner).open("inbox:notification_list")).one("main .mc-list").words


def test_a_name_is_never_markup_and_french_is_french(owner, today, browse):
    person = ContactFactory(organization=owner.organization, owner=owner, last_name="<b>Roy")
    TaskFactory(contact=person, owner=owner, title="<script>x", due_on=today - timedelta(days=1))
    notify_overdue()
    content = browse(owner, "fr").open("inbox:notification_list").content.decode()
    assert "En retard\u00a0: &lt;script&gt;x" in content
    assert "&lt;b&gt;Roy" in content


def test_the_same_thing_is_told_once_a_day_and_an_unknown_kind_is_a_mistake(owner, today):
    for on in (today, today, today + timedelta(days=1)):
        inbox.notify(owner, "task_overdue", 7, on=on)
    assert Notification.objects.count() == 2
    with pytest.raises(LookupError):
        inbox.notify(owner, "news", 7)
    with pytest.raises(ValueError, match="tone"):
        kinds.register_kind("x", label="x", icon="bell", tone="red", tell=None)


def test_a_page_of_them_costs_as_many_queries_as_one(owner, contact, today, browse):
    desk = browse(owner)

    def cost() -> int:
        with CaptureQueriesContext(connection) as taken:
            desk.open("inbox:notification_list")
        return len(taken)

    TaskFactory(contact=contact, owner=owner, due_on=today - timedelta(days=1))
    notify_overdue()
    cost()
    before = cost()
    for _one in range(20):
        person = ContactFactory(organization=owner.organization, owner=owner)
        TaskFactory(contact=person, owner=owner, due_on=today - timedelta(days=1))
    notify_overdue()
    assert cost() <= before


def test_more_than_a_badge_can_say(owner, browse):
    for _one in range(120):
        NotificationFactory(membership=owner)
    assert badge(browse(owner).open("inbox:notification_list")) == ["99+"]


def test_after_ninety_days_they_are_forgotten(owner):
    old = NotificationFactory(membership=owner)
    NotificationFactory(membership=owner)
    Notification.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    assert forget_notifications() == 1
    assert date(2026, 1, 5) == Notification.objects.get().on


# --- the count without a new page ---------------------------------------------------------------------------------------
def test_a_page_that_stays_open_learns_how_many_wait_and_that_is_no_visit(owner, browse):
    desk = browse(owner)
    assert desk.open("inbox:count").json() == {"badge": "", "label": "Notifications"}
    NotificationFactory.create_batch(3, membership=owner)
    type(owner).objects.filter(pk=owner.pk).update(last_seen_at=None)
    assert desk.open("inbox:count").json() == {"badge": "3", "label": "Notifications, 3 unread"}
    owner.refresh_from_db()
    assert owner.last_seen_at is None
    bell = page(desk.open("accounts:home")).css("[data-bell]")[0]
    assert (bell.get("data-bell"), bell.get("aria-label")) == (desk.url("inbox:count"), "Notifications, 3 unread")
    owner.refresh_from_db()
    assert owner.last_seen_at is not None
