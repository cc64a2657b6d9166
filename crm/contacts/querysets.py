from django.db import models
from django.utils import timezone

from crm.contacts.rules import UNDER_WAY, stalled_before
from crm.core.querysets import ScopedQuerySet


class ContactQuerySet(ScopedQuerySet):
    resource = "contacts"
    owner_path = "owner"

    def active(self) -> "ContactQuerySet":
        return self.filter(archived_at=None)

    def stalled(self) -> "ContactQuerySet":
        """Under way in the funnel, and nothing happened with the person for too long."""
        return self.filter(funnel_stage__in=UNDER_WAY, last_contact_at__lt=stalled_before(timezone.now()))

    def archived(self) -> "ContactQuerySet":
        return self.exclude(archived_at=None).unmerged()

    def unmerged(self) -> "ContactQuerySet":
        """Without those that live on in another contact."""
        return self.filter(merged_into=None)

    def recent_first(self) -> "ContactQuerySet":
        """The order of every list unless asked otherwise (C-06)."""
        return self.order_by("-last_contact_at", "-pk")


class ContactChildQuerySet(ScopedQuerySet):
    """Rows that hang off a contact: seen by who sees the contact."""

    resource = "contacts"
    owner_path = "contact__owner"

    def newest_first(self) -> "ContactChildQuerySet":
        return self.order_by("-at", "-pk")


class NoteQuerySet(ContactChildQuerySet):
    def present(self) -> "NoteQuerySet":
        return self.filter(deleted_at=None)


class SharedQuerySet(ScopedQuerySet):
    """Tags, groups, segments: seen by everybody who sees any, except those that their owner keeps private."""

    resource = "segments"

    def visible_to(self, membership) -> "SharedQuerySet":
        if membership.scope("segments.view") == "none":
            return self.none()
        rows = self.filter(organization_id=membership.organization_id)
        return rows.filter(models.Q(is_shared=True) | models.Q(owner=membership)) if self._keeps_private else rows

    @property
    def _keeps_private(self) -> bool:
        return any(field.name == "is_shared" for field in self.model._meta.concrete_fields)


class SettingsQuerySet(ScopedQuerySet):
    """What administrators define and everybody uses: custom fields."""

    resource = "settings"

    def visible_to(self, membership) -> "SettingsQuerySet":
        return self.filter(organization_id=membership.organization_id)

    def active(self) -> "SettingsQuerySet":
        return self.filter(is_active=True)


class PairQuerySet(ScopedQuerySet):
    """A pair is seen by who sees both contacts."""

    resource = "contacts"

    def visible_to(self, membership) -> "PairQuerySet":
        scope = membership.scope("contacts.view")
        if scope == "none":
            return self.none()
        rows = self.filter(organization_id=membership.organization_id)
        return rows.filter(first__owner=membership, second__owner=membership) if scope == "own" else rows


class MergeQuerySet(ScopedQuerySet):
    resource = "contacts"
    owner_path = "kept__owner"
