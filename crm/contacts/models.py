"""The hub: a contact, its notes, and the one timeline every domain writes to."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from crm.contacts.choices import FunnelStage, Kind, Language, Lifecycle, Relationship, Severity
from crm.contacts.names import display_name, search_text, sort_name
from crm.contacts.querysets import ContactChildQuerySet, ContactQuerySet, NoteQuerySet
from crm.core.models import Tenanted
from crm.core.web.urls import org_url


class Contact(Tenanted):
    """A person or an organization the charity knows. The e-mail address is a match key, not unique (C-05)."""

    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    honorific = models.CharField(_("honorific"), max_length=30, blank=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    middle_name = models.CharField(_("middle name or initial"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    suffix = models.CharField(_("suffix"), max_length=30, blank=True)
    organization_name = models.CharField(_("name of the organization"), max_length=150, blank=True)
    job_title = models.CharField(_("job title"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address_line1 = models.CharField(_("address"), max_length=150, blank=True)
    address_line2 = models.CharField(_("address, second line"), max_length=150, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    province = models.CharField(_("province or state"), max_length=40, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    country = CountryField(_("country"), default="CA", blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FR)
    lifecycle = models.CharField(_("giving status"), max_length=10, choices=Lifecycle, default=Lifecycle.PROSPECT)
    relationship = models.CharField(_("relationship"), max_length=10, choices=Relationship, default=Relationship.LEAD)
    funnel_stage = models.CharField(_("stage"), max_length=16, choices=FunnelStage, default=FunnelStage.NEEDS_OUTREACH)
    owner = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_contacts",
        verbose_name=_("responsible person"),
    )
    external_id = models.CharField(_("external number"), max_length=64, blank=True)
    latest_note = models.CharField(_("latest note"), max_length=250, blank=True, editable=False)
    last_contact_at = models.DateTimeField(_("last contact"), default=timezone.now, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    # Written by save(): what lists show and sort by, and what search reads.
    name = models.CharField(_("name"), max_length=250, editable=False)
    sort_name = models.CharField(max_length=250, editable=False)
    search_text = models.TextField(editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id=""),
                name="contact_external_id",
                violation_error_message=_("Another contact already has this external number."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_name"),
        ]
        # Lists show who is not archived: with that as their condition these indexes answer orders, deep pages and
        # counts alone, without a look at the rows.
        indexes = [
            models.Index(fields=["organization", *columns], name=name, condition=Q(archived_at=None))
            for name, columns in (
                ("contact_recent", ("-last_contact_at", "-id")),
                ("contact_owned", ("owner", "-last_contact_at", "-id")),
                ("contact_by_name", ("sort_name", "id")),
                ("contact_lifecycle", ("lifecycle", "-last_contact_at", "-id")),
            )
        ] + [models.Index(fields=["organization", "email"], name="contact_email")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Fill the fields that follow from others; bulk writers call it themselves."""
        self.name = display_name(self)[:250]
        self.sort_name = sort_name(self)[:250]
        self.search_text = search_text(self)

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:contact_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.owner_id == membership.pk

    @property
    def is_organization(self) -> bool:
        return self.kind == Kind.ORGANIZATION

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def address_lines(self) -> list[str]:
        """The postal address as an envelope shows it in the contact's own language."""
        from crm.contacts.addresses import envelope_lines

        return envelope_lines(self)


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

    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="timeline")
    verb = models.CharField(_("act"), max_length=40)
    actor = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+")
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
