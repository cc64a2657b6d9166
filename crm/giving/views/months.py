"""Gifts in numbers: a year, month after month."""

from babel.dates import format_skeleton
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.dates import fiscal_period, fiscal_year, today_in
from crm.core.money import format_money, locale_of
from crm.core.web.periods import FiscalYearForm
from crm.core.web.views import PageMixin, ScopedView
from crm.giving import months
from crm.giving.models import Gift


class GiftMonthsView(PageMixin, ScopedView):
    """``?year=``: the year in which the fiscal year began; else the present one. Those of the gifts that one may see."""

    permission = "gifts.view"
    model = Gift
    template_name = "giving/gift_months.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        organization = self.membership.organization
        today = today_in(organization.timezone)
        this = fiscal_year(today, organization.fiscal_year_start)
        form = FiscalYearForm({"year": request.GET.get("year", this)}, membership=self.membership)
        if not form.is_valid():
            return self.render({"form": form}, status=422)
        first, _last = fiscal_period(form.cleaned_data["year"], organization.fiscal_year_start)
        year = months.year_of(self.get_queryset(), first=first, currency=organization.currency)
        said = {"total": format_money(year.amount, organization.currency), "year": first.year}
        context = {
            "form": form,
            "year": year,
            "bars": [(self._name(month.first), month.amount) for month in year.months if month.first <= today],
            "chart_title": _("%(total)s received, month after month") % said,
            "is_own": self.membership.scope("gifts.view") == "own",
        }
        return self.render(context)

    def _name(self, first) -> str:
        return format_skeleton("MMM", first, locale=locale_of()).capitalize()

    def get_context(self, **context) -> dict:
        return super().get_context(title=gettext_lazy("Gifts in numbers"), **context)
