"""What the list behind a report can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.core.web.filters import ChoicesFilter, CrmFilterSet, DayRangeFilter
from crm.giving.models import Gift
from crm.insights import movements, years
from crm.insights.choices import Basis, Movement
from crm.insights.models import Kpi


def offered_years(request) -> list[tuple[int, str]]:
    return years.choices(request.membership.organization)


class MovementFilter(CrmFilterSet):
    """The year, the kind of year and the movements say together whom the list shows; without, this fiscal year, everybody."""

    search_hint = _("Name, e-mail or city of the donor")

    year = django_filters.ChoiceFilter(label=_("Year"), method="at_the_end")
    basis = django_filters.ChoiceFilter(choices=Basis.choices, label=_("Kind of year"), method="at_the_end")
    movement = ChoicesFilter(choices=Movement.choices, label=_("From last year to this one"), method="at_the_end")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "year" in self.filters:
            self.filters["year"].extra["choices"] = offered_years(self.request)

    def at_the_end(self, queryset: QuerySet, name: str, value) -> QuerySet:
        return queryset

    def chosen_year(self) -> years.Year:
        """Valid choices only: a form with a mistake shows everybody of this year, and says so beside the field."""
        organization, data = self.request.membership.organization, getattr(self.form, "cleaned_data", {})
        present = years.present_year(organization, data.get("basis") or Basis.FISCAL)
        return years.Year(int(data["year"]), present.month) if data.get("year") else present

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        membership = self.request.membership
        gifts = Gift.objects.visible_to(membership)
        return movements.narrowed(
            super().filter_queryset(queryset), gifts, self.chosen_year(), currency=membership.organization.currency,
            movements=self.form.cleaned_data.get("movement") or (),
        )  # fmt: skip


class KpiValueFilter(CrmFilterSet):
    search_hint = _("Name of the KPI, or note")

    kpi = django_filters.ModelChoiceFilter(queryset=Kpi.objects.in_order(), label=_("KPI"))
    on = DayRangeFilter(label=pgettext_lazy("KPI", "Day"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(kpi__title__icontains=value.strip()) | Q(note__icontains=value.strip()))
