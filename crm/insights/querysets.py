from django.db.models import F

from crm.core.querysets import ScopedQuerySet


class KpiQuerySet(ScopedQuerySet):
    """The numbers an organization follows, together: whoever sees one sees all."""

    resource = "kpis"

    def in_order(self) -> "KpiQuerySet":
        return self.order_by("position", "pk")

    def live(self) -> "KpiQuerySet":
        return self.exclude(metric="")


class KpiValueQuerySet(ScopedQuerySet):
    resource = "kpis"

    def newest_first(self) -> "KpiValueQuerySet":
        """By the day they are of; of one day, the one recorded last."""
        return self.order_by(F("on").desc(), "-pk")
