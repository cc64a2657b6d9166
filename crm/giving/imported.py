"""The gifts and the pledges of a file: written as one import, and taken back with it."""

from functools import partial

from django.db.models import Q

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.models import TimelineEvent
from crm.core.bulk import fingerprint, insert_objects
from crm.core.dates import today_in
from crm.core.operations import Undone
from crm.giving import pledges as standing
from crm.giving.events import GiftsImported
from crm.giving.models import Gift, Pledge
from crm.giving.services.many import take_back_gifts, write_gifts
from crm.giving.services.pledges import check_pledge

__all__ = [
    "check_pledge",
    "save_imported",
    "save_imported_pledges",
    "take_back_imported",
    "take_back_imported_pledges",
]
# What the days that go by say of a pledge, and nobody wrote.
RECOMPUTED = (*standing.TOLD, "as_of", "updated_at")


def save_imported(*, gifts: list[Gift], by, source: str) -> dict:
    """Write the gifts of ``source``, the name of a file; publish one GiftsImported.

    The import has said what is wrong with a row in its own words; the rules hold here all the same. Returns what
    :func:`take_back_imported` needs.
    """
    if not gifts:
        return {}

    tell = partial(GiftsImported, organization_id=by.organization_id, actor_id=by.pk, cause="import")
    return write_gifts(gifts, by=by, tell=tell, file=source)


def take_back_imported(data: dict, *, by) -> Undone:
    """Undo one :func:`save_imported`; what has been changed or receipted since stays and is listed."""
    return take_back_gifts(data, by=by, cause="import")


def save_imported_pledges(*, pledges: list[Pledge], by, source: str) -> dict:
    """Write these promises, checked by the caller, with their calendars: audit and timeline, where a file is no contact that
    somebody had with the donor. Returns what :func:`take_back_imported_pledges` needs.
    """
    if not pledges:
        return {}
    insert_objects(pledges)
    audit.created_many(pledges, by=by)
    lines = [
        contacts.timeline_event(
            pledge.contact,
            "pledge.created",
            subject=pledge,
            by=by,
            amount=str(pledge.amount),
            currency=pledge.currency,
            frequency=pledge.frequency,
            fund=pledge.fund.names,
            starts_on=pledge.starts_on.isoformat(),
            file=source,
        )
        for pledge in pledges
    ]
    contacts.log_many(lines)
    standing.refresh([pledge.pk for pledge in pledges], on=today_in(by.organization.timezone))
    rows = zip(pledges, lines, strict=True)
    return {"rows": [[pledge.pk, fingerprint(pledge, without=RECOMPUTED), line.pk] for pledge, line in rows]}


def take_back_imported_pledges(data: dict, *, by) -> Undone:
    """Undo one :func:`save_imported_pledges`; a promise that was changed, paid or charged since stays and is listed."""
    outcome = Undone()
    marks = {pk: (mark, line) for pk, mark, line in data.get("rows", ())}
    rows = Pledge.objects.filter(pk__in=list(marks)).select_for_update(of=("self",)).order_by("pk")
    present = {pledge.pk: pledge for pledge in rows.select_related("contact")}
    used = set(
        Pledge.objects.filter(Q(gifts__isnull=False) | Q(charges__isnull=False), pk__in=present).values_list("pk")
    )
    going = [
        pledge
        for pk, pledge in present.items()
        if (pk,) not in used and fingerprint(pledge, without=RECOMPUTED) == marks[pk][0]
    ]
    audit.deleted_many(going, by=by)
    gone = {pledge.pk for pledge in going}
    TimelineEvent.objects.filter(pk__in=[marks[pk][1] for pk in gone]).delete()
    Pledge.objects.filter(pk__in=gone).delete()
    for pk in marks:
        pledge = present.get(pk)
        if pledge is None:
            outcome.left.append({"label": f"#{pk}", "url_name": "", "pk": pk, "reason": "gone"})
        elif pk not in gone:
            label = f"{pledge.contact.name}, {pledge.amount} {pledge.currency}"
            outcome.left.append({"label": label, "url_name": "giving:pledge_detail", "pk": pk, "reason": "touched"})
    outcome.done = len(going)
    return outcome
