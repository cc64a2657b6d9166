"""People who live together, without the services' audit and timelines."""

from crm.contacts.models import Contact, Household
from tests.factories.contacts import ContactFactory


def household_of(*members: Contact, **texts) -> Household:
    """The first one is the head; all adults at one address."""
    household = Household.objects.create(organization=members[0].organization, head=members[0], **texts)
    for member in members:
        member.household, member.household_role, member.shares_address = (
            household,
            member.household_role or "adult",
            True,
        )
        member.save()
    return household


def couple(organization, owner=None, **texts) -> Household:
    """Hélène Bouchard and Paul Vézina."""
    hers = ContactFactory(
        organization=organization, owner=owner, honorific="Mme", first_name="Hélène", last_name="Bouchard"
    )
    his = ContactFactory(organization=organization, owner=owner, honorific="M.", first_name="Paul", last_name="Vézina")
    return household_of(hers, his, **texts)
