"""Who deserves credit for a gift beside its donor, and what employers add to it (F-12). None of it is money received."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url
from crm.giving.choices import CLAIM_TONES, ClaimStatus, CreditRole
from crm.giving.models.gifts import Gift
from crm.giving.querysets import ClaimQuerySet, CreditQuerySet, ProgramQuerySet


class SoftCredit(Tenanted):
    """Another contact's part in a gift, in the gift's currency. Several may each be credited with the whole of it, so
    credits are never added to what was received.
    """

    gift = models.ForeignKey(Gift, on_delete=models.CASCADE, related_name="credits", verbose_name=_("gift"))
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="credits", verbose_name=_("who is credited")
    )
    role = models.CharField(_("why"), max_length=10, choices=CreditRole, default=CreditRole.SPOUSE)
    amount = MoneyField(_("amount"))
    recorded_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"), db_index=False
    )

    objects = CreditQuerySet.as_manager()

    class Meta:
        verbose_name = _("soft credit")
        verbose_name_plural = _("soft credits")
        constraints = [
            models.UniqueConstraint(
                fields=["gift", "contact"],
                name="credit_once",
                violation_error_message=_("This contact is credited with the gift already."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="credit_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} → {self.contact_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:gift_detail", pk=self.gift_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)


class MatchingProgram(Tenanted):
    """What a company adds to the gifts of the people who work for it. Amounts in the organization's currency."""

    company = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="matching_programs", verbose_name=_("company")
    )
    percent = models.PositiveSmallIntegerField(
        _("adds, for each hundred dollars"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("100 doubles the gift, 50 adds half of it."),
    )
    minimum = MoneyField(_("from a gift of"), default=ZERO, blank=True)
    maximum = MoneyField(_("at most for one gift"), null=True, blank=True)
    yearly_maximum = MoneyField(_("at most for one person in a year"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(
        _("days to ask"), null=True, blank=True, help_text=_("Counted from the gift. Empty: no limit.")
    )
    note = models.TextField(
        _("how to ask"), blank=True, max_length=2000, help_text=_("The address of the form, who to write to.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("matching program")
        verbose_name_plural = _("matching programs")
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                name="program_of_company",
                violation_error_message=_("This company has a program already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.company_id)

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:program_list")

    def is_owned_by(self, membership) -> bool:
        return False


class MatchingClaim(Tenanted):
    """What a company may add to one gift: found, asked for, received. Only the company's own gift is money."""

    gift = models.ForeignKey(
        Gift, on_delete=models.CASCADE, related_name="claims", verbose_name=_("gift"), db_index=False
    )
    program = models.ForeignKey(
        MatchingProgram, on_delete=models.PROTECT, related_name="claims", verbose_name=_("matching program")
    )
    status = models.CharField(_("status"), max_length=10, choices=ClaimStatus, default=ClaimStatus.POTENTIAL)
    amount = MoneyField(_("amount"))  # expected; once received, what the company gave for this gift
    ask_by = models.DateField(_("ask before"), null=True, blank=True)
    submitted_on = models.DateField(_("asked on"), null=True, blank=True)
    paid_by = models.ForeignKey(
        Gift,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="matched",
        verbose_name=_("gift of the company"),
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("matching gift")
        verbose_name_plural = _("matching gifts")
        constraints = [
            models.UniqueConstraint(fields=["gift", "program"], name="claim_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_positive"),
            models.CheckConstraint(
                condition=Q(status="received", paid_by__isnull=False) | (~Q(status="received") & Q(paid_by=None)),
                name="claim_received_by_a_gift",
            ),
        ]
        indexes = [models.Index(fields=["organization", "status", "id"], name="claim_queue")]

    def __str__(self) -> str:
        return f"{self.amount} {self.gift_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:gift_detail", pk=self.gift_id)

    def is_owned_by(self, membership) -> bool:
        return self.gift.contact.is_owned_by(membership)

    @property
    def status_tone(self) -> str:
        return CLAIM_TONES.get(self.status, "")
