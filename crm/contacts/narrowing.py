"""Filters of the contacts list on following up: the pipeline, when they last gave, came or were written to, how much."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.fields import RangeField

from crm.accounts.choices import ReceiptPreference
from crm.contacts.choices import FunnelStage, Priority
from crm.core.web.filters import AmountRangeFilter, ChoicesFilter, CrmFilterSet
from crm.core.web.forms import AmountField

KNOWN = (("yes", _("Known")), ("no", _("Missing")))
YES_ONLY = (("yes", _("Yes")),)
YES_NO = (("yes", _("Yes")), ("no", _("No")))
MANY_DAYS = 36_500
INACTIVE_DAYS = 30  # of “inactive contacts” unless another number is asked for (C-18)


class DaysFilter(django_filters.Filter):
    """A whole number of days."""

    field_class = forms.IntegerField

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, min_value=1, max_value=MANY_DAYS, **kwargs)


class AmountFilter(django_filters.Filter):
    """One amount, typed as people write it."""

    field_class = AmountField


class CountRangeField(RangeField):
    def __init__(self, **kwargs) -> None:
        ends = [forms.IntegerField(min_value=0, max_value=10**6) for _end in range(2)]
        super().__init__(tuple(ends), **kwargs)


class CountRangeFilter(django_filters.RangeFilter):
    """A span of whole numbers: ``name_min`` and ``name_max``, both included."""

    field_class = CountRangeField


def day_before(days: int) -> date:
    """The day, by the organization's clock, that many days ago."""
    return timezone.localdate() - timedelta(days=days)


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def inactive(queryset: QuerySet, days: int) -> QuerySet:
    """Without any gift or visit in that many days: those who never gave nor came are among them."""
    day = day_before(days)
    gave = Q(summary__last_on__gte=day)
    came = Q(last_visit_at__gte=start_of(day))
    return queryset.exclude(pk__in=queryset.model.objects.filter(gave | came).order_by().values("pk"))


def worth(queryset: QuerySet, amount: Decimal) -> QuerySet:
    """Who gave, or spent during visits, that much in all: each is enough."""
    return queryset.filter(Q(summary__total__gte=amount) | Q(visit_total__gte=amount))


class FollowUpFilters(CrmFilterSet):
    funnel_stage = ChoicesFilter(choices=FunnelStage.choices, label=_("Stage"))
    stalled = django_filters.ChoiceFilter(choices=YES_ONLY, method="filter_stalled", label=_("Stalled"))
    priority = django_filters.ChoiceFilter(choices=Priority.choices, label=_("Priority"))
    receipt_preference = django_filters.ChoiceFilter(choices=ReceiptPreference.choices, label=_("Official receipts"))
    source = django_filters.CharFilter(field_name="lead_source", lookup_expr="iexact", label=_("How they came to us"))
    has_source = django_filters.ChoiceFilter(
        choices=KNOWN, method="filter_source", label=_("How they came to us, known or not")
    )
    postal_code = django_filters.CharFilter(method="filter_postal_code", label=_("Postal code begins with"))
    has_phone = django_filters.ChoiceFilter(choices=KNOWN, method="filter_phone", label=_("Phone"))
    last_contact_days = DaysFilter(method="filter_last_contact", label=_("No contact for (days)"))
    inactive_days = DaysFilter(method="filter_inactive", label=_("No gift or visit for (days)"))
    gifts = CountRangeFilter(method="filter_gifts", label=_("Number of gifts"))
    min_giving = AmountFilter(field_name="summary__total", lookup_expr="gte", label=_("Gave at least"))
    min_spend = AmountFilter(field_name="visit_total", lookup_expr="gte", label=_("Spent during visits, at least"))
    min_value = AmountFilter(method="filter_value", label=_("Gave or spent at least"))
    visits = AmountRangeFilter(field_name="visit_total", label=_("Spent during visits"))
    do_not_contact = django_filters.ChoiceFilter(choices=YES_NO, method="filter_flag", label=_("Do not contact"))
    is_deceased = django_filters.ChoiceFilter(choices=YES_NO, method="filter_flag", label=_("Deceased"))

    def filter_stalled(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.stalled()

    def filter_source(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(lead_source="") if value == "no" else queryset.exclude(lead_source="")

    def filter_postal_code(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """``g9a5`` and ``G9A 5`` are the same beginning of a Canadian code; any other is taken as typed."""
        text = value.upper().strip()
        plain = text.replace(" ", "")
        spaced = f"{plain[:3]} {plain[3:]}".strip()
        return queryset.filter(Q(postal_code__startswith=spaced) | Q(postal_code__startswith=text))

    def filter_phone(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(phone="") if value == "no" else queryset.exclude(phone="")

    def filter_last_contact(self, queryset: QuerySet, name: str, value: int) -> QuerySet:
        return queryset.filter(last_contact_at__lt=start_of(day_before(value)))

    def filter_inactive(self, queryset: QuerySet, name: str, value: int) -> QuerySet:
        return inactive(queryset, value)

    def filter_gifts(self, queryset: QuerySet, name: str, value: slice) -> QuerySet:
        """Who never gave has no totals at all, and is who “at most 0” looks for."""
        test = Q()
        if value.start:
            test &= Q(summary__gift_count__gte=value.start)
        if value.stop is not None:
            most = Q(summary__gift_count__lte=value.stop)
            test &= most if value.start else most | Q(summary=None)
        return queryset.filter(test)

    def filter_value(self, queryset: QuerySet, name: str, value: Decimal) -> QuerySet:
        return worth(queryset, value)

    def filter_flag(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{name: value == "yes"})
