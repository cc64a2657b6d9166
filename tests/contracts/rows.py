"""A row of each kind that a list shows, the next one unlike the one before."""

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from crm.accounts.models import AuditEntry, Invitation, Membership
from crm.contacts import services as contacts
from crm.contacts.models import Contact, CustomField, Group, Household, RecordView, Segment, Tag, TagAssignment
from crm.contacts.models.duplicates import DuplicatePair, Merge
from crm.core.models import Operation
from crm.giving.models import (
    Campaign,
    DebitFile,
    Fund,
    Gift,
    GiftBatch,
    GiftSplit,
    MatchingClaim,
    MatchingProgram,
    Pledge,
    Thanks,
    Tribute,
    TributeRecipient,
)
from crm.imports.models import ImportFile
from crm.imports.services import receive_file
from crm.insights.models import KpiValue
from crm.outreach.models import Communication, Mailing, MessageTemplate, Recipient, SuppressedAddress
from crm.pipeline.models import Opportunity
from crm.receipts.models import Receipt, ReceiptRun, RunLine
from crm.tasks.models import Task
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory, PairFactory
from tests.factories.core import OperationFactory
from tests.factories.giving import (
    AppealFactory,
    BatchFactory,
    BatchRowFactory,
    CampaignFactory,
    ClaimFactory,
    DebitFileFactory,
    FundFactory,
    GiftFactory,
    PledgeFactory,
    ProgramFactory,
    RecipientFactory,
    TributeFactory,
)
from tests.factories.households import household_of
from tests.factories.insights import KpiValueFactory
from tests.factories.outreach import MailingFactory, MailingRecipientFactory
from tests.factories.pipeline import OpportunityFactory
from tests.factories.receipts import RunFactory, RunLineFactory, issued
from tests.factories.tasks import TaskFactory


def add_contact(admin, number: int) -> Contact:
    contact = ContactFactory(organization=admin.organization, owner=admin, last_name=f"Roy{number}")
    for make in (add_tag, add_group, add_segment):
        make(admin, number)
    TagAssignment.objects.create(tag=Tag.objects.latest("pk"), contact=contact)
    GiftFactory(contact=contact, recorded_by=admin, received_on=timezone.localdate())
    return contact


def add_tag(admin, number: int) -> None:
    Tag.objects.create(organization=admin.organization, name=f"Tag {number} {Tag.objects.count()}")


def add_group(admin, number: int) -> None:
    Group.objects.create(organization=admin.organization, name=f"Group {number}")


def add_segment(admin, number: int) -> None:
    tag = Tag.objects.create(organization=admin.organization, name=f"Of a segment {number} {Tag.objects.count()}")
    rules = {
        "any": [{"field": "tag", "op": "in", "value": [tag.pk]}, {"field": "owner", "op": "in", "value": [admin.pk]}]
    }
    Segment.objects.create(organization=admin.organization, name=f"Segment {number}", rules=rules, count=number)


def add_household(admin, number: int) -> None:
    donor = add_gift(admin, number).contact
    spouse = ContactFactory(organization=admin.organization, owner=admin, last_name=f"Côté{number}")
    household_of(donor, spouse)


def add_gift(admin, number: int) -> Gift:
    donor = ContactFactory(organization=admin.organization, owner=admin, last_name=f"Roy{number}")
    fund = FundFactory(organization=admin.organization)
    amount = Decimal(10 + number)
    appeal = AppealFactory(campaign__organization=admin.organization)
    gift = GiftFactory(
        contact=donor, fund=None if number % 2 else fund, recorded_by=admin, amount=amount,
        received_on=date(2026, 1, 1 + number), campaign=appeal.campaign, appeal=appeal,
    )  # fmt: skip
    if number % 2:  # shared out between two funds
        for one, part in ((fund, 4), (FundFactory(organization=admin.organization), 6 + number)):
            GiftSplit.objects.create(gift=gift, fund=one, amount=part)
    return gift


def add_pledge(admin, number: int) -> None:
    PledgeFactory(
        contact=ContactFactory(organization=admin.organization, owner=admin), recorded_by=admin,
        amount=Decimal(10 + number), late_since=date(2026, 2, 1) if number % 2 else None,
        next_due_on=date(2026, 2, 1 + number), campaign=CampaignFactory(organization=admin.organization),
    )  # fmt: skip


def add_tribute(admin, number: int) -> Tribute:
    tribute = TributeFactory(organization=admin.organization)
    gift = add_gift(admin, number)
    Gift.objects.filter(pk=gift.pk).update(tribute=tribute)
    return tribute


def add_recipient(admin, number: int) -> None:
    contact = ContactFactory(organization=admin.organization, owner=admin, last_name=f"Côté{number}")
    RecipientFactory(tribute=add_tribute(admin, number), contact=contact)


def add_receipt(admin, number: int) -> None:
    issued(add_gift(admin, number), by=admin)


def add_invitation(admin, number: int) -> None:
    Invitation.objects.create(
        organization=admin.organization,
        email=f"new{number}@example.test",
        role="member",
        secret_hash=f"{number:064}",
        invited_by=admin,
        expires_at="2999-01-01T00:00Z",
    )


def add_audit(admin, number: int) -> None:
    AuditEntry.objects.create(
        organization=admin.organization, actor=admin, action="create", model="contacts.contact", object_id=number
    )


def add_import(admin, number: int) -> None:
    sheet = ContentFile(f"Nom,Ville\nRoy{number},Laval\n".encode(), "sheet.csv")
    receive_file(file=sheet, name=f"sheet{number}.csv", kind="contacts", by=admin)


def add_reading(admin, number: int) -> None:
    donor = add_contact(admin, number)
    now = timezone.now()
    RecordView.objects.create(
        organization=admin.organization, membership=admin, contact=donor, day=now.date(), last_at=now
    )


def two(admin, number: int) -> list:
    fields = {"organization": admin.organization, "owner": admin}
    return [ContactFactory(**fields, last_name=f"{name}{number}") for name in ("Roy", "Roi")]


def add_pair(admin, number: int) -> None:
    first, second = two(admin, number)
    PairFactory(first=first, second=second, score=72 + number)


def add_merge(admin, number: int) -> None:
    first, second = two(admin, number)
    contacts.merge_contacts(kept=first, absorbed=second, by=admin)


ADD = {
    DuplicatePair: add_pair,
    Merge: add_merge,
    CustomField: lambda admin, number: CustomField.objects.create(
        organization=admin.organization, code=f"c{number}", label_fr=f"Champ {number}", position=number
    ),
    RecordView: add_reading,
    Contact: add_contact,
    Tag: add_tag,
    Group: add_group,
    Segment: add_segment,
    Gift: add_gift,
    Pledge: add_pledge,
    Thanks: lambda admin, number: Thanks.objects.create(organization=admin.organization, gift=add_gift(admin, number)),
    Opportunity: lambda admin, number: OpportunityFactory(
        contact=add_contact(admin, number),
        owner=MembershipFactory(organization=admin.organization),
        amount=Decimal(100 + number),
        expected_on=date(2026, 2, 1 + number),
    ),
    KpiValue: lambda admin, number: KpiValueFactory(
        kpi__created_by=admin, on=date(2026, 2, 1 + number), note=f"Counted {number}"
    ),
    Tribute: add_recipient,
    DebitFile: lambda admin, number: DebitFileFactory(
        organization=admin.organization,
        made_by=admin,
        number=number,
        until=date(2026, 2, 1 + number),
        total=10 + number,
    ),
    MatchingClaim: lambda admin, number: ClaimFactory(
        gift=add_gift(admin, number), amount=Decimal(10 + number), ask_by=date(2026, 2, 1 + number)
    ),
    MatchingProgram: lambda admin, number: ProgramFactory(
        organization=admin.organization, maximum=Decimal(100 + number)
    ),
    TributeRecipient: add_recipient,
    GiftBatch: lambda admin, number: BatchRowFactory(
        batch=BatchFactory(organization=admin.organization, opened_by=admin, year=2020 + number)
    ),
    Household: add_household,
    Task: lambda admin, number: TaskFactory(
        contact=ContactFactory(organization=admin.organization), owner=admin, due_on=date(2026, 1, 1 + number)
    ),
    Campaign: lambda admin, number: GiftFactory(
        contact=ContactFactory(organization=admin.organization),
        campaign=CampaignFactory(organization=admin.organization, goal_amount=1000 + number, cost=number),
    ),
    Fund: lambda admin, number: FundFactory(organization=admin.organization, name_fr=f"Fonds {number}"),
    Receipt: add_receipt,
    ReceiptRun: lambda admin, number: RunFactory(started_by=admin),
    RunLine: lambda admin, number: RunLineFactory(
        run__started_by=admin, contact=ContactFactory(organization=admin.organization)
    ),
    Mailing: lambda admin, number: MailingFactory(created_by=admin),
    SuppressedAddress: lambda admin, number: SuppressedAddress.objects.create(
        organization=admin.organization, address=f"gone{number}@x.test", said="550 no such person"
    ),
    Recipient: lambda admin, number: MailingRecipientFactory(
        mailing__created_by=admin, contact=ContactFactory(organization=admin.organization)
    ),
    MessageTemplate: lambda admin, number: MessageTemplate.objects.create(
        organization=admin.organization,
        name=f"Ours {number}",
        subject_fr="Merci",
        body_fr="x",
        subject_en="Thanks",
        body_en="x",
    ),
    Communication: lambda admin, number: Communication.objects.create(
        organization=admin.organization,
        contact=ContactFactory(organization=admin.organization),
        channel="letter",
        language="fr",
        subject=f"Merci {number}",
        body="x",
        sent_by=admin,
    ),
    ImportFile: add_import,
    Membership: lambda admin, number: MembershipFactory(organization=admin.organization),
    Invitation: add_invitation,
    AuditEntry: add_audit,
    Operation: lambda admin, number: OperationFactory(organization=admin.organization, started_by=admin),
}
