import factory

from crm.core.models import Operation
from tests.factories.accounts import MembershipFactory, OrganizationFactory


class OperationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Operation

    organization = factory.SubFactory(OrganizationFactory)
    kind = "test"
    total = 10
    result_file = factory.django.FileField(filename="result.csv", data=b"a,b\n")
    started_by = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
