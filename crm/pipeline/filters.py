"""What the boards and their lists can be narrowed by; each list knows filters of the same names as its board."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts.queries import colleagues
from crm.contacts.choices import FunnelStage, Lifecycle, Priority
from crm.contacts.models import Contact, Segment, Tag
from crm.contacts.rules import stalled_before
from crm.contacts.segments import narrowed
from crm.core import search
from crm.core.dates import today_in
from crm.core.web.filters import AmountRangeFilter, ChoicesFilter, CrmFilterSet, DayRangeFilter
from crm.pipeline.choices import OpportunityStage

YES_ONLY = (("yes", _("Yes")),)


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
    stalled = django_filters.ChoiceFilter(choices=YES_ONLY, method="filter_stalled", label=_("Stalled"))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return super().filter_queryset(queryset.active())

    def filter_segment(self, queryset: QuerySet, name: str, value: Segment) -> QuerySet:
        return narrowed(queryset, value)

    def filter_stalled(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.stalled()


class OpportunityBoardFilter(CrmFilterSet):
    search_hint = _("What for, or name of the donor")

    owner = django_filters.ModelChoiceFilter(queryset=colleagues, label=_("Responsible person"))
    expected_on = DayRangeFilter(label=_("Answer expected"))
    amount = AmountRangeFilter(label=_("Amount to ask"))
    segment = django_filters.ModelChoiceFilter(
        queryset=Segment.objects.order_by("name").select_related("organization"),
        method="filter_segment",
        label=_("Segment"),
    )
    stalled = django_filters.ChoiceFilter(choices=YES_ONLY, method="filter_stalled", label=_("Stalled"))
    overdue = django_filters.ChoiceFilter(choices=YES_ONLY, method="filter_overdue", label=_("Answer overdue"))
    closed_on = DayRangeFilter(label=_("Closed"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        donors = search.matching(Contact.objects.of(self.request.membership.organization), value)
        return queryset.filter(Q(title__icontains=value.strip()) | Q(contact__in=donors.order_by().values("pk")))

    def filter_segment(self, queryset: QuerySet, name: str, value: Segment) -> QuerySet:
        people = narrowed(Contact.objects.visible_to(self.request.membership), value)
        return queryset.filter(contact__in=people.order_by().values("pk"))

    def filter_stalled(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.stalled(before=stalled_before(timezone.now()))

    def filter_overdue(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.overdue(today=today_in(self.request.membership.organization.timezone))


class OpportunityFilter(OpportunityBoardFilter):
    stage = ChoicesFilter(choices=OpportunityStage.choices, label=_("Stage"))
    open = django_filters.ChoiceFilter(choices=YES_ONLY, method="filter_open", label=_("Neither won nor lost"))

    def filter_open(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.open()


class LeadFilter(CrmFilterSet):
    search_hint = _("Name, e-mail, phone, city")

    funnel_stage = ChoicesFilter(choices=FunnelStage.choices, label=_("Stage"))
    priority = django_filters.ChoiceFilter(choices=Priority.choices, label=_("Priority"))
    owner = django_filters.ModelChoiceFilter(queryset=colleagues, label=_("Responsible person"))
    whose = django_filters.ChoiceFilter(
        choices=(("me", _("Mine")), ("nobody", _("Nobody’s"))), method="filter_whose", label=_("Whose")
    )
    stalled = django_filters.ChoiceFilter(choices=YES_ONLY, method="filter_stalled", label=_("Stalled"))

    def filter_whose(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(owner=self.request.membership if value == "me" else None)

    def filter_stalled(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.stalled()
