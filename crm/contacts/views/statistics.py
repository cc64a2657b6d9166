"""Contacts in numbers, and the two lists that fundraisers ask for: who went quiet, who counts most."""

from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from crm.contacts import narrowing
from crm.contacts.models import Contact
from crm.contacts.statistics import statistics
from crm.core.web.forms import AmountField, CrmForm
from crm.core.web.views import PageMixin, ScopedView

HIGH = Decimal(1000)


class ThresholdForm(CrmForm):
    days = forms.IntegerField(
        min_value=1, max_value=narrowing.MANY_DAYS, initial=narrowing.INACTIVE_DAYS, label=gettext_lazy("Days")
    )
    amount = AmountField(min_value=0, initial=HIGH, label=gettext_lazy("Amount"))


class StatisticsView(PageMixin, ScopedView):
    permission = "contacts.view"
    template_name = "contacts/statistics.html"
    title = gettext_lazy("Contacts in numbers")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        form = ThresholdForm({"days": narrowing.INACTIVE_DAYS, "amount": HIGH} | request.GET.dict())
        valid = form.is_valid()
        days = form.cleaned_data.get("days", narrowing.INACTIVE_DAYS)
        amount = form.cleaned_data.get("amount", HIGH)
        rows = Contact.objects.visible_to(self.membership).active()
        context = {
            "title": self.title,
            "form": form,
            "statistics": statistics(self.membership),
            "sees_gifts": self.membership.can("gifts.view"),
            "inactive": (days, narrowing.inactive(rows, days).count(), urlencode({"inactive_days": days})),
            "high": (amount, narrowing.worth(rows, amount).count(), urlencode({"min_value": amount, "sort": "-total"})),
            "list_url": self.url("contacts:contact_list"),
        }
        return self.render(context, status=200 if valid else 422)
