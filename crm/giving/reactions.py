"""What giving does when something happened below it."""

from crm.accounts.models import Organization
from crm.contacts.events import ContactAnonymized, ContactsMerged, ContactsUnmerged
from crm.core.dates import today_in
from crm.core.jobs import enqueue
from crm.giving import bell, following, services, summaries
from crm.giving.choices import ThankedHow
from crm.giving.events import BatchPosted, GiftDeleted, GiftRecorded, GiftsTakenBack, PledgeFailed
from crm.giving.jobs import plan_thanks
from crm.giving.models import Thanks
from crm.tasks.events import TaskCompleted
from crm.tasks.models import Task


def forget_words(event: ContactAnonymized) -> None:
    services.forget_words(contact_ids=event.contact_ids)
    services.forget_pledge_words(contact_ids=event.contact_ids)
    services.forget_payment_methods(contact_ids=event.contact_ids)
    services.forget_tributes(contact_ids=event.contact_ids)


def recount_merged(event: ContactsMerged | ContactsUnmerged) -> None:
    """Gifts changed hands: the totals and the giving status of both contacts, in the same transaction."""
    organization = Organization.objects.get(pk=event.organization_id)
    summaries.refresh([event.contact_id, event.absorbed_id], on=today_in(organization.timezone))


def ring_for_gifts(event: GiftRecorded | BatchPosted) -> None:
    """Who follows a donor learns of a large gift that somebody else recorded."""
    gift_ids = event.gift_ids if isinstance(event, BatchPosted) else [event.gift_id]
    bell.large_gifts(gift_ids, organization_id=event.organization_id, actor_id=event.actor_id)


def ring_for_pledge(event: PledgeFailed) -> None:
    bell.failed_pledge(event.pledge_id)


def ask_for_calls(event: GiftRecorded | BatchPosted) -> None:
    """Large gifts ask for a call of thanks; a worker plans it, where there is one to plan."""
    gift_ids = event.gift_ids if isinstance(event, BatchPosted) else [event.gift_id]
    if following.to_call(event.organization_id, gift_ids).exists():
        enqueue(plan_thanks, organization_id=event.organization_id, gift_ids=list(gift_ids))


def thank_by_task(event: TaskCompleted) -> None:
    """Whoever has called as planned has thanked: the gift leaves the queue, in the same transaction."""
    task = Task.objects.filter(pk=event.task_id, cause__startswith="gift:").select_related("done_by").first()
    if task is None or task.done_by is None or not task.done_by.can("thanks.change"):
        return
    waiting = Thanks.objects.due().filter(
        gift=int(task.cause.removeprefix("gift:")), organization=event.organization_id
    )
    services.mark_thanked(waiting.values_list("pk", flat=True), how=ThankedHow.PHONE, by=task.done_by)


def forget_calls(event: GiftDeleted | GiftsTakenBack) -> None:
    gift_ids = event.gift_ids if isinstance(event, GiftsTakenBack) else [event.gift_id]
    following.end_thanks(gift_ids, organization_id=event.organization_id, gone=True)
