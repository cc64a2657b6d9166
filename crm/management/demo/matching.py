"""The demo's credits: a gift made by two, and a company that adds half to the gifts of somebody who works for it."""

from datetime import timedelta
from decimal import Decimal

from crm.contacts import services as contacts
from crm.contacts.choices import RelationKind
from crm.contacts.models import Contact
from crm.giving import services
from crm.giving.choices import CreditRole, GiftStatus, GiftType
from crm.giving.models import Gift, MatchingClaim


def build(story) -> None:
    by = story.members["admin"]
    gifts = Gift.objects.of(story.organization).filter(status=GiftStatus.COMPLETED, type=GiftType.ONE_TIME)
    recent = gifts.filter(
        received_on__gte=story.today - timedelta(days=300), contact__kind="person", contact__archived_at=None
    ).select_related("contact")
    together = recent.filter(contact__household__isnull=False).newest_first().first()
    if together is not None:
        home = Contact.objects.filter(household=together.contact.household_id).active()
        if spouse := home.exclude(pk=together.contact_id).exclude(is_deceased=True).first():
            services.credit(together, contact=spouse, role=CreditRole.SPOUSE, by=by)
    company = Contact.objects.of(story.organization).active().filter(organization_name__contains="inc").first()
    services.save_program(
        company=company, percent=50, minimum=Decimal(25), yearly_maximum=Decimal(500), days=180, by=by,
        note="Formulaire des ressources humaines, avec une copie du reçu officiel.",
    )  # fmt: skip
    for gift in recent.exclude(contact=company).newest_first()[3:5]:
        contacts.add_relation(gift.contact, other=company, kind=RelationKind.EMPLOYER, by=by)
        services.claim_match(gift, program=company.matching_programs.get(), by=by)
    asked = MatchingClaim.objects.of(story.organization).order_by("pk").first()
    services.submit_claim(asked, submitted_on=story.today, by=by)
    spend(story)


def spend(story) -> None:
    """Part of a restricted fund was spent."""
    restricted = next(fund for fund in story.funds if fund.is_restricted)
    services.record_spending(
        restricted, spent_on=story.today - timedelta(days=20), amount=Decimal(120), note="Fauteuil de lecture du salon",
        by=story.clerk,
    )  # fmt: skip
