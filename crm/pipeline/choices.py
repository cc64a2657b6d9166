"""Words of opportunities; imports nothing of ours. Values are stable: they are stored."""

from django.db import models
from django.utils.translation import pgettext_lazy


class OpportunityStage(models.TextChoices):
    """How far an ask has come, in the steps that fundraisers call moves management."""

    QUALIFYING = "qualifying", pgettext_lazy("opportunity", "Qualification")
    CULTIVATING = "cultivating", pgettext_lazy("opportunity", "Cultivation")
    PREPARING = "preparing", pgettext_lazy("opportunity", "Ask prepared")
    ASKED = "asked", pgettext_lazy("opportunity", "Asked")
    AGREED = "agreed", pgettext_lazy("opportunity", "Agreed in words")
    WON = "won", pgettext_lazy("opportunity", "Won")
    LOST = "lost", pgettext_lazy("opportunity", "Lost")


CLOSED = (OpportunityStage.WON, OpportunityStage.LOST)
STAGE_TONES = {"won": "is-ok", "lost": "is-bad", "agreed": "is-info", "asked": "is-info"}


class Outcome(models.TextChoices):
    """What an opportunity that is won becomes."""

    GIFT = "gift", pgettext_lazy("won opportunity", "A gift, received: record it")
    PLEDGE = "pledge", pgettext_lazy("won opportunity", "A promise: write down the pledge")
    KNOWN = "known", pgettext_lazy("won opportunity", "A gift that is recorded already")
    NOTHING = "nothing", pgettext_lazy("won opportunity", "Neither for now")
