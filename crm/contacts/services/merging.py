"""Two contacts become one; nothing is lost, so that it can be undone (``unmerging.py``)."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import comparing, merging, stored
from crm.contacts.choices import PairStatus, PointKind
from crm.contacts.events import ContactsMerged
from crm.contacts.models import Contact, ContactPoint, DuplicatePair, Household, Merge
from crm.contacts.services import merge_policies
from crm.contacts.services.contacts import check_contact
from crm.contacts.services.timeline import log
from crm.core.errors import DomainError
from crm.core.events import publish

__all__ = ["locked_pair", "merge_contacts", "merge_policies"]


def locked_pair(one: Contact, other: Contact) -> tuple[Contact, Contact]:
    """Both rows as they are now, held in the order of their numbers: two merges never wait for each other.

    Their households first, as everybody who writes on members does.
    """
    homes = Contact.objects.filter(pk__in=(one.pk, other.pk), household__isnull=False).values("household")
    list(Household.objects.select_for_update(of=("self",)).filter(pk__in=homes).order_by("pk"))
    rows = Contact.objects.select_for_update(of=("self",)).select_related("organization", "owner")
    found = {row.pk: row for row in rows.filter(pk__in=(one.pk, other.pk)).order_by("pk")}
    if one.pk == other.pk or len(found) != 2:
        raise DomainError(_("Choose two different contacts."), code="same")
    return found[one.pk], found[other.pk]


def may_merge(contact: Contact, *, by) -> bool:
    return by.can("contacts.delete", contact)


def _check(kept: Contact, absorbed: Contact, *, by) -> None:
    if kept.organization_id != absorbed.organization_id or kept.organization_id != by.organization_id:
        raise DomainError(_("These contacts belong to two different organizations."), code="foreign")
    if not (may_merge(kept, by=by) and may_merge(absorbed, by=by)):
        raise DomainError(_("You may merge two contacts only when you may archive both."), code="not_allowed")
    for contact in (kept, absorbed):
        if contact.merged_into_id:
            raise DomainError(
                _("%(name)s was already merged into another contact.") % {"name": contact.name}, code="merged"
            )
        if contact.anonymized_at:
            raise DomainError(_("An anonymized contact cannot be merged."), code="anonymized")
        if contact.is_archived:
            raise DomainError(
                _("%(name)s is archived. Restore the contact before merging.") % {"name": contact.name},
                code="archived",
            )


@transaction.atomic
def merge_contacts(*, kept: Contact, absorbed: Contact, by, picks: dict[str, str] | None = None) -> Merge:
    """Make one contact of two, in a way that can be undone (C-17).

    ``picks`` says for each field whose value stays (``kept`` or ``absorbed``; what is left out is suggested). Every row
    that points to the absorbed contact follows (:mod:`crm.contacts.merging`); e-mails and phones that lose their place
    become further ones; the stricter consent holds; issued receipts stay as they were issued. The absorbed contact is
    archived for good and leads to the kept one. Totals are recomputed; audit of both; timeline; publishes ContactsMerged.
    """
    kept, absorbed = locked_pair(kept, absorbed)
    _check(kept, absorbed, by=by)
    logged = audit.state(kept), audit.state(absorbed)
    before = stored.snapshot(kept), stored.snapshot(absorbed)
    values = comparing.outcome(kept, absorbed, picks)
    further = comparing.other_reach(kept, absorbed, values)

    ledger = merging.Ledger(kept, absorbed)
    ledger.data["household"] = values.get("household_id", kept.household_id)
    for rel in merging.relations():
        merging.policy_of(rel).apply(ledger, rel)
    _close_pair(ledger, by=by)
    _reach_further(ledger, further, values)

    _write(kept, absorbed, values)
    merge = Merge(organization_id=kept.organization_id, kept=kept, absorbed=absorbed, merged_by=by)
    merge.save()
    log(kept, "contact.merged", subject=merge, by=by, at=merge.merged_at, people=[absorbed.pk])
    publish(
        ContactsMerged(
            organization_id=kept.organization_id, actor_id=by.pk, contact_id=kept.pk, absorbed_id=absorbed.pk
        )
    )
    # After everybody has reacted: what an undo compares with is the state in which the merge left things.
    ledger.data["contacts"] = {
        str(contact.pk): {"before": former, "after": stored.current(Contact, contact.pk)}
        for contact, former in zip((kept, absorbed), before, strict=True)
    }
    ledger.data["newest"] = _newest()
    merge.before = ledger.data
    merge.save(update_fields=["before"])
    for contact, former in zip((kept, absorbed), logged, strict=True):
        contact.refresh_from_db()
        audit.updated(contact, before=former, by=by)
    return merge


def _newest() -> dict[str, int]:
    """The highest number in every table that points to a contact: what comes later was added after the merge."""
    found = {}
    for rel in merging.relations():
        model = rel.related_model
        last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first()
        found[model._meta.label_lower] = last or 0
    return found


def _close_pair(ledger: merging.Ledger, *, by) -> None:
    first, second = sorted((ledger.kept.pk, ledger.absorbed.pk))
    pair = DuplicatePair.objects.select_for_update().filter(first_id=first, second_id=second).first()
    if pair is not None:
        ledger.change(pair, status=PairStatus.MERGED, decided_by=by, decided_at=timezone.now())


def _reach_further(ledger: merging.Ledger, further: Iterable[tuple[str, str]], values: dict) -> None:
    """Keep the e-mails and phones that lost their place; one that is now the first need not be there twice."""
    kept = ledger.kept
    for point in ContactPoint.objects.filter(contact=kept).order_by("pk"):
        if point.value == values.get(point.kind):
            ledger.drop(point)
    known = set(ContactPoint.objects.filter(contact=kept).values_list("kind", "value"))
    for kind, value in further:
        if (kind, value) not in known:
            ledger.create(
                ContactPoint(organization_id=kept.organization_id, contact=kept, kind=PointKind(kind), value=value)
            )


def _write(kept: Contact, absorbed: Contact, values: dict) -> None:
    """The two rows themselves. External numbers change places rather than be lost: a later import finds both."""
    number = values.get("external_id", kept.external_id)
    spare = absorbed.external_id if number == kept.external_id else kept.external_id
    absorbed.archived_at = timezone.now()
    absorbed.merged_into = kept
    absorbed.household, absorbed.household_role, absorbed.shares_address = None, "", False
    absorbed.visit_count, absorbed.visit_total, absorbed.last_visit_at = 0, 0, None
    absorbed.external_id, absorbed.further = "", ""
    absorbed.save()
    for name, value in values.items():
        setattr(kept, name, value)
    latest = kept.notes.present().newest_first().first()
    kept.latest_note = latest.text[:250] if latest else ""
    kept.further = " ".join(kept.points.order_by("pk").values_list("value", flat=True))
    check_contact(kept)
    kept.save()
    if spare and spare != number:
        absorbed.external_id = spare
        absorbed.save()
