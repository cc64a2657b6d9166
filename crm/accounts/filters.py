"""What the lists of accounts can be narrowed by."""

import django_filters
from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import AuditAction, Role
from crm.accounts.models import Membership
from crm.accounts.queries import colleagues
from crm.core.models import Operation, Tenanted
from crm.core.text import clean
from crm.core.web.filters import ChoicesFilter, CrmFilterSet, MomentRangeFilter

ACTIVE = (("yes", _("Active")), ("no", _("Deactivated")))
STATES = (("open", _("Open")), ("accepted", _("Accepted")), ("expired", _("Expired")), ("revoked", _("Withdrawn")))


def kinds() -> list[tuple[str, str]]:
    """The kinds of records an organization has, by their names in the reader's language."""
    models = [model for model in apps.get_models() if issubclass(model, Tenanted) and model is not Operation]
    models += [Membership, apps.get_model("accounts.Organization")]
    named = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in models]
    return sorted(((label, name[:1].upper() + name[1:]) for label, name in named), key=lambda pair: pair[1])


class MemberFilter(CrmFilterSet):
    search_hint = _("Name or e-mail")

    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Role"))
    active = django_filters.ChoiceFilter(choices=ACTIVE, method="filter_active", label=_("Access"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in clean(value).split()[:5]:
            queryset = queryset.filter(
                Q(user__first_name__icontains=word)
                | Q(user__last_name__icontains=word)
                | Q(user__email__icontains=word)
            )
        return queryset

    def filter_active(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_active=value == "yes")


class InvitationFilter(CrmFilterSet):
    search_hint = _("E-mail")

    state = django_filters.ChoiceFilter(choices=STATES, method="filter_state", label=_("State"))
    role = django_filters.ChoiceFilter(choices=Role.choices, label=_("Role"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(email__icontains=clean(value))

    def filter_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "accepted":
            return queryset.exclude(accepted_at=None)
        if value == "revoked":
            return queryset.exclude(revoked_at=None)
        waiting = queryset.filter(accepted_at=None, revoked_at=None)
        now = timezone.now()
        return waiting.filter(expires_at__gt=now) if value == "open" else waiting.filter(expires_at__lte=now)


class NumberFilter(django_filters.Filter):
    """The number of a row: whole, and no larger than a database can compare."""

    field_class = forms.IntegerField


class AuditFilter(CrmFilterSet):
    q = None

    actor = django_filters.ModelChoiceFilter(queryset=colleagues, label=_("Person"))
    action = ChoicesFilter(choices=AuditAction.choices, label=_("Act"))
    model = django_filters.ChoiceFilter(choices=kinds, label=_("Kind of record"))
    record = NumberFilter(field_name="object_id", label=_("Number of the record"), min_value=1, max_value=2**63 - 1)
    at = MomentRangeFilter(label=_("Date"))
