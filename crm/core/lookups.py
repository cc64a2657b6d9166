"""``pk__among=ids``: like ``__in`` with a list of values, as one parameter whatever their number.

Hundreds of parameters cost more to prepare than the database needs to find the rows.
"""

import json

from django.db import models
from django.db.models.lookups import FieldGetDbPrepValueIterableMixin, Lookup


@models.Field.register_lookup
class Among(FieldGetDbPrepValueIterableMixin, Lookup):
    """Whole numbers and texts only (``json_each`` gives SQLite nothing else)."""

    lookup_name = "among"

    def get_prep_lookup(self) -> list:
        return [self.lhs.output_field.get_prep_value(value) for value in self.rhs]

    def as_sql(self, compiler, connection) -> tuple[str, list]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each(%s))", [*parameters, json.dumps(self.rhs)]  # noqa: S608 - a column

    def as_postgresql(self, compiler, connection) -> tuple[str, list]:
        left, parameters = self.process_lhs(compiler, connection)
        kind = "bigint" if all(isinstance(value, int) for value in self.rhs) else "text"
        return f"{left} = ANY(%s::{kind}[])", [*parameters, list(self.rhs)]
