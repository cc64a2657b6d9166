import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.contacts.models import Contact
from crm.core import search
from crm.core.web.filters import AmountRangeFilter, CrmFilterSet, DayRangeFilter
from crm.receipts.choices import Ineligibility, ReceiptKind, ReceiptStatus, Reconciled, RunStatus
from crm.receipts.models import ReceiptRun


def donors_named(request, text: str) -> QuerySet:
    return search.matching(Contact.objects.visible_to(request.membership), text).order_by().values("pk")


class ReceiptFilter(CrmFilterSet):
    search_hint = _("Receipt number or donor")

    status = django_filters.ChoiceFilter(choices=ReceiptStatus.choices, label=_("Status"))
    kind = django_filters.ChoiceFilter(choices=ReceiptKind.choices, label=_("Kind"))
    year = django_filters.NumberFilter(label=_("Year"))
    issued_on = DayRangeFilter(label=_("Date of issue"))
    eligible = AmountRangeFilter(label=_("Eligible amount"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        donors = donors_named(self.request, value)
        return queryset.filter(
            Q(number__contains=value.strip()) | Q(contact__in=donors) | Q(contact__merged_into__in=donors)
        )


def _runs(request) -> QuerySet[ReceiptRun]:
    return ReceiptRun.objects.visible_to(request.membership).order_by("-pk")


class ReconciledFilter(CrmFilterSet):
    search_hint = _("Name of a donor")

    outcome = django_filters.ChoiceFilter(
        choices=[*Reconciled.choices, *Ineligibility.choices], label=_("Receipt, or why not")
    )
    received_on = DayRangeFilter(label=_("Received"))
    amount = AmountRangeFilter(label=_("Amount"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(contact__in=donors_named(self.request, value))


class RunFilter(CrmFilterSet):
    q = None
    status = django_filters.ChoiceFilter(choices=RunStatus.choices, label=_("Status"))
    year = django_filters.NumberFilter(label=_("Year"))


class RunLineFilter(CrmFilterSet):
    search_hint = _("Name of a donor")

    run = django_filters.ModelChoiceFilter(queryset=_runs, label=pgettext_lazy("receipt run", "Run"))
    reason = django_filters.ChoiceFilter(choices=Ineligibility.choices, label=_("Left out because"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(contact__in=donors_named(self.request, value))
