from datetime import date, datetime

from django.db.models import F, Q

from crm.core.querysets import ScopedQuerySet


class TaskQuerySet(ScopedQuerySet):
    resource = "tasks"
    owner_path = "owner"

    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None)

    def done(self) -> "TaskQuerySet":
        return self.exclude(done_at=None)

    def done_since(self, moment: datetime) -> "TaskQuerySet":
        return self.filter(done_at__gte=moment)

    def when(self, code: str, *, today: date) -> "TaskQuerySet":
        """``overdue``, ``today``, ``upcoming`` (undated ones too), ``done``; all that is still to do otherwise."""
        if code == "done":
            return self.done()
        wanted = {
            "overdue": Q(due_on__lt=today),
            "today": Q(due_on=today),
            "upcoming": Q(due_on__gt=today) | Q(due_on=None),
        }
        return self.open().filter(wanted.get(code, Q()))

    def soonest_first(self) -> "TaskQuerySet":
        """By due date, undated ones last."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def latest_done_first(self) -> "TaskQuerySet":
        return self.order_by("-done_at", "-pk")
