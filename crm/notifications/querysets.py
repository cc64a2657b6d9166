from django.db import models
from django.db.models import Q


class DigestDeliveryQuerySet(models.QuerySet):
    def visible_to(self, membership) -> "DigestDeliveryQuerySet":
        """A person's own digests: they hold what that person may see."""
        return self.filter(membership=membership)

    def told(self) -> "DigestDeliveryQuerySet":
        """Those that reached the person, and those that had nothing to say: their time needs no telling again."""
        return self.filter(Q(email=None) | Q(email__status="sent"))
