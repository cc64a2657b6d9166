"""What is written to donors: the templates, the mailings, and each message as it left."""

from datetime import datetime

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact, Group, Segment
from crm.core import twilio
from crm.core.models import Operation, Tenanted
from crm.core.web.urls import org_url
from crm.giving.models import Appeal
from crm.outreach.choices import (
    EMAIL_STATUS,
    MAILING_TONES,
    MESSAGE_TONES,
    OVER_MAILING,
    WAY_ICONS,
    Channel,
    Direction,
    Fate,
    LeftOut,
    MailingStatus,
    MessageStatus,
    Purpose,
    Way,
)
from crm.outreach.querysets import (
    CommunicationQuerySet,
    MailingQuerySet,
    RecipientQuerySet,
    SuppressedQuerySet,
    TemplateQuerySet,
)


class MessageTemplate(Tenanted):
    """A letter, an e-mail or a text message in both languages, with fields in braces (:mod:`crm.outreach.merge`).

    Those of text messages have no subject.
    """

    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(_("used for"), max_length=10, choices=Purpose, default=Purpose.THANKS)
    subject_fr = models.CharField(_("subject in French"), max_length=150, blank=True)
    body_fr = models.TextField(_("text in French"), max_length=5000)
    subject_en = models.CharField(_("subject in English"), max_length=150, blank=True)
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

    def opening(self, language: str) -> str:
        """Its subject in this language; of a text message, which has none, its first words."""
        return getattr(self, f"subject_{language}") or Truncator(getattr(self, f"body_{language}")).chars(80)

    def get_absolute_url(self) -> str:
        return org_url(self, "outreach:template_list")

    def is_owned_by(self, membership) -> bool:
        return False


class Communication(Tenanted):
    """One message to one contact, word for word. A letter is sent once printed, an e-mail once the server took it.

    Or an exchange that somebody writes down (K-01): a call, a meeting, a letter that came. It then has ``happened_on``, the day
    by the organization's clock, and neither e-mail nor printing.
    """

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
    channel = models.CharField(_("channel"), max_length=10, choices=Way)
    direction = models.CharField(
        _("from whom"), max_length=3, choices=Direction, default=Direction.OUT, db_default=Direction.OUT.value
    )
    happened_on = models.DateField(_("happened on"), null=True, blank=True)
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
    text_message = models.OneToOneField(
        "core.OutgoingText",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="communication",
        verbose_name=_("text message"),
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
                condition=models.Q(channel="letter", printed_at__isnull=True, happened_on__isnull=True),
                name="communication_to_print",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(happened_on=None) | models.Q(email=None, text_message=None, printed_at=None),
                name="communication_sent_or_written_down",
            )
        ]

    def __str__(self) -> str:
        return self.subject or str(self.pk)

    def get_absolute_url(self) -> str:
        return org_url(self, "outreach:communication_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)

    @property
    def is_written_down(self) -> bool:
        """By somebody, after it happened: Merci sent nothing."""
        return self.happened_on is not None

    @property
    def headline(self) -> str:
        """Its subject; of what has none (a text message, a call), how its words begin."""
        return self.subject or Truncator(" ".join(self.body.split())).chars(80)

    @property
    def outgoing(self):
        """The row that carried it out: of an e-mail, of a text message, or nothing."""
        return self.email if self.email_id else (self.text_message if self.text_message_id else None)

    @property
    def why_failed(self) -> str:
        """What the mail server, or the provider of text messages, said."""
        if self.text_message_id:
            return twilio.words_of(self.text_message.error)
        return self.email.error if self.email_id else ""

    @property
    def icon(self) -> str:
        return WAY_ICONS[self.channel]

    @property
    def status(self) -> str:
        if self.is_written_down:
            return MessageStatus.SENT
        if self.channel == Channel.LETTER:
            return MessageStatus.SENT if self.printed_at else MessageStatus.WAITING
        return EMAIL_STATUS[self.outgoing.status] if self.outgoing else MessageStatus.FAILED

    @property
    def status_label(self) -> str:
        if self.is_written_down:
            return self.get_direction_display()
        if self.channel == Channel.LETTER:
            return _("Printed") if self.printed_at else _("To print")
        if self.fates and self.status != MessageStatus.WAITING:
            return self.fates[0][0]
        return dict(MessageStatus.choices)[self.status]

    @property
    def status_tone(self) -> str:
        if self.is_written_down:
            return ""
        if getattr(self.outgoing, "complained_at", None):
            return "is-bad"
        return MESSAGE_TONES[self.status]

    @property
    def fates(self) -> list[tuple[str, datetime]]:
        """What was reported of it, and when; the most telling first."""
        return [(fate.label, at) for fate in Fate if (at := getattr(self.outgoing, f"{fate}_at", None))]


class Mailing(Tenanted):
    """One text to many people, each once (K-03): who gets it is asked of the audience at the moment it leaves.

    ``audience`` is the name of the segment or group, which may be deleted later. ``per_minute``: messages at most, what the
    mail server of a small charity takes; nothing for as fast as it answers. ``waits_since``: since when the mail server, or
    the provider of text messages, has refused to talk; ``trouble``: what it said.
    """

    title = models.CharField(_("name"), max_length=120)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    template = models.ForeignKey(
        MessageTemplate, on_delete=models.PROTECT, related_name="mailings", verbose_name=_("message template")
    )
    segment = models.ForeignKey(
        Segment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    group = models.ForeignKey(
        Group, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("group")
    )
    audience = models.CharField(_("audience"), max_length=120, blank=True, editable=False)
    appeal = models.ForeignKey(
        Appeal, on_delete=models.PROTECT, null=True, blank=True, related_name="mailings", verbose_name=_("appeal")
    )
    per_minute = models.PositiveSmallIntegerField(_("messages a minute, at most"), null=True, blank=True)
    scheduled_for = models.DateTimeField(_("leaves on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=MailingStatus, default=MailingStatus.DRAFT)
    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )  # the work that moves it at present, or did last
    created_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("created by"), db_index=False
    )
    is_listed = models.BooleanField(
        default=False, editable=False
    )  # the whole audience was met: who joins it later is late
    written = models.PositiveIntegerField(
        _("written to"), default=0, editable=False
    )  # people, counted as they are written to
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    waits_since = models.DateTimeField(null=True, editable=False)
    trouble = models.TextField(blank=True, editable=False)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        indexes = [
            models.Index(
                fields=["scheduled_for"], condition=models.Q(status=MailingStatus.SCHEDULED), name="mailing_scheduled"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(segment=None) | models.Q(group=None), name="mailing_one_audience"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=MailingStatus.SCHEDULED) | models.Q(scheduled_for__isnull=False),
                name="mailing_scheduled_for",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return org_url(self, "outreach:mailing_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.created_by_id == membership.pk

    @property
    def status_tone(self) -> str:
        return MAILING_TONES.get(self.status, "")

    @property
    def is_over(self) -> bool:
        return self.status in OVER_MAILING

    @property
    def trouble_said(self) -> str:
        """What the other side said, in words: the provider of text messages answers in codes."""
        return twilio.words_of(self.trouble) if self.channel == Channel.SMS and self.trouble else self.trouble


class Recipient(Tenanted):
    """One contact of a mailing that was sent to, or left out of it for a reason: once each, ever, by the database."""

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="recipients", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="mailings", verbose_name=_("contact"))
    left_out = models.CharField(_("why not"), max_length=10, choices=LeftOut, blank=True)
    communication = models.OneToOneField(
        Communication, on_delete=models.PROTECT, null=True, editable=False, related_name="recipient"
    )
    replied_at = models.DateTimeField(
        _("answered"), null=True, blank=True
    )  # somebody says so: an answer goes to a mailbox

    objects = RecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of a mailing")
        verbose_name_plural = _("recipients of mailings")
        constraints = [
            models.UniqueConstraint(fields=["mailing", "contact"], name="mailing_once_a_contact"),
            models.CheckConstraint(
                condition=models.Q(left_out="", communication__isnull=False) | ~models.Q(left_out=""),
                name="mailing_left_out_or_written",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailing_id}: {self.contact_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "outreach:mailing_detail", pk=self.mailing_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)


class SuppressedAddress(Tenanted):
    """An e-mail address that nobody writes to any more: messages to it come back, or were called spam. In small letters."""

    address = models.EmailField(_("e-mail address"))
    said = models.TextField(_("what the mail server said"), blank=True)
    is_complaint = models.BooleanField(_("called a message spam"), default=False)

    objects = SuppressedQuerySet.as_manager()

    class Meta:
        verbose_name = _("address that does not work")
        verbose_name_plural = _("addresses that do not work")
        constraints = [models.UniqueConstraint(fields=["organization", "address"], name="suppressed_once")]

    def __str__(self) -> str:
        return self.address

    def get_absolute_url(self) -> str:
        return org_url(self, "outreach:mailing_list")

    def is_owned_by(self, membership) -> bool:
        return False
