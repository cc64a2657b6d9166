"""What a person agreed to, channel by channel, with its proof (C-08)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Channel, ConsentStatus
from crm.contacts.models.contact import Contact
from crm.contacts.querysets import ContactChildQuerySet
from crm.core.models import Tenanted
from crm.core.web.urls import org_url


class Consent(Tenanted):
    """The present answer for one channel; earlier ones stay in the timeline and the audit log.

    The expiry of an implied consent is computed from the last gift, never stored (Canada's anti-spam law, s. 10).
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="consents", verbose_name=_("contact"))
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    status = models.CharField(_("consent"), max_length=9, choices=ConsentStatus)
    given_on = models.DateField(_("date"), help_text=_("The day it was given, or withdrawn."))
    source = models.CharField(_("where it comes from"), max_length=120, blank=True)
    proof = models.TextField(_("proof"), blank=True, max_length=2000, help_text=_("The words used, a form, a call."))
    recorded_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    objects = ContactChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["contact", "channel"], name="consent_once_a_channel")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.status}"

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:contact_detail", pk=self.contact_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)
