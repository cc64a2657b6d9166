"""Further e-mails and phones of a contact."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts.choices import PointKind
from crm.contacts.models import Contact, ContactPoint
from crm.contacts.services.contacts import create_contact, editable, update_contact
from crm.contacts.services.timeline import log
from crm.core.errors import DomainError, validated


def _wanted(contact: Contact, points: list[dict]) -> dict[tuple[str, str], str]:
    """Kind and value of each, with its label; raises :class:`DomainError` for what is there twice."""
    wanted: dict[tuple[str, str], str] = {}
    for point in points:
        key = (point["kind"], point["value"])
        primary = contact.email if point["kind"] == PointKind.EMAIL else contact.phone
        if key in wanted or point["value"] == primary:
            raise DomainError(_("%(value)s is there twice.") % {"value": point["value"]}, field="points", code="twice")
        wanted[key] = point.get("label", "")
    return wanted


@transaction.atomic
def save_points(contact: Contact, *, points: list[dict], by, is_told: bool = True) -> Contact:
    """Make these the further e-mails and phones of the contact: ``[{"kind", "value", "label"}, …]``, in order.

    Those already there keep their row; what is the primary one or stands twice is refused. Search finds every one. The
    last contact moves. ``is_told=False`` leaves the timeline to the caller.
    """
    contact = editable(contact)
    wanted = _wanted(contact, points)
    present = {(one.kind, one.value): one for one in contact.points.all()}
    added, removed = [], []
    for key, one in present.items():
        if key not in wanted:
            removed.append(one)
        elif one.label != wanted[key]:
            before = audit.state(one)
            one.label = wanted[key]
            one.save()
            audit.updated(one, before=before, by=by)
    for (kind, value), label in wanted.items():
        if (kind, value) not in present:
            point = ContactPoint(
                organization=contact.organization, contact=contact, kind=kind, value=value, label=label
            )
            added.append(validated(point, exclude=["organization", "contact"]))
    audit.deleted_many(removed, by=by)
    ContactPoint.objects.filter(pk__in=[one.pk for one in removed]).delete()
    for one in added:
        one.save()
    audit.created_many(added, by=by)
    if added or removed:
        refresh_search(contact)
        if is_told:
            told = {"added": [one.value for one in added], "removed": [one.value for one in removed]}
            log(contact, "contact.points", by=by, **told)
    return contact


def refresh_search(contact: Contact) -> None:
    """Let search find the further e-mails and phones; whoever writes them in another way calls this."""
    values = contact.points.order_by("pk").values_list("value", flat=True)
    contact.further = " ".join(values)
    contact.derive()
    contact.updated_at = contact.last_contact_at = timezone.now()
    Contact.objects.filter(pk=contact.pk).update(
        further=contact.further,
        search_text=contact.search_text,
        updated_at=contact.updated_at,
        last_contact_at=contact.last_contact_at,
    )


@transaction.atomic
def make_point_primary(point: ContactPoint, *, by) -> Contact:
    """The further address or number changes places with the primary one."""
    contact = editable(point.contact)
    point = ContactPoint.objects.select_for_update().get(pk=point.pk)
    field = "email" if point.kind == PointKind.EMAIL else "phone"
    former = getattr(contact, field)
    others = contact.points.exclude(pk=point.pk).order_by("pk")
    kept = [{"kind": one.kind, "value": one.value, "label": one.label} for one in others]
    save_points(contact, points=kept, by=by, is_told=False)
    contact = update_contact(contact, by=by, **{field: point.value})  # the one line the timeline needs
    if former:
        kept.append({"kind": point.kind, "value": former, "label": ""})
        save_points(contact, points=kept, by=by, is_told=False)
    return contact


@transaction.atomic
def create_with_points(*, by, points: list[dict] | None = None, **fields) -> Contact:
    """:func:`create_contact` and :func:`save_points`, as one act."""
    contact = create_contact(by=by, **fields)
    return save_points(contact, points=points, by=by) if points else contact


@transaction.atomic
def update_with_points(contact: Contact, *, by, points: list[dict] | None = None, **fields) -> Contact:
    """:func:`update_contact` and, where they are given, :func:`save_points`, as one act."""
    contact = update_contact(contact, by=by, **fields)
    return contact if points is None else save_points(contact, points=points, by=by)
