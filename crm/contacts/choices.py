"""Words of contacts; imports nothing of ours. Values are stable: they are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANIZATION = "organization", pgettext_lazy("kind of contact", "Organization")


class Lifecycle(models.TextChoices):
    """Where the person stands with giving. Donor and lapsed follow the gifts; the others are set by hand."""

    PROSPECT = "prospect", _("Prospect")
    ASKED = "asked", _("Asked")
    DONOR = "donor", _("Donor")
    LAPSED = "lapsed", _("Lapsed")
    DECLINED = "declined", _("Declined")


LIFECYCLE_TONES = {"donor": "is-ok", "lapsed": "is-warn", "declined": "is-bad", "asked": "is-info", "prospect": ""}


class Relationship(models.TextChoices):
    LEAD = "lead", _("Lead")
    PROSPECT = "prospect", pgettext_lazy("relationship", "Prospect")
    CUSTOMER = "customer", _("Customer")
    PARTNER = "partner", _("Partner")


class FunnelStage(models.TextChoices):
    NEEDS_OUTREACH = "needs_outreach", _("Needs outreach")
    CONTACTED = "contacted", _("Contacted")
    MEETING_SET = "meeting_set", _("Meeting set")
    PROPOSAL_SENT = "proposal_sent", _("Proposal sent")
    NEGOTIATION = "negotiation", _("Negotiation")
    BLOCKED = "blocked", _("Blocked")
    CLOSED_WON = "closed_won", _("Won")
    CLOSED_LOST = "closed_lost", _("Lost")


class Language(models.TextChoices):
    FR = "fr", _("French")
    EN = "en", _("English")


class Severity(models.TextChoices):
    INFO = "info", _("Information")
    SUCCESS = "success", _("Good news")
    WARNING = "warning", _("Watch")
    ALERT = "alert", _("Act now")
