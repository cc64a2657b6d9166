"""Colleagues named in a note: “@Isabelle Marchand” tells her of it (U-02)."""

import re
from collections.abc import Iterable

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from crm.accounts.models import Membership
from crm.contacts.models import Contact, Note
from crm.core.text import fold
from crm.notifications import inbox
from crm.notifications.kinds import Told, by_object

MENTION = "mention"
AT = re.compile(r"(?<![\w.])@(?=\w)")  # not the one of an e-mail address
FARTHEST = 120  # characters a name may take
LINE = 120  # of the note, in the notification


def who_may_read(contact: Contact) -> list[Membership]:
    """The colleagues who may be named in a note on this contact: those who see them."""
    people = (
        Membership.objects.active().filter(organization=contact.organization_id).select_related("user", "organization")
    )
    return [person for person in people.order_by("user__last_name", "pk") if person.can("contacts.view", contact)]


def named_in(text: str, people: Iterable[Membership]) -> list[Membership]:
    """Who of these is named: by their whole name, or by a first name that one of them alone bears; case and accents apart."""
    parts = [fold(part[:FARTHEST]) for part in AT.split(text)[1:]]
    if not parts:
        return []
    whole, first = {}, {}
    for person in people:
        whole.setdefault(fold(person.user.get_full_name()), []).append(person)
        first.setdefault(fold(person.user.first_name), []).append(person)
    names = {**{name: rows for name, rows in first.items() if len(rows) == 1}, **whole}
    longest = sorted(filter(None, names), key=len, reverse=True)
    found = {}
    for part in parts:
        name = next((one for one in longest if part == one or part.startswith(f"{one} ")), None)
        found |= {person.pk: person for person in names.get(name, ())}
    return list(found.values())


def tell_named(note: Note, *, by: Membership, before: str = "") -> None:
    """Tell those whom this note names and did not name ``before``; nobody is told of their own words."""
    if "@" not in note.text:
        return
    people = who_may_read(note.contact)
    known = {person.pk for person in named_in(before, people)} | {by.pk}
    for person in named_in(note.text, people):
        if person.pk not in known:
            inbox.notify(person, MENTION, note.pk, by=by.pk)


def tell(membership: Membership, notifications: list) -> dict[int, Told]:
    """“Alice Tremblay named you in a note on Luc Roy”, with its beginning."""
    rows = Note.objects.visible_to(membership).present().filter(pk__in={one.object_id for one in notifications})
    found = {}
    for one, note in by_object(notifications, rows.select_related("contact__owner", "author__user")):
        said = {"person": note.author, "contact": note.contact.name}
        text = _("%(person)s named you in a note on %(contact)s") % said
        found[one.pk] = Told(text, Truncator(note.text).chars(LINE), note.contact.get_absolute_url())
    return found
