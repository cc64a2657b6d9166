"""Gifts promised: how much, how often, and what has come of it."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField, to_cents
from crm.core.web.urls import org_url
from crm.giving.choices import OPEN_PLEDGES, PLEDGE_TONES, Currency, Frequency, PledgeStatus
from crm.giving.models.campaigns import Appeal, Campaign
from crm.giving.models.funds import Fund
from crm.giving.querysets import PledgeQuerySet
from crm.giving.schedule import MONTHS

GRACE_DAYS = 15


class Pledge(Tenanted):
    """A promise to give ``amount`` (in ``currency``) at each due date of its calendar (F-09).

    ``anchor_on`` is the first due date of the present calendar, ``starts_on`` that of the first one. What the gifts say of
    it, from ``received`` on, is recomputed by :mod:`crm.giving.pledges`, never incremented.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="pledges", verbose_name=_("donor"), db_index=False
    )
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="pledges", verbose_name=_("fund"))
    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pledges",
        verbose_name=_("campaign"),
    )
    appeal = models.ForeignKey(
        Appeal, on_delete=models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name=_("appeal")
    )
    amount = MoneyField(_("amount of each payment"))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.CAD)
    frequency = models.CharField(_("how often"), max_length=12, choices=Frequency, default=Frequency.MONTHLY)
    starts_on = models.DateField(_("first payment due"))
    anchor_on = models.DateField(_("calendar begins"))
    ends_on = models.DateField(_("last payment due"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=GRACE_DAYS, help_text=_("A payment is late once so many days have passed.")
    )
    status = models.CharField(_("status"), max_length=10, choices=PledgeStatus, default=PledgeStatus.ACTIVE)
    ended_on = models.DateField(_("cancelled on"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=300, blank=True)
    payment_method = models.ForeignKey(
        "giving.PaymentMethod",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pledges",
        verbose_name=_("collected from"),
    )
    collects_from = models.DateField(_("collected from the payment due on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    external_id = models.CharField(_("external number"), max_length=64, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"), db_index=False
    )
    received = MoneyField(_("received"), default=ZERO)
    next_due_on = models.DateField(_("next payment due"), null=True, blank=True)
    late_since = models.DateField(_("late since"), null=True, blank=True)
    late_amount = MoneyField(_("late amount"), default=ZERO)
    as_of = models.DateField(_("brought up to date"), null=True, blank=True)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="pledge_amount_positive"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="pledge_dates"
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="pledge_external_id",
                violation_error_message=_("Another pledge already has this external number."),
            ),
        ]
        indexes = [
            models.Index(fields=["contact", "-starts_on"], name="pledge_of_contact"),
            models.Index(fields=["organization", "status", "next_due_on", "id"], name="pledge_next"),
            models.Index(
                fields=["organization", "late_since"], condition=Q(late_since__isnull=False), name="pledge_late"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} {self.starts_on}"

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:pledge_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)

    @property
    def status_tone(self) -> str:
        return PLEDGE_TONES.get(self.status, "")

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_PLEDGES

    @property
    def designation(self) -> str:
        return self.fund.name

    @property
    def monthly(self) -> Decimal | None:
        """What it is worth a month, to the cent; nothing for a promise of one payment."""
        months = MONTHS.get(self.frequency)
        return to_cents(self.amount / months) if months else None


class PledgePause(models.Model):
    """From one day to another, both included (or until it is taken up again), nothing is due and nothing is collected."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="pauses", verbose_name=_("pledge"))
    from_on = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    made_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("by"), db_index=False
    )
    made_at = models.DateTimeField(_("noted"), auto_now_add=True)

    class Meta:
        verbose_name = _("pause of a pledge")
        verbose_name_plural = _("pauses of pledges")
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("from_on")), name="pause_dates")
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.until or '…'}"

    def covers(self, day) -> bool:
        return self.from_on <= day and (self.until is None or day <= self.until)


class Instalment(models.Model):
    """One payment expected. ``paid`` is what the gifts linked to the pledge make of it, the oldest due date first."""

    pledge = models.ForeignKey(
        Pledge, on_delete=models.CASCADE, related_name="instalments", verbose_name=_("pledge"), db_index=False
    )
    due_on = models.DateField(_("due"))
    amount = MoneyField(_("amount"))
    paid = MoneyField(_("paid"), default=ZERO)
    is_skipped = models.BooleanField(_("skipped"), default=False)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.UniqueConstraint(fields=["pledge", "due_on"], name="instalment_once_a_day"),
            models.CheckConstraint(condition=Q(paid__lte=F("amount")), name="instalment_not_overpaid"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}: {self.paid} / {self.amount}"

    @property
    def left(self) -> Decimal:
        return ZERO if self.is_skipped else self.amount - self.paid
