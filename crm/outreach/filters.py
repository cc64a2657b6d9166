"""What the list of messages can be narrowed by."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Contact
from crm.core import search
from crm.core.web.filters import ChoicesFilter, CrmFilterSet, ShortListFilter
from crm.outreach.choices import (
    Channel,
    Direction,
    Fate,
    LeftOut,
    MailingStatus,
    MessageStatus,
    Purpose,
    RecipientState,
    Way,
)
from crm.outreach.models import Mailing, MessageTemplate, SuppressedAddress


class OfContactFilter(CrmFilterSet):
    """Rows that a contact was written to, or not, and what became of it."""

    search_hint = _("Name, e-mail or city of the contact")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        found = search.matching(Contact.objects.of(self.request.membership.organization), value)
        return queryset.filter(contact__in=found.order_by().values("pk"))

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.in_state(value)


class CommunicationFilter(OfContactFilter):
    channel = ChoicesFilter(choices=Way.choices, label=_("Channel"))
    direction = django_filters.ChoiceFilter(choices=Direction.choices, label=_("From whom"))
    state = django_filters.ChoiceFilter(
        choices=[*MessageStatus.choices, *Fate.choices], method="in_state", label=_("Status")
    )


# A message to one person begins with a text for mailings, or with none.
FOR_TEMPLATES = [choice for choice in Purpose.choices if choice[0] != Purpose.PERSONAL]


class TemplateFilter(ShortListFilter):
    search_hint = _("Name or subject")

    purpose = django_filters.ChoiceFilter(choices=FOR_TEMPLATES, label=_("Used for"))
    active = django_filters.ChoiceFilter(
        choices=(("yes", _("In use")), ("no", _("No longer in use"))), method="in_use", label=_("Use")
    )

    def words_of(self, row: MessageTemplate) -> str:
        return f"{row.name} {row.subject_fr} {row.subject_en}"

    def in_use(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")


class MailingFilter(ShortListFilter):
    search_hint = _("Name or audience")

    status = django_filters.ChoiceFilter(choices=MailingStatus.choices, label=_("Status"))
    channel = ChoicesFilter(choices=Channel.choices, label=_("Channel"))

    def words_of(self, row: Mailing) -> str:
        return f"{row.title} {row.audience}"


def _mailings(request):
    return Mailing.objects.visible_to(request.membership).order_by("-pk")


class RecipientFilter(OfContactFilter):
    mailing = django_filters.ModelChoiceFilter(queryset=_mailings, label=_("Mailing"))
    state = django_filters.ChoiceFilter(
        choices=[*RecipientState.choices, *Fate.choices], method="in_state", label=_("What became of it")
    )
    left_out = django_filters.ChoiceFilter(choices=LeftOut.choices, label=_("Left out because"))


class SuppressedFilter(ShortListFilter):
    search_hint = _("Address")

    def words_of(self, row: SuppressedAddress) -> str:
        return f"{row.address} {row.said}"
