"""List tables: django-tables2 declares columns and sorting; rows are written by the columns themselves.

Measured: in a list page the rows cost more than the SQL. tables2's own row machinery builds several objects a cell, so
each of our columns writes its cell straight from the record, escaped, and the table joins them.
"""

import html
from copy import copy
from functools import partial

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from crm.core.dates import format_date, format_moment
from crm.core.money import format_money, format_number
from crm.core.web.paging import Chain


def escaped(value) -> str:
    """As ``conditional_escape``; several times quicker for plain text, which is nearly all that lists show."""
    return html.escape(value) if type(value) is str else conditional_escape(value)


class Column(tables.Column):
    """A text cell. ``needs`` names the relations it reads (joined only when shown); ``css`` the cell's classes.

    ``label`` on small screens, where rows become cards, is the header unless ``unlabelled``. ``beside`` sorts by a
    column of a one-to-one row that may be missing (``summary__total``). ``reads`` names the fields it looks at, where the
    table names those of all. ``is_optional`` columns are shown to whoever chose them.
    """

    css = ""

    def __init__(
        self,
        *args,
        needs: tuple[str, ...] = (),
        css: str = "",
        unlabelled: bool = False,
        beside: str = "",
        reads: tuple[str, ...] = (),
        is_optional: bool = False,
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.beside = beside
        self.reads = reads
        self.is_optional = is_optional
        self.needs = needs
        self.css = f"{type(self).css} {css}".strip()
        self.unlabelled = unlabelled
        self._path = None

    def __deepcopy__(self, memo: dict) -> "Column":
        """tables2 copies every column for every table; what ours hold is shared safely and costly to copy."""
        return copy(self)

    def value_of(self, record, name: str):
        if self._path is None:
            self._path = str(self.accessor or name).replace("__", ".").split(".")
        value = record
        for step in self._path:
            value = getattr(value, step, None)
            if value is None:
                return None
        return value() if callable(value) else value

    def cell(self, record, name: str, table: "CrmTable") -> str:
        value = self.value_of(record, name)
        return "–" if value in (None, "") else escaped(value)

    def export(self, record, name: str):
        """The plain value for a spreadsheet."""
        return self.value_of(record, name)


class MoneyColumn(Column):
    css = "is-num mc-num"

    def __init__(self, *args, currency: str | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def cell(self, record, name: str, table: "CrmTable") -> str:
        value = self.value_of(record, name)
        currency = getattr(record, self.currency) if self.currency else table.currency
        return format_money(value, currency)


class NumberColumn(Column):
    css = "is-num mc-num"

    def cell(self, record, name: str, table: "CrmTable") -> str:
        return format_number(self.value_of(record, name))


class DateColumn(Column):
    css = "mc-num"

    def cell(self, record, name: str, table: "CrmTable") -> str:
        return format_date(self.value_of(record, name), short=True)


class MomentColumn(Column):
    css = "mc-num"

    def cell(self, record, name: str, table: "CrmTable") -> str:
        return format_moment(self.value_of(record, name))


class ChoiceColumn(Column):
    """The human word of a choice field, as a pill where ``tones`` maps the value to a state."""

    def __init__(self, *args, choices, tones: dict[str, str] | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.words = dict(choices.choices)
        self.tones = tones

    def cell(self, record, name: str, table: "CrmTable") -> str:
        value = self.value_of(record, name)
        word = escaped(str(self.words.get(value, value or "–")))
        if self.tones is None or not value:
            return word
        return f'<span class="mc-pill {self.tones.get(value, "")}">{word}</span>'

    def export(self, record, name: str):
        value = self.value_of(record, name)
        return str(self.words.get(value, value or ""))


class InUseColumn(Column):
    """Whether a row is still offered, from its ``is_active``."""

    def cell(self, record, name: str, table: "CrmTable") -> str:
        return (
            f'<span class="mc-pill {"is-ok" if record.is_active else ""}">{escaped(self.export(record, name))}</span>'
        )

    def export(self, record, name: str):
        return _("In use") if record.is_active else _("No longer in use")


def is_optional(column) -> bool:
    return getattr(column, "is_optional", False)


def is_fixed(column) -> bool:
    """What names a row, and its buttons, are not for choosing."""
    return getattr(column, "unlabelled", False)


def asked_columns(request) -> list[str]:
    """The names after ``?columns=``, in their order: separated by commas, or one parameter each (a form of boxes)."""
    if request is None:
        return []
    return [name for text in request.GET.getlist("columns") for name in text.split(",") if name][:60]


class CrmTable(tables.Table):
    """Base of every list. Its order, unless asked otherwise, is the queryset's own.

    ``reads``, where given, names every field that the columns look at (with those that each names itself), so that
    nothing else is fetched: a tenth of the time of a page is turning columns nobody shows into Python objects. One
    forgotten costs a query a row, which the contract tests of lists notice.

    ``?columns=a,b,c`` chooses columns and their order; the one that names the row is always there, first. What is not
    shown is neither joined nor read.
    """

    per_page = 25
    caption = ""
    ticks = False  # a box before each row, for acts on several at once
    reads: tuple[str, ...] = ()

    class Meta:
        abstract = True

    def __init__(self, *args, request=None, **kwargs) -> None:
        self.membership = request.membership if request else None
        self.currency = self.membership.organization.currency if self.membership else "CAD"
        self.request = request
        for name, column in self.base_columns.items():
            if path := getattr(column, "beside", ""):
                setattr(self, f"order_{name}", partial(self._order_beside, path))  # tables2 looks for this name
        kwargs |= self._choose(asked_columns(request))
        super().__init__(*args, **kwargs)  # not the request: with it tables2 pages by itself, counting every row
        self.request = request

    def extra(self) -> dict[str, Column]:
        """Columns that depend on the organization, by name. Asked for only when one of them, or the chooser, is."""
        return {}

    @cached_property
    def known(self) -> dict[str, Column]:
        """Every column that may be shown, by name, in the table's own order."""
        base = self.base_columns
        names = list(getattr(self._meta, "sequence", None) or base)
        if "..." in names:
            place = names.index("...")
            names[place : place + 1] = [name for name in base if name not in names]
        return {name: base[name] for name in names} | self.extra()

    def _choose(self, asked: list[str]) -> dict:
        """What tables2 must be told for these columns to show; what is none is kept to be said."""
        self.chosen = bool(asked)
        self.unknown_columns = []
        if not asked:
            return {"exclude": tuple(name for name, column in self.base_columns.items() if is_optional(column))}
        known = self.known if set(asked) - set(self.base_columns) else dict(self.base_columns)
        self.unknown_columns = [name for name in asked if name not in known]
        fixed = [name for name, column in self.base_columns.items() if is_fixed(column)]
        first, others = fixed[:1], fixed[1:]
        shown = [*first, *(name for name in dict.fromkeys(asked) if name in known and name not in fixed), *others]
        extra = [(name, column) for name, column in known.items() if name not in self.base_columns and name in shown]
        hidden = tuple(name for name in self.base_columns if name not in shown)
        return {"extra_columns": extra, "exclude": hidden, "sequence": tuple(shown)}

    def choices(self) -> list[tuple[str, str, bool]]:
        """For the chooser: name, header and whether it shows, the shown ones first in their order."""
        shown = [name for name, _column, _bound in self.shown()]
        names = [*shown, *(name for name in self.known if name not in shown)]
        return [
            (name, str(self.header_of(name)), name in shown) for name in names if not is_fixed(self.known.get(name))
        ]

    def header_of(self, name: str) -> str:
        """The header of a column, shown or not."""
        return self.columns[name].header if name in self.columns else self.known[name].verbose_name or name

    def _order_beside(self, path: str, queryset: QuerySet | Chain, is_descending: bool) -> tuple[Chain, bool]:
        """Sorted by a column of a one-to-one row; those that have none come last in both directions."""
        if isinstance(queryset, Chain):
            return queryset, True  # a second column to sort by: the first one decides
        relation = path.rpartition("__")[0]
        sign = "-" if is_descending else ""
        # Naming the organization of the other row too lets the database walk an index that begins with it.
        wanted = {f"{relation}__organization_id": self.membership.organization_id, f"{path}__isnull": False}
        first = queryset.filter(**wanted).order_by(f"{sign}{path}", f"{sign}{relation}__pk")
        return Chain(queryset, first, queryset.filter(**{f"{path}__isnull": True})), True

    def optimise(self, queryset: QuerySet) -> QuerySet:
        """Join and read what the shown columns say they need, nothing else."""
        columns = [column for _name, column, _bound in self.shown()]
        needs = sorted({need for column in columns for need in getattr(column, "needs", ())})
        queryset = queryset.select_related(*needs) if needs else queryset
        if not self.reads:
            return queryset
        return queryset.only(*self.reads, *(name for column in columns for name in getattr(column, "reads", ())))

    def shown(self) -> list:
        return [(bound.name, bound.column, bound) for bound in self.columns.iterall() if bound.visible]

    def gather(self, records: list) -> None:
        """Fetch at once what the cells of these records need from elsewhere."""

    def rows_html(self, records) -> SafeString:
        """The ``<tr>``s of these records, every value escaped by its column."""
        self.gather(records)
        shown = []
        for name, column, bound in self.shown():
            label = "" if column.unlabelled else f' data-label="{conditional_escape(bound.header)}"'
            css = f' class="{column.css}"' if column.css else ""
            shown.append((f"<td{css}{label}>", name, column))
        parts: list[str] = []
        tick = escaped(_("Tick"))
        box = (
            '<td class="mc-tick" data-no-row><input class="form-check-input m-0" type="checkbox" form="bulk" name="row"'
            f' data-tick value="%d" aria-label="{tick} %s"></td>'
        )
        for record in records:
            parts.append("<tr>")
            if self.ticks:
                parts.append(box % (record.pk, escaped(str(record))))
            for opening, name, column in shown:
                parts += (opening, column.cell(record, name, self), "</td>")
            parts.append("</tr>")
        return mark_safe("".join(parts))  # noqa: S308 - cells escape what they show
