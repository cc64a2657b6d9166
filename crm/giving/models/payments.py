"""How donors pay by themselves, and each attempt to collect what they promised."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.money import MoneyField
from crm.core.sealing import seal, unseal
from crm.core.web.urls import org_url
from crm.giving.choices import CHARGE_TONES, ChargeStatus, Currency, PaymentKind
from crm.giving.models.debits import DebitFile
from crm.giving.models.gifts import Gift
from crm.giving.models.pledges import Instalment, Pledge
from crm.giving.querysets import GatewayAccountQuerySet, PaymentMethodQuerySet

LIVE = (ChargeStatus.PENDING, ChargeStatus.PAID)


class PaymentMethod(Tenanted):
    """A card or an account that a gateway keeps for us (F-11): we hold its last four characters and a sealed token."""

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="payment_methods", verbose_name=_("donor")
    )
    gateway = models.CharField(_("gateway"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=PaymentKind)
    brand = models.CharField(_("brand or bank"), max_length=40, blank=True)
    last_four = models.CharField(_("last four characters"), max_length=4)
    expires_on = models.DateField(_("expires"), null=True, blank=True, help_text=_("The last day it can be used."))
    mandate_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    sealed_token = models.TextField(editable=False)
    is_active = models.BooleanField(_("in use"), default=True)
    recorded_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"), db_index=False
    )

    objects = PaymentMethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")

    def __str__(self) -> str:
        return f"{self.brand} ···· {self.last_four}".strip()

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:contact_detail", pk=self.contact_id) + "?tab=payments"

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)

    @property
    def token(self) -> str:
        """What the gateway knows it by; never shown, never logged."""
        return unseal(self.sealed_token)

    @token.setter
    def token(self, text: str) -> None:
        self.sealed_token = seal(text)

    def is_expired(self, on) -> bool:
        return self.expires_on is not None and self.expires_on < on


class GatewayAccount(Tenanted):
    """An organization's own account at a payment company. Its keys are sealed, and never shown again."""

    gateway = models.CharField(_("gateway"), max_length=20)
    sealed_key = models.TextField(editable=False)
    sealed_webhook_secret = models.TextField(editable=False)
    is_test = models.BooleanField(_("test mode: no money moves"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    connected_by = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("connected by"),
        db_index=False,
    )

    objects = GatewayAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account at a payment company")
        verbose_name_plural = _("accounts at payment companies")
        constraints = [models.UniqueConstraint(fields=["organization", "gateway"], name="gateway_account_once")]

    def __str__(self) -> str:
        return self.gateway

    def get_absolute_url(self) -> str:
        return org_url(self, "giving:gateway")

    def is_owned_by(self, membership) -> bool:
        return False

    @property
    def key(self) -> str:
        """The secret key; never shown, never logged."""
        return unseal(self.sealed_key)

    @property
    def webhook_secret(self) -> str:
        """What signs the company's messages to us."""
        return unseal(self.sealed_webhook_secret)


class Charge(Tenanted):
    """One attempt to collect one instalment. ``key`` goes with every call, so that a gateway asked twice charges once.

    Pending from the moment it is decided on; ``sent_at`` is written before the gateway is first called: from then on only
    its answer ends it. A database constraint allows one pending or paid charge of an instalment.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="charges", verbose_name=_("pledge"))
    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, related_name="charges", verbose_name=_("instalment"), db_index=False
    )
    method = models.ForeignKey(
        PaymentMethod, on_delete=models.PROTECT, related_name="charges", verbose_name=_("payment method")
    )
    attempt = models.PositiveSmallIntegerField(_("attempt"))
    key = models.CharField(_("key"), max_length=64, unique=True)
    amount = MoneyField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency)
    status = models.CharField(_("status"), max_length=10, choices=ChargeStatus, default=ChargeStatus.PENDING)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_on = models.DateField(_("day of the answer"), null=True, blank=True)
    reference = models.CharField(_("reference of the gateway"), max_length=100, blank=True)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    file = models.ForeignKey(
        DebitFile, on_delete=models.PROTECT, null=True, blank=True, related_name="charges", verbose_name=_("debit file")
    )
    gift = models.OneToOneField(
        Gift, on_delete=models.PROTECT, null=True, blank=True, related_name="charge", verbose_name=_("gift")
    )

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.UniqueConstraint(fields=["instalment", "attempt"], name="charge_attempt_once"),
            models.UniqueConstraint(
                fields=["instalment"], condition=Q(status__in=["pending", "paid"]), name="charge_one_live"
            ),
            models.CheckConstraint(
                condition=Q(status="paid", gift__isnull=False) | (~Q(status="paid") & Q(gift__isnull=True)),
                name="charge_paid_is_a_gift",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "updated_at"], condition=Q(status="pending"), name="charge_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.status}"

    @property
    def status_tone(self) -> str:
        return CHARGE_TONES.get(self.status, "")


class DemoBankCharge(models.Model):
    """What the demo gateway has done: the ledger of a bank that is not ours. Nothing of ours leads to it."""

    key = models.CharField(max_length=64, unique=True)
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("charge at the demo bank")
        verbose_name_plural = _("charges at the demo bank")

    def __str__(self) -> str:
        return self.key
