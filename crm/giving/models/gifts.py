"""Money and property received."""

from collections.abc import Mapping
from decimal import Decimal

from babel.lists import format_list
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import ReceiptPreference
from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url
from crm.giving.choices import STATUS_TONES, Currency, GiftStatus, GiftType, Method, Nature
from crm.giving.models.campaigns import Appeal, Campaign
from crm.giving.models.funds import Fund
from crm.giving.querysets import GiftQuerySet


class Gift(Tenanted):
    """A gift received. Amounts are in ``currency`` to the cent; the date is that of receipt (postmark by mail).

    Its money is for one ``fund`` or, where there is none, for those of its :class:`GiftSplit` rows, which add up to
    ``amount``: whatever sums by fund looks at both and counts nothing twice. The ``amount`` of property is its fair market
    value on the day of the gift.
    """

    # No index of their own: one that begins with them is declared below.
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organization"),
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="gifts", verbose_name=_("donor"), db_index=False
    )
    fund = models.ForeignKey(
        Fund,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("fund"),
        db_index=False,
    )
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("campaign"),
        db_index=False,
    )
    appeal = models.ForeignKey(
        Appeal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("appeal"),
        db_index=False,
    )
    pledge = models.ForeignKey(
        "giving.Pledge",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("pledge"),
        db_index=False,
    )
    tribute = models.ForeignKey(
        "giving.Tribute",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="gifts",
        verbose_name=_("in memory, in honour"),
        db_index=False,
    )
    received_on = models.DateField(_("date received"), help_text=_("For a cheque by mail: the date of the postmark."))
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.CAD)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.CHECK)
    type = models.CharField(_("type"), max_length=10, choices=GiftType, default=GiftType.ONE_TIME)
    status = models.CharField(_("status"), max_length=10, choices=GiftStatus, default=GiftStatus.COMPLETED)
    undone_on = models.DateField(_("went back on"), null=True, blank=True)  # refunded, or returned by the bank
    nature = models.CharField(_("nature"), max_length=10, choices=Nature, default=Nature.CASH)
    cheque_number = models.CharField(_("cheque number"), max_length=30, blank=True)
    exchange_rate = models.DecimalField(
        _("exchange rate"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("What one unit of the gift’s currency was worth that day, in the organization’s currency."),
    )
    advantage = MoneyField(
        _("advantage received by the donor"),
        default=ZERO,
        blank=True,
        help_text=_("Fair market value of all the donor got in return: a meal, a ticket, a prize."),
    )
    advantage_description = models.CharField(_("what the donor received"), max_length=200, blank=True)
    advantage_is_cash = models.BooleanField(_("the advantage is money, or as good as money"), default=False)
    property_description = models.CharField(_("what was given"), max_length=300, blank=True)
    appraiser_name = models.CharField(_("appraiser"), max_length=120, blank=True)
    appraiser_address = models.CharField(_("address of the appraiser"), max_length=250, blank=True)
    receipted_by = models.CharField(
        _("receipt issued by"),
        max_length=80,
        blank=True,
        help_text=_("Another organization that has given the donor their tax receipt, such as CanadaHelps."),
    )
    receipt_preference = models.CharField(
        _("official receipt"), max_length=6, choices=ReceiptPreference, blank=True
    )  # empty: as the donor prefers
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    external_id = models.CharField(_("external number"), max_length=64, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
        db_index=False,
    )

    objects = GiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift")
        verbose_name_plural = _("gifts")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="gift_amount_positive"),
            models.CheckConstraint(condition=Q(advantage__gte=0), name="gift_advantage_not_negative"),
            models.CheckConstraint(
                condition=Q(appeal__isnull=True) | Q(campaign__isnull=False), name="gift_appeal_has_campaign"
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="gift_external_id",
                violation_error_message=_("Another gift already has this external number."),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-received_on", "-id"], name="gift_recent"),
            # What counts a year of gifts, or who gave in it, reads this alone and no row.
            models.Index(
                fields=["organization", "received_on"],
                include=["contact", "currency", "amount"],
                condition=Q(status=GiftStatus.COMPLETED),
                name="gift_given",
            ),
            models.Index(fields=["contact", "-received_on", "-id"], name="gift_of_contact"),
            models.Index(fields=["organization", "-amount", "-id"], name="gift_by_amount"),
            models.Index(fields=["organization", "created_at"], name="gift_created"),
            models.Index(fields=["fund", "-received_on", "-id"], name="gift_of_fund"),
            models.Index(
                fields=["organization", "cheque_number"], condition=~Q(cheque_number=""), name="gift_by_cheque"
            ),
            # Most gifts answer no campaign: those that do are few enough for an index of their own.
            models.Index(
                fields=["campaign", "-received_on", "-id"], condition=Q(campaign__isnull=False), name="gift_of_campaign"
            ),
            models.Index(
                fields=["pledge", "-received_on", "-id"], condition=Q(pledge__isnull=False), name="gift_of_pledge"
            ),
            models.Index(
                fields=["tribute", "-received_on", "-id"], condition=Q(tribute__isnull=False), name="gift_of_tribute"
            ),
            models.Index(fields=["appeal"], condition=Q(appeal__isnull=False), name="gift_of_appeal"),
            models.Index(
                fields=["organization", "undone_on"], condition=Q(undone_on__isnull=False), name="gift_undone"
            ),
            # What is not received, or not in dollars, is rare: a list of it would otherwise look at every gift.
            models.Index(fields=["organization", "status", "-received_on", "-id"], name="gift_by_status"),
            models.Index(
                fields=["organization", "currency", "-received_on", "-id"],
                condition=~Q(currency=Currency.CAD),
                name="gift_foreign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.received_on}"

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:gift_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)

    @property
    def status_tone(self) -> str:
        return STATUS_TONES.get(self.status, "")

    @property
    def is_property(self) -> bool:
        """Given in kind, or in securities: not money."""
        return self.nature != Nature.CASH

    @property
    def parts(self) -> list[tuple[Fund, Decimal]]:
        """What goes to which fund; one part, the whole, for a gift that is not split."""
        if self.fund_id is not None:
            return [(self.fund, self.amount)]
        return [(split.fund, split.amount) for split in sorted(self.splits.all(), key=lambda split: split.pk)]

    @property
    def designation(self) -> str:
        """The name of its fund, or of its funds, in the reader's language."""
        return self.fund_names[(get_language() or "fr")[:2]]

    @property
    def fund_names(self) -> dict[str, str]:
        """The same in each language: what the timeline keeps."""
        if self.fund_id is not None:
            return self.fund.names
        funds = [fund.names for fund, _amount in self.parts]
        return {
            language: format_list([names[language] for names in funds], locale=f"{language}_CA")
            for language in ("fr", "en")
        }

    def told_beside(self) -> dict[str, Mapping]:
        """What the audit log keeps of a gift beside its columns: the parts by fund, as they are stored now."""
        if self.pk is None or self.fund_id is not None:
            return {"splits": {}}
        rows = GiftSplit.objects.filter(gift=self.pk).order_by("pk").values_list("fund_id", "amount")
        return {"splits": {str(fund_id): str(amount) for fund_id, amount in rows}}


class GiftSplit(models.Model):
    """The part of a gift that is for one fund (F-02). Written with its gift, in one transaction."""

    gift = models.ForeignKey(
        Gift, on_delete=models.CASCADE, related_name="splits", verbose_name=_("gift"), db_index=False
    )
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="splits", verbose_name=_("fund"))
    amount = MoneyField(_("amount"))

    class Meta:
        verbose_name = _("part of a gift")
        verbose_name_plural = _("parts of gifts")
        constraints = [
            models.UniqueConstraint(fields=["gift", "fund"], name="split_once_a_fund"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="split_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} → {self.fund_id}"
