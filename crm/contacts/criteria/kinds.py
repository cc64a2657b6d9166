"""The usual ways to ask: of an amount, a date, a choice… A criterion takes one of these and says what it looks at."""

from collections.abc import Callable

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.contacts.criteria.base import Context, Criterion, Op
from crm.contacts.criteria.parts import Amount, Choices, Day, Days, Number, Part, Period, Rows, Text

AT_LEAST = pgettext_lazy("comparison", "is at least")
AT_MOST = pgettext_lazy("comparison", "is at most")


def compared(part: Part) -> tuple[Op, ...]:
    return (
        Op("gte", AT_LEAST, (part,)),
        Op("lte", AT_MOST, (part,)),
        Op("eq", pgettext_lazy("comparison", "is exactly"), (part,)),
        Op("between", pgettext_lazy("comparison", "is between"), (part, part)),
    )


def measure(op: str, values: list, part: Part, context: Context) -> str:
    """“at least $500”, inside a sentence."""
    said = [part.say(value, context) for value in values]
    if op == "between":
        return _("between %(low)s and %(high)s") % {"low": said[0], "high": said[1]}
    words = {"gte": _("at least %(value)s"), "lte": _("at most %(value)s"), "eq": _("exactly %(value)s")}
    return words[op] % {"value": said[0]}


def bounds(op: str, values: list) -> tuple:
    """``(low, high)`` of a comparison, either one ``None`` when open; a span given backwards is turned round."""
    if op == "between":
        return min(values), max(values)
    return {"gte": (values[0], None), "lte": (None, values[0]), "eq": (values[0], values[0])}[op]


def within(name: str, low, high) -> Q:
    """``low ≤ name ≤ high``, open where ``None``."""
    condition = Q()
    if low is not None:
        condition &= Q(**{f"{name}__gte": low})
    if high is not None:
        condition &= Q(**{f"{name}__lte": high})
    return condition


def _measured(part: Part, build: Callable, phrase, **about) -> Criterion:
    """``build(low, high, context)``; ``phrase`` says it around ``%(measure)s``, its plural by ``n``, the last value."""

    def say(op: str, values: list, context: Context) -> str:
        return str(phrase % {"measure": measure(op, values, part, context), "n": values[-1]})

    return Criterion(
        ops=compared(part), build=lambda op, values, context: build(*bounds(op, values), context), say=say, **about
    )


def amounts(*, build: Callable, phrase, **about) -> Criterion:
    return _measured(Amount(), build, phrase, **about)


def numbers(*, build: Callable, phrase, **about) -> Criterion:
    return _measured(Number(), build, phrase, **about)


def dates(*, build: Callable, known, unknown, phrase, **about) -> Criterion:
    """``build(first, last, context)`` for days from ``first`` to ``last``; both ``None``: any known day."""
    ops = (
        Op("period", pgettext_lazy("comparison of dates", "was"), (Period(),)),
        Op("before", pgettext_lazy("comparison of dates", "was before"), (Day(),)),
        Op("after", pgettext_lazy("comparison of dates", "was on or after"), (Day(),)),
        Op("known", pgettext_lazy("comparison of dates", "is known")),
        Op("unknown", pgettext_lazy("comparison of dates", "is not known")),
    )

    def condition(op: str, values: list, context: Context) -> Q:
        if op == "period":
            return build(values[0][0], values[0][1], context)
        if op == "before":
            return build(None, values[0].fromordinal(values[0].toordinal() - 1), context)
        if op == "after":
            return build(values[0], None, context)
        any_day = build(None, None, context)
        return any_day if op == "known" else ~any_day

    def say(op: str, values: list, context: Context) -> str:
        if op in ("known", "unknown"):
            return str(known if op == "known" else unknown)
        if op == "period":
            return str(phrase) % {"when": Period().say(values[0], context)}
        day = Day().say(values[0], context)
        when = _("before %(day)s") % {"day": day} if op == "before" else _("on or after %(day)s") % {"day": day}
        return str(phrase) % {"when": when}

    return Criterion(ops=ops, build=condition, say=say, **about)


def periods(*, build: Callable, yes, no, **about) -> Criterion:
    """Something happened in a period, or did not."""
    ops = (
        Op("yes", pgettext_lazy("comparison of facts", "happened"), (Period(),)),
        Op("no", pgettext_lazy("comparison of facts", "did not happen"), (Period(),)),
    )

    def condition(op: str, values: list, context: Context) -> Q:
        found = build(values[0][0], values[0][1], context)
        return found if op == "yes" else ~found

    def say(op: str, values: list, context: Context) -> str:
        return str(yes if op == "yes" else no) % {"when": Period().say(values[0], context)}

    return Criterion(ops=ops, build=condition, say=say, **about)


def _chosen(part: Choices, build: Callable, phrase, negative, *, empty=None, **about) -> Criterion:
    ops = [
        Op("in", pgettext_lazy("comparison of choices", "is one of"), (part,)),
        Op("not_in", pgettext_lazy("comparison of choices", "is none of"), (part,)),
    ]
    if empty:
        ops.append(Op("empty", pgettext_lazy("comparison of choices", "is not set")))

    def condition(op: str, values: list, context: Context) -> Q:
        if op == "empty":
            return build(None, context)
        found = build(values[0], context)
        return found if op == "in" else ~found

    def say(op: str, values: list, context: Context) -> str:
        if op == "empty":
            return str(empty)
        return str(phrase if op == "in" else negative) % {"values": part.say(values[0], context)}

    return Criterion(ops=tuple(ops), build=condition, say=say, **about)


def choices(*, of, build: Callable, phrase, negative, **about) -> Criterion:
    """``build(codes, context)``; ``of`` are the pairs one chooses from."""
    return _chosen(Choices(of), build, phrase, negative, **about)


def rows(*, fetch: Callable, gone, build: Callable, phrase, negative, **about) -> Criterion:
    """``build(rows, context)``; ``fetch(context)`` gives the rows one may name."""
    return _chosen(Rows(fetch, gone=gone), build, phrase, negative, **about)


def texts(*, build: Callable, phrase, empty=None, filled=None, **about) -> Criterion:
    """``build(op, text, context)``; ``phrase`` holds ``%(what)s``: is “Laval”, begins with “G9A”."""
    ops = [
        Op("is", pgettext_lazy("comparison of texts", "is"), (Text(),)),
        Op("is_not", pgettext_lazy("comparison of texts", "is not"), (Text(),)),
        Op("starts", pgettext_lazy("comparison of texts", "begins with"), (Text(),)),
        Op("contains", pgettext_lazy("comparison of texts", "contains"), (Text(),)),
    ]
    if empty:
        ops += [
            Op("filled", pgettext_lazy("comparison of texts", "is known")),
            Op("empty", pgettext_lazy("comparison of texts", "is missing")),
        ]

    def condition(op: str, values: list, context: Context) -> Q:
        if op == "is_not":
            return ~build("is", values[0], context)
        if op == "filled":
            return ~build("empty", "", context)
        return build(op, values[0] if values else "", context)

    def say(op: str, values: list, context: Context) -> str:
        if op in ("filled", "empty"):
            return str(filled if op == "filled" else empty)
        words = {
            "is": _("is %(text)s"),
            "is_not": _("is not %(text)s"),
            "starts": _("begins with %(text)s"),
            "contains": _("contains %(text)s"),
        }
        return str(phrase) % {"what": words[op] % {"text": Text().say(values[0], context)}}

    return Criterion(ops=tuple(ops), build=condition, say=say, **about)


def yes_no(*, build: Callable, yes, no, **about) -> Criterion:
    ops = (Op("yes", gettext_lazy("Yes")), Op("no", gettext_lazy("No")))

    def condition(op: str, values: list, context: Context) -> Q:
        return build(context) if op == "yes" else ~build(context)

    return Criterion(ops=ops, build=condition, say=lambda op, values, context: str(yes if op == "yes" else no), **about)


def days(*, build: Callable, phrase, label_op, **about) -> Criterion:
    """So many days without something: ``build(days, context)``."""
    return Criterion(
        ops=(Op("gte", label_op, (Days(),)),),
        build=lambda op, values, context: build(values[0], context),
        say=lambda op, values, context: str(phrase) % {"days": Days().say(values[0], context)},
        **about,
    )
