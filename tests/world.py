"""One row of each kind, in one organization, hanging off the contact of the fundraiser ``owner``."""

from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile

from crm.accounts.models import Invitation, SavedView
from crm.contacts import services as contacts
from crm.contacts.models import ContactPoint, ContactRelation, CustomField, Group, Household, Note, Segment, Tag, Visit
from crm.contacts.models.duplicates import DuplicatePair, Merge
from crm.core.models import Operation, OutgoingEmail
from crm.giving.models import (
    Appeal,
    Campaign,
    DebitFile,
    Fund,
    FundSpending,
    GatewayAccount,
    Gift,
    GiftBatch,
    MatchingClaim,
    MatchingProgram,
    PaymentMethod,
    PeriodLock,
    Pledge,
    SoftCredit,
    Tribute,
    TributeRecipient,
)
from crm.giving.services import add_payment_method, close_period, connect_gateway, create_pledge
from crm.imports.models import ImportFile
from crm.imports.services import receive_file
from crm.insights.models import Kpi, KpiValue
from crm.notifications.models import Notification
from crm.outreach.models import Communication, Mailing, MessageTemplate, Recipient, SuppressedAddress
from crm.pipeline.models import Opportunity
from crm.receipts.models import Receipt, ReceiptRun, RunLine
from crm.tasks.models import Task
from tests.factories.contacts import ContactFactory, NoteFactory, PairFactory, VisitFactory
from tests.factories.core import OperationFactory
from tests.factories.giving import (
    AppealFactory,
    BatchRowFactory,
    ClaimFactory,
    CreditFactory,
    DebitFileFactory,
    FundFactory,
    GiftFactory,
    ProgramFactory,
    RecipientFactory,
)
from tests.factories.households import household_of
from tests.factories.insights import KpiFactory, KpiValueFactory
from tests.factories.notifications import NotificationFactory
from tests.factories.outreach import MailingFactory, MailingRecipientFactory
from tests.factories.pipeline import OpportunityFactory
from tests.factories.receipts import RunFactory, RunLineFactory, issued
from tests.factories.tasks import TaskFactory

SHEET = "Nom,Ville\nRoy,Laval\n"


def build(*, contact, by, owner) -> dict:
    """Model → row, for every model that an address may name by ``pk``."""
    fund = FundFactory(organization=contact.organization, code="GEN", is_default=True)
    for _spare in range(3):  # so that no row has its number in common with a row of another kind
        GiftFactory(contact=contact, fund=fund, recorded_by=by)
    for _spare in range(7):
        VisitFactory(contact=contact, recorded_by=owner)
    for _spare in range(12):
        TaskFactory(contact=contact, owner=owner)
    NoteFactory(contact=contact, author=owner)
    appeal = AppealFactory(campaign__organization=contact.organization)
    for _spare in range(2):
        RecipientFactory(tribute__organization=contact.organization)
    told = RecipientFactory(tribute__organization=contact.organization, contact=contact)
    gift = GiftFactory(contact=contact, fund=fund, recorded_by=by)
    for number in range(2, 7):
        DebitFileFactory(organization=contact.organization, made_by=by, number=number)
    for _spare in range(4):
        ProgramFactory(organization=contact.organization)
    claim = ClaimFactory(gift=GiftFactory(contact=contact, fund=fund, recorded_by=by))
    invitation = Invitation.objects.create(
        organization=contact.organization,
        email="new@example.test",
        role="member",
        secret_hash="0" * 64,
        invited_by=by,
        expires_at="2999-01-01T00:00Z",
    )
    receipted = GiftFactory(contact=contact, fund=fund, recorded_by=by)
    sheet = ContentFile(SHEET.encode(), "sheet.csv")
    spouse = ContactFactory(
        organization=contact.organization, owner=owner, first_name="Paul", last_name="Côté-Bouchard", honorific="M."
    )
    double, twin = (ContactFactory(organization=contact.organization, owner=owner) for _two in range(2))
    return {
        "contact": contact,
        DuplicatePair: PairFactory(first=contact, second=double),
        Merge: contacts.merge_contacts(kept=contact, absorbed=twin, by=by),
        type(contact): contact,
        Note: NoteFactory(contact=contact, author=owner),
        SavedView: SavedView.objects.create(
            organization=contact.organization, owner=owner, screen="contacts:contact_list", name="Mine", is_shared=True
        ),
        CustomField: CustomField.objects.create(
            organization=contact.organization, code="c1", label_fr="Taille", label_en="Size"
        ),
        ContactPoint: ContactPoint.objects.create(
            organization=contact.organization, contact=contact, kind="email", value="second@example.test"
        ),
        Household: household_of(contact, spouse),
        ContactRelation: ContactRelation.objects.create(
            organization=contact.organization, contact=contact, other=spouse, kind="spouse"
        ),
        Visit: VisitFactory(contact=contact, recorded_by=owner),
        Task: TaskFactory(contact=contact, owner=owner),
        Opportunity: OpportunityFactory(contact=contact, owner=owner, created_by=owner),
        Notification: NotificationFactory(membership=by),
        Kpi: (kpi := KpiFactory(created_by=by, pk=9_001)),
        KpiValue: KpiValueFactory(kpi=kpi, pk=9_002),
        Fund: fund,
        Campaign: appeal.campaign,
        GiftBatch: BatchRowFactory(
            batch__organization=contact.organization, batch__opened_by=owner, contact=contact, fund=fund
        ).batch,
        Appeal: appeal,
        Tribute: told.tribute,
        SoftCredit: CreditFactory(contact=contact),
        FundSpending: FundSpending.objects.create(
            organization=contact.organization,
            fund=fund,
            spent_on=date(2026, 1, 5),
            amount=1,
            note="Paint",
            recorded_by=by,
        ),
        DebitFile: DebitFileFactory(organization=contact.organization, made_by=by, number=1),
        GatewayAccount: connect_gateway(gateway="stripe", key="sk_test_world", webhook_secret="whsec_world", by=by),
        MatchingClaim: claim,
        MatchingProgram: claim.program,
        TributeRecipient: told,
        Gift: gift,
        PaymentMethod: add_payment_method(
            contact=contact, gateway="demo", kind="card", brand="Visa", last_four="4242", token="demo_ok", by=by
        ),
        PeriodLock: close_period(until=date(2000, 1, 31), by=by),
        Pledge: create_pledge(
            contact=contact, amount=Decimal(40), frequency="monthly", starts_on=date(2026, 1, 31), fund=fund, by=by
        ),
        Operation: OperationFactory(organization=contact.organization, started_by=owner),
        type(by): by,
        Invitation: invitation,
        OutgoingEmail: OutgoingEmail.objects.create(
            organization=contact.organization, key="world", recipient="a@example.test", language="en", status="failed"
        ),
        MessageTemplate: MessageTemplate.objects.create(
            organization=contact.organization,
            name="Ours",
            subject_fr="Merci",
            body_fr="{greeting}",
            subject_en="Thanks",
            body_en="{greeting}",
        ),
        Mailing: (mailing := MailingFactory(created_by=owner, pk=9_003)),
        Recipient: MailingRecipientFactory(mailing=mailing, contact=contact, pk=9_004),
        SuppressedAddress: SuppressedAddress.objects.create(
            organization=contact.organization, address="gone@x.test", said="550 no such person", pk=9_005
        ),
        Communication: Communication.objects.create(
            organization=contact.organization,
            contact=contact,
            channel="letter",
            happened_on=date(2026, 2, 3),  # that came: what somebody wrote down may be corrected
            direction="in",
            language="fr",
            subject="Dank",
            body="Wir danken",
            sent_by=by,
        ),
        Receipt: issued(receipted, by=by),
        ReceiptRun: (run := RunFactory(started_by=by)),
        RunLine: RunLineFactory(run=run, contact=contact),
        Tag: Tag.objects.create(organization=contact.organization, name="Gala", owner=owner),
        Group: Group.objects.create(organization=contact.organization, name="Committee", owner=owner),
        Segment: Segment.objects.create(
            organization=contact.organization,
            name="Reachable",
            owner=owner,
            rules={"all": [{"field": "has_email", "op": "yes", "value": None}]},
        ),
        ImportFile: receive_file(file=sheet, name="sheet.csv", kind="contacts", by=by),
    }
