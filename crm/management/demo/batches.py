"""The demo's mail: a pile posted and brought to the bank last week, and one being typed, with what goes wrong in real life."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from crm.contacts.models import Contact
from crm.giving import services
from crm.giving.choices import Method
from crm.giving.models import Gift, GiftBatch

LAST_WEEK = (50, 120, 75, 40, 250)
TYPED = (100, 50, 1000, 220, 40, 60, 240)


def plan(story) -> None:
    at = story.now - timedelta(days=6)
    story.then(at, lambda: _posted(story, at))
    story.then(story.now, lambda: _being_typed(story))


def _donors(story, count: int, *, after: int = 0) -> list[Contact]:
    rows = Contact.objects.filter(organization=story.organization, archived_at=None, kind="person", is_deceased=False)
    return list(rows.exclude(do_not_contact=True).order_by("pk")[after : after + count])


def _type(batch: GiftBatch, place: int, *, by, **cells) -> None:
    line = {
        "received_on": batch.received_on, "method": batch.method, "cheque_number": "", "fund": batch.fund, "contact": None,
        "amount": None, "as_typed": {},
    } | cells  # fmt: skip
    services.save_row(
        batch, key=UUID(int=batch.pk * 1000 + place), version=0, saving="demo", position=place, by=by, **line
    )


def _posted(story, at: datetime) -> None:
    day = story.today - timedelta(days=7)
    batch = services.open_batch(
        title="Courrier de la semaine dernière", received_on=day, fund=story.funds[0], expected_count=len(LAST_WEEK),
        expected_total=Decimal(sum(LAST_WEEK)), by=story.clerk,
    )  # fmt: skip
    for place, (donor, dollars) in enumerate(zip(_donors(story, len(LAST_WEEK), after=20), LAST_WEEK, strict=True)):
        _type(batch, place, contact=donor, amount=Decimal(dollars), cheque_number=str(311 + place), by=story.clerk)
    services.post_batch(batch, doubts_confirmed=True, by=story.clerk)
    Gift.objects.filter(batch_row__batch=batch).update(created_at=at)
    services.deposit_batch(batch, deposited_on=day + timedelta(days=1), by=story.clerk)


def _being_typed(story) -> None:
    day = story.today - timedelta(days=1)
    batch = services.open_batch(
        title="Courrier d’hier", received_on=day, fund=story.funds[0], expected_count=12, expected_total=Decimal(2845),
        by=story.clerk,
    )  # fmt: skip
    donors = _donors(story, len(TYPED), after=30)
    for place, (donor, dollars) in enumerate(zip(donors, TYPED, strict=True)):
        cells = {"contact": donor, "amount": Decimal(dollars), "cheque_number": str(451 + place * 7)}
        if place == 4:
            cells |= {"method": Method.CASH, "cheque_number": ""}
        if place == 6:
            cells["received_on"] = story.today + timedelta(days=30)
        _type(batch, place, by=story.clerk, **cells)
    _type(batch, len(TYPED), contact=donors[1], amount=Decimal(TYPED[1]), cheque_number=str(451 + 7), by=story.clerk)
    _type(batch, len(TYPED) + 1, amount=Decimal(100), as_typed={"contact": "tre"}, by=story.clerk)
