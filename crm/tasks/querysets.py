from crm.core.querysets import ScopedQuerySet


class TaskQuerySet(ScopedQuerySet):
    resource = "tasks"
    owner_path = "owner"

    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None)

    def soonest_first(self) -> "TaskQuerySet":
        """By due date, undated ones last."""
        from django.db.models import F

        return self.order_by(F("due_on").asc(nulls_last=True), "pk")
