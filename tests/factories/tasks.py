import factory

from crm.tasks.models import Task
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory


class TaskFactory(factory.django.DjangoModelFactory):
    """A row as it stands in the table; use the service where its consequences matter."""

    class Meta:
        model = Task

    contact = factory.SubFactory(ContactFactory)
    organization = factory.SelfAttribute("contact.organization")
    owner = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
    title = factory.Sequence(lambda n: f"Call {n}")
