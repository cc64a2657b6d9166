"""The demo's gifts that are more than money for one fund: shared out, in kind, with an advantage, by a cheque that came back."""

from datetime import timedelta
from decimal import Decimal

from crm.contacts.models import Contact
from crm.giving import services
from crm.giving.choices import Method, Nature


def plan(story) -> None:
    funds, by = story.by_code, story.clerk
    painting = {
        "nature": Nature.IN_KIND, "property_description": "Huile sur toile de Jean Paul Lemieux, « Le fleuve », 1962",
        "appraiser_name": "Galerie Saint-Paul", "appraiser_address": "12, rue Saint-Paul, Québec (Québec) G1K 3W2",
    }  # fmt: skip
    table = {"advantage": Decimal(180), "advantage_description": "Deux couverts au souper du printemps"}
    shared = {"fund": None, "splits": {funds["GEN"]: Decimal(600), funds["MAI"]: Decimal(400)}}
    bounced = {"method": Method.CHECK, "cheque_number": "0412"}
    for ago, who, dollars, fields in (
        (21, "Bouchard", 1000, shared),
        (160, "Deschênes", 4200, painting),
        (190, "O’Connor", 500, table),
        (12, "Thibodeau", 120, bounced),
    ):
        plan_one(story, ago, who, Decimal(dollars), {"fund": funds["GEN"], "by": by} | fields)


def plan_one(story, ago: int, last_name: str, amount: Decimal, fields: dict) -> None:
    day = story.today - timedelta(days=ago)
    made: list = []

    def record() -> None:
        donor = Contact.objects.filter(organization=story.organization, last_name=last_name).order_by("pk").first()
        made.append(services.record_gift(contact=donor, amount=amount, received_on=day, created_at=at, **fields))

    at = story.moment(day)
    story.then(at, record)
    if fields.get("cheque_number"):
        later = min(at + timedelta(days=6), story.now)
        story.then(later, lambda: services.return_gift(made[0], by=fields["by"], why="nsf"))
