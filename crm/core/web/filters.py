"""List filters: django-filter declares them; what is in force is said back as chips, what is unknown is said too."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters.fields import DateRangeField, RangeField
from django_filters.widgets import DateRangeWidget

from crm.core import search
from crm.core.dates import format_date
from crm.core.money import format_money
from crm.core.querysets import ScopedQuerySet
from crm.core.text import fold
from crm.core.web.forms import AmountField, DateInput

PAGE_PARAMS = {"page", "size", "sort", "export", "count", "panel", "columns", "view"}


@dataclass(frozen=True)
class Chip:
    """A filter in force: its name, its value in words, and the query string without it."""

    label: object
    value: str
    query: str


def say(field: forms.Field, value) -> str:
    """A cleaned filter value in words."""
    if isinstance(value, QuerySet | list | tuple):
        return ", ".join(say(field, item) for item in value)
    if isinstance(value, slice):
        low, high = value.start, value.stop
        if low is not None and high is not None:
            return f"{say(field, low)} – {say(field, high)}"
        return f"≥ {say(field, low)}" if low is not None else f"≤ {say(field, high)}"
    if hasattr(value, "isoformat"):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_money(value)
    for key, word in getattr(field, "choices", ()):
        if str(getattr(key, "value", key)) == str(getattr(value, "pk", value)):
            return str(word)
    return str(value)


class DayRangeWidget(DateRangeWidget):
    """Two date fields of the browser: ``name_after`` and ``name_before``."""

    def __init__(self, attrs=None) -> None:
        super().__init__(attrs)
        self.widgets = [DateInput(), DateInput()]


class DayRangeField(RangeField):
    widget = DayRangeWidget

    def __init__(self, **kwargs) -> None:
        super().__init__((forms.DateField(), forms.DateField()), **kwargs)


class DayRangeFilter(django_filters.RangeFilter):
    """A span of days of a date column, both ends included.

    django-filter's own makes moments of them, which in another time zone than the server's are not the same days.
    """

    field_class = DayRangeField


def reachable(day: date) -> date:
    """The nearest day that is a moment in every time zone: the first day of the calendar in Tokyo is before it in UTC."""
    return min(max(day, date(1900, 1, 1)), date(2999, 12, 31))


class MomentRangeField(DateRangeField):
    def compress(self, data_list: list) -> slice | None:
        return super().compress([reachable(day) if day else day for day in data_list])


class MomentRangeFilter(django_filters.DateFromToRangeFilter):
    """A span of days of a column of moments, by the organization's clock: ``name_after`` and ``name_before``."""

    field_class = MomentRangeField


class AmountRangeField(RangeField):
    def __init__(self, **kwargs) -> None:
        super().__init__((AmountField(), AmountField()), **kwargs)


class AmountRangeFilter(django_filters.RangeFilter):
    """A span of amounts, typed as people write them: ``name_min`` and ``name_max``, both included."""

    field_class = AmountRangeField


class NumberRangeField(RangeField):
    LARGEST = 10**9  # what a column of whole numbers can be compared with

    def __init__(self, **kwargs) -> None:
        ends = (forms.IntegerField(min_value=-self.LARGEST, max_value=self.LARGEST) for _two in range(2))
        super().__init__(tuple(ends), **kwargs)


class NumberRangeFilter(django_filters.RangeFilter):
    """A span of whole numbers: ``name_min`` and ``name_max``, both included."""

    field_class = NumberRangeField


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """Any of several values of a column. django-filter's own adds DISTINCT, which reads every row before the first."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs.setdefault("distinct", False)
        super().__init__(*args, **kwargs)


SUFFIXES = ("", "_min", "_max", "_after", "_before")


def without_suffix(parameter: str) -> set[str]:
    """The filters a parameter of an address may belong to: one end of a span is named after the whole."""
    return {parameter.removesuffix(suffix) for suffix in SUFFIXES}


class CrmFilterSet(django_filters.FilterSet):
    """Base of every filter: a search box ``q``, choices scoped to what the person may see, chips.

    A list may have forty filters, and most addresses name one or none: only those are built, which is a quarter of the
    time of a page. :attr:`whole` has them all, for the panel that draws them.
    """

    q = django_filters.CharFilter(method="search", label=_("Search"))
    search_hint = _("Search in this list")

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None, is_whole: bool = False) -> None:
        self.is_whole = is_whole
        self.asked = {"q", *(name for parameter in data or () for name in without_suffix(parameter))}
        self.base_filters = {name: entry for name, entry in type(self).base_filters.items() if self.wants(name)}
        super().__init__(data, queryset, request=request, prefix=prefix)
        for entry in self.filters.values():
            rows = entry.extra.get("queryset")
            if isinstance(rows, ScopedQuerySet):
                # Its own attribute too: it is what the filter builds its field from.
                entry.extra["queryset"] = entry.queryset = rows.visible_to(request.membership)

    def wants(self, name: str) -> bool:
        """Is this filter to be built?"""
        return self.is_whole or name in self.asked

    @cached_property
    def whole(self) -> "CrmFilterSet":
        """The same with every filter of the list."""
        if self.is_whole:
            return self
        return type(self)(self.data, self.queryset, request=self.request, prefix=self.form_prefix, is_whole=True)

    @property
    def has_panel(self) -> bool:
        """Is there more to narrow by than the search box?"""
        return any(name != "q" for name in type(self).base_filters)

    def has(self, name: str) -> bool:
        """Is there such a filter in this list, built or not?"""
        return name in type(self).base_filters

    def knows(self, parameter: str) -> bool:
        """Is this parameter of an address one of a filter of this list?"""
        return any(self.has(name) for name in without_suffix(parameter))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return search.matching(queryset, value)

    @property
    def ignored(self) -> list[str]:
        """Parameters of the address that are no filter of this list: said, so a broken link never lies."""
        return sorted(name for name in {*(self.data or ())} - PAGE_PARAMS if not self.knows(name))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Filters in force, as name and value: what the search box carries along while the panel is not drawn."""
        names = [name for name in self.data or {} if name != "q" and self.knows(name)]
        return [(name, value) for name in names for value in self.data.getlist(name) if value]

    @property
    def chips(self) -> list[Chip]:
        if not self.form.is_valid():
            cleaned = {name: value for name, value in self.form.cleaned_data.items() if name not in self.form.errors}
        else:
            cleaned = self.form.cleaned_data
        chips = []
        for name, value in cleaned.items():
            empty = value in (None, "", []) or (isinstance(value, QuerySet) and not value)
            if name == "q" or empty or (isinstance(value, slice) and value.start is None and value.stop is None):
                continue
            params = self.data.copy()
            for key in [*(f"{name}{suffix}" for suffix in SUFFIXES), "page", "panel"]:
                params.pop(key, None)
            chips.append(Chip(self.form.fields[name].label, say(self.form.fields[name], value), params.urlencode()))
        return chips

    @property
    def is_active(self) -> bool:
        return bool(self.chips or (self.data or {}).get("q"))


class ShortListFilter(CrmFilterSet):
    """A list of a few hundred rows at most, searched by the words of :meth:`words_of`.

    Folded here, as the database would not fold the accents of both languages.
    """

    def words_of(self, row) -> str:
        return f"{row} {row.description}"

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        words = fold(value).split()
        found = [row.pk for row in queryset if all(word in fold(self.words_of(row)) for word in words)]
        return queryset.filter(pk__in=found)
