"""What the lists of gifts and funds can be narrowed by."""

from datetime import date, datetime, time

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.contacts.choices import Language
from crm.contacts.models import Contact
from crm.core import search
from crm.core.text import fold
from crm.core.web.filters import (
    AmountRangeFilter,
    ChoicesFilter,
    CrmFilterSet,
    DayRangeFilter,
    ShortListFilter,
    reachable,
)
from crm.core.web.forms import DateInput
from crm.giving import thanks, tributes
from crm.giving.choices import (
    BatchStatus,
    CampaignStatus,
    ClaimStatus,
    Currency,
    DebitStatus,
    Frequency,
    GiftStatus,
    GiftType,
    Method,
    Nature,
    PledgeStatus,
    ThanksStatus,
    TributeKind,
)
from crm.giving.models import Appeal, Campaign, Fund


def funds(request) -> QuerySet:
    return Fund.objects.visible_to(request.membership).order_by("-is_active", "code")


def campaigns(request) -> QuerySet:
    return Campaign.objects.visible_to(request.membership).order_by(Lower("name"))


def appeals(request) -> QuerySet:
    rows = Appeal.objects.visible_to(request.membership).select_related("campaign")
    return rows.order_by(Lower("campaign__name"), Lower("name"))


class DonorSearchFilter(CrmFilterSet):
    """Rows of donors, searched by donor."""

    search_hint = _("Name, e-mail or city of the donor")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """With the same key as the contacts list; whoever sees the row sees its donor."""
        donors = search.matching(Contact.objects.of(self.request.membership.organization), value)
        return queryset.filter(contact__in=donors.order_by().values("pk"))


class GiftFilter(DonorSearchFilter):
    received_on = DayRangeFilter(label=_("Received"))
    amount = AmountRangeFilter(label=_("Amount"))
    fund = django_filters.ModelChoiceFilter(queryset=funds, label=_("Fund"), method="for_fund")
    campaign = django_filters.ModelChoiceFilter(queryset=campaigns, label=_("Campaign"))
    appeal = django_filters.ModelChoiceFilter(queryset=appeals, label=_("Appeal"))
    nature = ChoicesFilter(choices=Nature.choices, label=_("What was given"))
    method = ChoicesFilter(choices=Method.choices, label=_("Method"))
    type = django_filters.ChoiceFilter(choices=GiftType.choices, label=pgettext_lazy("type of gift", "Type"))
    status = ChoicesFilter(choices=GiftStatus.choices, label=_("Status"))
    currency = django_filters.ChoiceFilter(choices=Currency.choices, label=_("Currency"))
    recorded_since = django_filters.DateFilter(method="since", label=_("Recorded since"), widget=DateInput)

    def for_fund(self, queryset: QuerySet, name: str, value: Fund) -> QuerySet:
        return queryset.for_funds([value.pk])

    def since(self, queryset: QuerySet, name: str, value: date) -> QuerySet:
        """From that day on, by the organization's clock; a moment, so that the index on ``created_at`` serves."""
        return queryset.filter(created_at__gte=timezone.make_aware(datetime.combine(reachable(value), time.min)))


class BatchFilter(CrmFilterSet):
    search_hint = _("Number or name")

    status = ChoicesFilter(choices=BatchStatus.choices, label=_("Status"))
    received_on = DayRangeFilter(label=_("Received"))
    deposited = django_filters.ChoiceFilter(
        choices=(("yes", _("Deposited")), ("no", _("Not yet"))), method="at_the_bank", label=_("Deposit")
    )

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        year, _dash, sequence = value.strip().partition("-")
        number = (
            Q(year=year, sequence=sequence) if year.isdecimal() and sequence.isdecimal() else Q(title__icontains=value)
        )
        return queryset.filter(number)

    def at_the_bank(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(deposited_on__isnull=value == "no")


class DebitFileFilter(CrmFilterSet):
    search_hint = _("Number of the file")

    status = ChoicesFilter(choices=DebitStatus.choices, label=_("Status"))
    until = DayRangeFilter(label=_("Due until"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(number=int(value)) if value.isdecimal() and len(value) < 9 else queryset.none()


class ThanksFilter(CrmFilterSet):
    search_hint = _("Name, e-mail or city of the donor")

    status = ChoicesFilter(choices=ThanksStatus.choices, label=_("Status"))
    late = django_filters.ChoiceFilter(
        choices=(("yes", _("For more than two days")),), method="is_late", label=_("Waiting")
    )
    first = django_filters.ChoiceFilter(choices=(("yes", _("First gift only")),), method="is_first", label=_("Donor"))
    language = django_filters.ChoiceFilter(
        field_name="gift__contact__language", choices=Language.choices, label=_("Language")
    )
    amount = AmountRangeFilter(field_name="gift__amount", label=_("Amount"))
    received_on = DayRangeFilter(field_name="gift__received_on", label=_("Received"))
    campaign = django_filters.ModelChoiceFilter(field_name="gift__campaign", queryset=campaigns, label=_("Campaign"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        donors = search.matching(Contact.objects.of(self.request.membership.organization), value)
        return queryset.filter(gift__contact__in=donors.order_by().values("pk"))

    def is_late(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return thanks.late(queryset.due(), now=timezone.now())

    def is_first(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(thanks.is_first())


class ClaimFilter(CrmFilterSet):
    search_hint = _("Name of the donor or of the company")

    status = ChoicesFilter(choices=ClaimStatus.choices, label=_("Status"))
    ask_by = DayRangeFilter(label=_("Ask before"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        found = search.matching(Contact.objects.of(self.request.membership.organization), value)
        found = found.order_by().values("pk")
        return queryset.filter(Q(gift__contact__in=found) | Q(program__company__in=found))


class ProgramFilter(CrmFilterSet):
    search_hint = _("Name of the company")

    active = django_filters.ChoiceFilter(
        choices=(("yes", _("In use")), ("no", _("No longer in use"))), method="in_use", label=_("Use")
    )

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        found = search.matching(Contact.objects.of(self.request.membership.organization), value)
        return queryset.filter(company__in=found.order_by().values("pk"))

    def in_use(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")


class TributeFilter(CrmFilterSet):
    search_hint = _("Name of the person")

    kind = django_filters.ChoiceFilter(choices=TributeKind.choices, label=pgettext_lazy("tribute", "Made"))
    waiting = django_filters.ChoiceFilter(
        choices=(("yes", _("Somebody is to be told")),), method="is_waiting", label=_("Families")
    )
    active = django_filters.ChoiceFilter(
        choices=(("yes", _("Open")), ("no", _("Closed"))), method="is_open", label=_("Page")
    )

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in fold(value).split():
            queryset = queryset.filter(key__contains=word)
        return queryset

    def is_waiting(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return tributes.with_due(queryset, self.request.membership)

    def is_open(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")


class NoticeFilter(CrmFilterSet):
    search_hint = _("Name of the family member, or of the person honoured")

    language = django_filters.ChoiceFilter(
        field_name="contact__language", choices=Language.choices, label=_("Language")
    )
    kind = django_filters.ChoiceFilter(
        field_name="tribute__kind", choices=TributeKind.choices, label=pgettext_lazy("tribute", "Made")
    )

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        people = search.matching(Contact.objects.of(self.request.membership.organization), value)
        honoured = Q()
        for word in fold(value).split():
            honoured &= Q(tribute__key__contains=word)
        return queryset.filter(Q(contact__in=people.order_by().values("pk")) | honoured)


class PledgeFilter(DonorSearchFilter):
    status = ChoicesFilter(choices=PledgeStatus.choices, label=_("Status"))
    late = django_filters.ChoiceFilter(choices=(("yes", _("Late only")),), method="is_late", label=_("Late"))
    next_due_on = DayRangeFilter(label=_("Next payment"))
    frequency = ChoicesFilter(choices=Frequency.choices, label=_("How often"))
    amount = AmountRangeFilter(label=_("Amount of each payment"))
    fund = django_filters.ModelChoiceFilter(queryset=funds, label=_("Fund"))
    campaign = django_filters.ModelChoiceFilter(queryset=campaigns, label=_("Campaign"))
    ends_on = DayRangeFilter(label=_("Last payment"))

    def is_late(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.late()


class CampaignFilter(ShortListFilter):
    search_hint = _("Name of the campaign")

    status = ChoicesFilter(choices=CampaignStatus.choices, label=_("Status"))
    starts_on = DayRangeFilter(label=_("Begins"))


class FundFilter(ShortListFilter):
    search_hint = _("Name or code")

    active = django_filters.ChoiceFilter(
        choices=(("yes", _("In use")), ("no", _("No longer in use"))), method="in_use", label=_("Use")
    )

    def words_of(self, row: Fund) -> str:
        return f"{row.name_fr} {row.name_en} {row.code} {row.gl_code}"

    def in_use(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")
