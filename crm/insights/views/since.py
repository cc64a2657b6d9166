"""Panels of “My day” that read across domains."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core.web.views import HomePanelView
from crm.notifications import digest

FIRST_VISIT = timedelta(days=7)
LONGEST = timedelta(days=30)
# Sections of the digest that say how things stand, whenever they came: “My day” shows them elsewhere.
STANDING = ("kpis", "attention", "tasks", "thanks", "notices", "late_pledges")


class SinceLastVisitView(HomePanelView):
    """What each domain has to say since the person was last here: the same words as in the morning e-mail."""

    permission = "dashboard.view"
    fragment_name = "insights/_since.html"
    title = _("Since your last visit")

    def since(self, now: datetime) -> datetime:
        """The end of the previous visit; a week for a first one; a month at most, which is already a lot to read."""
        return max(self.membership.previous_visit_at or now - FIRST_VISIT, now - LONGEST)

    def get_context(self, **context) -> dict:
        now = timezone.now()
        since = self.since(now)
        found = digest.collected(self.membership, since, now)
        return super().get_context(
            since=since,
            is_first=self.membership.previous_visit_at is None,
            sections=[(code, one) for code, one in found.items() if code not in STANDING],
            **context,
        )
