import django_filters
from django.utils.translation import gettext_lazy as _

from crm.core.web.filters import CrmFilterSet
from crm.imports.choices import ImportKind


class ImportFilter(CrmFilterSet):
    q = None
    kind = django_filters.ChoiceFilter(choices=ImportKind.choices, label=_("What it holds"))
