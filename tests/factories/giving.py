import uuid
from datetime import date
from decimal import Decimal

import factory

from crm.giving.models import (
    Appeal,
    BatchRow,
    Campaign,
    DebitFile,
    Fund,
    Gift,
    GiftBatch,
    MatchingClaim,
    MatchingProgram,
    Pledge,
    SoftCredit,
    Tribute,
    TributeRecipient,
)
from tests.factories.accounts import MembershipFactory, OrganizationFactory
from tests.factories.contacts import ContactFactory


class FundFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Fund

    organization = factory.SubFactory(OrganizationFactory)
    code = factory.Sequence(lambda n: f"F{n}")
    name_fr = "Fonds général"
    name_en = "General fund"


class CampaignFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Campaign

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Campaign {n}")


class AppealFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Appeal

    campaign = factory.SubFactory(CampaignFactory)
    organization = factory.SelfAttribute("campaign.organization")
    name = factory.Sequence(lambda n: f"Letter {n}")


class GiftFactory(factory.django.DjangoModelFactory):
    """A row as it stands in the table; use the service where its consequences matter."""

    class Meta:
        model = Gift

    contact = factory.SubFactory(ContactFactory)
    organization = factory.SelfAttribute("contact.organization")
    fund = factory.SubFactory(FundFactory, organization=factory.SelfAttribute("..organization"))
    recorded_by = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
    amount = Decimal("50.00")
    received_on = date(2026, 3, 15)


class PledgeFactory(factory.django.DjangoModelFactory):
    """A row as it stands in the table, without a calendar; use the service where its consequences matter."""

    class Meta:
        model = Pledge

    contact = factory.SubFactory(ContactFactory)
    organization = factory.SelfAttribute("contact.organization")
    fund = factory.SubFactory(FundFactory, organization=factory.SelfAttribute("..organization"))
    recorded_by = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
    amount = Decimal("40.00")
    starts_on = date(2026, 1, 15)
    anchor_on = factory.SelfAttribute("starts_on")


class DebitFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DebitFile

    organization = factory.SubFactory(OrganizationFactory)
    made_by = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
    number = factory.Sequence(lambda n: n + 1)
    until = date(2026, 2, 1)
    status = "ready"


class TributeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Tribute

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Jeanne Tremblay {n}")


class RecipientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TributeRecipient

    tribute = factory.SubFactory(TributeFactory)
    organization = factory.SelfAttribute("tribute.organization")
    contact = factory.SubFactory(ContactFactory, organization=factory.SelfAttribute("..organization"))


class CreditFactory(factory.django.DjangoModelFactory):
    """Of a gift of somebody else."""

    class Meta:
        model = SoftCredit

    contact = factory.SubFactory(ContactFactory)
    organization = factory.SelfAttribute("contact.organization")
    gift = factory.SubFactory(
        GiftFactory,
        contact=factory.SubFactory(ContactFactory, organization=factory.SelfAttribute("...organization")),
    )
    recorded_by = factory.SelfAttribute("gift.recorded_by")
    amount = Decimal("50.00")


class ProgramFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MatchingProgram

    organization = factory.SubFactory(OrganizationFactory)
    company = factory.SubFactory(
        ContactFactory, organization=factory.SelfAttribute("..organization"), kind="organization", first_name="",
        last_name="", organization_name=factory.Sequence(lambda n: f"Company {n}"),
    )  # fmt: skip


class ClaimFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MatchingClaim

    gift = factory.SubFactory(GiftFactory)
    organization = factory.SelfAttribute("gift.organization")
    program = factory.SubFactory(ProgramFactory, organization=factory.SelfAttribute("..organization"))
    amount = Decimal("50.00")


class BatchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GiftBatch

    organization = factory.SubFactory(OrganizationFactory)
    opened_by = factory.SubFactory(MembershipFactory, organization=factory.SelfAttribute("..organization"))
    year = 2026
    sequence = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Mail {n}")
    received_on = date(2026, 3, 15)


class BatchRowFactory(factory.django.DjangoModelFactory):
    """A line that could be posted."""

    class Meta:
        model = BatchRow

    batch = factory.SubFactory(BatchFactory)
    key = factory.LazyFunction(uuid.uuid4)
    position = factory.Sequence(lambda n: n)
    contact = factory.SubFactory(ContactFactory, organization=factory.SelfAttribute("..batch.organization"))
    received_on = date(2026, 3, 15)
    amount = Decimal("50.00")
    method = "check"
    fund = factory.SubFactory(FundFactory, organization=factory.SelfAttribute("..batch.organization"))
    version = 1
