from decimal import Decimal

import factory

from crm.pipeline.models import Opportunity
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory


class OpportunityFactory(factory.django.DjangoModelFactory):
    """A row as it stands in the table; use the service where its consequences matter."""

    class Meta:
        model = Opportunity

    contact = factory.SubFactory(ContactFactory)
    organization = factory.SelfAttribute("contact.organization")
    owner = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
    created_by = factory.SelfAttribute("owner")
    title = factory.Sequence(lambda n: f"Library {n}")
    amount = Decimal(500)
