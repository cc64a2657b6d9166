"""What a person was told, and when."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.notifications.querysets import DigestDeliveryQuerySet


class DigestDelivery(models.Model):
    """The digest of one person for one of their days. The row is the claim: it exists once, so the digest is sent once.

    It covers what happened in ``since <= moment < until``. Without an e-mail there was nothing to say.
    """

    membership = models.ForeignKey(
        "accounts.Membership", on_delete=models.CASCADE, related_name="digests", verbose_name=_("person")
    )
    on = models.DateField(_("day, where the person lives"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    counts = models.JSONField(_("what it told"), default=dict, blank=True)
    email = models.ForeignKey(
        "core.OutgoingEmail",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("e-mail"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DigestDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily digest")
        verbose_name_plural = _("daily digests")
        constraints = [models.UniqueConstraint(fields=["membership", "on"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.membership_id} {self.on}"

    @property
    def status(self) -> str:
        """``empty`` (nothing to say) or the state of the e-mail: queued, sending, sent, failed."""
        return self.email.status if self.email else "empty"

    @property
    def sent_at(self):
        return self.email.sent_at if self.email else None
