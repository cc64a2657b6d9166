"""What happened with a contact: notes, visits, and the one timeline every domain writes to."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Severity
from crm.contacts.models.contact import Contact
from crm.contacts.querysets import ContactChildQuerySet, NoteQuerySet
from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url


class Note(Tenanted):
    """Something worth remembering. Edited and deleted with its history kept (C-07)."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="notes", verbose_name=_("contact"))
    text = models.TextField(_("note"), max_length=10_000)
    author = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["contact", "-at", "-id"], name="note_recent")]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:contact_detail", pk=self.contact_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)


class NoteVersion(models.Model):
    """What a note said before it was edited or deleted."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField()
    replaced_by = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("earlier text of a note")
        verbose_name_plural = _("earlier texts of notes")

    def __str__(self) -> str:
        return f"{self.note_id} {self.replaced_at:%Y-%m-%d}"


class TimelineEvent(models.Model):
    """One act on a contact. Data, never sentences: each verb's template says it in the reader's language."""

    # Written with every act and read by contact only: no other foreign key has an index.
    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="timeline", db_index=False)
    verb = models.CharField(_("act"), max_length=40)
    actor = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    severity = models.CharField(max_length=8, choices=Severity, default=Severity.INFO)
    subject_model = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    objects = ContactChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        indexes = [models.Index(fields=["contact", "-at", "-id"], name="timeline_recent")]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d}"


class Visit(Tenanted):
    """Somebody came: to the museum, the shop, the house. What they spent is never a gift (C-19)."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="visits", verbose_name=_("contact"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    amount = MoneyField(_("amount spent"), default=ZERO)  # in the organization's currency
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.Membership", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    objects = ContactChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [models.CheckConstraint(condition=models.Q(amount__gte=0), name="visit_amount_not_negative")]
        indexes = [models.Index(fields=["contact", "-at", "-id"], name="visit_recent")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:contact_detail", pk=self.contact_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)


class RecordView(models.Model):
    """Who opened whose record on which day (Law 25), which is also where “last visited donors” come from."""

    organization = models.ForeignKey(
        "accounts.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    membership = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="record_views")
    day = models.DateField(_("day"))  # by the organization's clock
    last_at = models.DateTimeField(_("last opened"))
    times = models.PositiveIntegerField(_("times"), default=1)

    objects = ContactChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading of a record")
        verbose_name_plural = _("readings of records")
        constraints = [models.UniqueConstraint(fields=["membership", "contact", "day"], name="record_view_once_a_day")]
        indexes = [
            models.Index(fields=["membership", "-last_at"], name="record_view_recent"),
            models.Index(fields=["organization", "-last_at", "-id"], name="record_view_log"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} → {self.contact_id} {self.day}"
