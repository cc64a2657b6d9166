"""``visible_to(membership)`` is the only door to rows of an organization."""

from django.db import models


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to an organization. ``resource`` names the row of the permission matrix that guards them."""

    resource = ""
    owner_path = ""

    def of(self, organization) -> "ScopedQuerySet":
        return self.filter(organization=organization)

    def visible_to(self, membership) -> "ScopedQuerySet":
        """The rows this person may see: none, their own, or all of the organization."""
        if not self.resource:
            raise NotImplementedError(f"{type(self).__name__} names no resource")
        scope = membership.scope(f"{self.resource}.view")
        if scope == "none":
            return self.none()
        rows = self.filter(organization_id=membership.organization_id)
        # What related managers do too: every row already knows its organization, so no query and no join per row.
        field = self.model._meta.get_field("organization")
        rows._known_related_objects = {field: {membership.organization_id: membership.organization}}
        if scope == "own":
            rows = rows.filter(**{self.owner_path: membership}) if self.owner_path else self.none()
        return rows
