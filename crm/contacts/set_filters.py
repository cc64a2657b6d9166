"""What the lists of segments, groups and tags can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.core.web.filters import ShortListFilter


class SetFilter(ShortListFilter):
    search_hint = _("Name or description")


class SharedFilter(SetFilter):
    audience = django_filters.ChoiceFilter(
        choices=(("team", _("The team")), ("private", _("Private"))), method="filter_audience", label=_("For")
    )

    def filter_audience(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_shared=value == "team")
