"""Two people in one form: whoever saves second is told what the first changed, and overwrites nothing unseen.

A form is drawn with a mark of what it showed. When it comes back and the row says something else by then, nothing is saved:
the audit log tells who changed what since, their values come into the fields that the second person had left alone, and
saving again is then a choice made knowingly.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from django import forms
from django.db import models
from django.http import QueryDict

from crm.accounts import audit
from crm.accounts.choices import AuditAction
from crm.accounts.models import AuditEntry
from crm.core.changes import Names, describe
from crm.core.errors import ChangedMeanwhile

STEPS = 50  # acts gone back through in search of what the form showed


@dataclass(frozen=True)
class Difference:
    """One field: what the form had shown (empty: not known), what it is now, and what the second person wants instead."""

    label: str
    before: str
    now: str
    mine: str = ""  # empty: they had left it alone, or want the same


@dataclass
class Story:
    """What happened while somebody was editing."""

    differences: list[Difference] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    at: datetime | None = None
    left_alone: list[str] = field(default_factory=list)  # fields of the form that take what they are now


class Watch:
    """A row as it is now, in the fields of a form.

    A form may keep several of its fields in one JSON column: ``keyed_columns = {"custom": "field_"}`` says which, by how
    the names of those fields begin.
    """

    def __init__(self, row: models.Model, form: forms.BaseForm) -> None:
        self.row, self.label = row, row._meta.label_lower
        self.cells = self._cells(form)
        columns = {attname for attname, _key in self.cells.values()}
        self.state = {name: value for name, value in audit.state(row).items() if name in columns}

    def _cells(self, form: forms.BaseForm) -> dict[str, tuple[str, str]]:
        """Field of the form → its column and, within a JSON column, its key."""
        columns = {one.name: one.attname for one in self.row._meta.concrete_fields}
        columns |= {name: name for name in getattr(self.row, "told_beside", dict)()}
        found = {name: (columns[name], "") for name in form.fields if name in columns}
        for column, prefix in getattr(form, "keyed_columns", {}).items():
            names = [name for name in form.fields if name.startswith(prefix)]
            found |= {name: (column, name.removeprefix(prefix)) for name in names}
        return found

    def _value(self, name: str, state: dict):
        column, key = self.cells[name]
        return (state.get(column) or {}).get(key) if key else state.get(column)

    def _marked(self, state: dict) -> str:
        values = [[name, self._value(name, state)] for name in sorted(self.cells)]
        return blake2b(json.dumps(values, default=str).encode(), digest_size=12).hexdigest()

    @property
    def mark(self) -> str:
        return self._marked(self.state)

    def must_match(self, mark: str) -> None:
        """Before saving: raises :class:`ChangedMeanwhile` when the form that bears this mark showed something else."""
        if mark and mark != self.mark:
            raise ChangedMeanwhile
        self.last = self._entries().values_list("pk", flat=True).first() or 0

    def must_be_alone(self, by) -> None:
        """After saving, in the same transaction: raises :class:`ChangedMeanwhile` when somebody else's save came between the
        look of :meth:`must_match` and the lock of the service. Then what was just overwritten is not what was seen.
        """
        replaced: dict = {}  # what the act found in each column: a service may change one twice
        for entry in self._entries().filter(actor=by, pk__gt=self.last).order_by("pk"):
            replaced = {name: pair[0] for name, pair in entry.changes.items()} | replaced
        if any(replaced[name] != self.state[name] for name in replaced.keys() & self.state.keys()):
            raise ChangedMeanwhile

    def _entries(self) -> models.QuerySet:
        rows = AuditEntry.objects.filter(model=self.label, object_id=self.row.pk, action=AuditAction.UPDATE)
        return rows.order_by("-pk")

    def tell(self, mark: str, form: forms.BaseForm) -> Story:
        """What was changed since the form of this mark was drawn, beside what came back in it (``form`` is valid)."""
        story, state = Story(), dict(self.state)
        for entry in self._entries().select_related("actor__user")[:STEPS]:
            touched = entry.changes.keys() & state.keys()
            state |= {name: entry.changes[name][0] for name in touched}
            if touched and entry.actor and str(entry.actor) not in story.people:
                story.people.append(str(entry.actor))
            story.at = story.at or entry.at
            if self._marked(state) == mark:
                return self._compared(story, state, form)
        return self._compared(Story(), None, form)

    def _compared(self, story: Story, shown: dict | None, form: forms.BaseForm) -> Story:
        names = Names()
        for name in self.cells:
            now, mine = self._value(name, self.state), self._typed(name, form)
            if shown is None:
                if not self._same(name, now, mine):
                    story.differences.append(self._said(name, None, now, mine, names))
                continue
            before = self._value(name, shown)
            if before == now:
                continue
            if self._same(name, before, mine):
                story.left_alone.append(name)
                mine = now
            story.differences.append(self._said(name, before, now, mine, names))
        return story

    def _typed(self, name: str, form: forms.BaseForm):
        column, key = self.cells[name]
        data = form.cleaned_data
        return (data.get(column) or {}).get(key) if key else audit.plain(data.get(name))

    def _same(self, name: str, stored, typed) -> bool:
        """Both as JSON keeps them: 50 and 50.00 are the same money, nothing and an empty text the same nothing."""
        column, key = self.cells[name]
        spec = self.row._meta.get_field(column)
        if stored in (None, "") or typed in (None, ""):
            return stored in (None, "") and typed in (None, "")
        if key or spec.is_relation:
            return stored == typed
        return spec.to_python(stored) == spec.to_python(typed)

    def _said(self, name: str, before, now, mine, names: Names) -> Difference:
        column, key = self.cells[name]
        currency = self.state.get("currency") or "CAD"

        def words(first, second) -> tuple[str, str, str]:
            pair = [{key: first}, {key: second}] if key else [first, second]
            found = describe(self.label, {column: pair}, names, currency=currency)
            labels, befores, afters = ([getattr(one, side) for one in found] for side in ("label", "before", "after"))
            return " · ".join(labels) or name, " · ".join(befores), " · ".join(afters)

        label, said_before, said_now = words(before, now)
        return Difference(label, said_before, said_now, "" if self._same(name, now, mine) else words(now, mine)[2])


def refilled(data: QueryDict, fresh: forms.BaseForm, names: list[str]) -> QueryDict:
    """What came back in a form, with these fields as an unbound form (``fresh``) of the present row shows them."""
    data = data.copy()
    for name in names:
        value, widget = fresh[name].value(), fresh.fields[name].widget
        if isinstance(widget, forms.CheckboxInput):
            data.pop(name, None)
            if widget.check_test(value):
                data[name] = "on"
        elif hasattr(widget, "refill"):
            widget.refill(data, name, value)
        elif isinstance(value, list | tuple | models.QuerySet):
            data.setlist(name, [str(getattr(one, "pk", one)) for one in value])
        else:
            shown = widget.format_value(value)
            data[name] = "" if shown is None or value is None else str(value if isinstance(shown, list) else shown)
        if hasattr(widget, "text"):  # the name beside the number of a contact
            data[f"{name}_text"] = widget.text
    return data
