"""Taking a merge back: both contacts, and every row that changed hands, as they were."""

from django.apps import apps
from django.db import models, transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import merging, stored
from crm.contacts.events import ContactsUnmerged
from crm.contacts.merging import ADDED, CHANGED, GONE, MOVED
from crm.contacts.models import Contact, Merge
from crm.contacts.services.merging import locked_pair, may_merge
from crm.contacts.services.timeline import log
from crm.core.errors import DomainError
from crm.core.events import publish

# Follow from other columns or rows; never worth a line in the list of what stayed.
FOLLOWS = {
    "name", "sort_name", "search_text", "updated_at", "last_contact_at", "latest_note", "lifecycle", "visit_count",
    "visit_total", "last_visit_at", "further",
}  # fmt: skip


def why_not_undone(merge: Merge, *, by):
    """The reason this merge cannot be undone by this person, or ``None``."""
    kept, absorbed = merge.kept, merge.absorbed
    if merge.undone_at:
        return _("This merge was already undone.")
    if not (may_merge(kept, by=by) and may_merge(absorbed, by=by)):
        return _("You may undo a merge only when you may archive both contacts.")
    if kept.merged_into_id:
        return _("%(name)s was itself merged into another contact afterwards. Undo that merge first.") % {
            "name": kept.name
        }
    if absorbed.merged_into_id != kept.pk:
        return _("The two contacts are no longer one.")
    if not merge.before or kept.anonymized_at or absorbed.anonymized_at:
        return _("What was needed to undo this merge was erased with the personal information.")
    return None


@transaction.atomic
def undo_merge(merge: Merge, *, by) -> Merge:
    """Give back both contacts and every row that the merge moved, took away, changed or added.

    Rows that followed go back with whatever was changed in them since; what was added since stays with the kept contact;
    a field that somebody changed since keeps its new value. All of it is listed in ``merge.before["left"]``. Totals are
    recomputed; audit of both; timeline of both; publishes ContactsUnmerged. Refused while a later merge stands on it.
    """
    merge = Merge.objects.select_for_update(of=("self",)).select_related("organization").get(pk=merge.pk)
    merge.kept, merge.absorbed = locked_pair(merge.kept, merge.absorbed)
    if problem := why_not_undone(merge, by=by):
        raise DomainError(problem, code="not_undoable")
    kept, absorbed = merge.kept, merge.absorbed
    logged = audit.state(kept), audit.state(absorbed)
    ledger = merging.Ledger(kept, absorbed, merge.before)
    left: list[dict] = []
    _list_added(ledger, left)
    _take_away_created(ledger, left)
    _give_back(ledger, left)
    _restore_contacts(ledger, left)
    _restore_changed(ledger, left)
    _put_back_dropped(ledger, left)
    merge.undone_by, merge.undone_at = by, timezone.now()
    merge.before = {**ledger.data, "left": left}
    merge.save()
    for contact, other in ((kept, absorbed), (absorbed, kept)):
        contact.refresh_from_db()
        log(contact, "contact.unmerged", subject=merge, by=by, at=merge.undone_at, people=[other.pk])
    publish(
        ContactsUnmerged(
            organization_id=kept.organization_id, actor_id=by.pk, contact_id=kept.pk, absorbed_id=absorbed.pk
        )
    )
    for rel in merging.relations():
        merging.policy_of(rel).undone(ledger, rel)
    for contact, former in zip((kept, absorbed), logged, strict=True):
        contact.refresh_from_db()
        audit.updated(contact, before=former, by=by)
    return merge


def _left(left: list[dict], model: type[models.Model], pk, reason: str, text: str = "") -> None:
    left.append({"model": model._meta.label_lower, "pk": pk, "reason": reason, "text": text[:120]})


def _list_added(ledger: merging.Ledger, left: list[dict]) -> None:
    """What came to the kept contact after the merge: it stays there, and is named."""
    created = {(one["model"], one["row"]["id"]) for one in ledger.data["created"]}
    for rel in merging.relations():
        model, policy = rel.related_model, merging.policy_of(rel)
        newest = ledger.data["newest"].get(model._meta.label_lower)
        if not policy.listed or newest is None:
            continue
        for row in model._base_manager.filter(**{rel.field.name: ledger.kept}, pk__gt=newest).order_by("pk"):
            if (model._meta.label_lower, row.pk) not in created:
                _left(left, model, row.pk, ADDED, str(row))


def _take_away_created(ledger: merging.Ledger, left: list[dict]) -> None:
    for one in ledger.data["created"]:
        model, row = apps.get_model(one["model"]), one["row"]
        now = stored.current(model, row["id"])
        if now == row:
            model._base_manager.filter(pk=row["id"]).delete()
        elif now is not None:
            _left(left, model, row["id"], CHANGED, str(model._base_manager.get(pk=row["id"])))


def _give_back(ledger: merging.Ledger, left: list[dict]) -> None:
    """Rows that followed go back, with what was changed in them since. One that is elsewhere by now stays there."""
    for one in ledger.data["moved"]:
        model, name, pks = apps.get_model(one["model"]), one["field"], one["pks"]
        here = set(model._base_manager.filter(pk__in=pks, **{name: ledger.kept}).values_list("pk", flat=True))
        present = set(model._base_manager.filter(pk__in=pks).values_list("pk", flat=True))
        model._base_manager.filter(pk__in=here).update(**{name: ledger.absorbed})
        for pk in pks:
            if pk not in present:
                _left(left, model, pk, GONE)
            elif pk not in here:
                _left(left, model, pk, MOVED, str(model._base_manager.get(pk=pk)))


FIELDS = {field.attname: field for field in Contact._meta.concrete_fields}


def _restore_contacts(ledger: merging.Ledger, left: list[dict]) -> None:
    """Each column that still says what the merge made of it says again what it said before."""
    plain, both = ledger.data["contacts"], (ledger.kept, ledger.absorbed)
    now = {contact.pk: stored.current(Contact, contact.pk) for contact in both}
    back: dict[int, dict] = {}
    for contact in both:
        before, after = plain[str(contact.pk)]["before"], plain[str(contact.pk)]["after"]
        merged = [name for name in before if name in after and after[name] != before[name]]
        back[contact.pk] = {name: before[name] for name in merged if now[contact.pk][name] == after[name]}
        for name in merged:
            if name not in back[contact.pk] and name not in FOLLOWS:
                _left(left, Contact, contact.pk, CHANGED, str(FIELDS[name].verbose_name))
        _to_household(back[contact.pk], contact, left)
    _numbers(ledger, back, now, left)
    for contact in both:
        stored.overwrite(Contact, contact.pk, back[contact.pk])
        if any(now[contact.pk][name] != value for name, value in plain[str(contact.pk)]["after"].items()):
            _derive_again(contact)


def _numbers(ledger: merging.Ledger, back: dict, now: dict, left: list[dict]) -> None:
    """External numbers return to whom they were of; one that somebody else has by now does not."""
    pks = (ledger.kept.pk, ledger.absorbed.pk)
    others = Contact.objects.filter(organization_id=ledger.kept.organization_id).exclude(pk__in=pks)
    final: set[str] = set()
    for pk in pks:
        number = back[pk].get("external_id", now[pk]["external_id"])
        if number and "external_id" in back[pk] and (number in final or others.filter(external_id=number).exists()):
            del back[pk]["external_id"]
            _left(left, Contact, pk, CHANGED, str(FIELDS["external_id"].verbose_name))
        final.add(number)
    if "external_id" in back[ledger.absorbed.pk]:  # they may change places: neither is in the way of the other
        Contact.objects.filter(pk=ledger.absorbed.pk).update(external_id="")


def _to_household(back: dict, contact: Contact, left: list[dict]) -> None:
    """A household that was taken apart meanwhile cannot be returned to."""
    household = FIELDS["household_id"]
    gone = back.get("household_id") and not household.related_model.objects.filter(pk=back["household_id"]).exists()
    if gone:
        for name in ("household_id", "household_role", "shares_address"):
            back.pop(name, None)
        _left(left, Contact, contact.pk, GONE, str(household.verbose_name))


def _derive_again(contact: Contact) -> None:
    """Somebody wrote on the contact since: what follows from other columns and rows is worked out anew."""
    row = Contact.objects.get(pk=contact.pk)
    row.further = " ".join(row.points.order_by("pk").values_list("value", flat=True))
    row.derive()
    latest = row.notes.present().newest_first().first()
    row.latest_note = latest.text[:250] if latest else ""
    visits = row.visits.aggregate(count=Count("pk"), total=Sum("amount"), last=Max("at"))
    row.visit_count, row.visit_total, row.last_visit_at = visits["count"], visits["total"] or 0, visits["last"]
    row.save(
        update_fields=[
            "name",
            "sort_name",
            "search_text",
            "further",
            "latest_note",
            "visit_count",
            "visit_total",
            "last_visit_at",
        ]
    )


def _restore_changed(ledger: merging.Ledger, left: list[dict]) -> None:
    for one in reversed(ledger.data["changed"]):
        model = apps.get_model(one["model"])
        now = stored.current(model, one["pk"])
        if now is None:
            _left(left, model, one["pk"], GONE)
        elif all(now[name] == value for name, value in one["after"].items()) and not stored.lost_relation(
            model, one["before"]
        ):
            stored.overwrite(model, one["pk"], one["before"])
        elif merging_listed(model):
            _left(left, model, one["pk"], CHANGED, str(model._base_manager.get(pk=one["pk"])))


def merging_listed(model: type[models.Model]) -> bool:
    return any(merging.policy_of(rel).listed for rel in merging.relations() if rel.related_model is model)


def _put_back_dropped(ledger: merging.Ledger, left: list[dict]) -> None:
    for one in reversed(ledger.data["dropped"]):
        model, row = apps.get_model(one["model"]), one["row"]
        if stored.lost_relation(model, row):
            _left(left, model, row["id"], GONE)
        elif _double(model, row):
            _left(left, model, row["id"], CHANGED, "")
        else:
            stored.put_back(model, row)


def _double(model: type[models.Model], plain: dict) -> bool:
    """Whether somebody has since added the same row again."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition:
            names = [model._meta.get_field(name).attname for name in constraint.fields]
            if model._base_manager.filter(**{name: plain[name] for name in names}).exists():
                return True
    return False
