"""Gifts against receipts: the statement of a fiscal year, and the gifts behind each of its lines."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.dates import fiscal_period, fiscal_year, today_in
from crm.core.web.periods import FiscalYearForm
from crm.core.web.views import ListView, PageMixin, ScopedView
from crm.giving.models import Gift
from crm.receipts import reconciling
from crm.receipts.filters import ReconciledFilter
from crm.receipts.tables import ReconciledTable


class ReconciliationView(PageMixin, ScopedView):
    """``?year=``: the year in which the fiscal year began; else the last one that is over."""

    permission = "ledger.view"
    model = Gift
    template_name = "receipts/reconciliation.html"

    def get_queryset(self):
        return Gift.objects.of(self.membership.organization)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        organization = self.membership.organization
        last = fiscal_year(today_in(organization.timezone), organization.fiscal_year_start) - 1
        form = FiscalYearForm({"year": request.GET.get("year", last)}, membership=self.membership)
        if not form.is_valid():
            return self.render({"form": form}, status=422)
        first, last = fiscal_period(form.cleaned_data["year"], organization.fiscal_year_start)
        statement = reconciling.statement(organization, first=first, last=last)
        return self.render({"form": form, "first": first, "last": last, "statement": statement})

    def get_context(self, **context) -> dict:
        law = self.membership.organization.receipt_law
        template = f"receipts/_return_{law.lower()}.html"
        return super().get_context(title=_("Gifts and receipts"), return_template=template, **context)


class ReconciledGiftListView(ListView):
    """Each gift that was received, with its receipt or the reason why it has none."""

    permission = "receipts.view"
    model = Gift
    table_class = ReconciledTable
    filterset_class = ReconciledFilter
    title = gettext_lazy("Gifts, with their receipts")
    empty_icon = "file-certificate"
    empty_title = gettext_lazy("No gift here")
    empty_text = gettext_lazy(
        "Each gift that was received is here with its receipt, or with the reason why it has none."
    )

    def get_queryset(self):
        rows = reconciling.reconciled(super().get_queryset(), self.membership.organization)
        return rows.order_by("-received_on", "-pk")
