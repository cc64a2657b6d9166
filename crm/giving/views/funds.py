"""Screens of funds: what gifts are for."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.web.actions import Link
from crm.core.web.views import ActionView, CreateView, DeleteView, ListView, UpdateView
from crm.giving import services
from crm.giving.filters import FundFilter
from crm.giving.forms import FundForm
from crm.giving.models import Fund
from crm.giving.tables import FundTable


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
