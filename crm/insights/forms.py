"""Which year a report is about."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.web.forms import CrmForm
from crm.insights import years
from crm.insights.choices import Basis


class YearForm(CrmForm):
    """``basis`` is asked only where the fiscal year is not that of the calendar."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    basis = forms.ChoiceField(label=_("Kind of year"), choices=Basis.choices, required=False)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        organization = membership.organization
        basis = self.data.get("basis") if self.data.get("basis") in Basis.values else Basis.FISCAL
        self.fields["year"].choices = years.choices(organization, basis)
        if organization.fiscal_year_start == 1:
            del self.fields["basis"]

    @property
    def chosen(self) -> years.Year:
        data = self.cleaned_data
        return years.Year(data["year"], years.month_of(self.membership.organization, data.get("basis") or Basis.FISCAL))
