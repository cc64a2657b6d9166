"""What the board can be narrowed by; the list of contacts knows filters of the same names."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.accounts.queries import colleagues
from crm.contacts.choices import Lifecycle, Priority
from crm.contacts.models import Segment, Tag
from crm.contacts.segments import narrowed
from crm.core.web.filters import ChoicesFilter, CrmFilterSet


class BoardFilter(CrmFilterSet):
    search_hint = _("Name, e-mail, phone, city")

    owner = django_filters.ModelChoiceFilter(queryset=colleagues, label=_("Responsible person"))
    tag = django_filters.ModelChoiceFilter(
        queryset=Tag.objects.order_by("name"), field_name="tag_assignments__tag", label=_("Tag")
    )
    segment = django_filters.ModelChoiceFilter(
        queryset=Segment.objects.order_by("name").select_related("organization"),
        method="filter_segment",
        label=_("Segment"),
    )
    lifecycle = ChoicesFilter(choices=Lifecycle.choices, label=_("Giving status"))
    priority = django_filters.ChoiceFilter(choices=Priority.choices, label=_("Priority"))
    stalled = django_filters.ChoiceFilter(choices=(("yes", _("Yes")),), method="filter_stalled", label=_("Stalled"))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(queryset.active())

    def filter_segment(self, queryset: QuerySet, name: str, value: Segment) -> QuerySet:
        return narrowed(queryset, value)

    def filter_stalled(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.stalled()
