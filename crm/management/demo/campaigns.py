"""The demo's campaigns: each autumn's, with its letter and its e-mails, and a spring evening."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from crm.giving import services
from crm.giving.choices import CampaignStatus, GiftType
from crm.giving.models import Appeal, Campaign

ANSWERING = 0.7  # share of the one-time gifts of those weeks


@dataclass
class Season:
    """A campaign that is to be: the gifts of its dates may answer it, and one of its appeals."""

    name: str
    first: date
    last: date
    goal: int
    goal_donors: int
    cost: int
    appeals: tuple[tuple[str, str, date, int, int], ...]  # name, channel, date, cost, people asked
    made: list[tuple[Campaign, list[Appeal]]] = field(default_factory=list)

    def make(self, *, by, today: date) -> None:
        status = CampaignStatus.ACTIVE if today <= self.last else CampaignStatus.COMPLETED
        campaign = services.save_campaign(
            name=self.name, starts_on=self.first, ends_on=self.last, goal_amount=Decimal(self.goal), status=status,
            goal_donors=self.goal_donors, cost=Decimal(self.cost), by=by,
        )  # fmt: skip
        appeals = [
            services.save_appeal(
                campaign=campaign, name=name, channel=channel, sent_on=day, cost=Decimal(cost), solicited=asked, by=by
            )
            for name, channel, day, cost, asked in self.appeals
        ]
        self.made.append((campaign, appeals))


def seasons(today: date) -> list[Season]:
    found = []
    for year in (today.year - 2, today.year - 1, today.year):
        if date(year, 11, 1) <= today:
            found.append(
                Season(
                    f"Campagne des Fêtes {year}", date(year, 11, 1), date(year, 12, 31), 4000, 15, 180,
                    (
                        ("Lettre de novembre", "mail", date(year, 11, 6), 140, 42),
                        ("Courriel de mi-campagne", "email", date(year, 11, 20), 0, 51),
                    ),
                )
            )  # fmt: skip
        if date(year, 4, 1) <= today:
            found.append(
                Season(
                    f"Souper du printemps {year}", date(year, 4, 1), date(year, 5, 31), 2500, 12, 320,
                    (("Invitation", "mail", date(year, 4, 3), 60, 30),),
                )
            )  # fmt: skip
    return found


def plan(story) -> None:
    """Before the gifts: each campaign is made on the morning of its first day."""
    story.seasons = seasons(story.today)
    for season in story.seasons:
        at = min(datetime.combine(season.first, time(8), tzinfo=story.zone), story.now)
        story.then(at, lambda season=season: season.make(by=story.members["admin"], today=story.today))


def answered(story, gift) -> dict:
    """The campaign and the appeal a planned gift answers, as fields of the service."""
    for season in story.seasons:
        if season.made and season.first <= gift.day <= season.last and gift.type != GiftType.RECURRING:
            if story.rng.random() > ANSWERING:
                return {}
            campaign, appeals = season.made[0]
            sent = [appeal for appeal in appeals if appeal.sent_on <= gift.day]
            return {"campaign": campaign, "appeal": story.rng.choice([*sent, None])}
    return {}
