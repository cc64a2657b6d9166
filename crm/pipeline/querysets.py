from datetime import date, datetime

from django.db.models import F, Q

from crm.core.querysets import ScopedQuerySet
from crm.pipeline.choices import CLOSED


def is_stalled(before: datetime) -> Q:
    """Open, at the same stage since before this moment, and nothing happened with the donor since either."""
    return ~Q(stage__in=CLOSED) & Q(stage_since__lt=before, contact__last_contact_at__lt=before)


class OpportunityQuerySet(ScopedQuerySet):
    resource = "pipeline"
    owner_path = "contact__owner"

    def open(self) -> "OpportunityQuerySet":
        return self.exclude(stage__in=CLOSED)

    def stalled(self, *, before: datetime) -> "OpportunityQuerySet":
        return self.filter(is_stalled(before))

    def overdue(self, *, today: date) -> "OpportunityQuerySet":
        """Open, and the day on which an answer was expected is over."""
        return self.open().filter(expected_on__lt=today)

    def soonest_first(self) -> "OpportunityQuerySet":
        """By the day an answer is expected, undated ones last."""
        return self.order_by(F("expected_on").asc(nulls_last=True), "pk")
