"""“Receipts issued”, in the daily digest."""

from datetime import datetime

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.core.money import format_money
from crm.core.web.urls import org_url
from crm.notifications.digest import MAX_LINES, Line, Section
from crm.receipts.models import Receipt


def collect_receipts(membership, since: datetime, until: datetime) -> Section | None:
    rows = Receipt.objects.visible_to(membership).valid().filter(created_at__gte=since, created_at__lt=until)
    count = rows.count()
    if not count:
        return None
    currency = membership.organization.currency
    eligible = rows.aggregate(total=Sum("eligible"))["total"]
    said = ngettext("%(count)d receipt issued, for %(total)s.", "%(count)d receipts issued, for %(total)s.", count)
    return Section(
        title=_("Receipts issued"),
        total=said % {"count": count, "total": format_money(eligible, currency)},
        count=count,
        lines=[
            Line(
                text=receipt.donor_name,
                detail=receipt.number,
                amount=format_money(receipt.eligible, currency),
                url=receipt.get_absolute_url(),
            )
            for receipt in rows.newest_first()[:MAX_LINES]
        ],
        link_url=org_url(membership, "receipts:receipt_list"),
        link_label=_("See all receipts"),
    )
