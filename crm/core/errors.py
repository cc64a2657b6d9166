"""Errors that a person must understand: the message is translated, the field says where to show it."""

from django.core.exceptions import ValidationError


class DomainError(Exception):
    """A rule of the charity or of the law forbids what was asked.

    ``message`` is a (lazily) translated sentence in the words of the user; ``field`` names the form field it belongs to.
    """

    def __init__(self, message, *, field: str | None = None, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code

    def __str__(self) -> str:
        return str(self.message)


class ChangedMeanwhile(Exception):
    """Somebody else changed the row while this person was editing it."""


class OutOfReach(DomainError):
    """What was just saved would no longer be visible to the person who saved it."""


def validated(instance, *, exclude: list[str] | None = None, constraints: bool = True):
    """Check fields, uniqueness and constraints; the first complaint becomes a :class:`DomainError` with its field.

    ``exclude`` names fields not worth a query of their own (relations already checked); constraints that mention them
    are checked all the same, which ``full_clean(exclude=…)`` would skip. ``constraints=False`` leaves out the database's
    constraints (a few queries each) where the caller has checked what they say.
    """
    try:
        instance.clean_fields(exclude=exclude)
        instance.clean()
        instance.validate_unique(exclude=exclude)
        if constraints:
            instance.validate_constraints()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError(messages[0], field=None if field == "__all__" else field, code="invalid") from error
    return instance
