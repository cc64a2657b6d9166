"""What the list of messages can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core import search
from crm.core.web.filters import ChoicesFilter, CrmFilterSet, ShortListFilter
from crm.outreach.choices import Channel, MessageStatus, Purpose
from crm.outreach.models import MessageTemplate


class CommunicationFilter(CrmFilterSet):
    search_hint = _("Name, e-mail or city of the contact")

    channel = ChoicesFilter(choices=Channel.choices, label=_("Channel"))
    state = django_filters.ChoiceFilter(choices=MessageStatus.choices, method="in_state", label=_("Status"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        found = search.matching(Contact.objects.of(self.request.membership.organization), value)
        return queryset.filter(contact__in=found.order_by().values("pk"))

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.in_state(value)


class TemplateFilter(ShortListFilter):
    search_hint = _("Name or subject")

    purpose = django_filters.ChoiceFilter(choices=Purpose.choices, label=_("Used for"))
    active = django_filters.ChoiceFilter(
        choices=(("yes", _("In use")), ("no", _("No longer in use"))), method="in_use", label=_("Use")
    )

    def words_of(self, row: MessageTemplate) -> str:
        return f"{row.name} {row.subject_fr} {row.subject_en}"

    def in_use(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")
