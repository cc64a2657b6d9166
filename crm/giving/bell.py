"""What fundraisers are told of their donors inside the application: a large gift, a pledge that fails (U-01)."""

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext as _

from crm.core.dates import format_date, today_in
from crm.core.money import format_money
from crm.giving.models import Gift, Pledge
from crm.notifications import inbox
from crm.notifications.kinds import Told, by_object

LARGE, FAILED = "large_gift", "pledge_failed"


def tell_large(membership, notifications: list) -> dict[int, Told]:
    rows = Gift.objects.visible_to(membership).filter(pk__in={one.object_id for one in notifications})
    return {
        one.pk: Told(
            _("%(name)s gave %(amount)s")
            % {"name": gift.contact.name, "amount": format_money(gift.amount, gift.currency)},
            format_date(gift.received_on),
            gift.get_absolute_url(),
        )
        for one, gift in by_object(notifications, rows.select_related("contact"))
    }


def tell_failed(membership, notifications: list) -> dict[int, Told]:
    rows = Pledge.objects.visible_to(membership).filter(pk__in={one.object_id for one in notifications})
    return {
        one.pk: Told(
            _("The pledge of %(name)s can no longer be collected") % {"name": pledge.contact.name},
            format_money(pledge.amount, pledge.currency),
            pledge.get_absolute_url(),
        )
        for one, pledge in by_object(notifications, rows.select_related("contact"))
    }


def large_gifts(gift_ids: Iterable[int], *, organization_id: int, actor_id: int | None) -> None:
    """To who follows the donor, unless they recorded it: gifts as large as those that ask for a call of thanks."""
    rows = Gift.objects.counted().filter(
        pk__in=list(gift_ids), organization=organization_id, amount__gte=F("organization__thank_task_from"),
        currency=F("organization__currency"), contact__owner__is_active=True,
    ).exclude(contact__owner=actor_id)  # fmt: skip
    inbox.notify_many(
        LARGE,
        (
            (gift.contact.owner, gift.pk, today_in(gift.organization.timezone), {})
            for gift in rows.select_related("contact__owner", "organization").order_by("pk")
        ),
    )


def failed_pledge(pledge_id: int) -> None:
    """To who follows the donor: the card was refused for good, or too often."""
    pledge = Pledge.objects.select_related("contact__owner__organization").get(pk=pledge_id)
    if pledge.contact.owner is not None:
        inbox.notify(pledge.contact.owner, FAILED, pledge.pk)
