"""The audit log: field by field, before and after, of every write that matters.

Services call it themselves. A library on model signals would miss bulk writes, know no organization and make the order
of effects invisible (docs/decisions.md); here one call per act covers single rows and thousands alike.
"""

from collections.abc import Iterable
from functools import cache

from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from crm.accounts.choices import AuditAction
from crm.accounts.models import AuditEntry
from crm.core.bulk import column_names, insert_rows
from crm.core.text import clean

QUIET = {
    "id",
    "organization_id",  # the entry itself says it
    "name",
    "last_contact_at",
    "latest_note",
    "further",
    "created_at",
    "updated_at",
    "search_text",
    "sort_name",
    "password",
    "last_login",
    "posting",  # what taking a batch of gifts back needs: machinery, and long
}
SECRET = {"secret_hash", "token", "sealed_token", "sealed_key", "sealed_webhook_secret"}
EMPTY = (None, "", [], {})


def plain(value):
    """A field value as JSON keeps it: text, number, boolean, nothing, or what a JSON field holds."""
    if isinstance(value, dict):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if value is None or isinstance(value, bool | int | str | list):
        return value
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, FieldFile):
        return value.name
    return str(value)


def state(obj: models.Model) -> dict:
    """The stored fields of a row, as they are now; what its model tells beside them (``told_beside()``), where it does."""
    names = (field.attname for field in obj._meta.concrete_fields)
    said = {name: plain(getattr(obj, name)) for name in names if name not in QUIET and name not in SECRET}
    return said | obj.told_beside() if hasattr(obj, "told_beside") else said


def changes(before: dict, after: dict) -> dict:
    return {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}


def entry(obj, *, action: str, by, before: dict | None = None, organization_id: int | None = None) -> AuditEntry | None:
    """The entry for one row, not yet saved; ``None`` when nothing changed."""
    now = state(obj) if action != AuditAction.DELETE else {}
    if action == AuditAction.DELETE:
        difference = {name: [value, None] for name, value in (before or state(obj)).items() if value not in EMPTY}
    else:
        difference = changes(before or {}, now)
        if before is None:
            difference = {name: pair for name, pair in difference.items() if pair[1] not in EMPTY}
    if not difference:
        return None
    return _entry(obj, action, by, difference, organization_id)


def _entry(obj, action: str, by, difference: dict, organization_id: int | None = None) -> AuditEntry:
    return AuditEntry(
        organization_id=organization_id or obj.organization_id,
        actor=by,
        action=action,
        model=obj._meta.label_lower,
        object_id=obj.pk,
        object_text=str(obj)[:250],
        changes=difference,
    )


def created(obj, *, by, **kwargs) -> None:
    _save([entry(obj, action=AuditAction.CREATE, by=by, **kwargs)])


@cache
def _told(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(name for name in column_names(model) if name not in QUIET and name not in SECRET)


def _said_at_first(obj: models.Model) -> dict:
    """What a new row says: each filled column, from nothing. Most are texts, looked at thousands of times."""
    values = obj.__dict__
    said = {}
    for name in _told(type(obj)):
        value = values[name]
        kind = type(value)
        if kind is str:
            if value:
                said[name] = [None, value]
        elif kind is int or kind is bool:
            said[name] = [None, value]
        elif value is not None and value not in EMPTY:
            said[name] = [None, plain(value)]
    return said


def created_many(objects: list[models.Model], *, by, organization_id: int | None = None) -> None:
    """Log many new rows of one model: what each says from the start. ``organization_id`` for rows that do not say theirs."""
    if not objects:
        return
    pairs = ((obj, _said_at_first(obj)) for obj in objects)
    _save_rows(AuditAction.CREATE, pairs, by=by, organization_id=organization_id)


def _save_rows(
    action: str, pairs: Iterable[tuple[models.Model, dict]], *, by, organization_id: int | None = None
) -> None:
    """Many entries of one act at once, without an object for each."""
    now = timezone.now()
    rows = [
        {
            "organization_id": organization_id or obj.organization_id,
            "actor_id": by.pk if by else None,
            "at": now,
            "action": action,
            "model": obj._meta.label_lower,
            "object_id": obj.pk,
            "object_text": str(obj)[:250],
            "changes": difference,
        }
        for obj, difference in pairs
        if difference
    ]
    with transaction.atomic():
        insert_rows(AuditEntry, rows)


def updated(obj, *, before: dict, by, **kwargs) -> None:
    """Log what differs from ``before`` (a :func:`state` taken earlier)."""
    _save([entry(obj, action=AuditAction.UPDATE, by=by, before=before, **kwargs)])


def saved(obj, *, before: dict | None, by) -> None:
    """Log a row just saved: as new where there was no ``before``, else what differs from it."""
    if before is None:
        created(obj, by=by)
    else:
        updated(obj, before=before, by=by)


def updated_many(pairs: Iterable[tuple[models.Model, dict]], *, by) -> None:
    _save([entry(obj, action=AuditAction.UPDATE, by=by, before=before) for obj, before in pairs])


def differences(obj: models.Model, was: dict) -> dict:
    """``was`` (column → value before) against the row as it is now, without what no log keeps."""
    return {
        name: [plain(value), plain(getattr(obj, name))]
        for name, value in was.items()
        if name not in QUIET and name not in SECRET
    }


def changed_many(pairs: Iterable[tuple[models.Model, dict]], *, by) -> None:
    """Log many updates whose changed columns are known: ``(row as it is now, {column: value before})``."""
    _save_rows(AuditAction.UPDATE, ((obj, differences(obj, was)) for obj, was in pairs), by=by)


def deleted(obj, *, by, **kwargs) -> None:
    """Call before the row goes: it keeps every value that is lost."""
    _save([entry(obj, action=AuditAction.DELETE, by=by, **kwargs)])


def deleted_many(objects: Iterable[models.Model], *, by, organization_id: int | None = None) -> None:
    """Call before the rows go."""
    gone = ((obj, {name: [value, None] for name, value in state(obj).items() if value not in EMPTY}) for obj in objects)
    _save_rows(AuditAction.DELETE, gone, by=by, organization_id=organization_id)


def exported(*, by, model: str, rows: int, query: str, object_id: int | None = None) -> None:
    """Somebody took data out: what, how many rows, with which filters (Law 25); ``object_id`` when it was one row."""
    _save(
        [
            AuditEntry(
                organization_id=by.organization_id,
                actor=by,
                action=AuditAction.EXPORT,
                model=model,
                object_id=object_id,
                object_text=clean(query)[:250],  # straight from the address: PostgreSQL takes no NUL
                changes={"rows": [None, rows]},
            )
        ]
    )


def anonymized(obj, *, reason: str, by) -> None:
    """A person was forgotten: which number, why, by whom. Never who it was."""
    _save(
        [
            AuditEntry(
                organization_id=obj.organization_id,
                actor=by,
                action=AuditAction.ANONYMIZE,
                model=obj._meta.label_lower,
                object_id=obj.pk,
                object_text=clean(f"{obj} – {reason}")[:250],
            )
        ]
    )


def scrub(model: str, ids: Iterable[int], *, names: Iterable[str] | None = None) -> None:
    """Take the values of these rows out of the log for good (all of them, or those of the fields ``names``).

    The entries stay: who did what to which number, and when. Only for people who must be forgotten (Law 25, s. 28.1).
    """
    rows = AuditEntry.objects.filter(model=model, object_id__in=list(ids))
    if names is None:
        rows.update(changes={}, object_text="")
        return
    kept = [one for one in rows if set(names) & one.changes.keys()]
    for one in kept:
        one.changes = {name: pair for name, pair in one.changes.items() if name not in names}
    AuditEntry.objects.bulk_update(kept, ["changes"], batch_size=500)


def scrub_of(model: str, field: str, values: Iterable[int]) -> None:
    """The same for rows that are gone: found by what they led to when they were made or deleted."""
    values = list(values)
    wanted = models.Q()
    for side in (0, 1):
        wanted |= models.Q(**{f"changes__{field}__{side}__in": values})
    found = AuditEntry.objects.filter(wanted, model=model).values_list("object_id", flat=True)
    scrub(model, set(found))


def _save(entries: list) -> None:
    AuditEntry.objects.bulk_create([one for one in entries if one is not None], batch_size=500)
