"""How a receipt reached its donor. It never touches the receipt itself (receipts.md F3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.core.models import Tenanted
from crm.core.web.urls import org_url
from crm.outreach.models import Communication
from crm.receipts.choices import DeliveryHow
from crm.receipts.models.receipts import Receipt
from crm.receipts.querysets import DeliveryQuerySet


class ReceiptDelivery(Tenanted):
    """The very file that was issued, sent by e-mail or put in a file to print: as often as a donor asks for it."""

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="deliveries")
    how = models.CharField(_("sent"), max_length=6, choices=DeliveryHow)
    communication = models.OneToOneField(
        Communication, on_delete=models.PROTECT, null=True, editable=False, related_name="receipt_delivery"
    )  # of an e-mail
    sent_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"), db_index=False
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery of a receipt")
        verbose_name_plural = _("deliveries of receipts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(how=DeliveryHow.EMAIL, communication__isnull=False)
                | models.Q(how=DeliveryHow.PRINT, communication=None),
                name="receipt_delivery_email",
            )
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.how}"

    def get_absolute_url(self) -> str:
        return org_url(self, "receipts:receipt_detail", pk=self.receipt_id)

    def is_owned_by(self, membership) -> bool:
        return self.receipt.is_owned_by(membership)
