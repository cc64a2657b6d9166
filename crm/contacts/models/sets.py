"""Sets of contacts: tags, groups made by hand, segments made by rules (E-01…E-04)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Colour
from crm.contacts.models.contact import Contact
from crm.contacts.querysets import SharedQuerySet
from crm.contacts.ready_made import title_of
from crm.core.models import Tenanted
from crm.core.web.urls import org_url


class OwnedSet(Tenanted):
    """What the three have in common: a name, a line of description, somebody who looks after it."""

    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=250, blank=True)
    owner = models.ForeignKey(
        "accounts.Membership",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )

    objects = SharedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def is_owned_by(self, membership) -> bool:
        return self.owner_id == membership.pk


class Tag(OwnedSet):
    """A word on a contact: a coloured dot, unique in the organization whatever its case."""

    colour = models.CharField(_("colour"), max_length=4, choices=Colour, default=Colour.AMBER)
    icon = models.CharField(_("icon"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(
                "organization",
                Lower("name"),
                name="tag_name_any_case",
                violation_error_message=_("Another tag already has this name."),
            )
        ]

    def clean(self) -> None:
        if ";" in self.name:
            raise ValidationError({"name": _("No semicolon, please: files separate tags with it.")})

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:tag_list")


class TagAssignment(models.Model):
    """Who gave a contact this tag, and when."""

    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="tag_assignments")
    assigned_by = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField(_("assigned"), default=timezone.now)

    class Meta:
        verbose_name = _("tag of a contact")
        verbose_name_plural = _("tags of contacts")
        constraints = [models.UniqueConstraint(fields=["tag", "contact"], name="tag_assignment_once")]

    def __str__(self) -> str:
        return f"{self.tag_id}: {self.contact_id}"


class Group(OwnedSet):
    """A set chosen by hand, private to its owner or shared with the team."""

    is_shared = models.BooleanField(_("shared with the team"), default=True)

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        indexes = [models.Index(fields=["organization", "name"], name="group_by_name")]

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:group_detail", pk=self.pk)


class GroupMember(models.Model):
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="group_memberships")
    added_by = models.ForeignKey("accounts.Membership", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        verbose_name = _("member of a group")
        verbose_name_plural = _("members of groups")
        constraints = [models.UniqueConstraint(fields=["group", "contact"], name="group_member_once")]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.contact_id}"


class Segment(OwnedSet):
    """A set by rules, always up to date: ``{"all": [{"field": …, "op": …, "value": …}, {"any": [...]}]}``."""

    rules = models.JSONField(_("rules"), default=dict)
    is_shared = models.BooleanField(_("shared with the team"), default=True)
    ready_made = models.CharField(max_length=30, blank=True, editable=False)  # code of the one it was made from
    count = models.PositiveIntegerField(_("contacts"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = [models.Index(fields=["organization", "name"], name="segment_by_name")]

    def __str__(self) -> str:
        return title_of(self.name, self.ready_made)

    def get_absolute_url(self) -> str:
        return org_url(self, "contacts:segment_detail", pk=self.pk)
