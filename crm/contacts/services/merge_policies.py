"""What a merge does with the rows of contacts themselves, where following is not enough."""

from django.db.models import Q

from crm.contacts import stored
from crm.contacts.choices import ConsentStatus, PairStatus
from crm.contacts.merging import Follow, Ledger, Stay, declare
from crm.contacts.models import Consent, ContactRelation, DuplicatePair, Household
from crm.contacts.relations import inverse
from crm.contacts.services.household_upkeep import next_head

STRICTEST_FIRST = (ConsentStatus.WITHDRAWN, ConsentStatus.NONE, ConsentStatus.IMPLIED, ConsentStatus.EXPRESS)


def strictness(consent: Consent) -> tuple:
    """Sorts the one that binds us most first; of two alike, the latest."""
    return STRICTEST_FIRST.index(consent.status), -consent.given_on.toordinal(), consent.pk


class Consents(Follow):
    """Channel by channel the stricter answer holds: a merge never gives a right to write that was not there."""

    def gives_way(self, ledger: Ledger, mine: Consent, other: Consent) -> bool:
        wins = strictness(other) < strictness(mine)
        ledger.drop(mine if wins else other)
        if wins:
            ledger.data.setdefault("consents", []).append(stored.snapshot(other))
        return wins

    def undone(self, ledger: Ledger, rel) -> None:
        """An answer given between merge and undo was given by the person on the screen: both keep it when it is stricter."""
        for before in ledger.data.get("consents", []):
            now = Consent.objects.filter(pk=before["id"]).first()
            mine = Consent.objects.filter(contact=ledger.kept, channel=before["channel"]).first()
            plain = now and stored.snapshot(now)
            said = ("status", "given_on", "source", "proof")
            if (
                mine
                and now
                and any(plain[name] != before[name] for name in said)
                and strictness(now) < strictness(mine)
            ):
                Consent.objects.filter(pk=mine.pk).update(**{name: getattr(now, name) for name in said})


class Readings(Follow):
    """Who opened which of the two records on which day: added up where both were opened."""

    def gives_way(self, ledger: Ledger, mine, other) -> bool:
        ledger.change(mine, times=mine.times + other.times, last_at=max(mine.last_at, other.last_at))
        ledger.drop(other)
        return False


class Relations(Follow):
    """Relations follow; one between the two, and one said twice the other way round, are taken away."""

    def apply(self, ledger: Ledger, rel) -> None:
        both = (ledger.kept.pk, ledger.absorbed.pk)
        for row in ContactRelation.objects.filter(contact_id__in=both, other_id__in=both):
            ledger.drop(row)
        theirs = ContactRelation.objects.filter(Q(contact_id__in=both) | Q(other_id__in=both)).order_by("pk")
        seen: dict[tuple, ContactRelation] = {}
        for row in sorted(theirs, key=lambda row: (ledger.absorbed.pk in (row.contact_id, row.other_id), row.pk)):
            outward = row.contact_id in both
            kind = row.kind if outward else inverse(row.kind)
            key = (row.other_id if outward else row.contact_id, kind)
            if key in seen:
                ledger.drop(row)
            else:
                seen[key] = row
        super().apply(ledger, rel)


class Head(Follow):
    """The absorbed contact leaves their household. Its head becomes the kept one who joins it, else another member."""

    def apply(self, ledger: Ledger, rel) -> None:
        for household in Household.objects.filter(head=ledger.absorbed).order_by("pk"):
            if ledger.data["household"] == household.pk:
                ledger.change(household, head=ledger.kept)
            else:
                others = household.members.filter(merged_into=None).exclude(pk=ledger.absorbed.pk)
                ledger.change(household, head=next_head(others))


class Pairs(Follow):
    """“Not a duplicate” said of the absorbed contact holds for the kept one; the rest waits where it is for an undo."""

    def __init__(self) -> None:
        super().__init__(listed=False)

    def apply(self, ledger: Ledger, rel) -> None:
        name, opposite = rel.field.name, "second" if rel.field.name == "first" else "first"
        rows = DuplicatePair.objects.filter(**{name: ledger.absorbed}, status=PairStatus.DISMISSED)
        for row in rows.exclude(**{opposite: ledger.kept}).order_by("pk"):
            first, second = sorted((getattr(row, f"{opposite}_id"), ledger.kept.pk))
            known = DuplicatePair.objects.filter(first_id=first, second_id=second).first()
            decided = {"decided_by": row.decided_by, "decided_at": row.decided_at}
            if known is None:
                ledger.change(row, first_id=first, second_id=second)
            elif known.status == PairStatus.OPEN:
                ledger.change(known, status=PairStatus.DISMISSED, **decided)


declare("contacts.consent.contact", Consents())
declare("contacts.recordview.contact", Readings(listed=False))
declare("contacts.timelineevent.contact", Follow(listed=False))
declare("contacts.contactrelation.contact", Relations())
declare("contacts.contactrelation.other", Relations())
declare("contacts.household.head", Head(listed=False))
declare("contacts.duplicatepair.first", Pairs())
declare("contacts.duplicatepair.second", Pairs())
declare("contacts.merge.kept", Stay())
declare("contacts.merge.absorbed", Stay())
declare("contacts.contact.merged_into", Follow(listed=False))
