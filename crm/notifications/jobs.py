from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Membership
from crm.core import texting
from crm.core.jobs import daily, enqueue, every, job
from crm.notifications import queries, services
from crm.notifications.models import Notification

KEPT = timedelta(days=90)


# Twice an hour: eight o’clock in Newfoundland is half past the hour everywhere else.
@job(schedule=every(minutes=30), label=_("Daily digests, at each person’s hour"))
def send_digests() -> int:
    """One job for each person who is due: one that fails is tried again alone."""
    people = [(membership.pk, on) for membership, on in queries.due(timezone.now())]
    for pk, on in people:
        enqueue(send_digest, membership_id=pk, on=on.isoformat())
    return len(people)


@job(label=_("One person’s digest"))
def send_digest(*, membership_id: int, on: str) -> bool:
    people = Membership.objects.active().filter(wants_digest=True).select_related("user", "organization")
    membership = people.filter(pk=membership_id).first()
    return bool(membership and services.send_digest(membership, on=date.fromisoformat(on)))


@job(schedule=every(minutes=5), label=_("Notifications by e-mail, where somebody asked for them"))
def email_notifications() -> int:
    people = [membership.pk for membership in queries.due_by(queries.EMAIL, timezone.now())]
    for pk in people:
        enqueue(email_one, membership_id=pk)
    return len(people)


@job(label=_("One person’s notifications by e-mail"))
def email_one(*, membership_id: int) -> int:
    membership = _still_here(membership_id)
    return services.email_notifications(membership) if membership else 0


@job(schedule=every(minutes=5), label=_("Notifications by text message, where somebody asked for them"))
def text_notifications() -> int:
    """Where no text message can leave, they wait."""
    people = [one.pk for one in queries.due_by(queries.TEXT, timezone.now())] if texting.is_ready() else []
    for pk in people:
        enqueue(text_one, membership_id=pk)
    return len(people)


@job(label=_("One person’s notifications by text message"))
def text_one(*, membership_id: int) -> int:
    membership = _still_here(membership_id)
    return services.text_notifications(membership) if membership else 0


def _still_here(membership_id: int) -> Membership | None:
    people = Membership.objects.active().select_related("user", "organization")
    return people.filter(pk=membership_id).first()


@job(schedule=daily(at="03:20"), label=_("Forget old notifications"))
def forget_notifications() -> int:
    """Those of more than 90 days ago, read or not."""
    return Notification.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0]
