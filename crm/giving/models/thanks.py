"""Which gifts are still to be thanked for, and how the others were (F-07)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.core.models import Tenanted
from crm.giving.choices import THANKS_TONES, ThankedHow, ThanksStatus
from crm.giving.models.gifts import Gift
from crm.giving.querysets import ThanksQuerySet


class Thanks(Tenanted):
    """The thank-you of one gift. ``created_at``: since when it waits. Gifts that come from history have no row."""

    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organization"),
        db_index=False,
    )
    gift = models.OneToOneField(Gift, on_delete=models.CASCADE, related_name="thanks", verbose_name=_("gift"))
    status = models.CharField(_("status"), max_length=8, choices=ThanksStatus, default=ThanksStatus.DUE)
    how = models.CharField(_("how"), max_length=10, choices=ThankedHow, blank=True)
    thanked_at = models.DateTimeField(_("thanked"), null=True, blank=True)
    thanked_by = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("thanked by"),
        db_index=False,
    )

    objects = ThanksQuerySet.as_manager()

    class Meta:
        verbose_name = _("thank-you")
        verbose_name_plural = _("thank-yous")
        indexes = [models.Index(fields=["organization", "status", "created_at"], name="thanks_queue")]

    def __str__(self) -> str:
        return str(self.gift_id)

    def get_absolute_url(self) -> str:
        return self.gift.get_absolute_url()

    def is_owned_by(self, membership) -> bool:
        return self.gift.contact.is_owned_by(membership)

    @property
    def status_tone(self) -> str:
        return THANKS_TONES.get(self.status, "")
