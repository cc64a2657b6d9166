"""Official receipts: numbers without a gap, snapshots that never change, one valid receipt a gift, all held by the database."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Language
from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url
from crm.giving.models import Gift
from crm.receipts.choices import ReceiptKind, ReceiptStatus
from crm.receipts.querysets import ReceiptQuerySet
from crm.receipts.snapshot import Snapshot


class ReceiptSeries(models.Model):
    """The counter of one organization and year. Its row is locked while a number is taken, so none is lost or doubled."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    last_sequence = models.PositiveIntegerField(_("last number given"), default=0)

    class Meta:
        verbose_name = _("receipt series")
        verbose_name_plural = _("receipt series")
        constraints = [models.UniqueConstraint(fields=["organization", "year"], name="receipt_series_once")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last_sequence}"


class StoredPicture(models.Model):
    """A logo or a signature as it was printed, kept once and named by its hash: snapshots refer to it for ever."""

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=71)
    data_uri = models.TextField()

    class Meta:
        verbose_name = _("stored picture")
        verbose_name_plural = _("stored pictures")
        constraints = [models.UniqueConstraint(fields=["organization", "reference"], name="stored_picture_once")]

    def __str__(self) -> str:
        return self.reference


class Receipt(Tenanted):
    """One official receipt. What it says is in ``snapshot`` (canonical JSON) and is never written again.

    Triggers in the database refuse any change of number, snapshot or amounts, whatever program asks.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("donor"))
    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="receipts")
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveIntegerField(_("sequence"))
    number = models.CharField(_("number"), max_length=20)
    kind = models.CharField(_("kind"), max_length=12, choices=ReceiptKind, default=ReceiptKind.SINGLE)
    status = models.CharField(_("status"), max_length=10, choices=ReceiptStatus, default=ReceiptStatus.ISSUED)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("cancels and replaces"),
    )
    language = models.CharField(_("language"), max_length=2, choices=Language)
    issued_on = models.DateField(_("date of issue"))
    issued_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    donor_name = models.CharField(_("name on the receipt"), max_length=250)
    amount = MoneyField(_("amount"))
    advantage = MoneyField(_("advantage"), default=ZERO)
    eligible = MoneyField(_("eligible amount"))
    snapshot = models.TextField(editable=False)
    snapshot_sha256 = models.CharField(max_length=64, editable=False)
    pdf = models.FileField(upload_to="receipts/", blank=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    # Of the page before it was signed, where it was: a lost file can be drawn again, its signature cannot.
    page_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    rendered_at = models.DateTimeField(_("drawn"), null=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, editable=False)
    cancelled_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    cancel_reason = models.CharField(_("reason"), max_length=250, blank=True, editable=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("official receipt")
        verbose_name_plural = _("official receipts")
        constraints = [
            models.UniqueConstraint(fields=["organization", "year", "sequence"], name="receipt_number_once"),
            models.UniqueConstraint(fields=["organization", "number"], name="receipt_number_text_once"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="receipt_number_starts_at_1"),
            models.CheckConstraint(
                condition=Q(eligible=F("amount") - F("advantage")) & Q(eligible__gt=0), name="receipt_arithmetic"
            ),
            models.CheckConstraint(
                condition=Q(status=ReceiptStatus.ISSUED, cancelled_at=None)
                | (~Q(status=ReceiptStatus.ISSUED) & Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="receipt_cancelled_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-year", "-sequence"], name="receipt_recent"),
            models.Index(fields=["contact", "-year", "-sequence"], name="receipt_of_contact"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return org_url(self, "receipts:receipt_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        contact = self.contact.merged_into if self.contact.merged_into_id else self.contact
        return contact.is_owned_by(membership)

    @property
    def said(self) -> Snapshot:
        """The snapshot, checked against the hash frozen with it; raises ``ValueError`` when the text was altered."""
        snapshot = Snapshot.from_json(self.snapshot)
        if snapshot.sha256 != self.snapshot_sha256:
            raise ValueError(f"The snapshot of receipt {self.number} was altered.")
        return snapshot

    @property
    def is_signed(self) -> bool:
        """Whether its file bears a signature that shows any change."""
        return bool(self.page_sha256)

    @property
    def is_valid(self) -> bool:
        return self.status == ReceiptStatus.ISSUED


class ReceiptLine(models.Model):
    """A gift on a receipt. Only one line of a gift is ever live: the database refuses a second valid receipt."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="lines")
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="receipt_lines")
    amount = MoneyField(_("amount"))
    advantage = MoneyField(_("advantage"), default=ZERO)
    eligible = MoneyField(_("eligible amount"))
    tax_year = models.PositiveSmallIntegerField(_("tax year"))
    is_live = models.BooleanField(_("counts"), default=True)

    class Meta:
        verbose_name = _("receipt line")
        verbose_name_plural = _("receipt lines")
        constraints = [
            models.UniqueConstraint(fields=["gift"], condition=Q(is_live=True), name="receipt_line_one_live"),
            models.CheckConstraint(condition=Q(eligible=F("amount") - F("advantage")), name="receipt_line_arithmetic"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id}: {self.gift_id}"
