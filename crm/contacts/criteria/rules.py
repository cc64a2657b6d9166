"""Rules as a tree: read from JSON without trust, compiled to one condition, said as one sentence."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.contacts.criteria.base import Context, Criterion, RuleError, catalogue

MODES = ("all", "any", "none")
MOST_RULES, DEEPEST = 40, 4


@dataclass
class Rule:
    criterion: Criterion
    op: str
    values: list

    def say(self, context: Context) -> str:
        return self.criterion.say(self.op, self.values, context)


@dataclass
class Group:
    mode: str
    parts: list = field(default_factory=list)


def read_rule(raw, context: Context) -> Rule:
    """One rule ``{"field": …, "op": …, "value": …}``; raises :class:`RuleError` for anything that is not one."""
    if not isinstance(raw, dict) or not isinstance(raw.get("field"), str) or not isinstance(raw.get("op"), str):
        raise RuleError(_("This rule is incomplete."))
    criterion = catalogue(context).get(raw["field"])
    if criterion is None:
        raise RuleError(_("This rule looks at something that no longer exists. Choose another one."), code="gone")
    context.budget[0] -= 1
    if context.budget[0] < 0:
        raise RuleError(_("These rules are too many, with those of the segments they name."), code="many")
    op = criterion.op(raw["op"])
    value = raw.get("value")
    values = [value] if len(op.parts) == 1 else value
    if op.parts and (not isinstance(values, list) or len(values) != len(op.parts)):
        raise RuleError(_("This rule is incomplete."), field="value")
    cleaned = [part.clean(one, context) for part, one in zip(op.parts, values or [], strict=bool(op.parts))]
    return Rule(criterion, op.code, cleaned)


def mode_of(raw) -> str:
    modes = [mode for mode in MODES if isinstance(raw, dict) and isinstance(raw.get(mode), list)]
    if len(modes) != 1 or len(raw) != 1:
        raise RuleError(_("These rules cannot be read."))
    return modes[0]


def read(raw, context: Context, *, depth: int = 1, count: list | None = None) -> Group:
    """The tree of ``{"all": [rule, {"any": [...]}]}``; raises :class:`RuleError` with what is wrong."""
    count = [0] if count is None else count
    mode = mode_of(raw)
    if depth > DEEPEST:
        raise RuleError(_("Groups of rules can be nested four deep at most."), code="deep")
    if not raw[mode]:
        raise RuleError(_("Add at least one rule."), code="empty")
    group = Group(mode)
    for part in raw[mode]:
        if isinstance(part, dict) and "field" in part:
            count[0] += 1
            if count[0] > MOST_RULES:
                raise RuleError(_("A segment has forty rules at most."), code="many")
            group.parts.append(read_rule(part, context))
        else:
            group.parts.append(read(part, context, depth=depth + 1, count=count))
    return group


def condition(node: Group | Rule, context: Context) -> Q:
    """One condition for the whole tree."""
    if isinstance(node, Rule):
        return Q(node.criterion.build(node.op, node.values, context))
    parts = [condition(part, context) for part in node.parts]
    found = parts[0]
    for part in parts[1:]:
        found = found & part if node.mode == "all" else found | part
    return ~found if node.mode == "none" else found


def compiled(raw, context: Context) -> Q:
    return condition(read(raw, context), context)


# --- the sentence -----------------------------------------------------------------------------------------------------
def _clauses(group: Group, context: Context) -> str:
    """“who gave … and who live …, except those who …”: what follows the subject."""
    if group.mode == "none":
        return _except(group, context)
    said, excepted = [], []
    for part in group.parts:
        if isinstance(part, Group) and part.mode == "none" and group.mode == "all":
            excepted.append(_except(part, context))
        else:
            said.append(part.say(context) if isinstance(part, Rule) else _bracketed(part, context))
    joiner = _("%(first)s and %(second)s") if group.mode == "all" else _("%(first)s or %(second)s")
    text = _joined(said, joiner)
    for one in excepted:
        text = f"{text}, {one}" if text else one
    return text


def _joined(said: list[str], joiner: str) -> str:
    text = said[0] if said else ""
    for one in said[1:]:
        text = joiner % {"first": text, "second": one}
    return text


def _bracketed(group: Group, context: Context) -> str:
    text = _clauses(group, context)
    return text if len(group.parts) == 1 and group.mode != "none" else f"({text})"


def _except(group: Group, context: Context) -> str:
    inner = _clauses(Group("any", group.parts), context)
    return _("except those %(clauses)s") % {"clauses": inner}


def sentence(tree: Group, context: Context) -> str:
    """“Donors who gave at least $500 in 2025 and who live in Quebec”, in the reader's language."""
    gave = tree.mode == "all" and any(
        isinstance(part, Rule) and part.op in part.criterion.donors for part in tree.parts
    )
    subject = _("Donors %(clauses)s") if gave else _("Contacts %(clauses)s")
    return subject % {"clauses": _clauses(tree, context)}
