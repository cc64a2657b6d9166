"""One row of every kind that may point to a contact, by relation: what the tests of merges hang on both sides."""

from datetime import date
from decimal import Decimal

from django.apps import apps
from django.utils import timezone

from crm.contacts import services, stored
from crm.contacts.models import (
    Consent,
    Contact,
    ContactPoint,
    ContactRelation,
    DuplicatePair,
    Group,
    GroupMember,
    Household,
    Merge,
    RecordView,
    Tag,
    TagAssignment,
    Visit,
)
from crm.giving import services as giving
from crm.giving import summaries
from crm.giving.models import Fund, Gift, Tribute, TributeNotice
from crm.outreach.models import Communication
from crm.pipeline import services as pipeline
from crm.tasks.models import Task
from tests.factories.contacts import ContactFactory
from tests.factories.giving import (
    BatchRowFactory,
    CreditFactory,
    FundFactory,
    GiftFactory,
    ProgramFactory,
    RecipientFactory,
    TributeFactory,
)
from tests.factories.outreach import MailingRecipientFactory
from tests.factories.receipts import RunLineFactory, issued

DAY = date(2026, 3, 15)


def another(contact: Contact, **fields) -> Contact:
    """Somebody else of the same organization."""
    return ContactFactory(organization=contact.organization, owner=contact.owner, **fields)


def fund_of(contact: Contact) -> Fund:
    known = Fund.objects.filter(organization=contact.organization).first()
    return known or FundFactory(organization=contact.organization, is_default=True)


def add_gift(contact: Contact, by):
    gift = GiftFactory(contact=contact, fund=fund_of(contact), recorded_by=by)
    summaries.refresh([contact.pk])
    return gift


def add_card(contact: Contact, by):
    return giving.add_payment_method(
        contact=contact, gateway="demo", kind="card", brand="Visa", last_four="4242", token="demo_ok", by=by
    )


def add_pledge(contact: Contact, by):
    """Collected from a card, with a pause."""
    pledge = giving.create_pledge(
        contact=contact, amount=Decimal(40), frequency="monthly", starts_on=DAY, fund=fund_of(contact), by=by
    )
    giving.collect_from(pledge, payment_method=add_card(contact, by), by=by)
    return giving.pause_pledge(pledge, from_on=DAY, until=DAY, by=by)


def add_household(contact: Contact, by) -> Household:
    household = Household.objects.create(organization=contact.organization, head=contact, name=f"Home of {contact.pk}")
    Contact.objects.filter(pk=contact.pk).update(household=household, household_role="adult")
    Contact.objects.filter(pk=another(contact).pk).update(household=household, household_role="adult")
    return household


def add_merge(contact: Contact, by) -> Merge:
    """An earlier merge into this contact, by the service."""
    return services.merge_contacts(kept=contact, absorbed=another(contact, email=""), by=by)


def add_pair(first: Contact, second: Contact, status: str) -> DuplicatePair:
    first, second = sorted((first, second), key=lambda contact: contact.pk)
    return DuplicatePair.objects.create(
        organization=first.organization, first=first, second=second, score=80, reasons=["email"], status=status
    )


def shared(model, contact: Contact, **fields):
    return model.objects.get_or_create(organization=contact.organization, name="Shared", **fields)[0]


def own(contact: Contact) -> dict:
    return {"organization": contact.organization, "contact": contact}


# Relation → what makes a row of it. Some make the same row on both sides, where one alone may remain.
MAKERS = {
    "contacts.contact.merged_into": add_merge,
    "contacts.merge.kept": add_merge,
    "contacts.merge.absorbed": None,  # a merged contact cannot be merged: the row of the merge itself is the one
    "contacts.contactpoint.contact": lambda contact, by: [
        ContactPoint.objects.create(**own(contact), kind="email", value=f"more{contact.pk}@courriel.example"),
        ContactPoint.objects.create(**own(contact), kind="phone", value="+18195550199"),
    ],
    "contacts.consent.contact": lambda contact, by: [
        Consent.objects.create(
            **own(contact), channel="email", given_on=DAY, recorded_by=by,
            status=("express", "withdrawn")[contact.pk % 2],
        ),
        Consent.objects.create(
            **own(contact), channel="mail", given_on=DAY, recorded_by=by,
            status=("withdrawn", "implied")[contact.pk % 2],
        ),
    ],
    "contacts.duplicatepair.first": lambda contact, by: add_pair(contact, another(contact), "dismissed"),
    "contacts.duplicatepair.second": lambda contact, by: add_pair(
        Contact.objects.filter(organization=contact.organization).order_by("pk").first(), contact, "open"
    ),
    "contacts.note.contact": lambda contact, by: services.add_note(contact, text=f"Note {contact.pk}", by=by),
    "contacts.timelineevent.contact": lambda contact, by: services.log(contact, "contact.created", by=by),
    "contacts.visit.contact": lambda contact, by: [
        Visit.objects.create(**own(contact), amount=Decimal("12.50"), recorded_by=by),
        Contact.objects.filter(pk=contact.pk).update(
            visit_count=1, visit_total=Decimal("12.50"), last_visit_at=timezone.now()
        ),
    ],
    "contacts.recordview.contact": lambda contact, by: RecordView.objects.create(
        **own(contact), membership=by, day=DAY, last_at=timezone.now(), times=contact.pk
    ),
    "contacts.household.head": add_household,
    "contacts.contactrelation.contact": lambda contact, by: [
        ContactRelation.objects.create(**own(contact), other=another(contact), kind="friend"),
        ContactRelation.objects.create(**own(contact), other=shared_friend(contact), kind="parent"),
    ],
    "contacts.contactrelation.other": lambda contact, by: ContactRelation.objects.create(
        organization=contact.organization, contact=another(contact), other=contact, kind="employer"
    ),
    "contacts.tagassignment.contact": lambda contact, by: [
        TagAssignment.objects.create(tag=shared(Tag, contact), contact=contact, assigned_by=by),
        TagAssignment.objects.create(
            tag=Tag.objects.create(organization=contact.organization, name=f"Tag {contact.pk}"), contact=contact
        ),
    ],
    "contacts.groupmember.contact": lambda contact, by: GroupMember.objects.create(
        group=shared(Group, contact), contact=contact, added_by=by
    ),
    "tasks.task.contact": lambda contact, by: Task.objects.create(**own(contact), title="Call", owner=by),
    "pipeline.opportunity.contact": lambda contact, by: pipeline.create_opportunity(
        contact=contact, title="Library", amount=Decimal(500), owner=by, by=by
    ),
    "giving.gift.contact": add_gift,
    "giving.batchrow.contact": lambda contact, by: BatchRowFactory(
        batch__organization=contact.organization, batch__opened_by=by, contact=contact, fund=fund_of(contact)
    ),
    "giving.paymentmethod.contact": add_card,
    "giving.pledge.contact": add_pledge,
    "giving.givingsummary.contact": add_gift,
    "giving.softcredit.contact": lambda contact, by: [
        CreditFactory(contact=contact, gift=shared_gift(contact, by)),
        CreditFactory(contact=contact),
    ],
    "giving.matchingprogram.company": lambda contact, by: ProgramFactory(
        organization=contact.organization, company=contact
    ),
    "giving.tribute.contact": lambda contact, by: TributeFactory(organization=contact.organization, contact=contact),
    "giving.tributerecipient.contact": lambda contact, by: [
        RecipientFactory(tribute=shared_tribute(contact), contact=contact),
        RecipientFactory(tribute=TributeFactory(organization=contact.organization), contact=contact),
    ],
    "giving.tributenotice.contact": lambda contact, by: [
        TributeNotice.objects.create(
            gift=gift, contact=contact, how="letter", told_at="2026-03-15T12:00Z", told_by=by
        )
        for gift in (shared_gift(contact, by), GiftFactory(contact=another(contact), recorded_by=by))
    ],
    "outreach.communication.contact": lambda contact, by: Communication.objects.create(
        **own(contact), channel="letter", language="fr", subject="Merci", body="Bonjour", sent_by=by
    ),
    "outreach.recipient.contact": lambda contact, by: MailingRecipientFactory(mailing__created_by=by, contact=contact),
    "receipts.receipt.contact": lambda contact, by: issued(add_gift(contact, by), by=by),
    "receipts.runline.contact": lambda contact, by: RunLineFactory(run__started_by=by, contact=contact),
}  # fmt: skip


def shared_friend(contact: Contact) -> Contact:
    known = Contact.objects.filter(organization=contact.organization, last_name="Friend").first()
    return known or another(contact, first_name="Shared", last_name="Friend")


def shared_tribute(contact: Contact) -> Tribute:
    known = Tribute.objects.filter(organization=contact.organization, name="Shared").first()
    return known or TributeFactory(organization=contact.organization, name="Shared")


def shared_gift(contact: Contact, by) -> Gift:
    """The one gift that both sides were told of."""
    known = Gift.objects.filter(organization=contact.organization, external_id="shared").first()
    return known or GiftFactory(contact=another(contact), recorded_by=by, external_id="shared")


def add_everything(contact: Contact, by) -> None:
    """At least one row in every table that points to a contact."""
    for maker in MAKERS.values():
        if maker:
            contact.refresh_from_db()
            maker(contact, by)
    contact.refresh_from_db()


# What a merge and its undo themselves write and keep: the story of what happened.
STORY = ("accounts.auditentry", "contacts.merge")


def everything() -> dict[str, dict]:
    """Every row of every table of ours, to the last digit."""
    return {
        model._meta.label_lower: {row.pk: stored.snapshot(row) for row in model._base_manager.all()}
        for model in apps.get_models()
        if model.__module__.startswith("crm.")
    }


def differences(before: dict, after: dict) -> list[str]:
    """What changed between two :func:`everything`, the story left out."""
    found = []
    for label, rows in before.items():
        now = dict(after[label])
        if label == "contacts.timelineevent":
            now = {
                pk: row
                for pk, row in now.items()
                if pk in rows or row["verb"] not in ("contact.merged", "contact.unmerged")
            }
        if label in STORY:
            now = {pk: row for pk, row in now.items() if pk in rows}
        for pk in rows.keys() | now.keys():
            if rows.get(pk) != now.get(pk):
                was, is_ = rows.get(pk) or {}, now.get(pk) or {}
                names = [name for name in was.keys() | is_.keys() if was.get(name) != is_.get(name)]
                found.append(
                    f"{label} {pk}: " + ", ".join(f"{n}: {was.get(n)!r} → {is_.get(n)!r}" for n in sorted(names))
                )
    return found
