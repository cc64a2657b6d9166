"""The demo's tributes: a neighbour remembered, whose family waits to be told, and an anniversary, whose couple was."""

from crm.contacts.models import Contact
from crm.giving import services
from crm.giving.choices import GiftStatus, GiftType, TributeKind
from crm.giving.models import Gift, Tribute

REMEMBERED, FETED = "Rita Fournier", "Gérald et Lise Boucher"


def build(story) -> None:
    by = story.members["admin"]
    rita = services.save_tribute(
        kind=TributeKind.MEMORY, name=REMEMBERED, by=by,
        note="Longtemps bénévole à la maison. La famille souhaite des dons plutôt que des fleurs.",
    )  # fmt: skip
    couple = services.save_tribute(
        kind=TributeKind.HONOUR, name=FETED, note="Pour leurs cinquante ans de mariage.", by=by
    )
    gifts = Gift.objects.of(story.organization).filter(status=GiftStatus.COMPLETED, type=GiftType.ONE_TIME)
    written = list(gifts.filter(note__contains=REMEMBERED).values_list("pk", flat=True))
    others = list(gifts.exclude(pk__in=written).order_by("-received_on", "-pk").values_list("pk", flat=True)[2:11])
    _name(rita, [*written, *others[:5]])
    _name(couple, others[5:])
    people = Contact.objects.of(story.organization).active().filter(kind="person", is_deceased=False)
    daughter = people.filter(first_name="Élodie", last_name="Fournier").first()
    reachable = people.filter(do_not_contact=False).exclude(address_line1="").exclude(email="").order_by("pk")
    for contact in filter(None, (daughter, reachable.first())):
        services.add_recipient(rita, contact=contact, by=by)
    told = services.add_recipient(couple, contact=reachable.last(), by=by)
    services.mark_told([told.pk], how="phone", by=by)


def _name(tribute: Tribute, gifts: list[int]) -> None:
    Gift.objects.filter(pk__in=gifts).update(tribute=tribute)
