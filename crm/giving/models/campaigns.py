"""Efforts to raise money and their appeals."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url
from crm.giving.choices import CAMPAIGN_TONES, GOING, AppealChannel, CampaignStatus
from crm.giving.querysets import CampaignQuerySet


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
