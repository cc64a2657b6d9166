"""Many rows at once, by their stored columns: compared, kept as JSON, put back. The same SQL on both databases."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from itertools import chain, islice
from operator import itemgetter
from typing import TypeVar

from django.db import connection, models
from django.db.models.base import ModelState
from django.utils import timezone

MOST_PARAMETERS = 30_000  # of one statement; SQLite takes 32,766
Row = TypeVar("Row", bound=models.Model)


@cache
def column_names(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


@cache
def _fields(model: type[models.Model]) -> dict[str, models.Field]:
    return {field.attname: field for field in model._meta.concrete_fields}


@cache
def _defaults(model: type[models.Model]) -> tuple[dict, tuple[tuple[str, Callable], ...]]:
    """The defaults that are always the same, and what makes the others (a dictionary, the present moment)."""
    fixed, made = {}, []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            made.append((field.attname, field.default))
        else:
            fixed[field.attname] = field.get_default()
    return fixed, tuple(made)


def new_object(model: type[Row], values: dict, **related: models.Model | None) -> Row:
    """``model(**values, **related)`` at a tenth of its cost, for rows made by the thousand.

    ``values`` are by attribute (``contact_id``) and of the types that the columns hold: nothing is converted, and fields
    whose attribute is more than a value (files) keep what their default is.
    """
    fixed, made = _defaults(model)
    obj = model.__new__(model)
    state = obj.__dict__
    state["_state"] = ModelState()
    state.update(fixed)
    state.update((name, make()) for name, make in made if name not in values)
    state.update(values)
    for name, other in related.items():
        state[f"{name}_id"] = other.pk if other is not None else None
        state["_state"].fields_cache[name] = other
    return obj


def columns(obj: models.Model) -> dict:
    """What each column of a row holds, as Python values."""
    values = obj.__dict__
    return {name: values[name] for name in column_names(type(obj))}


def packed(value):
    """A column value as JSON keeps it, to the microsecond and to the cent; :func:`unpacked` gives it back."""
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def unpacked(model: type[models.Model], values: dict) -> dict:
    fields = _fields(model)
    return {name: fields[name].to_python(value) for name, value in values.items()}


def _canonical(value) -> str:
    """One spelling for one value: 5 and 5.00, and a moment in whatever time zone, are the same column."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def fingerprint(obj: models.Model, *, without: Collection[str] = ()) -> str:
    """A short mark of every column of a row but those ``without``: equal as long as nobody has changed the row."""
    values = obj.__dict__
    kept = [values[name] for name in column_names(type(obj)) if name not in without]
    text = json.dumps(kept, default=_canonical, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def update_columns(model: type[models.Model], rows: Iterable[tuple[int, dict]]) -> None:
    """Write columns of many rows by their key, each its own: ``(pk, {column: value})``.

    One statement for each set of columns, prepared once (PostgreSQL) or with many rows (SQLite). Like
    ``QuerySet.update``, nothing is written that is not named.
    """
    fields = _fields(model)
    statements: dict[tuple[str, ...], list[list]] = defaultdict(list)
    for pk, values in rows:
        names = tuple(sorted(values))
        saved = [fields[name].get_db_prep_save(values[name], connection) for name in names]
        statements[names].append([pk, *saved])
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        for names, parameters in statements.items():
            if not names:
                continue
            own = [quote(fields[name].column) for name in names]
            if connection.vendor == "postgresql":
                places = ", ".join(f"{column} = %s" for column in own)
                update = f"UPDATE {table} SET {places} WHERE {key} = %s"  # noqa: S608 - names of columns
                cursor.executemany(update, [[*saved, pk] for pk, *saved in parameters])
                continue
            places = ", ".join(f"{column} = new.column{number}" for number, column in enumerate(own, start=2))
            for values, flat in _together(parameters, width=len(names) + 1):
                rows_of = f"FROM (VALUES {values}) AS new WHERE {table}.{key} = new.column1"
                cursor.execute(f"UPDATE {table} SET {places} {rows_of}", flat)  # noqa: S608 - names of columns


@cache
def _writers(model: type[models.Model], vendor: str) -> tuple[tuple[int, Callable], ...]:
    """Which columns of a table, by place, are not written as Python holds them, and how they are."""
    found: list[tuple[int, Callable]] = []
    for place, field in enumerate(model._meta.concrete_fields):
        if isinstance(field, models.JSONField):
            found.append((place, _as_json))
        elif vendor == "sqlite" and isinstance(field, models.DateTimeField):
            found.append((place, _as_moment))
        elif vendor == "sqlite" and isinstance(field, models.DateField | models.DecimalField):
            found.append((place, _as_text))
        elif field.choices:
            found.append((place, _as_text))  # a member of TextChoices
    return tuple(found)


def _as_text(value):
    return value if value is None or type(value) is str else str(value)


def _as_json(value) -> str:
    return json.dumps(value)


def _as_moment(value: datetime | None) -> str | None:
    """As Django writes it on SQLite, whose connection is in UTC."""
    if value is not None and value.tzinfo is UTC:
        return str(value.replace(tzinfo=None))
    return connection.ops.adapt_datetimefield_value(value)


def _next_keys(model: type[models.Model], count: int) -> range | list[int]:
    """Keys for rows about to be written. SQLite: the transaction holds the only write lock, so nobody takes them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), model._meta.pk.column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
        begin = last[0] if last else 0
        return range(begin + 1, begin + count + 1)


def insert_rows(model: type[models.Model], rows: list[dict]) -> None:
    """Write many new rows given as ``{attribute: value}``, every column of them, and put their keys under ``id``.

    What ``bulk_create`` does, sooner (bench/RESULTS.md): COPY on PostgreSQL, one statement for many on SQLite. Belongs in
    a transaction. Constraints hold; no default is filled in and nothing is checked, so callers have done both.
    """
    if not rows:
        return
    if not connection.in_atomic_block:
        raise RuntimeError("insert_rows() belongs inside a transaction")
    for row, key in zip(rows, _next_keys(model, len(rows)), strict=True):
        row["id"] = key
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in model._meta.concrete_fields)
    lines = _lines(rows, column_names(model), _writers(model, connection.vendor))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            insert = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES"
            for values, parameters in _together(lines, width=len(column_names(model))):
                cursor.execute(f"{insert} {values}", parameters)


def _lines(rows: list[dict], names: tuple[str, ...], writers: tuple[tuple[int, Callable], ...]) -> Iterator[list]:
    pick = itemgetter(*names)
    for row in rows:
        line = list(pick(row))
        for place, write in writers:
            line[place] = write(line[place])
        yield line


def _together(lines: Iterable[list], *, width: int) -> Iterator[tuple[str, list]]:
    """Rows as few statements: ``(%s, %s), (%s, %s)`` and its parameters.

    One statement for each row would have the search index of SQLite write itself to the file after every one of them.
    """
    lines = iter(lines)
    row = f"({', '.join(['%s'] * width)})"
    while batch := list(islice(lines, MOST_PARAMETERS // width)):
        yield ", ".join([row] * len(batch)), list(chain.from_iterable(batch))


def insert_objects(objects: list[models.Model]) -> None:
    """:func:`insert_rows` for objects of one model, which then have their keys; their ``auto_now`` is now."""
    if not objects:
        return
    model, now = type(objects[0]), timezone.now()
    clocks = [field.attname for field in model._meta.concrete_fields if getattr(field, "auto_now", False)]
    for obj in objects:
        for name in clocks:
            setattr(obj, name, now)
    insert_rows(model, [obj.__dict__ for obj in objects])
    for obj in objects:
        obj._state.adding, obj._state.db = False, connection.alias


def others_lead_to(
    model: type[models.Model], ids: Collection[int], *, own: dict[str, Collection[int]], ignored: Collection[str] = ()
) -> dict[int, str]:
    """Which of these rows are pointed at by rows that are not ``own`` (model label → keys): key → the label of one.

    It walks every foreign key to the model, so that a model added tomorrow is not forgotten. Rows that go with theirs
    (``CASCADE``) and models ``ignored`` do not count.
    """
    found: dict[int, str] = {}
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        label = relation.related_model._meta.label_lower
        if relation.on_delete is models.CASCADE or label in ignored:
            continue
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        if mine := own.get(label):
            rows = rows.exclude(pk__in=mine)
        for key in rows.values_list(relation.field.attname, flat=True).distinct():
            found.setdefault(key, label)
    return found


def describe_again(model: type[models.Model], *names: str) -> None:
    """PostgreSQL: have it look again at these columns of a table that is being filled. Not in a transaction: it locks.

    Its own servant comes once a minute at most. Until then it believes that an organization which has just brought in its
    first 20,000 contacts has none, and finds one of them by reading all.
    """
    if connection.vendor == "postgresql":
        quote = connection.ops.quote_name
        columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {quote(model._meta.db_table)} ({columns})")
