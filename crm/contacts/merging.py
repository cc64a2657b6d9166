"""What becomes of each row that points to a contact when that contact is merged into another: one policy a relation.

A relation nobody declared follows the kept contact, and gives way where a constraint allows only one. Domains above
declare theirs in ``apps.ready()``. Whatever a policy does goes through the :class:`Ledger`, which writes down what an undo
needs. A test walks every foreign key, so that none is forgotten.
"""

from dataclasses import dataclass, field

from django.db import models

from crm.contacts import stored
from crm.contacts.models import Contact

ADDED, CHANGED, MOVED, GONE = "added", "changed", "moved", "gone"


@dataclass
class Ledger:
    """Does to rows what a merge asks, and remembers how they were. ``data`` is JSON."""

    kept: Contact
    absorbed: Contact
    data: dict = field(
        default_factory=lambda: {"moved": [], "dropped": [], "changed": [], "created": [], "derived": []}
    )

    def move(self, model: type[models.Model], name: str, pks: list, **more) -> None:
        """Let rows point to the kept contact; ``more`` is kept for the policy's own undo."""
        if pks:
            model._base_manager.filter(pk__in=pks).update(**{name: self.kept})
            self.data["moved"].append({"model": model._meta.label_lower, "field": name, "pks": pks, **more})

    def drop(self, row: models.Model) -> None:
        """Take away a row that has its double on the other side."""
        self.data["dropped"].append({"model": row._meta.label_lower, "row": stored.snapshot(row)})
        row.delete()

    def change(self, row: models.Model, **values) -> None:
        """Set columns of a row."""
        before = stored.snapshot(row)
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        after = stored.current(type(row), row.pk)
        names = [name for name in after if after[name] != before[name]]
        self.data["changed"].append(
            {
                "model": row._meta.label_lower,
                "pk": row.pk,
                "before": {name: before[name] for name in names},
                "after": {name: after[name] for name in names},
            }
        )

    def create(self, row: models.Model) -> None:
        """Add a row that only the merge needs."""
        row.save(force_insert=True)
        plain = stored.current(type(row), row.pk)  # as the database holds it
        self.data["created"].append({"model": row._meta.label_lower, "row": plain})


def relations() -> list:
    """Every foreign key that points to a contact, hidden ones too."""
    found = Contact._meta.get_fields(include_hidden=True)
    return [rel for rel in found if rel.auto_created and not rel.concrete and (rel.one_to_many or rel.one_to_one)]


def name_of(rel) -> str:
    """``giving.gift.contact``"""
    return f"{rel.related_model._meta.label_lower}.{rel.field.name}"


class Follow:
    """The rows go to the kept contact. Where both have the same one (a tag), the absorbed contact's gives way.

    ``listed`` says whether rows added or changed after the merge are named to whoever undoes it.
    """

    def __init__(self, *, listed: bool = True) -> None:
        self.listed = listed

    def apply(self, ledger: Ledger, rel) -> None:
        model, name = rel.related_model, rel.field.name
        rows = model._base_manager.filter(**{name: ledger.absorbed}).order_by("pk")
        keys = unique_keys(model, name)
        if not keys:
            ledger.move(model, name, list(rows.values_list("pk", flat=True)))
            return
        mine = {
            (number, tuple(getattr(row, part) for part in key)): row
            for row in model._base_manager.filter(**{name: ledger.kept})
            for number, key in enumerate(keys)
        }
        going = []
        for row in rows:
            doubles = [mine.get((number, tuple(getattr(row, part) for part in key))) for number, key in enumerate(keys)]
            double = next(filter(None, doubles), None)
            if double is None or self.gives_way(ledger, double, row):
                going.append(row.pk)
        ledger.move(model, name, going)

    def gives_way(self, ledger: Ledger, mine: models.Model, other: models.Model) -> bool:
        """Two rows where one is allowed: drop one; whether it was the kept contact's."""
        ledger.drop(other)
        return False

    def undone(self, ledger: Ledger, rel) -> None:
        """After an undo, when everything is back where it was."""


class Stay(Follow):
    """The rows stay with the contact they were written for; screens of the kept one show them too, or need not."""

    def __init__(self, *, listed: bool = False) -> None:
        super().__init__(listed=listed)

    def apply(self, ledger: Ledger, rel) -> None:
        pass


class Recomputed(Follow):
    """One row a contact that its domain computes, again after each merge and undo. ``stamp`` says when it was computed.

    A row equal to ``empty`` is no more than none.
    """

    def __init__(self, *, stamp: str, empty: dict) -> None:
        super().__init__(listed=False)
        self.stamp, self.empty = stamp, empty

    def apply(self, ledger: Ledger, rel) -> None:
        for contact in (ledger.kept, ledger.absorbed):
            row = rel.related_model._base_manager.filter(**{rel.field.name: contact}).first()
            ledger.data["derived"].append(
                {"model": rel.related_model._meta.label_lower, "pk": contact.pk, "row": row and stored.snapshot(row)}
            )

    def undone(self, ledger: Ledger, rel) -> None:
        """Computed again by now: where it says what it said before the merge, it is the very row of before."""
        model = rel.related_model
        for one in ledger.data["derived"]:
            if one["model"] != model._meta.label_lower:
                continue
            now, before = stored.current(model, one["pk"]), one["row"]
            if now is None:
                continue
            if before is None and all(now[name] == value for name, value in self.empty.items()):
                model._base_manager.filter(pk=one["pk"]).delete()
            elif before is not None and {**now, self.stamp: None} == {**before, self.stamp: None}:
                stored.overwrite(model, one["pk"], before)


def unique_keys(model: type[models.Model], name: str) -> list[tuple[str, ...]]:
    """The other columns of each constraint that allows a contact one row only."""
    attname = model._meta.get_field(name).attname
    groups = [
        constraint.fields for constraint in model._meta.constraints if isinstance(constraint, models.UniqueConstraint)
    ]
    groups += list(model._meta.unique_together)
    return [
        tuple(model._meta.get_field(part).attname for part in group if part != name)
        for group in groups
        if name in group or attname in group
    ]


POLICIES: dict[str, Follow] = {}
UNDECLARED = Follow()


def declare(relation: str, policy: Follow) -> None:
    """Say what a merge does with ``app.model.field`` (lower case)."""
    POLICIES[relation] = policy


def policy_of(rel) -> Follow:
    return POLICIES.get(name_of(rel), UNDECLARED)
