"""The demo's opportunities: what will be asked of whom, how far each ask is, and two that came to an end."""

from datetime import timedelta
from decimal import Decimal

from crm.contacts.choices import FunnelStage
from crm.contacts.models import Contact
from crm.pipeline import services
from crm.pipeline.choices import OpportunityStage
from crm.pipeline.models import Opportunity

# What for (French, English), how much, the stages gone through, days since the last move, days until an answer is expected.
ASKS = (
    ("La nouvelle bibliothèque", "The new library", 20_000, ("cultivating", "preparing", "asked"), 7, 21),
    ("Bourses de l’été", "Summer bursaries", 5_000, ("cultivating",), 12, 60),
    ("Repas chauds, une année", "Hot meals for a year", 12_000, ("asked", "agreed"), 3, 5),
    ("Fonds de dotation", "Endowment", 36_000, ("cultivating",), 44, -9),
    ("Aide aux devoirs", "Homework help", 2_400, (), 4, None),
    ("Camion de livraison", "Delivery truck", 18_500, ("preparing",), 9, 35),
    ("Don planifié", "Planned gift", 75_000, (), 20, 180),
    ("Jardin communautaire", "Community garden", 3_500, ("asked",), 15, -2),
    ("Concert-bénéfice, commandite", "Benefit concert, sponsorship", 8_000, ("cultivating", "asked", "won"), 11, None),
    ("Rénovation de la cuisine", "Kitchen renovation", 15_000, ("asked", "lost"), 26, None),
)
WHY = {
    "won": ("La visite de la cuisine l’a convaincu.", "The visit to the kitchen convinced them."),
    "lost": ("Leur fondation donne à la santé cette année.", "Their foundation gives to health this year."),
}


def build(story) -> None:
    """In the order of the pipeline, from the contacts that are furthest; what was won is still to be given."""
    rows = Contact.objects.of(story.organization).active().exclude(funnel_stage=FunnelStage.NEEDS_OUTREACH)
    rows = rows.filter(is_deceased=False, do_not_contact=False).order_by("-estimated_value", "pk")
    for contact, (french, english, amount, stages, days, expected) in zip(rows, ASKS, strict=False):
        owner = contact.owner
        by = owner if owner is not None and owner.can("pipeline.change", contact) else story.members["admin"]
        is_french = story.organization.default_language == "fr"
        with story.happened(story.now - timedelta(days=days + 20 * (len(stages) + 1))):
            ask = services.create_opportunity(
                contact=contact, title=french if is_french else english, amount=Decimal(amount), owner=by, by=by,
                expected_on=story.today + timedelta(days=expected) if expected is not None else None,
            )  # fmt: skip
        begun = story.now - timedelta(days=days + 20 * (len(stages) + 1))
        Opportunity.objects.filter(pk=ask.pk).update(created_at=begun, stage_since=begun)
        for left, stage in zip(range(len(stages) - 1, -1, -1), stages, strict=True):
            with story.happened(story.now - timedelta(days=days + 20 * left)):
                Opportunity.objects.filter(pk=ask.pk).update(stage_since=story.now - timedelta(days=20))
                reason = WHY[stage][0 if is_french else 1] if stage in WHY else ""
                if stage == OpportunityStage.WON:
                    services.win_opportunity(ask, on=story.today - timedelta(days=days), reason=reason, by=by)
                else:
                    ask = services.move_opportunity(ask, to=stage, reason=reason, by=by)
            Opportunity.objects.filter(pk=ask.pk).update(stage_since=story.now - timedelta(days=days + 20 * left))
