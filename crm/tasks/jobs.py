"""Every half hour: who has let a task pass its day is told, once (M-03)."""

from django.utils.translation import gettext_lazy

from crm.accounts.models import Organization
from crm.core.jobs import every, job
from crm.tasks import notices


@job(schedule=every(minutes=30), label=gettext_lazy("Tell people of their overdue tasks"))
def notify_overdue() -> int:
    """Run twice it tells nothing new. Returns how many notifications were made."""
    return sum(notices.notify_overdue(one) for one in Organization.objects.filter(is_active=True).order_by("pk"))
