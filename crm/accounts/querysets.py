from django.db import models
from django.utils import timezone

from crm.core.querysets import ScopedQuerySet


class OrganizationQuerySet(models.QuerySet):
    def visible_to(self, membership) -> "OrganizationQuerySet":
        return self.filter(pk=membership.organization_id)


class MembershipQuerySet(models.QuerySet):
    def active(self) -> "MembershipQuerySet":
        return self.filter(is_active=True, user__is_active=True, organization__is_active=True)

    def visible_to(self, membership) -> "MembershipQuerySet":
        """Colleagues: everybody sees who works in the organization (owners are shown on every donor)."""
        return self.filter(organization_id=membership.organization_id)


class InvitationQuerySet(ScopedQuerySet):
    resource = "settings"

    def open(self) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


class AuditQuerySet(ScopedQuerySet):
    resource = "settings"


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, membership) -> "SavedViewQuerySet":
        """One's own and those that colleagues share."""
        rows = self.filter(organization_id=membership.organization_id)
        return rows.filter(models.Q(owner=membership) | models.Q(is_shared=True))
