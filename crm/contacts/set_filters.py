"""What the lists of segments, groups and tags can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.core.text import fold
from crm.core.web.filters import CrmFilterSet


class SetFilter(CrmFilterSet):
    search_hint = _("Name or description")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """A few rows: folded here, as the database would not fold the accents of both languages."""
        words = fold(value).split()
        found = [row.pk for row in queryset if all(word in fold(f"{row} {row.description}") for word in words)]
        return queryset.filter(pk__in=found)


class SharedFilter(SetFilter):
    audience = django_filters.ChoiceFilter(
        choices=(("team", _("The team")), ("private", _("Private"))), method="filter_audience", label=_("For")
    )

    def filter_audience(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_shared=value == "team")
