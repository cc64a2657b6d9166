"""The pipeline's night: a follow-up where a conversation, or an ask, has come to a standstill (M-02)."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.models import Organization
from crm.contacts.models import Contact
from crm.contacts.rules import stalled_before
from crm.core.dates import day_in, format_date, today_in
from crm.core.jobs import daily, job
from crm.pipeline.models import Opportunity
from crm.tasks import causes
from crm.tasks.choices import TaskType
from crm.tasks.models import Task

NEWS = timedelta(days=7)  # what came to a standstill earlier is on the board, and makes no flood of tasks


@job(schedule=daily(at="06:20"), label=gettext_lazy("Plan a follow-up where a conversation is stalled"))
def plan_stalled() -> int:
    """Run twice it finds nothing more: each standstill is a cause, and has one task. Returns how many were planned."""
    planned = 0
    for organization in Organization.objects.filter(is_active=True, plans_follow_ups=True).order_by("pk"):
        planned += causes.plan_once(
            [*_contacts(organization), *_stalled_asks(organization), *_overdue_asks(organization)],
            organization=organization,
        )
    return planned


def _planned_already() -> Exists:
    """Somebody has planned the next step: nothing to remind them of."""
    return Exists(Task.objects.open().filter(contact=OuterRef("contact")))


def _contacts(organization: Organization) -> list[causes.Wanted]:
    limit, today = stalled_before(timezone.now()), today_in(organization.timezone)
    rows = Contact.objects.of(organization).active().stalled().filter(
        last_contact_at__gte=limit - NEWS, do_not_contact=False, is_deceased=False
    )  # fmt: skip
    rows = rows.exclude(Exists(Task.objects.open().filter(contact=OuterRef("pk"))))

    def title(contact: Contact) -> str:
        said = {"name": contact.name, "stage": contact.get_funnel_stage_display()}
        return _("Take up the conversation with %(name)s again (%(stage)s)") % said

    return [
        causes.Wanted(
            f"stalled:{contact.pk}:{day_in(contact.last_contact_at, organization.timezone)}", contact, TaskType.FOLLOW_UP,
            lambda contact=contact: title(contact), today,
        )
        for contact in rows.select_related("owner__user", "owner__organization").order_by("pk")
    ]  # fmt: skip


def _asks(organization: Organization):
    rows = Opportunity.objects.of(organization).filter(
        contact__archived_at=None, contact__do_not_contact=False, contact__is_deceased=False
    )
    return rows.exclude(_planned_already()).select_related("contact__owner__user", "contact__owner__organization")


def _stalled_asks(organization: Organization) -> list[causes.Wanted]:
    limit, today = stalled_before(timezone.now()), today_in(organization.timezone)
    rows = _asks(organization).stalled(before=limit)
    rows = rows.annotate(still_since=Greatest("stage_since", "contact__last_contact_at"))

    def title(ask: Opportunity) -> str:
        return _("Move “%(title)s” on: %(stage)s") % {"title": ask.title, "stage": ask.get_stage_display()}

    return [
        causes.Wanted(
            f"ask:{ask.pk}:{day_in(ask.still_since, organization.timezone)}", ask.contact, TaskType.FOLLOW_UP,
            lambda ask=ask: title(ask), today,
        )
        for ask in rows.filter(still_since__gte=limit - NEWS).order_by("pk")
    ]  # fmt: skip


def _overdue_asks(organization: Organization) -> list[causes.Wanted]:
    today = today_in(organization.timezone)

    def title(ask: Opportunity) -> str:
        return _("Ask for an answer to “%(title)s”, expected on %(day)s") % {
            "title": ask.title,
            "day": format_date(ask.expected_on),
        }

    return [
        causes.Wanted(
            f"answer:{ask.pk}:{ask.expected_on}", ask.contact, TaskType.FOLLOW_UP, lambda ask=ask: title(ask), today
        )
        for ask in _asks(organization).overdue(today=today).filter(expected_on__gte=today - NEWS).order_by("pk")
    ]
