"""What gifts are for."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.core.models import Tenanted
from crm.core.money import MoneyField
from crm.core.web.urls import org_url
from crm.giving.querysets import FundQuerySet, SpendingQuerySet


class Fund(Tenanted):
    """What a gift is for, with its code in the general ledger (F-02)."""

    name_fr = models.CharField(_("name in French"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    code = models.CharField(_("code"), max_length=20)
    gl_code = models.CharField(_("ledger account"), max_length=40, blank=True)
    is_restricted = models.BooleanField(_("restricted by the donor’s wishes"), default=False)
    is_default = models.BooleanField(_("proposed for new gifts"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = FundQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund")
        verbose_name_plural = _("funds")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                name="fund_code",
                violation_error_message=_("Another fund already has this code."),
            ),
            models.UniqueConstraint(fields=["organization"], condition=Q(is_default=True), name="fund_one_default"),
            models.CheckConstraint(condition=~Q(name_fr="", name_en=""), name="fund_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language, else in the other one."""
        return self.names["fr" if (get_language() or "fr").startswith("fr") else "en"]

    @property
    def names(self) -> dict[str, str]:
        """What each language reads: what the timeline keeps of a fund."""
        return {"fr": self.name_fr or self.name_en, "en": self.name_en or self.name_fr}

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:fund_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return False


class FundSpending(Tenanted):
    """Money of a fund that was spent as its donors wished, in the organization's currency: what is left is the balance."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="spendings", verbose_name=_("fund"))
    spent_on = models.DateField(_("spent on"))
    amount = MoneyField(_("amount"))
    note = models.CharField(_("what for"), max_length=200)
    recorded_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"), db_index=False
    )

    objects = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("spending of a fund")
        verbose_name_plural = _("spendings of funds")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="spending_positive")]

    def __str__(self) -> str:
        return f"{self.amount} {self.spent_on}"

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:fund_detail", pk=self.fund_id)

    def is_owned_by(self, membership) -> bool:
        return False
