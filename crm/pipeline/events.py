from dataclasses import dataclass

from crm.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OpportunityCreated(Event):
    opportunity_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(Event):
    """To another stage; won and lost are stages too."""

    opportunity_id: int
    contact_id: int
    before: str
    after: str
