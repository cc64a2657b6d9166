import factory

from crm.contacts.models import Contact, DuplicatePair, Note, Visit
from tests.factories.accounts import MembershipFactory, OrganizationFactory


class ContactFactory(factory.django.DjangoModelFactory):
    """A person with a complete Canadian address."""

    class Meta:
        model = Contact

    organization = factory.SubFactory(OrganizationFactory)
    first_name = "Marie"
    last_name = factory.Sequence(lambda n: f"Gagnon{n}")
    email = factory.Sequence(lambda n: f"donor{n}@courriel.example")
    address_line1 = "1482, rue des Érables"
    city = "Trois-Rivières"
    province = "QC"
    postal_code = "G9A 5H7"
    language = "fr"


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Note

    contact = factory.SubFactory(ContactFactory)
    organization = factory.SelfAttribute("contact.organization")
    author = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
    text = "Called about the gala."


class PairFactory(factory.django.DjangoModelFactory):
    """Two contacts that may be one; the second is the newer."""

    class Meta:
        model = DuplicatePair

    first = factory.SubFactory(ContactFactory)
    second = factory.SubFactory(ContactFactory, organization=factory.SelfAttribute("..first.organization"))
    organization = factory.SelfAttribute("first.organization")
    score = 80
    reasons = ["name_same", "email"]


class VisitFactory(factory.django.DjangoModelFactory):
    """A row as it stands in the table; use the service where its consequences matter."""

    class Meta:
        model = Visit

    contact = factory.SubFactory(ContactFactory)
    organization = factory.SelfAttribute("contact.organization")
    recorded_by = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
