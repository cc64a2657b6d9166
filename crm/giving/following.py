"""Tasks that gifts and pledges ask for: a call of thanks, a follow-up of a late payment; each once, ended by itself (M-02)."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from crm.accounts.models import Organization
from crm.core.dates import format_date, today_in
from crm.core.money import format_money
from crm.giving.models import Gift, Pledge, Thanks
from crm.tasks import causes
from crm.tasks.choices import TaskPriority, TaskType

THANK_WITHIN = timedelta(days=2)  # as the queue of thank-yous (F-07)
LATE_FOR = timedelta(days=90)  # what is late for longer is no news: nobody wakes up to hundreds of tasks


def cause_of_gift(gift_id: int) -> str:
    return f"gift:{gift_id}"


def cause_of_pledge(pledge: Pledge) -> str:
    """Late again later is another cause."""
    return f"pledge:{pledge.pk}:{pledge.late_since}"


def to_call(organization_id: int, gift_ids: Iterable[int]) -> QuerySet[Thanks]:
    """Of the thank-yous of these gifts, those that wait, of gifts as large as the organization says (its own currency)."""
    return Thanks.objects.due().filter(
        organization=organization_id,
        gift__in=list(gift_ids),
        gift__amount__gte=F("organization__thank_task_from"),
        gift__currency=F("organization__currency"),
        gift__contact__do_not_contact=False,
        gift__contact__is_deceased=False,
    )


def plan_thanks(organization: Organization, gift_ids: Iterable[int]) -> int:
    """A call of thanks for each of these gifts that waits for thanks and is large enough; returns how many."""
    rows = to_call(organization.pk, gift_ids)
    today = today_in(organization.timezone)

    def title(gift: Gift) -> str:
        said = {"name": gift.contact.name, "amount": format_money(gift.amount, gift.currency)}
        return _("Call %(name)s to thank them for their gift of %(amount)s") % said

    return causes.plan_once(
        (
            causes.Wanted(
                cause_of_gift(row.gift_id), row.gift.contact, TaskType.THANK_YOU, lambda gift=row.gift: title(gift),
                today + THANK_WITHIN, TaskPriority.HIGH,
            )
            for row in rows.select_related("gift__contact__owner__user", "gift__contact__owner__organization").order_by("pk")
        ),
        organization=organization,
    )  # fmt: skip


def end_thanks(gift_ids: Iterable[int], *, organization_id: int, gone: bool = False) -> int:
    """The donors are thanked, or the gifts are ``gone``: nobody has to call any more."""
    words = (lambda: _("The gift is gone.")) if gone else (lambda: _("Thanked already."))
    return causes.settle([cause_of_gift(pk) for pk in gift_ids], organization_id=organization_id, outcome=words)


def call_again(gift_ids: Iterable[int], *, organization_id: int, by) -> None:
    """The thanks are taken back: the calls that they ended are to make again."""
    causes.take_up_again([cause_of_gift(pk) for pk in gift_ids], organization_id=organization_id, by=by)


def follow_late(organization: Organization) -> int:
    """A follow-up for each pledge that became late, and the end of those whose payment came; returns how many began."""
    today = today_in(organization.timezone)
    late = Pledge.objects.of(organization).late()
    rows = {
        cause_of_pledge(pledge): pledge
        for pledge in late.select_related("contact__owner__user", "contact__owner__organization")
    }
    paid = set(causes.still_open(organization, "pledge:")) - set(rows)
    causes.settle(paid, organization_id=organization.pk, outcome=lambda: _("The payment came."))
    if not organization.plans_follow_ups:
        return 0

    def title(pledge: Pledge) -> str:
        said = {
            "name": pledge.contact.name,
            "amount": format_money(pledge.late_amount, pledge.currency),
            "day": format_date(pledge.late_since),
        }
        return _("Follow up with %(name)s: %(amount)s of their pledge late since %(day)s") % said

    return causes.plan_once(
        (
            causes.Wanted(cause, pledge.contact, TaskType.FOLLOW_UP, lambda pledge=pledge: title(pledge), today)
            for cause, pledge in rows.items()
            if pledge.late_since >= today - LATE_FOR
        ),
        organization=organization,
    )
