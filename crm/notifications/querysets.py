from django.db import models
from django.db.models import Q

from crm.core.querysets import ScopedQuerySet


class DigestDeliveryQuerySet(models.QuerySet):
    def visible_to(self, membership) -> "DigestDeliveryQuerySet":
        """A person's own digests: they hold what that person may see."""
        return self.filter(membership=membership)

    def told(self) -> "DigestDeliveryQuerySet":
        """Those that reached the person, and those that had nothing to say: their time needs no telling again."""
        return self.filter(Q(email=None) | Q(email__status="sent"))


class NotificationQuerySet(ScopedQuerySet):
    """Each person's own, whatever their role."""

    resource = "notifications"
    owner_path = "membership"

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def newest_first(self) -> "NotificationQuerySet":
        return self.order_by("-created_at", "-pk")
