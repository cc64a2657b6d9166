"""The demo's pipeline: whom somebody is in conversation with, how far it went, what is hoped for."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import Max

from crm.contacts import services as contacts
from crm.contacts.choices import FunnelStage
from crm.contacts.models import Contact

# Stage, days since, hoped for; in the order of the contacts whom nothing happened with for the longest.
MOVES = (
    (FunnelStage.CONTACTED, 41, 600),
    (FunnelStage.NEGOTIATION, 36, 15_000),
    (FunnelStage.CONTACTED, 6, 1_500),
    (FunnelStage.CONTACTED, 4, 2_400),
    (FunnelStage.MEETING_SET, 9, 5_000),
    (FunnelStage.MEETING_SET, 3, 10_000),
    (FunnelStage.MEETING_SET, 2, 1_000),
    (FunnelStage.PROPOSAL_SENT, 12, 20_000),
    (FunnelStage.PROPOSAL_SENT, 7, 3_500),
    (FunnelStage.NEGOTIATION, 5, 36_000),
    (FunnelStage.BLOCKED, 18, 8_000),
    (FunnelStage.CLOSED_WON, 6, 1_500),
    (FunnelStage.CLOSED_WON, 11, 600),
    (FunnelStage.CLOSED_LOST, 20, 2_000),
)


def build(story) -> None:
    rows = Contact.objects.of(story.organization).active().filter(is_deceased=False, do_not_contact=False)
    rows = rows.annotate(last=Max("timeline__at")).order_by("last", "pk")
    for contact, (stage, days, hope) in zip(rows, MOVES, strict=False):
        with story.happened(story.now - timedelta(days=days)):
            by = contact.owner or story.members["admin"]
            contacts.update_contact(contact, by=by, estimated_value=Decimal(hope))
            contacts.move_contact(contact, to=stage, by=by)
