"""People of the small demo who live together or are something for each other, acted out through the services."""

from datetime import datetime, time, timedelta

from crm.contacts import services as contacts
from crm.contacts.models import Contact

LAMBERT = {"address_line1": "25, rue Hériot", "city": "Drummondville", "province": "QC", "postal_code": "J2C 1K2"}
# Who is only known through somebody of the cast.
RELATIVES: dict[str, dict] = {
    "roland": {"honorific": "M.", "first_name": "Roland", "last_name": "Gagnon", "deceased_on": 180},
    "lea": {"first_name": "Léa", "last_name": "St-Pierre"},
    "sophie": {"honorific": "Mme", "first_name": "Sophie", "last_name": "Lambert", **LAMBERT,
               "email": "sophie.lambert@courriel.example"},
    "eve": {"honorific": "Mme", "first_name": "Marie-Ève", "last_name": "Caron", **LAMBERT,
            "email": "me.caron@courriel.example"},
}  # fmt: skip


class Families:
    """A couple with two surnames, a family with its child, a widow, two women; an employer and a board."""

    def __init__(self, story) -> None:
        self.story, self.by = story, story.members["fundraiser"]
        self.born: dict[str, Contact] = {}

    def at(self, days: int) -> datetime:
        return datetime.combine(self.story.today - timedelta(days=days), time(10, 30), tzinfo=self.story.zone)

    def one(self, first: str, last: str, honorific: str = "") -> Contact:
        contact = Contact.objects.get(organization=self.story.organization, first_name=first, last_name=last)
        return contacts.update_contact(contact, by=self.by, honorific=honorific) if honorific else contact

    def printer(self) -> Contact:
        return Contact.objects.get(
            organization=self.story.organization, organization_name="Imprimerie Sainte-Anne inc."
        )

    def meet(self, key: str, days: int) -> None:
        fields = {name: value for name, value in RELATIVES[key].items() if name != "deceased_on"}

        def create() -> None:
            at = self.at(days)
            self.born[key] = contacts.create_contact(by=self.by, owner=self.by, created_at=at, **fields)

        self.story.then(self.at(days), create)

    def couple(self) -> None:
        helene, jean_marc = self.one("Hélène", "Bouchard"), self.one("Jean-Marc", "Vézina", "M.")
        contacts.start_household(helene, other=jean_marc, by=self.by)
        contacts.add_relation(helene, other=jean_marc, kind="spouse", by=self.by)
        note = "Jumelle les dons de son personnel"
        contacts.add_relation(helene, other=self.printer(), kind="employer", note=note, by=self.by)

    def family(self) -> None:
        annie, eric = self.one("Annie", "St-Pierre", "Mme"), self.one("Éric", "St-Pierre", "M.")
        household = contacts.start_household(annie, other=eric, by=self.by)
        contacts.add_member(household, contact=self.born["lea"], role="child", by=self.by)
        contacts.add_relation(annie, other=self.born["lea"], kind="child", by=self.by)

    def widow(self) -> None:
        therese = self.one("Thérèse", "Gagnon", "Mme")
        contacts.start_household(self.born["roland"], other=therese, by=self.by)
        contacts.add_relation(therese, other=self.born["roland"], kind="spouse", by=self.by)

    def death(self) -> None:
        died = self.story.today - timedelta(days=RELATIVES["roland"]["deceased_on"])
        contacts.update_contact(self.born["roland"], by=self.by, is_deceased=True, deceased_on=died)

    def two_women(self) -> None:
        household = contacts.start_household(self.born["sophie"], other=self.born["eve"], by=self.by)
        texts = {"informal_fr": "Chère Sophie, chère Ève", "informal_en": "Dear Sophie and Ève"}
        contacts.update_household(household, by=self.by, **texts)

    def board(self) -> None:
        gilles = self.one("Gilles", "Lacoursière")
        contacts.add_relation(self.printer(), other=gilles, kind="board_member", by=self.by)


def plan(story) -> None:
    families = Families(story)
    for key, days in (("roland", 210), ("lea", 20), ("sophie", 30), ("eve", 30)):
        families.meet(key, days)
    for days, act in (
        (205, families.widow),
        (170, families.death),
        (15, families.couple),
        (14, families.family),
        (13, families.two_women),
        (12, families.board),
    ):
        story.then(families.at(days), act)
