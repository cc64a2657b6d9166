from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from crm.core.querysets import ScopedQuerySet
from crm.receipts.choices import OPEN_RUN, DeliveryHow, ReceiptStatus


class ReceiptQuerySet(ScopedQuerySet):
    resource = "receipts"
    owner_path = "contact__owner"

    def visible_to(self, membership) -> "ReceiptQuerySet":
        """A receipt of a merged contact stays in its name, and is seen by who looks after the one it lives on in."""
        if membership.scope("receipts.view") != "own":
            return super().visible_to(membership)
        mine = Q(contact__owner=membership, contact__merged_into=None) | Q(contact__merged_into__owner=membership)
        return self.filter(mine, organization_id=membership.organization_id)

    def of_contact(self, contact) -> "ReceiptQuerySet":
        """Those issued to a contact, and to those merged into it: the words of an issued receipt never change."""
        return self.filter(Q(contact=contact) | Q(contact__merged_into=contact))

    def newest_first(self) -> "ReceiptQuerySet":
        return self.order_by("-year", "-sequence")

    def valid(self) -> "ReceiptQuerySet":
        return self.filter(status=ReceiptStatus.ISSUED)

    def undrawn(self) -> "ReceiptQuerySet":
        return self.filter(rendered_at=None)


class ReceiptRunQuerySet(ScopedQuerySet):
    """A run tells about all donors: whoever sees only their own sees none."""

    resource = "receipts"

    def open(self) -> "ReceiptRunQuerySet":
        return self.filter(status__in=OPEN_RUN)


class RunLineQuerySet(ScopedQuerySet):
    resource = "receipts"

    def eligible(self) -> "RunLineQuerySet":
        return self.filter(reason="")

    def to_issue(self) -> "RunLineQuerySet":
        return self.filter(reason="", receipt=None)

    def issued(self) -> "RunLineQuerySet":
        return self.filter(receipt__isnull=False)

    def left_out(self) -> "RunLineQuerySet":
        return self.exclude(reason="")

    def valid(self) -> "RunLineQuerySet":
        """Issued, and not void since."""
        return self.filter(receipt__status=ReceiptStatus.ISSUED)

    def to_email(self) -> "RunLineQuerySet":
        return self.valid().filter(by_email=True).exclude(_delivered(how=DeliveryHow.EMAIL))

    def to_post(self) -> "RunLineQuerySet":
        """Those that no e-mail brings: none was meant to, or it came back."""
        return self.valid().filter(Q(by_email=False) | _delivered(communication__email__status="failed"))

    def printed(self) -> "RunLineQuerySet":
        return self.filter(_delivered(how=DeliveryHow.PRINT))


def _delivered(**how) -> Exists:
    """A condition on lines: their receipt was delivered this way."""
    deliveries = apps.get_model("receipts", "ReceiptDelivery").objects
    return Exists(deliveries.filter(receipt=OuterRef("receipt"), **how))


class DeliveryQuerySet(ScopedQuerySet):
    resource = "receipts"
    owner_path = "receipt__contact__owner"

    def emails(self) -> "DeliveryQuerySet":
        return self.filter(how=DeliveryHow.EMAIL)
