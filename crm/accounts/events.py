from dataclasses import dataclass

from crm.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CurrencyChanged(Event):
    """The organization counts in another currency: every total is of other gifts than before."""
