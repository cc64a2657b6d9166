import factory
from factory.django import DjangoModelFactory

from crm.outreach.choices import LeftOut, Purpose
from crm.outreach.models import Mailing, MessageTemplate, Recipient
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory


class TextFactory(DjangoModelFactory):
    """Words for mailings, with a field that everybody has."""

    class Meta:
        model = MessageTemplate

    name = factory.Sequence(lambda number: f"Appeal {number}")
    purpose = Purpose.MAILING
    subject_fr, body_fr = "Nos nouvelles", "{greeting},\n\nVoici nos nouvelles.\n\n{organization}"
    subject_en, body_en = "Our news", "{greeting},\n\nHere is our news.\n\n{organization}"


class MailingFactory(DjangoModelFactory):
    """A draft that speaks to nobody yet."""

    class Meta:
        model = Mailing

    organization = factory.SelfAttribute("created_by.organization")
    created_by = factory.SubFactory(MembershipFactory)
    template = factory.SubFactory(TextFactory, organization=factory.SelfAttribute("..organization"))
    title = factory.Sequence(lambda number: f"Spring appeal {number}")
    audience = "Everybody"


class MailingRecipientFactory(DjangoModelFactory):
    """Somebody whom a mailing left out."""

    class Meta:
        model = Recipient

    mailing = factory.SubFactory(MailingFactory)
    organization = factory.SelfAttribute("mailing.organization")
    contact = factory.SubFactory(ContactFactory, organization=factory.SelfAttribute("..organization"))
    left_out = LeftOut.ADDRESS
