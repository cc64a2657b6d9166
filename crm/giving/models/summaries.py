"""What each donor gave, added up."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Trend
from crm.contacts.models import Contact
from crm.core.money import ZERO, MoneyField, to_cents


class GivingSummary(models.Model):
    """A donor's totals, recomputed from the received gifts, never incremented (design 4.5).

    Sums and the largest gift are in the organization's currency: adding dollars to euros is a wrong number. Counts and
    dates look at every gift received, so that somebody who gives in US dollars is still a donor; ``foreign_count`` of
    the ``gift_count`` are in other currencies.

    ``at_risk_on``: the last day on which silence is still usual for this donor (:mod:`crm.giving.rhythm`); nothing where no
    rhythm is known, or since they gave last and until the next night. ``engagement``: points of a hundred, and ``trend``, as of
    last night (:mod:`crm.giving.engagement`).
    """

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, primary_key=True, related_name="summary")
    # The contact's own, repeated: an index that begins with it gives the donors of one organization in order.
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    gift_count = models.PositiveIntegerField(_("number of gifts"), default=0)
    foreign_count = models.PositiveIntegerField(_("of which in other currencies"), default=0)
    total = MoneyField(_("lifetime total"), default=ZERO)
    year = models.PositiveSmallIntegerField(_("present year"), default=0)
    year_total = MoneyField(_("this year"), default=ZERO)
    last_year_total = MoneyField(_("last year"), default=ZERO)
    first_on = models.DateField(_("first gift"), null=True)
    last_on = models.DateField(_("last gift"), null=True)
    last_amount = MoneyField(_("amount of the last gift"), null=True)
    last_currency = models.CharField(_("currency of the last gift"), max_length=3, blank=True, default="")
    largest_amount = MoneyField(_("largest gift"), null=True)
    at_risk_on = models.DateField(_("expected to give again by"), null=True)
    engagement = models.PositiveSmallIntegerField(_("engagement"), null=True)
    trend = models.CharField(_("trend"), max_length=8, choices=Trend, blank=True, default="", db_default="")
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("giving summary")
        verbose_name_plural = _("giving summaries")
        indexes = [
            models.Index(fields=["organization", "total", "contact"], name="summary_total"),
            models.Index(fields=["organization", "year_total", "contact"], name="summary_year"),
            models.Index(fields=["organization", "last_on", "contact"], name="summary_last"),
            models.Index(fields=["organization", "at_risk_on", "contact"], name="summary_at_risk"),
            models.Index(fields=["organization", "engagement", "contact"], name="summary_engagement"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.total}"

    @property
    def average(self) -> Decimal | None:
        """The average of the gifts in the organization's currency, to the cent."""
        count = self.gift_count - self.foreign_count
        return to_cents(self.total / count) if count else None
