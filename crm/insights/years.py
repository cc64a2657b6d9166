"""The year a report is about: of the calendar, or the fiscal one of the organization."""

from dataclasses import dataclass
from datetime import date

from crm.core.dates import fiscal_label, fiscal_period, fiscal_year, today_in
from crm.insights.choices import Basis

BACK = 10  # years that may be chosen


@dataclass(frozen=True)
class Year:
    """Twelve months, from ``first`` to ``last``; ``number`` is the year in which they began."""

    number: int
    month: int  # in which it begins

    @property
    def first(self) -> date:
        return fiscal_period(self.number, self.month)[0]

    @property
    def last(self) -> date:
        return fiscal_period(self.number, self.month)[1]

    @property
    def before(self) -> "Year":
        return Year(self.number - 1, self.month)

    @property
    def label(self) -> str:
        return fiscal_label(self.number, self.month)

    def is_over(self, today: date) -> bool:
        return self.last < today


def month_of(organization, basis: str) -> int:
    return 1 if basis == Basis.CALENDAR else organization.fiscal_year_start


def present_year(organization, basis: str = Basis.FISCAL) -> Year:
    month = month_of(organization, basis)
    return Year(fiscal_year(today_in(organization.timezone), month), month)


def choices(organization, basis: str = Basis.FISCAL) -> list[tuple[int, str]]:
    """The years a report may be asked for, the present one first."""
    this = present_year(organization, basis)
    return [(number, fiscal_label(number, this.month)) for number in range(this.number, this.number - BACK - 1, -1)]
