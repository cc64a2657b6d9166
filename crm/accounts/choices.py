"""Words of accounts; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMIN = "admin", _("Administrator")
    FUNDRAISER = "fundraiser", _("Fundraiser")
    FINANCE = "finance", _("Finance")
    MEMBER = "member", _("Volunteer")
    READ_ONLY = "read_only", _("Read only")


class Language(models.TextChoices):
    FR = "fr", _("French")
    EN = "en", _("English")


class ReceiptPreference(models.TextChoices):
    """How a donor is given official receipts (Q-04). Where nothing is chosen, the donor’s holds for the gift, and the
    organization’s for the donor.
    """

    EACH = "each", _("One for each gift")
    ANNUAL = "annual", _("One for the whole year")
    NONE = "none", _("No receipt")


class ReceiptLaw(models.TextChoices):
    """The country whose law says what a receipt is, by its ISO code."""

    CANADA = "CA", _("Canada: official donation receipts")
    UNITED_STATES = "US", _("United States: written acknowledgments")
    FRANCE = "FR", _("France: reçus fiscaux")

    @property
    def currency(self) -> str:
        """The one in which its receipts are."""
        return {self.CANADA: "CAD", self.UNITED_STATES: "USD", self.FRANCE: "EUR"}[self]


class Paper(models.TextChoices):
    """A sheet, and where the window is of the envelope that it goes into."""

    LETTER = "letter", _("Letter, for envelopes with a window on the left (No. 10)")
    A4 = "a4", _("A4, for envelopes with a window on the right (DL)")


USUAL_PREFERENCES = [
    (one.value, one.label) for one in (ReceiptPreference.EACH, ReceiptPreference.ANNUAL)
]  # of an organization


class Theme(models.TextChoices):
    AUTO = "auto", _("Like the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Currency(models.TextChoices):
    CAD = "CAD", _("Canadian dollar")
    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")
    GBP = "GBP", _("Pound sterling")


class AuditAction(models.TextChoices):
    CREATE = "create", _("Created")
    UPDATE = "update", _("Changed")
    DELETE = "delete", _("Deleted")
    EXPORT = "export", _("Exported")
    VIEW = "view", _("Viewed")
    ANONYMIZE = "anonymize", _("Anonymized")


class Sends(models.TextChoices):
    """When a saved view comes by e-mail."""

    WEEKLY = "weekly", _("Every Monday")
    MONTHLY = "monthly", _("On the first of each month")


class FileKind(models.TextChoices):
    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV"


class DigestRhythm(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("On Mondays")
