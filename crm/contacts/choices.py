"""Words of contacts; imports nothing of ours. Values are stable: they are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANIZATION = "organization", pgettext_lazy("kind of contact", "Organization")


class Lifecycle(models.TextChoices):
    """Where the person stands with giving. Donor and lapsed follow the gifts; the others are set by hand."""

    PROSPECT = "prospect", _("Prospect")
    ASKED = "asked", _("Asked")
    DONOR = "donor", _("Donor")
    LAPSED = "lapsed", _("Lapsed")
    DECLINED = "declined", _("Declined")


class Trend(models.TextChoices):
    """What a donor gave in the last twelve months, against the twelve before."""

    RISING = "rising", pgettext_lazy("donor", "Gives more")
    STABLE = "stable", pgettext_lazy("donor", "Gives as much")
    FALLING = "falling", pgettext_lazy("donor", "Gives less")
    NEW = "new", pgettext_lazy("donor", "New donor")
    SILENT = "silent", pgettext_lazy("donor", "No gift for a year")


LIFECYCLE_TONES = {"donor": "is-ok", "lapsed": "is-warn", "declined": "is-bad", "asked": "is-info", "prospect": ""}
TREND_TONES = {"rising": "is-ok", "stable": "", "falling": "is-warn", "new": "is-info", "silent": "is-bad"}


class Relationship(models.TextChoices):
    LEAD = "lead", _("Lead")
    PROSPECT = "prospect", pgettext_lazy("relationship", "Prospect")
    CUSTOMER = "customer", _("Customer")
    PARTNER = "partner", _("Partner")


class FunnelStage(models.TextChoices):
    NEEDS_OUTREACH = "needs_outreach", _("Needs outreach")
    CONTACTED = "contacted", _("Contacted")
    MEETING_SET = "meeting_set", _("Meeting set")
    PROPOSAL_SENT = "proposal_sent", _("Proposal sent")
    NEGOTIATION = "negotiation", _("Negotiation")
    BLOCKED = "blocked", _("Blocked")
    CLOSED_WON = "closed_won", _("Won")
    CLOSED_LOST = "closed_lost", _("Lost")


class Priority(models.TextChoices):
    LOW = "low", pgettext_lazy("priority", "Low")
    MEDIUM = "medium", pgettext_lazy("priority", "Medium")
    HIGH = "high", pgettext_lazy("priority", "High")


class CompanySize(models.TextChoices):
    """Number of employees."""

    UP_TO_10 = "1-10", _("1 to 10 people")
    UP_TO_50 = "11-50", _("11 to 50 people")
    UP_TO_200 = "51-200", _("51 to 200 people")
    UP_TO_500 = "201-500", _("201 to 500 people")
    MORE = "501+", _("More than 500 people")


class PointKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class PointLabel(models.TextChoices):
    HOME = "home", pgettext_lazy("e-mail or phone", "Home")
    WORK = "work", pgettext_lazy("e-mail or phone", "Work")
    MOBILE = "mobile", pgettext_lazy("e-mail or phone", "Mobile")
    OTHER = "other", pgettext_lazy("e-mail or phone", "Other")


class HouseholdRole(models.TextChoices):
    """Adults are greeted together; children and others live there and are not (C-14)."""

    ADULT = "adult", _("Adult")
    CHILD = "child", _("Child")
    OTHER = "other", pgettext_lazy("household", "Other person")


class RelationKind(models.TextChoices):
    """What the second contact is for the first. Each has its inverse, which the other one’s page shows (C-15)."""

    SPOUSE = "spouse", pgettext_lazy("relation", "Spouse or partner")
    PARENT = "parent", pgettext_lazy("relation", "Parent")
    CHILD = "child", pgettext_lazy("relation", "Child")
    SIBLING = "sibling", pgettext_lazy("relation", "Brother or sister")
    RELATIVE = "relative", pgettext_lazy("relation", "Relative")
    FRIEND = "friend", pgettext_lazy("relation", "Friend")
    EMPLOYER = "employer", pgettext_lazy("relation", "Employer")
    EMPLOYEE = "employee", pgettext_lazy("relation", "Employee")
    BOARD_MEMBER = "board_member", pgettext_lazy("relation", "Board member")
    BOARD_OF = "board_of", pgettext_lazy("relation", "Sits on the board of")
    CONTACT_PERSON = "contact_person", pgettext_lazy("relation", "Contact person")
    REPRESENTS = "represents", pgettext_lazy("relation", "Contact person of")
    REFERRED_BY = "referred_by", pgettext_lazy("relation", "Introduced by")
    REFERRED = "referred", pgettext_lazy("relation", "Introduced")
    OTHER = "other", pgettext_lazy("relation", "Other relation")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    SMS = "sms", _("Text message")
    MAIL = "mail", _("Postal mail")


class ConsentStatus(models.TextChoices):
    """What Canada's anti-spam law calls consent; ``implied`` lapses two years after the last gift (CASL s. 10(13))."""

    EXPRESS = "express", pgettext_lazy("consent", "Express")
    IMPLIED = "implied", pgettext_lazy("consent", "Implied")
    NONE = "none", pgettext_lazy("consent", "None")
    WITHDRAWN = "withdrawn", pgettext_lazy("consent", "Withdrawn")


class CustomFieldKind(models.TextChoices):
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One of several choices")
    YES_NO = "yes_no", _("Yes or no")


class Colour(models.TextChoices):
    """The quiet dots of tags (``.mc-tag.t-*``): a mark beside the word, never alone."""

    AMBER = "t-1", pgettext_lazy("colour", "Amber")
    BLUE = "t-2", pgettext_lazy("colour", "Blue")
    MULBERRY = "t-3", pgettext_lazy("colour", "Mulberry")
    TEAL = "t-4", pgettext_lazy("colour", "Teal")


class PairStatus(models.TextChoices):
    OPEN = "open", _("To review")
    DISMISSED = "dismissed", _("Not a duplicate")
    MERGED = "merged", _("Merged")


class Resemblance(models.TextChoices):
    """Why two contacts may be one person (``likeness.py``)."""

    NAME_SAME = "name_same", _("Same name")
    NAME_ORDER = "name_order", _("Names in another order")
    NAME_INITIALS = "name_initials", _("Initials or a shortened name")
    NAME_NICKNAME = "name_nickname", _("Usual short form of the name")
    NAME_SPELLING = "name_spelling", _("Names spelled almost alike")
    NAME_PARTIAL = "name_partial", _("Part of a compound name")
    NAME_MISSING = "name_missing", _("Name missing on one side")
    GENERATION = "generation", _("Jr or Sr on one side only")
    EMAIL = "email", _("Same e-mail")
    PHONE = "phone", _("Same phone")
    STREET = "street", _("Same address")
    POSTAL_CODE = "postal_code", _("Same postal code")


class Language(models.TextChoices):
    FR = "fr", _("French")
    EN = "en", _("English")


class Severity(models.TextChoices):
    INFO = "info", _("Information")
    SUCCESS = "success", _("Good news")
    WARNING = "warning", _("Watch")
    ALERT = "alert", _("Act now")
