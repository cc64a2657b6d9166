"""Pre-authorised debits: what is due goes to the bank in a file, and the bank's answers come back (F-10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url
from crm.giving.choices import DEBIT_TONES, DebitStatus
from crm.giving.querysets import DebitFileQuerySet


class DebitFile(Tenanted):
    """One file for the bank: the charges that name it (:attr:`Charge.file`), in the organization's currency.

    ``count`` and ``total`` are written when the file is ready and no longer change: they are what the bank was asked for.
    """

    number = models.PositiveIntegerField(_("number"))
    until = models.DateField(_("payments due until"))
    status = models.CharField(_("status"), max_length=10, choices=DebitStatus, default=DebitStatus.MAKING)
    count = models.PositiveIntegerField(_("debits"), default=0)
    total = MoneyField(_("total"), default=ZERO)
    made_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"), db_index=False
    )
    downloaded_at = models.DateTimeField(_("downloaded"), null=True, blank=True)

    objects = DebitFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("debit file")
        verbose_name_plural = _("debit files")
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="debit_file_number")]

    def __str__(self) -> str:
        return str(self.number)

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:debit_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return False

    @property
    def status_tone(self) -> str:
        return DEBIT_TONES.get(self.status, "")
