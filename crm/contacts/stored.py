"""Rows as they are stored, to the last digit: written down as JSON, compared, and put back without a trace."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models


def _plain(field: models.Field, value):
    if isinstance(field, models.JSONField) or value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)  # Decimal keeps its cents, a country its code


def snapshot(row: models.Model) -> dict:
    """Every column of a row, by the name of the column."""
    return {field.attname: _plain(field, field.value_from_object(row)) for field in row._meta.concrete_fields}


def value(field: models.Field, plain):
    """What :func:`snapshot` wrote down, as the model holds it."""
    if plain is None or isinstance(field, models.JSONField):
        return plain
    if field.is_relation:
        return field.target_field.to_python(plain)
    if isinstance(field, models.DecimalField):
        return Decimal(plain)
    return field.to_python(plain)


def values(model: type[models.Model], plain: dict) -> dict:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: value(fields[name], part) for name, part in plain.items() if name in fields}


def current(model: type[models.Model], pk) -> dict | None:
    """The row as it is now, or ``None``."""
    row = model._base_manager.filter(pk=pk).first()
    return None if row is None else snapshot(row)


def overwrite(model: type[models.Model], pk, plain: dict) -> None:
    """Set columns of a row to exactly these values (no clock of ours moves)."""
    found = values(model, plain)
    found.pop(model._meta.pk.attname, None)
    if found:
        model._base_manager.filter(pk=pk).update(**found)


def lost_relation(model: type[models.Model], plain: dict) -> bool:
    """Whether a row that this one leads to is no longer there."""
    return any(
        plain.get(field.attname) is not None
        and not field.related_model._base_manager.filter(pk=plain[field.attname]).exists()
        for field in model._meta.concrete_fields
        if field.is_relation
    )


def put_back(model: type[models.Model], plain: dict) -> None:
    """Insert a row that was taken away, under its own number."""
    model._base_manager.bulk_create([model(**values(model, plain))])
    overwrite(model, plain[model._meta.pk.attname], plain)  # bulk_create stamps updated_at
