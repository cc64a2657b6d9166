"""Money received: funds, campaigns, gifts, and the recomputed summary of each donor."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField, to_cents
from crm.core.web.urls import org_url
from crm.giving.choices import (
    CAMPAIGN_TONES,
    GOING,
    STATUS_TONES,
    AppealChannel,
    CampaignStatus,
    Currency,
    GiftStatus,
    GiftType,
    Method,
)
from crm.giving.querysets import CampaignQuerySet, FundQuerySet, GiftQuerySet


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
        return org_url(self, "giving:fund_list")

    def is_owned_by(self, membership) -> bool:
        return False


class Campaign(Tenanted):
    """An effort to raise money, with its goal, its dates and what it cost (F-13). What it raised is always computed."""

    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=2000)
    status = models.CharField(_("status"), max_length=10, choices=CampaignStatus, default=CampaignStatus.ACTIVE)
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    goal_amount = MoneyField(_("goal"), null=True, blank=True)
    goal_donors = models.PositiveIntegerField(_("goal in donors"), null=True, blank=True)
    cost = MoneyField(_("cost"), default=ZERO, blank=True, help_text=_("Beside what each appeal cost."))
    solicited = models.PositiveIntegerField(
        _("people asked"), null=True, blank=True, help_text=_("Beside those each appeal asked.")
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                "organization",
                name="campaign_name",
                violation_error_message=_("Another campaign already has this name."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="campaign_dates",
                violation_error_message=_("The campaign ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:campaign_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return False

    @property
    def status_tone(self) -> str:
        return CAMPAIGN_TONES.get(self.status, "")

    @property
    def is_open(self) -> bool:
        """Are gifts still expected?"""
        return self.status in GOING


class Appeal(Tenanted):
    """One asking within a campaign: a letter, an e-mail, an evening. Its gifts are gifts of its campaign."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("campaign"), db_index=False
    )
    name = models.CharField(_("name"), max_length=120)
    channel = models.CharField(_("channel"), max_length=10, choices=AppealChannel, default=AppealChannel.MAIL)
    sent_on = models.DateField(_("sent or held on"), null=True, blank=True)
    cost = MoneyField(_("cost"), default=ZERO, blank=True)
    solicited = models.PositiveIntegerField(_("people asked"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(
                "campaign",
                Lower("name"),
                name="appeal_name",
                violation_error_message=_("This campaign already has an appeal of this name."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign.name} – {self.name}"

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:campaign_detail", pk=self.campaign_id)

    def is_owned_by(self, membership) -> bool:
        return False


class Gift(Tenanted):
    """A gift received. Amounts are in ``currency`` to the cent; the date is that of receipt (postmark by mail)."""

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
        Fund, on_delete=models.PROTECT, related_name="gifts", verbose_name=_("fund"), db_index=False
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
    received_on = models.DateField(_("date received"), help_text=_("For a cheque by mail: the date of the postmark."))
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.CAD)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.CHECK)
    type = models.CharField(_("type"), max_length=10, choices=GiftType, default=GiftType.ONE_TIME)
    status = models.CharField(_("status"), max_length=10, choices=GiftStatus, default=GiftStatus.COMPLETED)
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
            models.Index(fields=["contact", "-received_on", "-id"], name="gift_of_contact"),
            models.Index(fields=["organization", "-amount", "-id"], name="gift_by_amount"),
            models.Index(fields=["organization", "created_at"], name="gift_created"),
            models.Index(fields=["fund", "-received_on", "-id"], name="gift_of_fund"),
            # Most gifts answer no campaign: those that do are few enough for an index of their own.
            models.Index(
                fields=["campaign", "-received_on", "-id"], condition=Q(campaign__isnull=False), name="gift_of_campaign"
            ),
            models.Index(fields=["appeal"], condition=Q(appeal__isnull=False), name="gift_of_appeal"),
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


class GivingSummary(models.Model):
    """A donor's totals, recomputed from the received gifts, never incremented (design 4.5).

    Sums and the largest gift are in the organization's currency: adding dollars to euros is a wrong number. Counts and
    dates look at every gift received, so that somebody who gives in US dollars is still a donor; ``foreign_count`` of
    the ``gift_count`` are in other currencies.
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
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("giving summary")
        verbose_name_plural = _("giving summaries")
        indexes = [
            models.Index(fields=["organization", "total", "contact"], name="summary_total"),
            models.Index(fields=["organization", "year_total", "contact"], name="summary_year"),
            models.Index(fields=["organization", "last_on", "contact"], name="summary_last"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.total}"

    @property
    def average(self) -> Decimal | None:
        """The average of the gifts in the organization's currency, to the cent."""
        count = self.gift_count - self.foreign_count
        return to_cents(self.total / count) if count else None
