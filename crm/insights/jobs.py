"""What is measured by itself: every hour, so that the last measure of a day is what the day ended with."""

from django.utils.translation import gettext_lazy

from crm.accounts.models import Organization
from crm.core.jobs import every, job
from crm.insights import services


@job(schedule=every(minutes=60), label=gettext_lazy("Measure the KPIs"))
def measure_kpis() -> int:
    """Run twice it measures the same day again; each KPI has one value a day. Returns how many were measured."""
    rows = Organization.objects.filter(is_active=True).order_by("pk")
    return sum(services.measure_kpis(organization) for organization in rows)
