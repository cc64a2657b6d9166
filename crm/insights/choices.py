"""Words of reports; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Basis(models.TextChoices):
    FISCAL = "fiscal", _("Fiscal year")
    CALENDAR = "calendar", _("Calendar year")


class Movement(models.TextChoices):
    """What became of a donor from one year to the next, in the terms of the Fundraising Effectiveness Project."""

    NEW = "new", pgettext_lazy("donors", "New")
    RECAPTURED = "recaptured", pgettext_lazy("donors", "Recaptured")
    UPGRADED = "upgraded", pgettext_lazy("donors", "Upgraded")
    SAME = "same", pgettext_lazy("donors", "Same amount")
    DOWNGRADED = "downgraded", pgettext_lazy("donors", "Downgraded")
    LAPSED_NEW = "lapsed_new", pgettext_lazy("donors", "Lapsed after their first year")
    LAPSED_REPEAT = "lapsed_repeat", pgettext_lazy("donors", "Lapsed after several years")


MEANINGS = {
    Movement.NEW: _("Gave this year for the first time ever."),
    Movement.RECAPTURED: _("Gave this year, not last year, and some year before."),
    Movement.UPGRADED: _("Gave in both years, more this year."),
    Movement.SAME: _("Gave in both years, as much to the cent."),
    Movement.DOWNGRADED: _("Gave in both years, less this year."),
    Movement.LAPSED_NEW: _("Gave last year for the first time, and not this year."),
    Movement.LAPSED_REPEAT: _("Gave last year and some year before, and not this year."),
}
RETAINED = (Movement.UPGRADED, Movement.SAME, Movement.DOWNGRADED)
LAPSED = (Movement.LAPSED_NEW, Movement.LAPSED_REPEAT)
GAINS = (Movement.NEW, Movement.RECAPTURED, Movement.UPGRADED)
TONES = {
    "new": "is-info", "recaptured": "is-info", "upgraded": "is-ok", "same": "", "downgraded": "is-warn",
    "lapsed_new": "is-bad", "lapsed_repeat": "is-bad",
}  # fmt: skip


class Unit(models.TextChoices):
    NONE = "none", pgettext_lazy("unit", "Number")
    CURRENCY = "currency", pgettext_lazy("unit", "Money")
    PERCENTAGE = "percentage", pgettext_lazy("unit", "Percentage")
    HOURS = "hours", pgettext_lazy("unit", "Hours")
    DAYS = "days", pgettext_lazy("unit", "Days")


class Metric(models.TextChoices):
    """What Merci measures by itself; :mod:`crm.insights.metrics` says how."""

    RAISED = "raised", _("Raised this fiscal year")
    GIFTS = "gifts", _("Gifts this fiscal year")
    AVERAGE_GIFT = "average_gift", _("Average gift this fiscal year")
    DONORS = "donors", _("Donors this fiscal year")
    NEW_DONORS = "new_donors", _("New donors this fiscal year")
    RETENTION = "retention", _("Donor retention so far")
    MONTHLY = "monthly", _("Monthly gifts")
    AT_RISK = "at_risk", _("Donors at risk")
    LATE_PLEDGES = "late_pledges", _("Late pledges")
    THANKS_DUE = "thanks_due", _("Gifts waiting for thanks")
    OPEN_ASKS = "open_asks", _("Opportunities under way")
    CONVERSION = "conversion", _("Asks won this fiscal year, of those decided")
    TASKS_DONE = "tasks_done", _("Tasks done in the last 30 days")


# Of these a smaller number is a better one.
FEWER_IS_BETTER = {Metric.AT_RISK, Metric.LATE_PLEDGES, Metric.THANKS_DUE}
UNITS = {
    Metric.RAISED: Unit.CURRENCY, Metric.AVERAGE_GIFT: Unit.CURRENCY, Metric.MONTHLY: Unit.CURRENCY,
    Metric.OPEN_ASKS: Unit.CURRENCY, Metric.RETENTION: Unit.PERCENTAGE,
    Metric.CONVERSION: Unit.PERCENTAGE,
}  # fmt: skip
