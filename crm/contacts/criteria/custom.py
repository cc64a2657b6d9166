"""The custom fields of an organization, as criteria. Values are JSON, read the same way on both databases."""

from collections.abc import Iterable

from django.db.models import Case, CharField, DecimalField, Q, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import (
    Exact,
    GreaterThanOrEqual,
    IContains,
    IExact,
    In,
    IStartsWith,
    LessThanOrEqual,
    Regex,
)
from django.utils.translation import get_language, gettext_lazy

from crm.contacts.choices import CustomFieldKind
from crm.contacts.criteria import kinds
from crm.contacts.criteria.base import Context, Criterion, sure
from crm.contacts.criteria.parts import Decimals
from crm.contacts.models import CustomField

NUMERIC = r"^-?[0-9]{1,14}(\.[0-9]{1,6})?$"
LOOKUPS = {"is": IExact, "starts": IStartsWith, "contains": IContains}


def criteria(context: Context) -> Iterable[Criterion]:
    rows = CustomField.objects.filter(organization=context.organization).active().order_by("position", "pk")
    return [criterion for field in rows if (criterion := _criterion(field))]


def _text(field: CustomField):
    """The value as text; nothing where the contact has none."""
    return Cast(KeyTextTransform(field.code, "custom"), TextField())


def _either(code: str, lookup, text: str) -> Q:
    found = Q()
    for spelling in sorted({text, text.upper(), text.lower(), text.title()}):
        found |= Q(lookup(code, spelling))
    return found


def _criterion(field: CustomField) -> Criterion | None:
    about = {"code": f"custom.{field.code}", "group": "custom", "label": field.label}
    phrase = str(gettext_lazy("with “%(label)s” %(value)s"))

    def around(inner) -> str:
        """The words of a rule; a template, whose label doubles its percent signs, when ``inner`` is one."""
        label = field.label.replace("%", "%%") if "%(" in str(inner) else field.label
        return phrase % {"label": label, "value": inner}

    builders = {
        CustomFieldKind.TEXT: _texts, CustomFieldKind.NUMBER: _numbers, CustomFieldKind.DATE: _dates,
        CustomFieldKind.CHOICE: _choices, CustomFieldKind.YES_NO: _yes_no,
    }  # fmt: skip
    builder = builders.get(field.kind)
    return builder(field, about, around) if builder else None


def _texts(field: CustomField, about: dict, around) -> Criterion:
    def build(op: str, text: str, context: Context) -> Q:
        if op == "empty":
            return ~sure(Q(Regex(_text(field), ".")))
        return sure(_either(_text(field), LOOKUPS[op], text))

    return kinds.texts(
        build=build, phrase=around("%(what)s"), empty=around(gettext_lazy("missing")),
        filled=around(gettext_lazy("known")), **about,
    )  # fmt: skip


def _numbers(field: CustomField, about: dict, around) -> Criterion:
    def build(low, high, context: Context) -> Q:
        text = _text(field)
        number = DecimalField(max_digits=20, decimal_places=6)
        # Only what is written as a number is turned into one: PostgreSQL stops at anything else.
        value = Case(When(Regex(text, NUMERIC), then=Cast(text, number)), default=None, output_field=number)
        found = Q()
        if low is not None:
            found &= Q(GreaterThanOrEqual(value, Value(low, output_field=number)))
        if high is not None:
            found &= Q(LessThanOrEqual(value, Value(high, output_field=number)))
        return sure(found)

    return kinds._measured(Decimals(), build, around("%(measure)s"), **about)  # noqa: SLF001


def _dates(field: CustomField, about: dict, around) -> Criterion:
    def build(first, last, context: Context) -> Q:
        found = Q(Regex(_text(field), "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
        if first is not None:
            found &= Q(GreaterThanOrEqual(_text(field), Value(first.isoformat())))
        if last is not None:
            found &= Q(LessThanOrEqual(_text(field), Value(last.isoformat())))
        return sure(found)

    return kinds.dates(
        build=build, phrase=around("%(when)s"), known=around(gettext_lazy("known")),
        unknown=around(gettext_lazy("missing")), **about,
    )  # fmt: skip


def _choices(field: CustomField, about: dict, around) -> Criterion:
    french = (get_language() or "fr").startswith("fr")
    names = ("fr", "en") if french else ("en", "fr")
    pairs = [
        (str(one.get("code", "")), one.get(names[0]) or one.get(names[1]) or one.get("code", ""))
        for one in field.choices
        if isinstance(one, dict)
    ]
    return kinds.choices(
        of=pairs, build=lambda codes, context: sure(Q(In(_text(field), codes))), phrase=around("%(values)s"),
        negative=around(gettext_lazy("not %(values)s")), **about,
    )  # fmt: skip


def _yes_no(field: CustomField, about: dict, around) -> Criterion:
    return kinds.yes_no(
        build=lambda context: sure(Q(Exact(_text(field), Value("true", output_field=CharField())))),
        yes=around(gettext_lazy("yes")), no=around(gettext_lazy("no")), **about,
    )  # fmt: skip
