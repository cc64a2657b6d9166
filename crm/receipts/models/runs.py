"""The annual receipts of a year, issued together: what is to be issued is written down, approved, then issued, once."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Language
from crm.contacts.models import Contact, Segment
from crm.core.models import Operation, Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url
from crm.receipts.choices import OPEN_RUN, RUN_TONES, Ineligibility, RunStatus
from crm.receipts.models.receipts import Receipt
from crm.receipts.querysets import ReceiptRunQuerySet, RunLineQuerySet


class ReceiptRun(Tenanted):
    """One run. ``approved_count`` and ``approved_total`` (dollars) are what a person read and approved.

    Only one run of a year is open at a time: the database refuses a second.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    language = models.CharField(_("language of the donor"), max_length=2, choices=Language, blank=True)  # empty: all
    minimum = MoneyField(_("smallest total"), default=ZERO, validators=[MinValueValidator(ZERO)])
    segment = models.ForeignKey(
        Segment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    narrowed_to = models.CharField(max_length=100, blank=True, editable=False)  # its name: a segment may be deleted
    status = models.CharField(_("status"), max_length=10, choices=RunStatus, default=RunStatus.EXAMINING)
    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )  # the work that moves it at present, or did last
    started_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("started by"), db_index=False
    )
    approved_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    approved_count = models.PositiveIntegerField(_("receipts approved"), default=0, editable=False)
    approved_total = MoneyField(_("total approved"), default=ZERO, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = ReceiptRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt run")
        verbose_name_plural = _("receipt runs")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"], condition=Q(status__in=OPEN_RUN), name="receipt_run_one_open"
            ),
            models.CheckConstraint(condition=Q(minimum__gte=0), name="receipt_run_minimum"),
        ]

    def __str__(self) -> str:
        return f"{self.year} ({self.created_at:%Y-%m-%d})"

    def get_absolute_url(self) -> str:
        return org_url(self, "receipts:run_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return False

    @property
    def status_tone(self) -> str:
        return RUN_TONES.get(self.status, "")


class RunLine(Tenanted):
    """What a run found for one donor: a receipt to issue (``reason`` empty), or gifts left out for one reason.

    A donor has at most one line of each. ``amount``: dollars that the donor may claim, or the amount of what is left out.
    ``basis``: the fingerprint of what the receipt would say; what was approved is issued, or nothing is.
    """

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    run = models.ForeignKey(ReceiptRun, on_delete=models.CASCADE, related_name="lines", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", verbose_name=_("donor"))
    reason = models.CharField(_("reason"), max_length=30, choices=Ineligibility, blank=True)
    gifts = models.PositiveIntegerField(_("gifts"))
    amount = MoneyField(_("amount"))
    basis = models.CharField(max_length=64, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    by_email = models.BooleanField(_("by e-mail"), default=False)
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, editable=False, related_name="run_line"
    )

    objects = RunLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a receipt run")
        verbose_name_plural = _("lines of receipt runs")
        constraints = [
            models.UniqueConstraint(fields=["run", "contact", "reason"], name="run_line_once"),
            models.CheckConstraint(condition=Q(receipt=None) | Q(reason=""), name="run_line_issued_or_left_out"),
        ]
        indexes = [models.Index(fields=["run", "reason", "receipt"], name="run_line_to_do")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.contact_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "receipts:run_detail", pk=self.run_id)

    def is_owned_by(self, membership) -> bool:
        return False
