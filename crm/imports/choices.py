"""Words of imports; imports nothing of ours. Values are stable: they are stored and typed on the command line."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportKind(models.TextChoices):
    """What a file holds, one to a row. A file of gifts also carries what is needed to find or create the donor."""

    CONTACTS = "contacts", _("Contacts")
    GIFTS = "gifts", _("Gifts")
    NOTES = "notes", _("Notes")
    TASKS = "tasks", _("Tasks")
    PLEDGES = "pledges", _("Pledges")

    @property
    def prefix(self) -> str:
        """What the names of the fields of the contact begin with, in a file whose rows are something else."""
        return "" if self == ImportKind.CONTACTS else "contact_"


ABOUT_CONTACTS = (ImportKind.NOTES, ImportKind.TASKS, ImportKind.PLEDGES)  # who must be there already


class DateOrder(models.TextChoices):
    """How ``03/04/2026`` is read. Never guessed from one cell: the column settles it, or the user answers."""

    DAY_FIRST = "day_first", _("Day, month, year")
    MONTH_FIRST = "month_first", _("Month, day, year")


class NumberStyle(models.TextChoices):
    """What a column of amounts has shown of its decimal sign; it decides what ``1,234`` and ``1.234`` mean."""

    UNKNOWN = "unknown", _("No decimals in the column")
    COMMA = "comma", _("Decimal comma (1 234,56)")
    DOT = "dot", _("Decimal point (1,234.56)")
    MIXED = "mixed", _("Both decimal signs")


class Ignored(models.TextChoices):
    """Why a column of the file goes nowhere. The label is what the person reads beside the column."""

    UNKNOWN = "unknown", _("Not recognized: choose a field, or leave it out.")
    LEFT_OUT = "left_out", _("Recognized, but not imported.")
    REPEATED = "repeated", _("Another column already fills this field.")
    SECOND_CONTACT = "second_contact", _("Second contact of a household: put each person on a row of their own.")
    NO_HEADER = "no_header", _("This column has no name.")
    CHOSEN = "chosen", _("Left out by you.")
    KEPT = "kept", _("Kept in words in the note of the gift.")


class Mode(models.TextChoices):
    """What happens to a record the file knows already. A blank cell never erases anything, in any mode."""

    UPDATE = "update", _("Update them with what the file says")
    FILL = "fill", _("Fill in only what is blank")
    SKIP = "skip", _("Leave them as they are")


class Outcome(models.TextChoices):
    CREATE = "create", _("New")
    UPDATE = "update", _("Updated")
    SKIP = "skip", _("Already there")
    ERROR = "error", pgettext_lazy("one row", "Refused")


OUTCOME_TONES = {"create": "is-ok", "update": "is-info", "skip": "", "error": "is-bad"}
