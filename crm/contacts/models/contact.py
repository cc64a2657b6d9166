"""The hub: a contact, and their further e-mails and phones."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from crm.accounts.choices import ReceiptPreference
from crm.contacts.choices import (
    CompanySize,
    FunnelStage,
    HouseholdRole,
    Kind,
    Language,
    Lifecycle,
    PointKind,
    PointLabel,
    Priority,
    Relationship,
)
from crm.contacts.names import display_name, search_text, sort_name
from crm.contacts.querysets import ContactChildQuerySet, ContactQuerySet
from crm.core.models import Tenanted
from crm.core.money import ZERO, MoneyField
from crm.core.web.urls import org_url


class Contact(Tenanted):
    """A person or an organization the charity knows. The e-mail address is a match key, not unique (C-05)."""

    # Foreign keys of rows written by the thousand have no index of their own: one declared below begins with them, or
    # holds only the rows that have one.
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("organization"),
        db_index=False,
    )
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
        db_index=False,
    )
    external_id = models.CharField(_("external number"), max_length=64, blank=True)
    company_size = models.CharField(_("size of the organization"), max_length=10, choices=CompanySize, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    lead_source = models.CharField(_("how they came to us"), max_length=80, blank=True)
    estimated_value = MoneyField(_("estimated value"), null=True, blank=True)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority, default=Priority.MEDIUM)
    receipt_preference = models.CharField(
        _("official receipts"), max_length=6, choices=ReceiptPreference, blank=True
    )  # empty: as the organization usually does
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    is_deceased = models.BooleanField(_("deceased"), default=False)
    deceased_on = models.DateField(_("date of death"), null=True, blank=True)
    custom = models.JSONField(_("custom fields"), default=dict, blank=True)  # {code of the CustomField: value}
    household = models.ForeignKey(
        "contacts.Household",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="members",
        verbose_name=_("household"),
        db_index=False,
    )
    household_role = models.CharField(
        _("place in the household"), max_length=8, choices=HouseholdRole, blank=True, editable=False
    )
    # Follows the address of the head of the household: a change of hers is made here too.
    shares_address = models.BooleanField(_("lives at the address of the household"), default=False, editable=False)
    further = models.TextField(
        blank=True, default="", editable=False
    )  # of its points, for search: read without a query
    latest_note = models.CharField(_("latest note"), max_length=250, blank=True, editable=False)
    last_contact_at = models.DateTimeField(_("last contact"), default=timezone.now, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    anonymized_at = models.DateTimeField(_("anonymized"), null=True, blank=True, editable=False)
    # A merged contact is archived for good; whoever opens it is led to the one that was kept.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        db_index=False,
    )
    # What visits add up to, recomputed under a lock; never giving, never receipted (C-19). In the organization's currency.
    visit_count = models.PositiveIntegerField(_("number of visits"), default=0, editable=False)
    visit_total = MoneyField(_("spent during visits"), default=ZERO, editable=False)
    last_visit_at = models.DateTimeField(_("last visit"), null=True, blank=True, editable=False)
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
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(archived_at__isnull=False), name="contact_merged_is_archived"
            ),
        ]
        # Lists show who is not archived: with that as their condition these indexes answer orders, deep pages and
        # counts alone, without a look at the rows.
        indexes = [
            models.Index(fields=["organization", *columns], name=name, condition=Q(archived_at=None))
            for name, columns in (
                ("contact_recent", ("-last_contact_at", "-id")),
                ("contact_owned", ("owner", "-last_contact_at", "-id")),
                ("contact_by_name", ("sort_name", "id")),
                ("contact_created", ("-created_at", "-id")),
            )
        ] + [
            models.Index(
                fields=["organization", "lifecycle", "-last_contact_at", "-id"],
                include=["is_deceased"],  # donors at risk are alive
                name="contact_lifecycle",
                condition=Q(archived_at=None),
            ),
            models.Index(
                fields=["organization", "funnel_stage", "-last_contact_at", "-id"],
                include=["estimated_value"],  # counts and sums of the board
                name="contact_stage",
                condition=Q(archived_at=None),
            ),
            models.Index(fields=["organization", "email"], name="contact_email"),
            models.Index(fields=["organization", "phone"], name="contact_phone"),
            models.Index(fields=["organization", "postal_code", "sort_name"], name="contact_postal_code"),
            *(
                models.Index(fields=[name], name=f"contact_{name}", condition=Q(**{f"{name}__isnull": False}))
                for name in ("owner", "household", "merged_into")
            ),
        ]

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

        return envelope_lines(self, home=self.organization.country)


class ContactPoint(Tenanted):
    """A further e-mail address or phone number; the primary ones are columns of the contact."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="points", verbose_name=_("contact"))
    kind = models.CharField(_("kind"), max_length=5, choices=PointKind)
    value = models.CharField(_("address or number"), max_length=254)
    label = models.CharField(_("used for"), max_length=6, choices=PointLabel, blank=True)

    objects = ContactChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("further e-mail or phone")
        verbose_name_plural = _("further e-mails and phones")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind", "value"],
                name="contact_point_once",
                violation_error_message=_("This contact already has this address or number."),
            )
        ]
        indexes = [models.Index(fields=["organization", "value"], name="contact_point_value")]

    def __str__(self) -> str:
        return self.value

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:contact_detail", pk=self.contact_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership)
