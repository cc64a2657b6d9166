from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from crm.giving.models import Gift
from crm.receipts import services
from crm.receipts.choices import Ineligibility, RunStatus
from crm.receipts.models import Receipt, ReceiptDelivery, ReceiptRun, RunLine
from tests.factories.accounts import MembershipFactory


def issued(gift: Gift, *, by) -> Receipt:
    """A receipt as only the service can make one."""
    return services.issue_receipt(gift, by=by)


class RunFactory(DjangoModelFactory):
    """A run that is over."""

    class Meta:
        model = ReceiptRun

    organization = factory.SelfAttribute("started_by.organization")
    started_by = factory.SubFactory(MembershipFactory)
    year = 2025
    status = RunStatus.DONE


class RunLineFactory(DjangoModelFactory):
    class Meta:
        model = RunLine

    run = factory.SubFactory(RunFactory)
    organization = factory.SelfAttribute("run.organization")
    reason = Ineligibility.INCOMPLETE_ADDRESS
    gifts = 1
    amount = Decimal(20)
    language = "fr"


class DeliveryFactory(DjangoModelFactory):
    """A receipt that was printed."""

    class Meta:
        model = ReceiptDelivery

    organization = factory.SelfAttribute("receipt.organization")
    how = "print"
