from datetime import date
from decimal import Decimal

import factory

from crm.insights.models import Kpi, KpiValue
from tests.factories.accounts import MembershipFactory


class KpiFactory(factory.django.DjangoModelFactory):
    """A row as it stands in the table; use the service where its consequences matter."""

    class Meta:
        model = Kpi

    created_by = factory.SubFactory(MembershipFactory)
    organization = factory.SelfAttribute("created_by.organization")
    title = factory.Sequence(lambda n: f"Hours {n}")
    position = factory.Sequence(lambda n: n)


class KpiValueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KpiValue

    kpi = factory.SubFactory(KpiFactory)
    organization = factory.SelfAttribute("kpi.organization")
    on = date(2026, 1, 5)
    value = Decimal(12)
    recorded_by = factory.SelfAttribute("kpi.created_by")
