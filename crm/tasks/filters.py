"""What the list of tasks can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.queries import colleagues
from crm.contacts.models import Contact
from crm.core import search
from crm.core.dates import today_in
from crm.core.web.filters import ChoicesFilter, CrmFilterSet, DayRangeFilter, MomentRangeFilter
from crm.tasks.choices import TaskPriority, TaskType

WHEN = (
    ("overdue", _("Overdue")),
    ("today", _("Today")),
    ("upcoming", _("Upcoming")),
    ("done", pgettext_lazy("tasks", "Done")),
)
WHOSE = (("me", _("Mine")), ("all", pgettext_lazy("tasks", "Everybody’s")))


class TaskFilter(CrmFilterSet):
    search_hint = _("What to do, or with whom")

    when = django_filters.ChoiceFilter(choices=WHEN, label=_("When"), method="at")
    whose = django_filters.ChoiceFilter(choices=WHOSE, label=_("Whose"), method="of")
    owner = django_filters.ModelChoiceFilter(queryset=colleagues, label=_("Responsible person"))
    due_on = DayRangeFilter(label=_("Due"))
    done = MomentRangeFilter(field_name="done_at", label=pgettext_lazy("tasks", "Done on"))
    type = ChoicesFilter(choices=TaskType.choices, label=pgettext_lazy("task", "Type"))
    priority = ChoicesFilter(choices=TaskPriority.choices, label=_("Priority"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By its words, or by the contact where the person may see them."""
        people = search.matching(Contact.objects.visible_to(self.request.membership), value)
        return queryset.filter(Q(title__icontains=value.strip()) | Q(contact__in=people.order_by().values("pk")))

    def at(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.when(value, today=today_in(self.request.membership.organization.timezone))

    def of(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(owner=self.request.membership) if value == "me" else queryset
