"""What a segment may ask of a contact. Each domain registers what it knows at start-up (``apps.ready``)."""

from crm.contacts.criteria.base import (
    GROUPS,
    Context,
    Criterion,
    Op,
    RuleError,
    catalogue,
    one_of,
    provide,
    register,
    sure,
)
from crm.contacts.criteria.kinds import amounts, choices, dates, days, numbers, periods, rows, texts, yes_no
from crm.contacts.criteria.parts import Amount, Choices, Day, Days, Number, Part, Period, Rows, Text

__all__ = [
    "GROUPS", "Amount", "Choices", "Context", "Criterion", "Day", "Days", "Number", "Op", "Part", "Period", "Rows",
    "RuleError", "Text", "amounts", "catalogue", "choices", "dates", "days", "numbers", "one_of", "periods", "provide",
    "register", "rows", "sure", "texts", "yes_no",
]  # fmt: skip
