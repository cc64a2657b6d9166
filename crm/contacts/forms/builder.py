"""The rule builder: a form of any depth, drawn again by the server at each change of shape.

The browser sends every node as ``node=<id>:<parent>:<rule|group>`` in the order of the page, and the controls of a rule as
``<id>-field``, ``<id>-op``, ``<id>-p0``… What was typed stays as typed until it is right.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.criteria import GROUPS, Context, Criterion, RuleError, catalogue
from crm.contacts.criteria.rules import DEEPEST, MODES, MOST_RULES, read, read_rule, sentence

MOST_NODES = 120
MODE_WORDS = {
    "all": gettext_lazy("all of these"),
    "any": gettext_lazy("at least one of these"),
    "none": gettext_lazy("none of these"),
}
START = "has_email"


@dataclass
class Control:
    """One part of a rule's value, as drawn."""

    name: str
    shape: str
    typed: object
    options: list = field(default_factory=list)
    number: int = 0
    gone: bool = False

    @property
    def is_long(self) -> bool:
        return len(self.options) > 12


@dataclass
class RuleRow:
    id: str
    criterion: Criterion | None
    op: str = ""
    controls: list[Control] = field(default_factory=list)
    error: str = ""
    number: int = 0
    focus: str = ""
    kind = "rule"

    @property
    def ops(self) -> list:
        return list(self.criterion.ops) if self.criterion else []

    def raw(self) -> dict:
        """The rule as JSON; raises :class:`RuleError` for what is not typed right."""
        if self.criterion is None:
            raise RuleError(_("This rule looks at something that no longer exists. Choose another one."), code="gone")
        parts = self.criterion.op(self.op).parts
        stored = [part.stored(control.typed) for part, control in zip(parts, self.controls, strict=True)]
        value = stored[0] if len(stored) == 1 else stored or None
        return {"field": self.criterion.code, "op": self.op, "value": value}


@dataclass
class GroupRow:
    id: str
    mode: str = "all"
    children: list = field(default_factory=list)
    depth: int = 1
    focus: str = ""
    kind = "group"

    @property
    def modes(self) -> list:
        return list(MODE_WORDS.items())

    @property
    def may_nest(self) -> bool:
        return self.depth < DEEPEST


class Builder:
    """The tree as drawn. ``rules()`` is what may be saved, or marks what keeps it from being."""

    def __init__(self, root: GroupRow, context: Context) -> None:
        self.root, self.context = root, context
        self.error = ""
        self._number()

    # --- three ways to begin ------------------------------------------------------------------------------------------
    @classmethod
    def new(cls, context: Context) -> "Builder":
        root = GroupRow("n0")
        root.children.append(cls._rule("n1", {}, context))
        return cls(root, context)

    @classmethod
    def of_rules(cls, rules, context: Context) -> "Builder":
        counter = [0]

        def grow(raw, depth: int) -> GroupRow | RuleRow:
            number, counter[0] = counter[0], counter[0] + 1
            if isinstance(raw, dict) and "field" in raw:
                return cls._stored_rule(f"n{number}", raw, context)
            mode = next((mode for mode in MODES if isinstance(raw, dict) and isinstance(raw.get(mode), list)), "all")
            group = GroupRow(f"n{number}", mode, depth=depth)
            group.children = [grow(part, depth + 1) for part in (raw.get(mode, []) if isinstance(raw, dict) else [])]
            return group

        root = grow(rules or {"all": []}, 1)
        return cls(root, context) if isinstance(root, GroupRow) else cls.new(context)

    @classmethod
    def of_data(cls, data, context: Context) -> "Builder":
        """From a form sent by the browser; what makes no sense in it is left out."""
        groups: dict[str, GroupRow] = {}
        root = None
        for entry in data.getlist("node")[:MOST_NODES]:
            name, parent, kind = [*entry.split(":"), "", ""][:3]
            if not (name[:1] == "n" and name[1:].isascii() and name[1:].isdigit() and len(name) < 8) or name in groups:
                continue
            if kind == "group" and root is None:
                mode = data.get(f"{name}-mode")
                root = groups[name] = GroupRow(name, mode if mode in MODES else "all")
            elif parent in groups and kind == "group" and groups[parent].may_nest:
                mode = data.get(f"{name}-mode")
                groups[name] = GroupRow(name, mode if mode in MODES else "any", depth=groups[parent].depth + 1)
                groups[parent].children.append(groups[name])
            elif parent in groups and kind == "rule":
                groups[parent].children.append(cls._rule(name, data, context))
        return cls(root, context) if root else cls.new(context)

    @classmethod
    def _rule(cls, name: str, data, context: Context) -> RuleRow:
        known = catalogue(context)
        criterion = known.get(data.get(f"{name}-field") or START)
        if criterion is None:
            return RuleRow(name, None)
        codes = [op.code for op in criterion.ops]
        op = data.get(f"{name}-op")
        op = op if op in codes else codes[0]
        row = RuleRow(name, criterion, op)
        for place, part in enumerate(criterion.op(op).parts):
            typed = part.typed(data, f"{name}-p{place}") if hasattr(data, "getlist") else part.shown(None)
            row.controls.append(cls._control(row, place, part, typed, context))
        return row

    @classmethod
    def _stored_rule(cls, name: str, raw: dict, context: Context) -> RuleRow:
        criterion = catalogue(context).get(raw.get("field"))
        if criterion is None:
            return RuleRow(name, None)
        codes = [op.code for op in criterion.ops]
        op = raw.get("op") if raw.get("op") in codes else codes[0]
        row = RuleRow(name, criterion, op)
        parts = criterion.op(op).parts
        values = [raw.get("value")] if len(parts) == 1 else raw.get("value") or []
        for place, part in enumerate(parts):
            typed = part.shown(values[place] if place < len(values) else None)
            row.controls.append(cls._control(row, place, part, typed, context))
        return row

    @staticmethod
    def _control(row: RuleRow, place: int, part, typed, context: Context) -> Control:
        options = part.options(context) if hasattr(part, "options") else []
        if part.shape == "choices":
            offered = {code for code, _word in options}
            typed = [one for one in typed if one in offered]
        return Control(f"{row.id}-p{place}", part.shape, typed, options, place)

    # --- changes of shape ---------------------------------------------------------------------------------------------
    def groups(self) -> dict[str, GroupRow]:
        found: dict[str, GroupRow] = {}

        def walk(group: GroupRow) -> None:
            found[group.id] = group
            for child in group.children:
                if child.kind == "group":
                    walk(child)

        walk(self.root)
        return found

    def rows(self) -> list[RuleRow]:
        return [child for group in self.groups().values() for child in group.children if child.kind == "rule"]

    def _number(self) -> None:
        counter = 0

        def walk(group: GroupRow) -> None:
            nonlocal counter
            for child in group.children:
                if child.kind == "rule":
                    counter += 1
                    child.number = counter
                else:
                    walk(child)

        walk(self.root)

    def act(self, act: str) -> None:
        """``rule:<group>``, ``group:<group>`` or ``drop:<node>``; the focus follows what was done."""
        kind, _colon, name = act.partition(":")
        groups = self.groups()
        if kind == "drop":
            for group in groups.values():
                group.children = [child for child in group.children if child.id != name or self._left(group)]
        elif kind in ("rule", "group") and name in groups and self.may_grow:
            parent = groups[name]
            row = self._rule(self._fresh(), {}, self.context)
            if kind == "group" and parent.may_nest:
                inner = GroupRow(self._fresh(1), "any", [row], parent.depth + 1)
                parent.children.append(inner)
            else:
                parent.children.append(row)
            row.focus = "field"
        self._number()

    def _left(self, group: GroupRow) -> bool:
        """The focus goes to the way to add another one, where something has just left."""
        group.focus = "add"
        return False

    def _fresh(self, more: int = 0) -> str:
        names = [*self.groups(), *(row.id for row in self.rows())]
        return f"n{max(int(name[1:]) for name in names) + 1 + more}"

    @property
    def may_grow(self) -> bool:
        return len(self.rows()) < MOST_RULES and len(self.groups()) + len(self.rows()) < MOST_NODES

    # --- what it says -------------------------------------------------------------------------------------------------
    def offered(self) -> list[tuple[object, list[Criterion]]]:
        """The criteria one chooses from, group by group."""
        found: dict[str, list[Criterion]] = {}
        for criterion in catalogue(self.context).values():
            found.setdefault(criterion.group, []).append(criterion)
        return [(GROUPS[group], criteria) for group, criteria in found.items()]

    def rules(self, *, mark: bool = True) -> dict | None:
        """The rules as JSON, or ``None`` when one is not right yet: it is then marked with what is wrong."""
        right = True

        def fold(group: GroupRow) -> dict:
            nonlocal right
            parts = []
            for child in group.children:
                if child.kind == "group":
                    parts.append(fold(child))
                    continue
                try:
                    raw = child.raw()
                    read_rule(raw, self.context)
                    parts.append(raw)
                except RuleError as error:
                    right = False
                    child.error = str(error) if mark else ""
            return {group.mode: parts}

        rules = fold(self.root)
        if not right:
            self.error = _("Correct the rules marked below.")
            return None
        try:
            self.context.budget[0] = 200
            read(rules, self.context)
        except RuleError as error:
            self.error = str(error)
            return None
        return rules

    def sentence(self, rules: dict) -> str:
        self.context.budget[0] = 200
        return sentence(read(rules, self.context), self.context)
