"""What is written to donors: the templates, and each message as it left."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core.models import Tenanted
from crm.core.web.urls import org_url
from crm.outreach.choices import EMAIL_STATUS, MESSAGE_TONES, Channel, MessageStatus, Purpose
from crm.outreach.querysets import CommunicationQuerySet, TemplateQuerySet


class MessageTemplate(Tenanted):
    """A letter or an e-mail in both languages, with fields in braces (:mod:`crm.outreach.merge`)."""

    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("used for"), max_length=10, choices=Purpose, default=Purpose.THANKS)
    subject_fr = models.CharField(_("subject in French"), max_length=150)
    body_fr = models.TextField(_("text in French"), max_length=5000)
    subject_en = models.CharField(_("subject in English"), max_length=150)
    body_en = models.TextField(_("text in English"), max_length=5000)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="template_name_once",
                violation_error_message=_("Another template already has this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return org_url(self, "outreach:template_list")

    def is_owned_by(self, membership) -> bool:
        return False


class Communication(Tenanted):
    """One message to one contact, word for word. A letter is sent once printed, an e-mail once the server took it."""

    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organization"),
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="communications", verbose_name=_("contact"), db_index=False
    )
    purpose = models.CharField(_("written as"), max_length=10, choices=Purpose, default=Purpose.THANKS)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    addressee = models.TextField(_("addressee"), blank=True)  # of a letter: name and address, line by line
    template = models.ForeignKey(
        MessageTemplate,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message template"),
    )
    email = models.OneToOneField(
        "core.OutgoingEmail",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="communication",
        verbose_name=_("e-mail"),
    )
    printed_at = models.DateTimeField(_("printed"), null=True, blank=True)
    sent_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"), db_index=False
    )

    objects = CommunicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("communication")
        verbose_name_plural = _("communications")
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="communication_recent"),
            models.Index(fields=["contact", "-created_at", "-id"], name="communication_of_contact"),
            models.Index(
                fields=["organization", "id"],
                condition=models.Q(channel="letter", printed_at__isnull=True),
                name="communication_to_print",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.pk)

    def get_absolute_url(self) -> str:
        return org_url(self, "outreach:communication_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)

    @property
    def status(self) -> str:
        if self.channel == Channel.LETTER:
            return MessageStatus.SENT if self.printed_at else MessageStatus.WAITING
        return EMAIL_STATUS[self.email.status] if self.email_id else MessageStatus.FAILED

    @property
    def status_label(self) -> str:
        if self.channel == Channel.LETTER:
            return _("Printed") if self.printed_at else _("To print")
        return dict(MessageStatus.choices)[self.status]

    @property
    def status_tone(self) -> str:
        return MESSAGE_TONES[self.status]
