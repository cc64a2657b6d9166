"""Gifts in numbers: a year, month after month; days, weeks and years one after the other."""

from babel.dates import format_skeleton
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.dates import fiscal_label, fiscal_period, fiscal_year, format_date, format_short_day, today_in
from crm.core.money import format_money, locale_of
from crm.core.web.periods import FiscalYearForm
from crm.core.web.views import PageMixin, ScopedView
from crm.giving import months, spans
from crm.giving.choices import Step
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


class GiftSpansView(PageMixin, ScopedView):
    """``?by=``: day (the last 31), week (26, from Monday) or year (six fiscal ones). Each leads to its gifts."""

    permission = "gifts.view"
    model = Gift
    template_name = "giving/gift_spans.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        organization = self.membership.organization
        asked = request.GET.get("by", "")
        step = Step(asked) if asked in Step.values else Step.DAY
        today = today_in(organization.timezone)
        cut = spans.of(step, today=today, start_month=organization.fiscal_year_start)
        found = spans.given(self.get_queryset(), cut, currency=organization.currency)
        total = sum((one.amount for one in found), start=0)
        said = {
            "total": format_money(total, organization.currency), "first": format_date(cut[0][0]), "last": format_date(cut[-1][1])
        }  # fmt: skip
        context = {
            "step": step.value,
            "bars": [(self._short(step, one), one.amount) for one in found],
            "rows": [(self._name(step, one), one) for one in reversed(found)],
            "chart_title": _("%(total)s received from %(first)s to %(last)s") % said,
            "is_own": self.membership.scope("gifts.view") == "own",
        }
        return self.render(context)

    def _fiscal(self, one: spans.Span) -> str:
        return fiscal_label(one.first.year, one.first.month)

    def _short(self, step: Step, one: spans.Span) -> str:
        return self._fiscal(one) if step == Step.YEAR else format_short_day(one.first)

    def _name(self, step: Step, one: spans.Span) -> str:
        if step == Step.YEAR:
            return self._fiscal(one)
        if step == Step.DAY:
            return format_date(one.first)
        return _("%(first)s to %(last)s") % {"first": format_date(one.first), "last": format_date(one.last)}

    def get_context(self, **context) -> dict:
        return super().get_context(title=gettext_lazy("Gifts in numbers"), **context)
