"""What the small demo knows beyond names: consents, further ways to reach people, fields of its own, saved views."""

from datetime import timedelta

from crm.accounts.keeping_views import save_view
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.contacts.services.custom_fields import save_custom_field

CONTACTS = "contacts:contact_list"


def plan(story) -> None:
    """A month ago, one afternoon, somebody tidied the records."""
    at = story.moment(story.today - timedelta(days=30), first=13, last=15)
    story.then(at, lambda: act(story))


def act(story) -> None:
    admin, fundraiser = story.members["admin"], story.members["fundraiser"]
    member = save_custom_field(by=admin, kind="text", label_fr="Numéro de membre", label_en="Member number")
    size = save_custom_field(
        by=admin,
        kind="choice",
        label_fr="Comité",
        label_en="Committee",
        lines=[
            ("Souper-bénéfice", "Benefit dinner"),
            ("Bénévolat", "Volunteering"),
            ("Communications", "Communications"),
        ],
    )
    people = Contact.objects.of(story.organization).filter(kind="person", archived_at=None)
    helene = people.get(first_name="Hélène", last_name="Bouchard")
    contacts.update_contact(
        helene, custom={member.code: "M-0142", size.code: "v1"}, lead_source="Souper-bénéfice", by=fundraiser
    )
    contacts.save_points(
        helene,
        points=[
            {"kind": "email", "value": "h.bouchard@bureau.example", "label": "work"},
            {"kind": "phone", "value": "+18195550177", "label": "mobile"},
        ],
        by=fundraiser,
    )
    given = story.today - timedelta(days=620)
    contacts.record_consent(
        helene, channel="email", status="express", given_on=given, source="Formulaire en ligne", by=fundraiser
    )
    contacts.record_consent(
        helene,
        channel="sms",
        status="withdrawn",
        given_on=story.today - timedelta(days=40),
        source="Texto STOP",
        by=fundraiser,
    )
    quiet = people.get(first_name="Luc", last_name="Thibodeau")
    contacts.update_contact(quiet, do_not_contact=True, custom={size.code: "v3"}, by=fundraiser)
    for person in (fundraiser, admin):
        save_view(
            screen=CONTACTS,
            name="Donateurs du Québec",
            query="lifecycle=donor&province=QC&sort=-total",
            columns=["lifecycle", "email", "phone", "total", "last_on"],
            is_shared=False,
            is_pinned=True,
            by=person,
        )
    save_view(
        screen=CONTACTS,
        name="Sans adresse",
        query="has_address=no",
        columns=[],
        is_shared=True,
        is_pinned=True,
        by=admin,
    )
