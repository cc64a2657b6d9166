"""Screens of funds: what gifts are for."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.dates import today_in
from crm.core.money import format_money
from crm.core.web.actions import Link
from crm.core.web.views import ActionView, CreateView, DeleteView, DetailView, ListView, UpdateView
from crm.giving import funds, services
from crm.giving.filters import FundFilter
from crm.giving.forms import FundForm, SpendingForm
from crm.giving.models import Fund, FundSpending
from crm.giving.tables import FundTable

SPENDINGS_SHOWN = 100


class FundListView(ListView):
    permission = "funds.view"
    model = Fund
    table_class = FundTable
    filterset_class = FundFilter
    actions = (Link(gettext_lazy("New fund"), "giving:fund_create", "plus", "funds.add", primary=True),)
    title = gettext_lazy("Funds")
    empty_icon = "building-bank"
    empty_title = gettext_lazy("No funds yet")
    empty_text = gettext_lazy("A fund says what a gift is for. One general fund is enough to begin.")

    def get_queryset(self):
        return super().get_queryset().order_by("-is_active", "-is_default", "code", "pk")


class FundDetailView(DetailView):
    """One fund: what came for it year after year and, where the donors' wishes bind it, what is left."""

    permission = "funds.view"
    model = Fund
    template_name = "giving/fund_detail.html"
    context_name = "fund"

    def get_context(self, **context) -> dict:
        fund, by = self.object, self.membership
        organization = by.organization
        today = today_in(organization.timezone)
        figures = funds.figures_of(fund, currency=organization.currency, today=today)
        words = {"amount": format_money(figures.received, organization.currency)}
        sees_books = by.can("ledger.view")
        return super().get_context(
            figures=figures,
            this_year=figures.of(today.year),
            present=today.year,
            chart_title=_("Received year after year: %(amount)s in all") % words,
            spendings=list(
                FundSpending.objects.visible_to(by)
                .filter(fund=fund)
                .select_related("recorded_by__user")
                .order_by("-spent_on", "-pk")[:SPENDINGS_SHOWN]
            ),
            sees_books=sees_books and (fund.is_restricted or figures.spent > 0),
            sees_all_gifts=by.scope("gifts.view") == "all",
            may_spend=by.can("ledger.change") and fund.is_restricted,
            may_change=by.can("funds.change", fund),
            **context,
        )


class SpendingCreateView(CreateView):
    """Money of the fund was spent."""

    permission = "ledger.change"
    model = FundSpending
    pk_model = Fund  # what the number in the address names
    form_class = SpendingForm
    title = gettext_lazy("Money of this fund was spent")
    submit_label = gettext_lazy("Save the spending")
    success_message = gettext_lazy("The spending is saved.")
    template_name = "giving/spending_form.html"

    def load(self) -> None:
        self.fund = get_object_or_404(Fund.objects.visible_to(self.membership), pk=self.kwargs["pk"])

    def act(self, form: SpendingForm) -> FundSpending:
        return services.record_spending(self.fund, **form.cleaned_data, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.fund.get_absolute_url()

    def get_context(self, **context) -> dict:
        currency = self.membership.organization.currency
        left = funds.received_for(self.fund, currency=currency) - funds.spent_of(self.fund)
        return super().get_context(fund=self.fund, left=left, **context)


class SpendingDeleteView(ActionView):
    permission = "ledger.change"
    model = FundSpending
    service = staticmethod(services.delete_spending)
    title = gettext_lazy("Take this spending back?")
    submit_label = gettext_lazy("Take it back")
    success_message = gettext_lazy("The spending is taken back.")
    danger = True

    def get_question(self, obj: FundSpending) -> str:
        return _(
            "%(amount)s, “%(note)s”: only for a spending recorded by mistake. The audit log keeps what it was."
        ) % {
            "amount": format_money(obj.amount, self.membership.organization.currency),
            "note": obj.note,
        }


class FundCreateView(CreateView):
    permission = "funds.add"
    model = Fund
    form_class = FundForm
    service = staticmethod(services.save_fund)
    title = gettext_lazy("New fund")
    submit_label = gettext_lazy("Save the fund")
    success_message = gettext_lazy("The fund is saved.")

    def get_initial(self) -> dict:
        return {"is_default": not Fund.objects.visible_to(self.membership).exists()}

    def get_cancel_url(self) -> str:
        return self.url("giving:fund_list")


class FundUpdateView(UpdateView):
    permission = "funds.change"
    model = Fund
    form_class = FundForm
    service = staticmethod(services.save_fund)
    title = gettext_lazy("Edit the fund")
    submit_label = gettext_lazy("Save the fund")
    success_message = gettext_lazy("The fund is saved.")
    template_name = "giving/fund_form.html"

    def get_context(self, **context) -> dict:
        return super().get_context(may_delete=self.membership.can("funds.delete", self.object), **context)


class FundDeactivateView(ActionView):
    permission = "funds.change"
    model = Fund
    service = staticmethod(services.deactivate_fund)
    title = gettext_lazy("Take this fund out of use?")
    submit_label = gettext_lazy("Take out of use")
    success_message = gettext_lazy("The fund is out of use.")

    def get_question(self, fund: Fund) -> str:
        return _("%(fund)s is no longer offered for new gifts. Its gifts keep it, and it can be put back in use.") % {
            "fund": fund.name
        }


class FundReactivateView(ActionView):
    permission = "funds.change"
    model = Fund
    service = staticmethod(services.reactivate_fund)
    title = gettext_lazy("Put this fund back in use?")
    submit_label = gettext_lazy("Put back in use")
    success_message = gettext_lazy("The fund is back in use.")

    def get_question(self, fund: Fund) -> str:
        return _("%(fund)s is offered again for new gifts.") % {"fund": fund.name}


class FundDeleteView(DeleteView):
    permission = "funds.delete"
    model = Fund
    service = staticmethod(services.delete_fund)
    title = gettext_lazy("Delete this fund?")
    submit_label = gettext_lazy("Delete the fund")
    success_message = gettext_lazy("The fund is deleted.")
    list_url_name = "giving:fund_list"

    def get_question(self, fund: Fund) -> str:
        return _("%(fund)s disappears for good. This is possible only while no gift was made to it.") % {
            "fund": fund.name
        }
