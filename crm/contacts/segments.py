"""Segments as the rest of the product uses them: who is in one, now. Public.

Archived contacts are never members. Everybody else is, the deceased and those who ask not to be contacted too: whoever
writes to a segment applies the rules of writing, which are not those of belonging.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from crm.contacts.criteria.base import Context, RuleError
from crm.contacts.criteria.rules import compiled, read, sentence
from crm.contacts.models import Contact, Segment
from crm.contacts.ready_made import READY_MADE


def condition_of(segment: Segment, *, today: date | None = None) -> Q:
    """The rules as one condition on contacts of the segment's organization; raises :class:`RuleError` when broken."""
    return compiled(segment.rules, Context(segment.organization, today, within=(segment.pk,)))


def segment_contacts(segment: Segment, *, membership=None, today: date | None = None) -> QuerySet:
    """The contacts of a segment today, by one query: those that ``membership`` may see, or all of the organization.

    Raises :class:`RuleError` (a ``DomainError``) for a segment whose rules name something that no longer exists: a letter
    must not go to fewer people, or more, than its writer believes.
    """
    if membership is not None and membership.organization_id != segment.organization_id:
        return Contact.objects.none()
    rows = Contact.objects.visible_to(membership) if membership else Contact.objects.of(segment.organization)
    return rows.active().filter(condition_of(segment, today=today))


def narrowed(rows: QuerySet, segment: Segment) -> QuerySet:
    """A list of contacts kept to a segment; nobody when its rules are broken (its page says what is wrong)."""
    try:
        return rows.filter(condition_of(segment))
    except RuleError:
        return rows.none()


def narrowed_to_ready_made(rows: QuerySet, code: str, *, organization) -> QuerySet:
    """A list of contacts kept to those of a ready-made segment, which the organization need not have added."""
    return rows.filter(compiled(READY_MADE[code].rules_for(organization), Context(organization)))


@dataclass(frozen=True)
class Said:
    """The sentence of a segment, or what keeps it from working."""

    text: str
    broken: bool = False


def said(segment: Segment, context: Context) -> Said:
    """``context`` is shared by a whole page of segments: what their rules name is looked up once."""
    context.budget[0] = 200
    try:
        return Said(sentence(read(segment.rules, context), context))
    except RuleError as error:
        return Said(str(error), broken=True)
