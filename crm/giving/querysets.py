from crm.core.querysets import ScopedQuerySet
from crm.giving.choices import GiftStatus


class FundQuerySet(ScopedQuerySet):
    resource = "funds"

    def visible_to(self, membership) -> "FundQuerySet":
        return self.filter(organization_id=membership.organization_id)

    def active(self) -> "FundQuerySet":
        return self.filter(is_active=True)


class CampaignQuerySet(ScopedQuerySet):
    """Campaigns and their appeals."""

    resource = "funds"


class GiftQuerySet(ScopedQuerySet):
    resource = "gifts"
    owner_path = "contact__owner"

    def counted(self) -> "GiftQuerySet":
        """The gifts that count in totals: the money (or its value) came and stayed."""
        return self.filter(status=GiftStatus.COMPLETED)

    def newest_first(self) -> "GiftQuerySet":
        return self.order_by("-received_on", "-pk")
