"""What the contacts list can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.queries import colleagues
from crm.contacts.addresses import PROVINCE_CHOICES
from crm.contacts.choices import Kind, Language, Lifecycle, Relationship, Trend
from crm.contacts.custom_fields import PREFIX, fields_of, filter_for
from crm.contacts.models import Contact, Group, Segment, Tag
from crm.contacts.narrowing import FollowUpFilters
from crm.contacts.ready_made import READY_MADE
from crm.contacts.segments import narrowed, narrowed_to_ready_made
from crm.core import search
from crm.core.web.filters import AmountRangeFilter, ChoicesFilter, CrmFilterSet, DayRangeFilter, NumberRangeFilter

YES_NO = (("yes", _("Known")), ("no", _("Missing")))


class ContactFilter(FollowUpFilters):
    search_hint = _("Name, e-mail, phone, city")

    lifecycle = ChoicesFilter(choices=Lifecycle.choices, label=_("Giving status"))
    relationship = django_filters.ChoiceFilter(choices=Relationship.choices, label=_("Relationship"))
    owner = django_filters.ModelChoiceFilter(queryset=colleagues, label=_("Responsible person"))
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=_("Kind"))
    language = django_filters.ChoiceFilter(choices=Language.choices, label=_("Language"))
    province = django_filters.ChoiceFilter(choices=PROVINCE_CHOICES, label=_("Province"))
    city = django_filters.CharFilter(lookup_expr="iexact", label=_("City"))
    tag = django_filters.ModelChoiceFilter(
        queryset=Tag.objects.order_by("name"), field_name="tag_assignments__tag", label=_("Tag")
    )
    group = django_filters.ModelChoiceFilter(
        queryset=Group.objects.order_by("name"), field_name="group_memberships__group", label=_("Group")
    )
    segment = django_filters.ModelChoiceFilter(
        queryset=Segment.objects.order_by("name").select_related("organization"),
        method="filter_segment",
        label=_("Segment"),
    )
    ready = django_filters.ChoiceFilter(
        choices=[(code, model.name) for code, model in READY_MADE.items()],
        method="filter_ready",
        label=_("Ready-made segment"),
    )
    total = AmountRangeFilter(field_name="summary__total", label=_("Lifetime total"))
    first_on = DayRangeFilter(field_name="summary__first_on", label=_("First gift"))
    last_on = DayRangeFilter(field_name="summary__last_on", label=_("Last gift"))
    engagement = NumberRangeFilter(field_name="summary__engagement", label=_("Engagement"))
    trend = ChoicesFilter(choices=Trend.choices, field_name="summary__trend", label=_("Trend"))
    has_email = django_filters.ChoiceFilter(choices=YES_NO, method="filter_email", label=_("E-mail"))
    has_address = django_filters.ChoiceFilter(choices=YES_NO, method="filter_address", label=_("Postal address"))
    archived = django_filters.ChoiceFilter(
        choices=(("yes", _("Archived only")), ("all", _("Archived too"))),
        method="filter_archived",
        label=pgettext_lazy("filter", "Archive"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.is_whole or any(name.startswith(PREFIX) for name in self.asked):
            for name in filter(self.wants, self.custom_fields):
                entry = filter_for(self.custom_fields[name])
                entry.parent, entry.model, entry.field_name = self, self.queryset.model, "custom"
                self.filters[name] = entry

    @cached_property
    def custom_fields(self) -> dict:
        return {f"{PREFIX}{field.code}": field for field in fields_of(self.request.membership.organization)}

    def has(self, name: str) -> bool:
        return super().has(name) or (name.startswith(PREFIX) and name in self.custom_fields)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if not self.form.cleaned_data.get("archived"):
            queryset = queryset.active()
        return super().filter_queryset(queryset)

    def filter_segment(self, queryset: QuerySet, name: str, value: Segment) -> QuerySet:
        return narrowed(queryset, value)

    def filter_ready(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return narrowed_to_ready_made(queryset, value, organization=self.request.membership.organization)

    def filter_email(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(email="") if value == "no" else queryset.exclude(email="")

    def filter_address(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(address_line1="") if value == "no" else queryset.exclude(address_line1="")

    def filter_archived(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.archived() if value == "yes" else queryset.unmerged()


class RecordViewFilter(CrmFilterSet):
    search_hint = _("Name of the contact")

    membership = django_filters.ModelChoiceFilter(queryset=colleagues, label=_("Who"))
    day = DayRangeFilter(label=_("Day"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        people = search.matching(Contact.objects.visible_to(self.request.membership), value)
        return queryset.filter(contact__in=people.order_by().values("pk"))


class CustomFieldFilter(CrmFilterSet):
    q = None
    active = django_filters.ChoiceFilter(
        choices=(("yes", _("In use")), ("no", _("No longer in use"))), method="in_use", label=_("Use")
    )

    def in_use(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")
