"""Segments that every charity asks for, ready to be added (E-04). A leaf: names and rules, as data."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


@dataclass(frozen=True)
class ReadyMade:
    """``basis``: the rule looks at a year, the fiscal one where the organization has its own."""

    name: object
    icon: str
    rules: dict
    basis: bool = False

    def rules_for(self, organization) -> dict:
        if self.basis and organization.fiscal_year_start != 1:
            return {"all": [{**rule, "op": "fiscal"} for rule in self.rules["all"]]}
        return self.rules

    @property
    def names(self) -> set[str]:
        """In both languages: a name that nobody changed is shown in the reader's."""
        found = set()
        for language in ("fr", "en"):
            with override(language):
                found.add(str(self.name))
        return found


def one(field: str, op: str, value=None) -> dict:
    return {"field": field, "op": op, "value": value}


READY_MADE: dict[str, ReadyMade] = {
    "lybunt": ReadyMade(
        _("Gave last year, not this year"), "calendar-event", {"all": [one("lybunt", "calendar")]}, basis=True
    ),
    "sybunt": ReadyMade(_("Gave before, not this year"), "history", {"all": [one("sybunt", "calendar")]}, basis=True),
    "at_risk": ReadyMade(_("Donors at risk"), "heart-broken", {"all": [one("at_risk", "yes")]}),
    "inactive": ReadyMade(_("Inactive for a year"), "clock-pause", {"all": [one("inactive", "gte", 365)]}),
    "high": ReadyMade(
        _("High spenders"),
        "trending-up",
        {"any": [one("total", "gte", "1000"), one("visit_total", "gte", "1000")]},
    ),
    "new": ReadyMade(_("First gift this year"), "gift", {"all": [one("new_donor", "calendar")]}, basis=True),
    "monthly": ReadyMade(_("Monthly donors"), "repeat", {"all": [one("monthly", "yes")]}),
    "no_address": ReadyMade(_("Address missing"), "map-pin", {"all": [one("has_address", "no")]}),
    "no_email": ReadyMade(_("E-mail missing"), "mail-off", {"all": [one("has_email", "no")]}),
}


def title_of(name: str, code: str) -> str:
    """A ready-made name nobody changed, in the reader's language; any other as it is."""
    model = READY_MADE.get(code)
    return str(model.name) if model and name in model.names else name
