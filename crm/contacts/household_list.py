"""The list of households: its rows, columns and search. Each row says of its members what the reader may see."""

from html import escape

from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext

from crm.contacts.households import generated, greetings_of, in_order
from crm.contacts.models import Contact, Household
from crm.core import search
from crm.core.money import MoneyField
from crm.core.text import initials
from crm.core.web import tables
from crm.core.web.filters import CrmFilterSet
from crm.core.web.urls import org_url


def listed(rows: QuerySet, membership) -> QuerySet:
    """The households with their visible members and what those gave, by the name of who stands first.

    Who sees some members only has them in the order of those: a hidden head must not show by its place in the list.
    """
    members = Contact.objects.filter(household=OuterRef("pk"), merged_into=None).order_by().values("household")
    mine = Contact.objects.visible_to(membership).filter(merged_into=None)
    visible = mine.filter(household=OuterRef("pk")).order_by().values("household")
    by_name = F("head__sort_name")
    if membership.scope("contacts.view") != "all":
        by_name = Subquery(visible.annotate(first=Min("sort_name")).values("first"), output_field=CharField())
    return (
        rows.filter(Exists(members))  # a merge may have emptied one
        .annotate(
            by_name=by_name,
            size=Subquery(members.annotate(count=Count("pk")).values("count")),
            total=Subquery(visible.annotate(sum=Sum("summary__total")).values("sum"), output_field=MoneyField()),
            last_on=Subquery(visible.annotate(last=Max("summary__last_on")).values("last")),
        )
        .prefetch_related(Prefetch("members", queryset=mine, to_attr="seen"))
        .order_by("by_name", "pk")
    )


def name_of(household: Household) -> str:
    """As :func:`crm.contacts.households.seen_by` says it, from what the row has fetched."""
    language = "fr" if (get_language() or "fr").startswith("fr") else "en"
    people = in_order(household.seen, household.head_id)
    if len(people) == household.size:
        return greetings_of(household, people, language).name
    return generated(people, household.head_id, language).name


class HouseholdColumn(tables.Column):
    def cell(self, record: Household, name: str, table) -> str:
        said = name_of(record)
        url = f"{table.base_url}{record.pk}/"
        city = next((one.city for one in in_order(record.seen, record.head_id) if one.city), "")
        below = f'<br><span class="mc-small mc-quiet">{escape(city)}</span>' if city else ""
        return mark_safe(  # noqa: S308 - every value is escaped
            f'<div class="mc-who"><span class="avatar avatar-sm a-{record.pk % 5}" aria-hidden="true">'
            f'{escape(initials(said.removeprefix("Ménage ")))}</span><span><a class="mc-name" href="{escape(url)}">'
            f"{escape(said)}</a>{below}</span></div>"
        )

    def export(self, record: Household, name: str) -> str:
        return name_of(record)


class MembersColumn(tables.Column):
    def said(self, record: Household) -> str:
        people = in_order(record.seen, record.head_id)
        hidden = record.size - len(people)
        names = [one.name for one in people]
        if hidden:
            names.append(ngettext("%(count)d other contact", "%(count)d other contacts", hidden) % {"count": hidden})
        return ", ".join(names) or "–"

    def cell(self, record: Household, name: str, table) -> str:
        return escape(self.said(record))

    def export(self, record: Household, name: str) -> str:
        return self.said(record)


class TextColumn(tables.Column):
    """One of the texts, for an export that becomes a mailing: in the language of the head."""

    def __init__(self, kind: str, **kwargs) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def said(self, record: Household) -> str:
        people = in_order(record.seen, record.head_id)
        language = people[0].language if people else "fr"
        if len(people) == record.size:
            return getattr(greetings_of(record, people, language), self.kind)
        return getattr(generated(people, record.head_id, language), self.kind)

    def cell(self, record: Household, name: str, table) -> str:
        return escape(self.said(record))

    def export(self, record: Household, name: str) -> str:
        return self.said(record)


class HouseholdTable(tables.CrmTable):
    name = HouseholdColumn(verbose_name=gettext_lazy("Name"), order_by=("by_name", "pk"), unlabelled=True)
    members = MembersColumn(verbose_name=gettext_lazy("Members"), css="mc-sub", orderable=False, empty_values=())
    addressee = TextColumn(
        "addressee",
        verbose_name=gettext_lazy("Name on the envelope"),
        css="mc-hide-s",
        orderable=False,
        empty_values=(),
    )
    total = tables.MoneyColumn(verbose_name=gettext_lazy("Lifetime"), css="mc-strong mc-r", order_by=("total", "pk"))
    last_on = tables.DateColumn(verbose_name=gettext_lazy("Last gift"), css="mc-r mc-r2", order_by=("last_on", "pk"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:household_list")


class HouseholdFilter(CrmFilterSet):
    search_hint = gettext_lazy("Name of a member or of the household")

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the members the reader may see; by a name written by hand, for who sees everybody it may name."""
        membership = self.request.membership
        mine = Contact.objects.visible_to(membership).filter(merged_into=None)
        wanted = Q(pk__in=search.matching(mine.exclude(household=None), value).order_by().values("household"))
        if membership.scope("contacts.view") == "all":
            wanted |= Q(name__icontains=value)
        return queryset.filter(wanted)
