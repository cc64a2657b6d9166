"""Reads that span models: the timeline as a screen shows it, quick search."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import RelationKind
from crm.contacts.models import Contact, Note, RecordView, TimelineEvent
from crm.core import changes, search
from crm.core.text import fold

PAGE = 25

# What the chips above the timeline show: the first words of the verbs they keep. A family of verbs named in no other
# chip is a change: households, tags, imports and what will come need no line here.
GROUPS: dict[str, tuple[object, tuple[str, ...]]] = {
    "gifts": (_("Gifts"), ("gift.",)),
    "notes": (_("Notes and visits"), ("note.", "visit.")),
    "tasks": (_("Tasks"), ("task.",)),
    "receipts": (_("Receipts"), ("receipt.",)),
    "messages": (_("Communications"), ("mailing.", "communication.")),
    "consents": (_("Consents"), ("consent.",)),
    "changes": (_("Changes"), ()),
}
ELSEWHERE = tuple(prefix for _label, prefixes in GROUPS.values() for prefix in prefixes)
# Whose acts are told only to those who may see such things at all.
GUARDED = {
    "gift.": "gifts.view",
    "receipt.": "receipts.view",
    "task.": "tasks.view",
    "opportunity.": "pipeline.view",
    "mailing.": "outreach.view",
    "communication.": "outreach.view",
}

SIGNS = {
    "gift.recorded": ("coin", "is-ok"),
    "gift.thanked": ("mail-heart", "is-ok"),
    "gift.told": ("mail-heart", "is-ok"),
    "gift.credited": ("users", "is-brand"),
    "gift.matched": ("building", "is-ok"),
    "gift": ("coin", ""),
    "note": ("note", "is-brand"),
    "consent.recorded": ("shield-check", "is-info"),
    "consent.withdrawn": ("ban", "is-warn"),
    "contact.points": ("at", ""),
    "privacy": ("shield", "is-warn"),
    "receipt": ("file-certificate", "is-info"),
    "mailing": ("send", "is-info"),
    "communication.noted": ("phone", ""),
    "communication": ("send", "is-info"),
    "contact.created": ("user-plus", "is-info"),
    "contact.moved": ("layout-kanban", "is-brand"),
    "contact.archived": ("archive", "is-warn"),
    "contact.imported": ("file-import", "is-info"),
    "contact.merged": ("arrow-merge", "is-brand"),
    "contact.unmerged": ("arrow-back-up", "is-warn"),
    "contact": ("pencil", ""),
    "household.left": ("home-minus", ""),
    "household": ("home", "is-brand"),
    "relation.removed": ("unlink", ""),
    "relation": ("link", "is-brand"),
    "opportunity.won": ("trophy", "is-ok"),
    "opportunity.lost": ("target-arrow", "is-warn"),
    "opportunity": ("target-arrow", "is-brand"),
    "task.done": ("checkbox", "is-ok"),
    "task": ("checkbox", ""),
    "visit": ("map-pin", ""),
    "consent": ("shield-check", "is-info"),
    "tag": ("tags", ""),
    "group": ("users-group", ""),
}


@dataclass
class Entry:
    """One line of the timeline, ready to be said."""

    event: TimelineEvent
    note: Note | None = None
    changes: list = field(default_factory=list)
    people: list[Contact] = field(default_factory=list)  # the others it is about, as far as the reader may see them

    @property
    def relation(self) -> str:
        """What the other one is for this contact, in the reader's language."""
        return str(dict(RelationKind.choices).get(self.event.data.get("kind"), ""))

    @property
    def templates(self) -> tuple[str, str]:
        """The template of its verb or, for one that this version of Merci does not know, one that fits any."""
        return f"contacts/timeline/{self.event.verb}.html", "contacts/timeline/any.html"

    @property
    def icon(self) -> str:
        return self._sign[0]

    @property
    def tone(self) -> str:
        return self._sign[1]

    @property
    def _sign(self) -> tuple[str, str]:
        return SIGNS.get(self.event.verb) or SIGNS.get(self.event.verb.split(".")[0], ("circle-check", ""))


@dataclass
class Day:
    day: date
    entries: list[Entry]


@dataclass
class TimelinePage:
    days: list[Day]
    next_before: str
    continues: bool = False  # its first day is the last one of the page above


def _begins(prefixes) -> Q:
    wanted = Q()
    for prefix in prefixes:
        wanted |= Q(verb__startswith=prefix)
    return wanted


def timeline(contact: Contact, *, group: str = "", before: str = "", reader=None) -> TimelinePage:
    """One page of a contact's timeline, newest first, by one indexed query (and one for the notes it quotes).

    A ``reader`` (a membership) is told of gifts, receipts and tasks as far as their role sees such things at all, and
    the name of another contact that an act is about where they may see it; nobody else is.
    ``before`` is the ``next_before`` of the page above; a value that is not ours is ignored.
    """
    rows = contact.timeline.select_related("actor__user").newest_first()
    if group in GROUPS:
        prefixes = GROUPS[group][1]
        rows = rows.filter(_begins(prefixes)) if prefixes else rows.exclude(_begins(ELSEWHERE))
    hidden = [prefix for prefix, permission in GUARDED.items() if reader is not None and not reader.can(permission)]
    if hidden:
        rows = rows.exclude(_begins(hidden))
    at = None
    stamp, _dash, pk = before.partition("_")
    if stamp.isascii() and stamp.isdigit() and pk.isascii() and pk.isdigit() and len(stamp) < 18 and len(pk) < 18:
        at = timezone.datetime.fromtimestamp(int(stamp) / 1_000_000, tz=timezone.get_current_timezone())
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=int(pk)))
    events = list(rows[: PAGE + 1])
    more, events = len(events) > PAGE, events[:PAGE]
    notes = Note.objects.in_bulk([event.subject_id for event in events if event.verb.startswith("note.")])
    others = {pk for event in events for pk in event.data.get("people", ())}
    named = Contact.objects.visible_to(reader).in_bulk(others) if others and reader is not None else {}
    names = changes.Names()
    names.load((event.subject_model or "contacts.contact", event.data.get("changes") or {}) for event in events)
    days: list[Day] = []
    for event in events:
        event.contact = contact
        entry = Entry(event, notes.get(event.subject_id) if event.verb.startswith("note.") else None)
        entry.people = [named[pk] for pk in event.data.get("people", ()) if pk in named]
        if event.data.get("changes"):
            entry.changes = changes.describe(
                event.subject_model or "contacts.contact",
                event.data["changes"],
                names,
                currency=event.data.get("currency", "CAD"),
            )
        day = timezone.localtime(event.at).date()
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        days[-1].entries.append(entry)
    last = events[-1] if more else None
    return TimelinePage(
        days,
        f"{round(last.at.timestamp() * 1_000_000)}_{last.pk}" if last else "",
        continues=bool(at and days and days[0].day == timezone.localtime(at).date()),
    )


MOST = 200  # candidates looked at before the best few are chosen


def find_contacts(membership, text: str, *, limit: int = 8) -> list[Contact]:
    """The best few matches for a search box: names that begin with what was typed first, then by name.

    At most :data:`MOST` candidates are fetched, unordered (asking the database for order walks the name index,
    ecosystem.md 2.g): those whose family name begins so first, or of 4,000 people whose e-mail holds “roy”, none might
    be called Roy.
    """
    folded = fold(text)
    if len(folded) < 2:
        return []
    rows = search.matching(Contact.objects.visible_to(membership).active(), text).order_by()
    found = list(rows.filter(sort_name__startswith=folded)[:MOST])
    if len(found) < limit:
        found += list(rows.exclude(pk__in=[contact.pk for contact in found])[:MOST])

    def closeness(contact: Contact) -> tuple:
        name = fold(contact.name)
        return (
            name != folded,
            not name.startswith(folded),
            not contact.sort_name.startswith(folded),
            f" {folded}" not in f" {name}",  # by another word of the name, before those found by their city
            contact.sort_name,
            contact.pk,
        )

    return sorted(found, key=closeness)[:limit]


def recent_contacts(membership, *, limit: int = 8) -> list[Contact]:
    """The contacts this person opened last, the latest first, those still visible and in use. Two queries."""
    opened = RecordView.objects.filter(membership=membership).order_by("-last_at").values_list("contact_id", flat=True)
    ids = list(dict.fromkeys(opened[: limit * 8]))
    rows = Contact.objects.visible_to(membership).active().in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows][:limit]


def count_notes(contact: Contact, membership) -> int:
    return contact.notes.present().count()


def count_visits(contact: Contact, membership) -> int:
    return contact.visit_count  # kept on the contact: costs nothing
