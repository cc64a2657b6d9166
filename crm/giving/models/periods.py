"""Books that are closed: what is in them no longer moves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core.models import Tenanted
from crm.giving.querysets import PeriodLockQuerySet


class PeriodLock(Tenanted):
    """The books are closed up to a day, it included (F-14), until somebody opens them again and says why."""

    closed_until = models.DateField(_("closed until"))
    closed_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("closed by"), db_index=False
    )
    reopened_at = models.DateTimeField(_("opened again"), null=True, blank=True)
    reopened_by = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened again by"),
        db_index=False,
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = PeriodLockQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing of the books")
        verbose_name_plural = _("closings of the books")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "closed_until"],
                condition=Q(reopened_at__isnull=True),
                name="period_closed_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.closed_until)

    def is_owned_by(self, membership) -> bool:
        return False
