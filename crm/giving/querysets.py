from django.db.models import Q

from crm.core.querysets import ScopedQuerySet
from crm.giving.choices import OPEN_PLEDGES, BatchStatus, GiftStatus, ThanksStatus

FEW = 1_000


class FundQuerySet(ScopedQuerySet):
    resource = "funds"

    def visible_to(self, membership) -> "FundQuerySet":
        return self.filter(organization_id=membership.organization_id)

    def active(self) -> "FundQuerySet":
        return self.filter(is_active=True)


class SpendingQuerySet(ScopedQuerySet):
    """What was spent is the books' business."""

    resource = "ledger"


class CampaignQuerySet(ScopedQuerySet):
    """Campaigns and their appeals."""

    resource = "funds"


class PledgeQuerySet(ScopedQuerySet):
    resource = "pledges"
    owner_path = "contact__owner"

    def open(self) -> "PledgeQuerySet":
        """Those of which payments are still expected."""
        return self.filter(status__in=OPEN_PLEDGES)

    def late(self) -> "PledgeQuerySet":
        return self.filter(late_since__isnull=False)


class PaymentMethodQuerySet(ScopedQuerySet):
    resource = "payment_methods"
    owner_path = "contact__owner"

    def usable(self) -> "PaymentMethodQuerySet":
        return self.filter(is_active=True)


class DebitFileQuerySet(ScopedQuerySet):
    resource = "payment_methods"


class GatewayAccountQuerySet(ScopedQuerySet):
    """What connects an organization to a payment company is its settings' business."""

    resource = "settings"

    def active(self) -> "GatewayAccountQuerySet":
        return self.filter(is_active=True)


class GiftBatchQuerySet(ScopedQuerySet):
    """Whoever sees only their own donors' gifts sees the batches they opened themselves."""

    resource = "gifts"
    owner_path = "opened_by"

    def open(self) -> "GiftBatchQuerySet":
        return self.filter(status=BatchStatus.OPEN)


class ThanksQuerySet(ScopedQuerySet):
    resource = "thanks"
    owner_path = "gift__contact__owner"

    def due(self) -> "ThanksQuerySet":
        return self.filter(status=ThanksStatus.DUE)


class CreditQuerySet(ScopedQuerySet):
    """Whoever follows the person credited sees the credit; who gave is another matter."""

    resource = "gifts"
    owner_path = "contact__owner"


class ProgramQuerySet(ScopedQuerySet):
    resource = "funds"

    def active(self) -> "ProgramQuerySet":
        return self.filter(is_active=True)


class ClaimQuerySet(ScopedQuerySet):
    resource = "gifts"
    owner_path = "gift__contact__owner"


class TributeQuerySet(ScopedQuerySet):
    """Whoever works here may know who is honoured; who gave and who is told, only those who see these contacts."""

    resource = "tributes"

    def active(self) -> "TributeQuerySet":
        return self.filter(is_active=True)


class RecipientQuerySet(ScopedQuerySet):
    """The people told of gifts: telling them is a kind of thanking."""

    resource = "thanks"
    owner_path = "contact__owner"


class PeriodLockQuerySet(ScopedQuerySet):
    resource = "ledger"


class GiftQuerySet(ScopedQuerySet):
    resource = "gifts"
    owner_path = "contact__owner"

    def counted(self) -> "GiftQuerySet":
        """The gifts that count in totals: the money (or its value) came and stayed."""
        return self.filter(status=GiftStatus.COMPLETED)

    def for_funds(self, funds) -> "GiftQuerySet":
        """Wholly or in part for one of these (funds, or their keys).

        The keys of shared gifts are fetched when they are few, as they nearly always are: with a subquery in their place
        no index would serve.
        """
        shared = self.model.splits.rel.related_model.objects.filter(fund__in=funds).order_by().values("gift")
        few = [row["gift"] for row in shared[: FEW + 1]]
        return (
            self.filter(Q(fund__in=funds) | Q(pk__in=few if len(few) <= FEW else shared))
            if few
            else self.filter(fund__in=funds)
        )

    def newest_first(self) -> "GiftQuerySet":
        return self.order_by("-received_on", "-pk")
