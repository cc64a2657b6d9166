"""Writes on tags, groups and segments, one at a time. Many contacts at once are ``bulk_sets``'s."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.accounts.models import Organization
from crm.contacts.choices import Colour
from crm.contacts.criteria.base import Context, RuleError
from crm.contacts.criteria.rules import compiled
from crm.contacts.models import Contact, Group, GroupMember, Segment, Tag, TagAssignment
from crm.contacts.ready_made import READY_MADE
from crm.contacts.segments import segment_contacts
from crm.contacts.services.timeline import log
from crm.core.errors import DomainError, validated
from crm.core.text import clean

RELATIONS = ["organization", "owner"]


def _saved(row, *, by, **fields):
    """Check and save a set of any of the three kinds, with its audit entry."""
    before = audit.state(row) if row.pk else None
    for name, value in fields.items():
        setattr(row, name, value)
    validated(row, exclude=RELATIONS)
    row.save()
    audit.saved(row, before=before, by=by)
    return row


def _locked(row):
    found = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise DomainError(_("Somebody deleted this meanwhile."), code="gone")
    return found


# --- tags -------------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_tag(*, by, **fields) -> Tag:
    """A new tag, looked after by its maker; audit (E-01)."""
    return _saved(Tag(organization=by.organization, owner=by), by=by, **fields)


@transaction.atomic
def update_tag(tag: Tag, *, by, **fields) -> Tag:
    """Another name, colour, icon or description; contacts keep the tag; audit."""
    return _saved(_locked(tag), by=by, **fields)


@transaction.atomic
def delete_tag(tag: Tag, *, by) -> None:
    """Take the tag off every contact, then delete it; audit says how many wore it. Segments that name it say so."""
    tag = _locked(tag)
    audit.deleted(tag, by=by)
    tag.assignments.all().delete()
    tag.delete()


@transaction.atomic
def put_tag(contact: Contact, *, by, tag: Tag | None = None, name: str = "") -> TagAssignment | None:
    """Put a tag on a contact, once: who and when are kept; timeline; audit. ``None`` when it was there already.

    By ``name``, the tag is found whatever its case, or made when the person may make tags.
    """
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if tag is None:
        tag, _is_new = named_tag(clean(name), by=by)
    if tag.organization_id != contact.organization_id:
        raise DomainError(_("This tag is not one of your organization."), code="foreign")
    assignment, is_new = TagAssignment.objects.get_or_create(tag=tag, contact=contact, defaults={"assigned_by": by})
    if not is_new:
        return None
    log(contact, "tag.added", by=by, subject=tag, name=tag.name)
    audit.created(assignment, by=by, organization_id=contact.organization_id)
    return assignment


def named_tag(name: str, *, by) -> tuple[Tag, bool]:
    """The tag of this name, whatever its case, or a new one when the person may make tags; and whether it is new."""
    if not name:
        raise DomainError(_("Write the name of the tag."), field="name")
    found = Tag.objects.of(by.organization).filter(name__iexact=name).first()
    if found:
        return found, False
    if not by.can("segments.add"):
        raise DomainError(_("No tag has this name. Ask somebody who manages tags to add it."), field="name")
    colours = Colour.values
    colour = colours[Tag.objects.of(by.organization).count() % len(colours)]
    return create_tag(by=by, name=name, colour=colour), True


@transaction.atomic
def take_tag(contact: Contact, *, tag: Tag, by) -> bool:
    """Take a tag off a contact; timeline; audit. False when it was not there any more."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    assignment = TagAssignment.objects.filter(contact=contact, tag=tag).first()
    if assignment is None:
        return False
    audit.deleted(assignment, by=by, organization_id=contact.organization_id)
    assignment.delete()
    log(contact, "tag.removed", by=by, subject=tag, name=tag.name)
    return True


# --- groups -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def create_group(*, by, **fields) -> Group:
    """A new group, owned by its maker; audit (E-02)."""
    return _saved(Group(organization=by.organization, owner=by), by=by, **fields)


@transaction.atomic
def update_group(group: Group, *, by, **fields) -> Group:
    """Another name, description or audience; audit."""
    return _saved(_locked(group), by=by, **fields)


@transaction.atomic
def delete_group(group: Group, *, by) -> None:
    """Delete the group and who was in it; the contacts stay; audit. Segments that name it say so."""
    group = _locked(group)
    audit.deleted(group, by=by)
    group.delete()


@transaction.atomic
def add_member(group: Group, *, contact: Contact, by) -> GroupMember | None:
    """Put a contact in a group, once; audit. ``None`` when it was there already."""
    group = _locked(group)
    if contact.organization_id != group.organization_id:
        raise DomainError(_("This contact is not one of your organization."), field="contact")
    member, is_new = GroupMember.objects.get_or_create(group=group, contact=contact, defaults={"added_by": by})
    if is_new:
        audit.created(member, by=by, organization_id=group.organization_id)
    return member if is_new else None


@transaction.atomic
def remove_member(group: Group, *, contact: Contact, by) -> bool:
    """Take a contact out of a group; audit. False when it was not there any more."""
    member = GroupMember.objects.filter(group=_locked(group), contact=contact).first()
    if member is None:
        return False
    audit.deleted(member, by=by, organization_id=group.organization_id)
    member.delete()
    return True


# --- segments ---------------------------------------------------------------------------------------------------------
def check_rules(rules: dict, *, by, segment: Segment | None = None, is_shared: bool = True) -> None:
    """Refuse rules that cannot be followed, name what this person does not see, or lead back to their own segment."""
    context = Context(by.organization, membership=by, within=(segment.pk,) if segment and segment.pk else ())
    try:
        compiled(rules, context)
    except RuleError as error:
        raise DomainError(error.message, field="rules", code=error.code) from error
    if is_shared and _private_names(rules, by=by):
        raise DomainError(
            _("A segment for the team cannot rest on a private group or segment: share that one first."), field="rules"
        )


def _private_names(raw, *, by) -> bool:
    if "field" not in raw:
        return any(_private_names(part, by=by) for parts in raw.values() for part in parts)
    model = {"group": Group, "segment": Segment}.get(raw["field"])
    if model is None:
        return False
    return model.objects.of(by.organization).filter(pk__in=raw["value"], is_shared=False).exists()


@transaction.atomic
def create_segment(*, rules: dict, by, **fields) -> Segment:
    """A new segment, owned by its maker: its rules are checked, its contacts counted; audit (E-03)."""
    check_rules(rules, by=by, is_shared=fields.get("is_shared", True))
    segment = _saved(Segment(organization=by.organization, owner=by), by=by, rules=rules, **fields)
    return count_segment(segment)


@transaction.atomic
def update_segment(segment: Segment, *, rules: dict, by, **fields) -> Segment:
    """Other rules, name or audience: checked, counted again; audit."""
    segment = _locked(segment)
    check_rules(rules, by=by, segment=segment, is_shared=fields.get("is_shared", segment.is_shared))
    return count_segment(_saved(segment, by=by, rules=rules, **fields))


@transaction.atomic
def delete_segment(segment: Segment, *, by) -> None:
    """Delete the rules; nothing happens to the contacts; audit. Segments that name it say so."""
    segment = _locked(segment)
    audit.deleted(segment, by=by)
    segment.delete()


@transaction.atomic
def count_segment(segment: Segment, *, by=None) -> Segment:
    """Count the contacts of the whole organization in it, and remember when. Broken rules: no count."""
    try:
        segment.count = segment_contacts(segment).count()
    except RuleError:
        segment.count = None
    segment.counted_at = timezone.now()
    Segment.objects.filter(pk=segment.pk).update(count=segment.count, counted_at=segment.counted_at)
    return segment


@transaction.atomic
def add_ready_made(*, code: str, by) -> Segment:
    """Make a ready-made segment of this organization, once; it is then an ordinary one (E-04)."""
    Organization.objects.select_for_update(of=("self",)).get(pk=by.organization_id)
    found = Segment.objects.of(by.organization).filter(ready_made=code).first()
    if found:
        return found
    model = READY_MADE.get(code)
    if model is None:
        raise DomainError(_("There is no such ready-made segment."), code="unknown")
    return create_segment(by=by, name=str(model.name), ready_made=code, rules=model.rules_for(by.organization))
