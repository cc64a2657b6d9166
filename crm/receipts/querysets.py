from crm.core.querysets import ScopedQuerySet
from crm.receipts.choices import ReceiptStatus


class ReceiptQuerySet(ScopedQuerySet):
    resource = "receipts"
    owner_path = "contact__owner"

    def newest_first(self) -> "ReceiptQuerySet":
        return self.order_by("-year", "-sequence")

    def valid(self) -> "ReceiptQuerySet":
        return self.filter(status=ReceiptStatus.ISSUED)

    def undrawn(self) -> "ReceiptQuerySet":
        return self.filter(rendered_at=None)
