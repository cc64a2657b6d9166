"""The funds and the campaigns a file names."""

from functools import cached_property

from crm.core.text import fold
from crm.giving.models import Campaign, Fund


class Funds:
    """Those of an organization in use, by code or by either name; the proposed one where the file names none."""

    def __init__(self, organization) -> None:
        self.organization = organization

    @cached_property
    def _by_word(self) -> dict[str, Fund]:
        found: dict[str, Fund] = {}
        for fund in Fund.objects.filter(organization=self.organization, is_active=True).order_by("pk"):
            for word in (fund.code, fund.name_fr, fund.name_en):
                if word:
                    found.setdefault(fold(word), fund)
            if fund.is_default or "" not in found:
                found[""] = fund
        return found

    def find(self, text: str) -> Fund | None:
        return self._by_word.get(fold(text))


class Campaigns:
    """Those of an organization, over or not: most files are of the past."""

    def __init__(self, organization) -> None:
        self.organization = organization

    @cached_property
    def _by_name(self) -> dict[str, Campaign]:
        rows = Campaign.objects.filter(organization=self.organization)
        return {fold(campaign.name): campaign for campaign in rows.order_by("-pk")}

    def find(self, text: str) -> Campaign | None:
        return self._by_name.get(fold(text)) if text else None
