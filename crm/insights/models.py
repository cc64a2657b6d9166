"""KPIs: the few numbers an organization follows, and what they were day by day (N-01 to N-04)."""

from datetime import date
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.core.models import Tenanted
from crm.core.money import ZERO
from crm.core.web.urls import org_url
from crm.insights import rules
from crm.insights.choices import Metric, Unit
from crm.insights.querysets import KpiQuerySet, KpiValueQuerySet

DIRECTIONS = {"up": _("Rising"), "down": _("Falling"), "neutral": _("Stable")}


class NumberField(models.DecimalField):
    """What a KPI counts, in its unit: two decimals, any sign, up to a trillion less a cent."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs | {"max_digits": 14, "decimal_places": 2})


class Kpi(Tenanted):
    """One number to follow: written down by people (``metric`` empty), or measured by Merci (its code).

    ``value`` and ``previous`` are those of the last two days in its history, kept here so that a page of cards costs one
    query; ``previous`` is of an earlier entry where people write several a day. Money is in the organization's currency.
    With both dates there is a pace: from ``starts_at`` on the first to ``target`` on the last, evenly.
    """

    title = models.CharField(pgettext_lazy("KPI", "name"), max_length=80)
    description = models.CharField(pgettext_lazy("KPI", "what it counts"), max_length=200, blank=True)
    metric = models.CharField(_("measured by"), max_length=20, choices=Metric, blank=True)
    unit = models.CharField(pgettext_lazy("KPI", "unit"), max_length=12, choices=Unit, default=Unit.NONE)
    target = NumberField(pgettext_lazy("KPI", "target"), null=True, blank=True, validators=[MinValueValidator(ZERO)])
    fewer_is_better = models.BooleanField(_("a smaller number is better"), default=False)
    starts_on = models.DateField(pgettext_lazy("KPI", "from"), null=True, blank=True)
    ends_on = models.DateField(pgettext_lazy("KPI", "until"), null=True, blank=True)
    starts_at = NumberField(_("value at the beginning"), default=ZERO)
    is_featured = models.BooleanField(_("show it on My day and in the morning e-mail"), default=True)
    position = models.PositiveIntegerField(default=0, editable=False)
    value = NumberField(_("value"), null=True, blank=True, editable=False)
    previous = NumberField(_("previous value"), null=True, blank=True, editable=False)
    valued_on = models.DateField(_("value of"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, editable=False, related_name="+", verbose_name=_("added by")
    )

    objects = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = _("KPI")
        verbose_name_plural = _("KPIs")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None, ends_on=None) | Q(starts_on__lt=F("ends_on")), name="kpi_dates"
            ),
            models.CheckConstraint(condition=Q(target=None) | Q(target__gte=0), name="kpi_target"),
        ]
        indexes = [models.Index(fields=["organization", "position", "id"], name="kpi_order")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return org_url(self, "insights:kpi_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return False

    @property
    def is_live(self) -> bool:
        return bool(self.metric)

    @property
    def reached(self) -> Decimal | None:
        return rules.reached(self.value, self.target, fewer_is_better=self.fewer_is_better)

    @property
    def change(self) -> Decimal | None:
        return rules.change(self.value, self.previous)

    @property
    def trend(self) -> str:
        return rules.trend(self.value, self.previous)

    @property
    def direction(self) -> str:
        """Its trend in a word."""
        return str(DIRECTIONS[self.trend])

    @property
    def tone(self) -> str:
        return rules.tone(self.trend, fewer_is_better=self.fewer_is_better)

    @property
    def has_pace(self) -> bool:
        return self.target is not None and self.starts_on is not None and self.ends_on is not None

    def pace_on(self, day: date) -> Decimal | None:
        """Where it should stand that day; ``None`` without a target and two dates."""
        if not self.has_pace:
            return None
        return rules.pace(day, first=self.starts_on, last=self.ends_on, start=self.starts_at, target=self.target)


class KpiValue(Tenanted):
    """What a KPI was on a day (by the organization's clock), and the target it had then.

    People may write several for a day, the last one counts; Merci keeps one, that of its last measure (``recorded_by``
    empty). Nothing is overwritten by hand: a mistake is corrected by another value, with a note that says why.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="values", db_index=False, verbose_name=_("KPI"))
    on = models.DateField(pgettext_lazy("KPI", "day"))
    value = NumberField(_("value"))
    target = NumberField(pgettext_lazy("KPI", "target"), null=True, blank=True)
    note = models.CharField(pgettext_lazy("KPI", "note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("recorded by"),
    )  # fmt: skip

    objects = KpiValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value of a KPI")
        verbose_name_plural = _("values of KPIs")
        constraints = [
            models.UniqueConstraint(
                fields=["kpi", "on"], condition=Q(recorded_by=None), name="kpi_value_measured_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["kpi", "-on", "-id"], name="kpi_value_history")]

    def __str__(self) -> str:
        return f"{self.kpi_id}:{self.on}"

    def get_absolute_url(self) -> str:
        return org_url(self, "insights:kpi_detail", pk=self.kpi_id)

    def is_owned_by(self, membership) -> bool:
        return False

    @property
    def reached(self) -> Decimal | None:
        return rules.reached(self.value, self.target, fewer_is_better=self.kpi.fewer_is_better)
