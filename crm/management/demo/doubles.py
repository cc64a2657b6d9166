"""People who are in the small demo twice, as clerks and imports write them, found by the search of the product."""

from datetime import timedelta

from crm.contacts import blocks
from crm.contacts import services as contacts
from crm.giving.choices import GiftStatus, GiftType, Method
from crm.management.demo.cast import Character
from crm.management.demo.giving import Planned

PLACE = {"city": "Trois-Rivières", "province": "QC", "postal_code": "G9A 4T2", "country": "CA"}
# (fields, days since they were written, days ago and dollars of their gifts)
DOUBLES = (
    (
        {"first_name": "Jean-François", "last_name": "Côté", "address_line1": "87, rue Laviolette", "job_title": "Notaire",
         "email": "jf.cote@notaires.example", "language": "fr", **PLACE},
        1400, ((1300, 100), (900, 100), (500, 150)),
    ),
    ({"first_name": "jf", "last_name": "cote", "phone": "+18195550163", "language": "fr", **PLACE}, 240, ((240, 60),)),
    ({"last_name": "COTE, Jean Francois", "external_id": "CH-20418", "language": "fr", **PLACE}, 90, ((90, 40),)),
    (
        {"first_name": "Robert", "last_name": "Fraser", "phone": "+18195550177", "email": "r.fraser@mail.example",
         "language": "en", **PLACE, "postal_code": "G8Z 1A4"},
        800, ((700, 250),),
    ),
    ({"first_name": "Bob", "last_name": "Fraser", "phone": "+18195550177", "language": "en"}, 60, ((60, 75),)),
)  # fmt: skip


def plan(story) -> None:
    """To be told with the rest of the story."""
    fund = story.by_code["GEN"]
    for fields, days, gifts in DOUBLES:
        planned = [
            (
                Planned(
                    story.today - timedelta(days=ago),
                    dollars * 100,
                    GiftType.ONE_TIME,
                    Method.CHECK,
                    GiftStatus.COMPLETED,
                ),
                fund,
                "",
            )
            for ago, dollars in gifts
        ]
        character = Character(owner="admin", lang=fields["language"])
        story.plan_contact(dict(fields), character, planned, story.today - timedelta(days=days))


def find(organization) -> None:
    """What the first night would find."""
    cursor: dict = {}
    while True:
        found = blocks.look(organization.pk, cursor)
        contacts.record_pairs(found, organization_id=organization.pk)
        cursor = found.cursor
        if found.finished:
            return
