"""Looking for duplicates among many contacts: only those who share an e-mail, a phone or a postal code are compared.

One block after another in the order of what they share, so that the work grows with the contacts and not with their
square, and can stop and go on anywhere.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import structlog
from django.db.models import Count, Q, QuerySet, Sum

from crm.contacts.choices import PairStatus
from crm.contacts.likeness import Likely, Likeness, compare
from crm.contacts.models import Contact, ContactPoint, ContactRelation, DuplicatePair

logger = structlog.get_logger(__name__)

SHARED = ("email", "phone", "postal_code")  # indexed columns; what they share puts contacts in one block
STAGES = (*SHARED, "point", "stale")
ROWS = 3000  # contacts a chunk reads: about a second
KEYS = 800  # blocks a chunk reads
LARGE = 40  # above, only contacts whose family names begin alike are compared
CROWD = 400  # and this many of those under one key is no longer a family: left out, and logged
BATCH = 800
COLUMNS = (
    "pk", "kind", "first_name", "middle_name", "last_name", "suffix", "organization_name", "postal_code",
    "address_line1", "city", "email", "phone",
)  # fmt: skip

Pairs = dict[tuple[int, int], Likeness]


@dataclass
class Found:
    """What one chunk found: the pairs, those open ones that no longer hold, and where the next chunk begins."""

    pairs: Pairs = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    looked: int = 0
    cursor: dict = field(default_factory=dict)
    finished: bool = False


def _present(organization_id: int) -> QuerySet:
    return Contact.objects.filter(organization_id=organization_id, archived_at=None)


def _repeated(rows: QuerySet, column: str, after: str = "") -> QuerySet:
    known = rows.exclude(**{column: ""}).filter(**{f"{column}__gt": after}).order_by(column)
    return known.values(column).annotate(count=Count("pk")).filter(count__gt=1)


def total(organization_id: int) -> int:
    """How many contacts, block by block, a whole look will go through."""
    rows = _present(organization_id)
    seen = sum(_repeated(rows, column).aggregate(all=Sum("count"))["all"] or 0 for column in SHARED)
    open_pairs = DuplicatePair.objects.filter(organization_id=organization_id, status=PairStatus.OPEN).count()
    return seen + open_pairs + ContactPoint.objects.filter(organization_id=organization_id).count()


def read(rows: QuerySet) -> dict[int, Likely]:
    """The contacts of ``rows`` as matching sees them, with their further e-mails and phones."""
    found: dict[int, Likely] = {}
    for *fields, email, phone in rows.values_list(*COLUMNS).iterator(chunk_size=2000):
        one = found[fields[0]] = Likely(*fields)
        one.reach([("email", email), ("phone", phone)])
    ids = sorted(found)
    for start in range(0, len(ids), BATCH):
        points = ContactPoint.objects.filter(contact_id__in=ids[start : start + BATCH])
        for pk, kind, value in points.values_list("contact_id", "kind", "value"):
            found[pk].reach([(kind, value)])
    return found


def _within(block: list[Likely], shared: str) -> Iterator[tuple[Likely, Likely]]:
    """The pairs of a block worth comparing."""
    if len(block) <= LARGE:
        yield from combinations(block, 2)
        return
    by_word: dict[str, list[Likely]] = defaultdict(list)
    for one in block:
        for word in one.word_keys:
            by_word[word].append(one)
    for word, some in by_word.items():
        if len(some) > CROWD:
            logger.warning("duplicate_block_left_out", shared=shared, beginning=word, contacts=len(some))
            continue
        yield from combinations(some, 2)


def _compared(block: list[Likely], shared: str, into: Pairs) -> None:
    for one, other in _within(block, shared):
        pair = (one.pk, other.pk) if one.pk < other.pk else (other.pk, one.pk)
        if pair not in into and (likeness := compare(one, other)):
            into[pair] = likeness


def _without_relatives(pairs: Pairs) -> Pairs:
    """Two contacts whom somebody linked to each other are two people, whatever they share."""
    ids = sorted({pk for pair in pairs for pk in pair})
    for start in range(0, len(ids), BATCH):
        linked = ContactRelation.objects.filter(contact_id__in=ids[start : start + BATCH])
        for pair in linked.values_list("contact_id", "other_id"):
            pairs.pop(tuple(sorted(pair)), None)
    return pairs


def _blocks_of_column(organization_id: int, column: str, after: str) -> Found:
    rows, keys, count = _present(organization_id), [], 0
    for key, size in _repeated(rows, column, after).values_list(column, "count")[:KEYS]:
        keys.append(key)
        count += size
        if count >= ROWS:
            break
    found = Found(looked=count)
    if not keys:
        return found
    blocks: dict[str, list[Likely]] = defaultdict(list)
    members = rows.filter(**{f"{column}__in": keys})
    likely = read(members)
    for pk, key in members.values_list("pk", column):
        if pk in likely:
            blocks[key].append(likely[pk])
    for key, block in blocks.items():
        _compared(block, f"{column}: {len(key)}", found.pairs)
    found.cursor = {"after": keys[-1]}
    return found


def _blocks_of_points(organization_id: int, after: str) -> Found:
    """Those who share a further e-mail or phone with anybody."""
    points = ContactPoint.objects.filter(organization_id=organization_id, contact__archived_at=None)
    values = list(points.filter(value__gt=after).order_by("value").values_list("value", flat=True).distinct()[:KEYS])
    found = Found()
    if not values:
        return found
    members = _present(organization_id).filter(
        Q(email__in=values)
        | Q(phone__in=values)
        | Q(pk__in=points.filter(value__in=values).values("contact_id"))
    )  # fmt: skip
    blocks: dict[str, list[Likely]] = defaultdict(list)
    for one in read(members).values():
        for key in (*one.emails, *one.phones):
            blocks[key].append(one)
    for block in blocks.values():
        _compared(block, "point", found.pairs)
    found.looked = points.filter(value__in=values).count()
    found.cursor = {"after": values[-1]}
    return found


def _stale(organization_id: int, after: int) -> Found:
    """Open pairs weighed anew: the data of one of the two may have changed. Those of archived contacts leave the queue.

    A merged contact comes back when its merge is undone, and its pairs with it.
    """
    rows = DuplicatePair.objects.filter(organization_id=organization_id, status=PairStatus.OPEN, pk__gt=after)
    rows = rows.filter(first__merged_into=None, second__merged_into=None)
    pairs = list(rows.order_by("pk").values_list("pk", "first_id", "second_id")[:BATCH])
    found = Found(looked=len(pairs))
    if not pairs:
        return found
    likely = read(_present(organization_id).filter(pk__in={pk for _pair, *two in pairs for pk in two}))
    held: Pairs = {
        (first, second): likeness
        for _pk, first, second in pairs
        if first in likely and second in likely and (likeness := compare(likely[first], likely[second]))
    }
    held = _without_relatives(held)
    found.gone = [pk for pk, *two in pairs if tuple(two) not in held]
    found.cursor = {"after": pairs[-1][0]}
    return found


def look(organization_id: int, cursor: dict) -> Found:
    """One chunk of the search, from where ``cursor`` says. Reads only."""
    stage, after = cursor.get("stage", STAGES[0]), cursor.get("after", "")
    if stage in SHARED:
        found = _blocks_of_column(organization_id, stage, after)
    elif stage == "point":
        found = _blocks_of_points(organization_id, after)
    else:
        found = _stale(organization_id, int(after or 0))
    _without_relatives(found.pairs)
    if found.cursor:
        found.cursor["stage"] = stage
        return found
    place = STAGES.index(stage) + 1
    found.finished = place == len(STAGES)
    found.cursor = {} if found.finished else {"stage": STAGES[place]}
    return found
