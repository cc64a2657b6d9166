"""Opportunities: what somebody intends to ask a donor for, and what became of it (I-04)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import MoneyField
from crm.core.web.urls import org_url
from crm.giving.models import Gift, Pledge
from crm.pipeline import rules
from crm.pipeline.choices import CLOSED, STAGE_TONES, OpportunityStage
from crm.pipeline.querysets import OpportunityQuerySet


class Opportunity(Tenanted):
    """One ask. ``amount`` is in the currency of the organization; ``probability`` in percent.

    ``expected_on``, ``closed_on`` are days by the organization's clock; closed means won or lost. A won one leads to the gift
    or the pledge it became, as long as that exists.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="opportunities", verbose_name=_("donor")
    )
    title = models.CharField(pgettext_lazy("opportunity", "what for"), max_length=120)
    amount = MoneyField(pgettext_lazy("opportunity", "amount to ask"))
    stage = models.CharField(
        pgettext_lazy("opportunity", "stage"),
        max_length=12,
        choices=OpportunityStage,
        default=OpportunityStage.QUALIFYING,
    )
    probability = models.PositiveSmallIntegerField(
        _("probability (%)"),
        validators=[MaxValueValidator(100)],
        default=rules.PROBABILITIES[OpportunityStage.QUALIFYING],
    )
    expected_on = models.DateField(_("answer expected"), null=True, blank=True)
    owner = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        related_name="opportunities",
        verbose_name=_("responsible person"),
    )
    notes = models.TextField(_("notes"), blank=True, max_length=2000)
    stage_since = models.DateTimeField(_("at this stage since"), default=timezone.now, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("why it was won or lost"), max_length=300, blank=True, editable=False)
    gift = models.ForeignKey(
        Gift, on_delete=models.SET_NULL, null=True, blank=True, related_name="opportunities", editable=False,
        verbose_name=_("gift"),
    )  # fmt: skip
    pledge = models.ForeignKey(
        Pledge, on_delete=models.SET_NULL, null=True, blank=True, related_name="opportunities", editable=False,
        verbose_name=_("pledge"),
    )  # fmt: skip
    created_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, editable=False, related_name="+", verbose_name=_("added by")
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="opportunity_amount_positive"),
            models.CheckConstraint(condition=Q(probability__lte=100), name="opportunity_probability"),
            models.CheckConstraint(
                condition=Q(stage__in=CLOSED, closed_on__isnull=False) | ~Q(stage__in=CLOSED) & Q(closed_on=None),
                name="opportunity_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "stage", "-stage_since", "-id"], name="opportunity_stage"),
            models.Index(fields=["organization", "expected_on", "id"], name="opportunity_expected"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return org_url(self, "pipeline:opportunity_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)

    @property
    def is_closed(self) -> bool:
        return self.stage in CLOSED

    @property
    def weighted(self) -> Decimal:
        return rules.weighted(self.amount, self.probability)

    @property
    def stage_tone(self) -> str:
        return STAGE_TONES.get(self.stage, "")
