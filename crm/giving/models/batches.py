"""Gifts typed one after the other from a pile of envelopes, checked against its slip, then posted together (F-08)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import MoneyField
from crm.core.web.urls import org_url
from crm.giving.choices import BATCH_TONES, BatchStatus, Method
from crm.giving.models.campaigns import Appeal, Campaign
from crm.giving.models.funds import Fund
from crm.giving.models.gifts import Gift
from crm.giving.querysets import GiftBatchQuerySet


class GiftBatch(Tenanted):
    """A pile of gifts being typed. Amounts are in the organization's currency; nothing counts anywhere until it is posted.

    ``received_on``, ``method``, ``fund``, ``campaign`` and ``appeal`` are what each new row begins with.
    """

    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organization"),
        db_index=False,
    )
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("what it is"), max_length=80, blank=True)
    received_on = models.DateField(_("date received"))
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.CHECK)
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund")
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("campaign")
    )
    appeal = models.ForeignKey(
        Appeal, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("appeal")
    )
    expected_count = models.PositiveIntegerField(_("expected number of gifts"), null=True, blank=True)
    expected_total = MoneyField(_("expected total"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=BatchStatus, default=BatchStatus.OPEN)
    opened_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by"), db_index=False
    )
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    posted_by = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("posted by"),
        db_index=False,
    )
    posting = models.JSONField(default=dict, blank=True, editable=False)  # what opening it again needs
    deposited_on = models.DateField(_("deposited"), null=True, blank=True)
    reason = models.CharField(_("opened again because"), max_length=300, blank=True)

    objects = GiftBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of gifts")
        verbose_name_plural = _("batches of gifts")
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "sequence"], name="batch_number_once"),
            models.CheckConstraint(
                condition=Q(status=BatchStatus.POSTED) | Q(deposited_on__isnull=True),
                name="batch_deposited_once_posted",
            ),
        ]
        indexes = [models.Index(fields=["organization", "status", "-id"], name="batch_by_status")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:batch_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.opened_by_id == membership.pk

    @property
    def number(self) -> str:
        return f"{self.year}-{self.sequence:03d}"

    @property
    def status_tone(self) -> str:
        return BATCH_TONES.get(self.status, "")

    @property
    def is_open(self) -> bool:
        return self.status == BatchStatus.OPEN


class BatchRow(models.Model):
    """One line of the grid, saved as it is typed: what could be read in its columns, the rest in ``as_typed`` by cell.

    ``key`` is given by the browser, so that a line sent twice is one line; ``version`` goes up with each saving, and
    ``saving`` is the name of the last one: a browser that missed the answer sends it again and is told the same.
    """

    batch = models.ForeignKey(GiftBatch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    key = models.UUIDField()
    position = models.PositiveIntegerField(_("line"))
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("donor")
    )
    received_on = models.DateField(_("date received"), null=True, blank=True)
    amount = MoneyField(_("amount"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=Method, blank=True)
    cheque_number = models.CharField(_("cheque number"), max_length=30, blank=True)
    fund = models.ForeignKey(
        Fund, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fund")
    )
    as_typed = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    saving = models.CharField(max_length=40, blank=True, editable=False)
    gift = models.OneToOneField(
        Gift, on_delete=models.SET_NULL, null=True, blank=True, related_name="batch_row", verbose_name=_("gift")
    )

    class Meta:
        verbose_name = _("line of a batch")
        verbose_name_plural = _("lines of batches")
        constraints = [models.UniqueConstraint(fields=["batch", "key"], name="batch_row_once")]
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position}"
