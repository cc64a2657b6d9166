"""What the queue of duplicates and the list of merges can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import PairStatus
from crm.contacts.models import Contact
from crm.core import search
from crm.core.web.filters import CrmFilterSet


def _people(request, value: str) -> QuerySet:
    """Merged ones too: an earlier name is what somebody may look for."""
    return search.matching(Contact.objects.visible_to(request.membership), value).order_by().values("pk")


class PairFilter(CrmFilterSet):
    search_hint = _("Name, e-mail, city of either contact")

    status = django_filters.ChoiceFilter(
        choices=[choice for choice in PairStatus.choices if choice[0] != PairStatus.MERGED],
        label=_("Status"),
        empty_label=_("To review"),
    )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if not self.form.cleaned_data.get("status"):
            queryset = queryset.filter(status=PairStatus.OPEN)
        return super().filter_queryset(queryset)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        people = _people(self.request, value)
        return queryset.filter(Q(first__in=people) | Q(second__in=people))


class MergeFilter(CrmFilterSet):
    search_hint = _("Name of either contact")

    undone = django_filters.ChoiceFilter(
        choices=(("no", _("In force")), ("yes", _("Undone"))), method="filter_undone", label=_("Status")
    )

    def filter_undone(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.exclude(undone_at=None) if value == "yes" else queryset.filter(undone_at=None)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        people = _people(self.request, value)
        return queryset.filter(Q(kept__in=people) | Q(absorbed__in=people))
