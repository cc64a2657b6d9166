"""Who lives together, and who knows whom (C-14, C-15)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import RelationKind
from crm.contacts.models.contact import Contact
from crm.core.models import Tenanted
from crm.core.querysets import ScopedQuerySet
from crm.core.web.urls import org_url


class HouseholdQuerySet(ScopedQuerySet):
    resource = "contacts"

    def visible_to(self, membership) -> "HouseholdQuerySet":
        """A household is seen by who sees any of its members."""
        scope = membership.scope("contacts.view")
        if scope == "none":
            return self.none()
        rows = self.filter(organization_id=membership.organization_id)
        mine = Contact.objects.filter(household=models.OuterRef("pk"), owner=membership)
        return rows.filter(models.Exists(mine)) if scope == "own" else rows


class Household(Tenanted):
    """People at one address who are written to together. Empty texts are generated from the members, the others kept.

    ``head`` gives the address and stands first in greetings.
    """

    head = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("head")
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    # Written by hand: kept until it is emptied. Empty: generated.
    formal_fr = models.CharField(_("formal greeting in French"), max_length=200, blank=True)
    formal_en = models.CharField(_("formal greeting in English"), max_length=200, blank=True)
    informal_fr = models.CharField(_("informal greeting in French"), max_length=200, blank=True)
    informal_en = models.CharField(_("informal greeting in English"), max_length=200, blank=True)
    addressee_fr = models.CharField(_("name on the envelope in French"), max_length=200, blank=True)
    addressee_en = models.CharField(_("name on the envelope in English"), max_length=200, blank=True)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        indexes = [models.Index(fields=["organization", "name"], name="household_by_name")]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:household_detail", pk=self.pk)

    def is_owned_by(self, membership) -> bool:
        return self.members.filter(owner=membership).exists()


class RelationQuerySet(ScopedQuerySet):
    resource = "contacts"

    def visible_to(self, membership) -> "RelationQuerySet":
        """A relation is seen, and changed, by who sees either side."""
        scope = membership.scope("contacts.view")
        if scope == "none":
            return self.none()
        rows = self.filter(organization_id=membership.organization_id)
        return rows.filter(Q(contact__owner=membership) | Q(other__owner=membership)) if scope == "own" else rows


class ContactRelation(Tenanted):
    """``other`` is the ``kind`` of ``contact``: stored once, said on both pages (the other way round on the other’s)."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="relations", verbose_name=_("contact"))
    other = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="relations_from", verbose_name=_("other contact")
    )
    kind = models.CharField(_("relation"), max_length=14, choices=RelationKind)
    note = models.CharField(_("note"), max_length=160, blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "other", "kind"],
                name="relation_once",
                violation_error_message=_("This relation is already there."),
            ),
            models.CheckConstraint(condition=~Q(contact=F("other")), name="relation_between_two"),
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.kind} {self.other_id}"

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:contact_detail", pk=self.contact_id)

    def is_owned_by(self, membership) -> bool:
        return self.contact.is_owned_by(membership) or self.other.is_owned_by(membership)
