"""One row of each kind, in one organization, hanging off the contact of the fundraiser ``owner``."""

from crm.accounts.models import Invitation
from crm.contacts.models import Note
from crm.core.models import Operation
from crm.giving.models import Fund, Gift
from tests.factories.contacts import NoteFactory
from tests.factories.core import OperationFactory
from tests.factories.giving import FundFactory, GiftFactory


def build(*, contact, by, owner) -> dict:
    """Model → row, for every model that an address may name by ``pk``."""
    fund = FundFactory(organization=contact.organization, code="GEN", is_default=True)
    gift = GiftFactory(contact=contact, fund=fund, recorded_by=by)
    invitation = Invitation.objects.create(
        organization=contact.organization,
        email="new@example.test",
        role="member",
        secret_hash="0" * 64,
        invited_by=by,
        expires_at="2999-01-01T00:00Z",
    )
    return {
        "contact": contact,
        type(contact): contact,
        Note: NoteFactory(contact=contact, author=owner),
        Fund: fund,
        Gift: gift,
        Operation: OperationFactory(organization=contact.organization, started_by=owner),
        type(by): by,
        Invitation: invitation,
    }
