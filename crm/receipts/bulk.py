"""Acts on several receipts of the register at once."""

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts.choices import Channel
from crm.contacts.consent import refused
from crm.core.acts import BulkAction, numbered
from crm.receipts import services
from crm.receipts.choices import ReceiptStatus
from crm.receipts.models import ReceiptDelivery
from crm.receipts.snapshot import BY_HAND

LEFT = ReceiptDelivery.objects.emails().filter(receipt=OuterRef("pk")).exclude(communication__email__status="failed")


class EmailReceipts(BulkAction):
    code, icon = "emails", "send"
    permission = "receipts.issue"
    owner_path = "contact__owner"
    undoable = False
    label = _("Send by e-mail")
    explanation = _(
        "One e-mail a receipt, with the file that was issued, in its language. It leaves at once and cannot be taken back. "
        "One that was sent already is sent again from its own page."
    )
    reasons = {
        "void": _("Void"),
        "sent": _("Sent by e-mail already"),
        "by_hand": _("To be printed and signed by hand"),
        "email": _("No e-mail address"),
        "peace": _("Must not be contacted, archived or deceased"),
        "refused": _("Does not want to be written to this way"),
    }

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {
            "void": ~Q(status=ReceiptStatus.ISSUED),
            "sent": Q(Exists(LEFT)),
            "by_hand": Q(snapshot__contains=BY_HAND),
            "email": _of_donor(lambda path: Q(**{f"{path}__email": ""})),
            "peace": _of_donor(_left_in_peace),
            "refused": _of_donor(lambda path: Q(refused(path, Channel.EMAIL))),
        }

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.email_receipts(ids, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Send %(count)s e-mail", "Send %(count)s e-mails", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s e-mail is sent.", "%(count)s e-mails are sent.", count), count)


def _of_donor(test: Callable[[str], Q]) -> Q:
    """``test`` of who would get the e-mail: the receipt of a merged donor goes to the one it lives on in."""
    merged = Q(contact__merged_into__isnull=False)
    return (~merged & test("contact")) | (merged & test("contact__merged_into"))


def _left_in_peace(path: str) -> Q:
    tests = {"is_deceased": True, "do_not_contact": True, "anonymized_at__isnull": False, "archived_at__isnull": False}
    found = Q()
    for name, value in tests.items():
        found |= Q(**{f"{path}__{name}": value})
    return found
