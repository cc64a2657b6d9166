"""Outreach by itself: mailings whose moment has come."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.jobs import every, job
from crm.outreach import services
from crm.outreach.models import Mailing


@job(schedule=every(minutes=1), label=_("Begin the mailings whose moment has come"))
def begin_due_mailings() -> int:
    """However late it is: a mailing scheduled for a night when nothing ran leaves once, when something does."""
    due = Mailing.objects.due(now=timezone.now()).order_by("scheduled_for", "pk")
    return sum(services.start_due_mailing(pk) for pk in list(due.values_list("pk", flat=True)[:20]))
