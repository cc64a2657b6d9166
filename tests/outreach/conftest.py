"""A group of friends, and a mailing to them."""

from datetime import date

import pytest

from crm.contacts.models import Consent, Contact, Group, GroupMember
from crm.outreach import services
from crm.outreach.models import Mailing
from tests.factories.contacts import ContactFactory
from tests.factories.outreach import TextFactory

HOME = {"address_line1": "12, rue des Érables", "city": "Laval", "province": "QC", "postal_code": "H7A 1A1"}


@pytest.fixture
def group(organization) -> Group:
    return Group.objects.create(organization=organization, name="Friends")


@pytest.fixture
def friend(organization, owner, group):
    """``friend(…)``: somebody in the group who said yes to e-mails, unless told otherwise."""

    def make(name="Roy", *, consent="express", said_on=date(2026, 1, 2), **fields) -> Contact:
        known = {"first_name": "Anne", "last_name": name, "language": "fr", "email": f"{name.lower()}@x.test", **HOME}
        one = ContactFactory(organization=organization, owner=owner, **known | fields)
        if consent:
            Consent.objects.create(
                organization=organization, contact=one, channel="email", status=consent, given_on=said_on, source="Form"
            )
        GroupMember.objects.create(group=group, contact=one)
        return one

    return make


@pytest.fixture
def mailing(admin, group) -> Mailing:
    text = TextFactory(organization=admin.organization)
    return services.save_mailing(title="Spring", channel="email", template=text, group=group, by=admin)
