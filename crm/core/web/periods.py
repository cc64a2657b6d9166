"""Choosing a period."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.dates import fiscal_label, fiscal_year, today_in
from crm.core.web.forms import CrmForm

YEARS_BACK = 6  # books are kept six years


class FiscalYearForm(CrmForm):
    """One of the last fiscal years, by the year in which it began."""

    year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        month = membership.organization.fiscal_year_start
        this = fiscal_year(today_in(membership.organization.timezone), month)
        years = range(this, this - YEARS_BACK - 1, -1)
        self.fields["year"].choices = [(year, fiscal_label(year, month)) for year in years]
