"""The words a receipt lives by: its kinds, its states, the marks drawn across a copy, why a gift gets none."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GiftKind(TextChoices):
    """What the law looks at to decide what must be printed (Income Tax Regulations, s. 3501(1))."""

    CASH = "cash", _("Cash gift")
    CASH_WITH_ADVANTAGE = "cash_with_advantage", _("Cash gift with an advantage")
    IN_KIND = "in_kind", _("Gift in kind")


class ReceiptKind(TextChoices):
    """One gift, all the cash gifts of one donor and year, or one property on one date."""

    SINGLE = "single", _("Single")
    CUMULATIVE = "cumulative", _("Annual")
    IN_KIND = "in_kind", _("In kind")


class ReceiptStatus(TextChoices):
    """Every number that was given ends in one of these; none is ever deleted, so that an auditor finds no gap."""

    ISSUED = "issued", pgettext_lazy("receipt", "Issued")
    CANCELLED = "cancelled", pgettext_lazy("receipt", "Cancelled")
    REPLACED = "replaced", pgettext_lazy("receipt", "Replaced")


class RunStatus(TextChoices):
    """Examined, read and approved by a person, then issued; whatever is issued stays so when a run is stopped."""

    EXAMINING = "examining", pgettext_lazy("receipt run", "Being prepared")
    READY = "ready", pgettext_lazy("receipt run", "To be approved")
    ISSUING = "issuing", pgettext_lazy("receipt run", "Being issued")
    PAUSED = "paused", pgettext_lazy("receipt run", "Paused")
    DONE = "done", pgettext_lazy("receipt run", "Done")
    STOPPED = "stopped", pgettext_lazy("receipt run", "Stopped")


OPEN_RUN = (RunStatus.EXAMINING, RunStatus.READY, RunStatus.ISSUING, RunStatus.PAUSED)
RUN_TONES = {
    RunStatus.EXAMINING: "is-info",
    RunStatus.READY: "is-warn",
    RunStatus.ISSUING: "is-info",
    RunStatus.PAUSED: "is-warn",
    RunStatus.DONE: "is-ok",
}


class DeliveryHow(TextChoices):
    EMAIL = "email", pgettext_lazy("receipt", "By e-mail")
    PRINT = "print", pgettext_lazy("receipt", "Printed")


class Reconciled(TextChoices):
    """What became of a gift that was received, besides the reasons of :class:`Ineligibility`."""

    RECEIPTED = "receipted", _("On a valid receipt")
    WAITING = "waiting", _("No receipt yet: nothing stands in the way of one")
    TO_VOID = "to_void", _("The gift went back and its receipt is still valid: void the receipt")


class PileOrder(TextChoices):
    """How receipts lie in the file that is printed."""

    POSTAL_CODE = "postal_code", _("By postal code")
    NAME = "name", _("By name")


class Mark(TextChoices):
    """The word drawn across a page that must not pass for the receipt itself. What is printed is in ``labels``."""

    COPY = "copy", pgettext_lazy("receipt mark", "Copy")
    CANCELLED = "cancelled", pgettext_lazy("receipt mark", "Cancelled")
    SPECIMEN = "specimen", pgettext_lazy("receipt mark", "Specimen")


class Ineligibility(TextChoices):
    """Why a gift cannot be receipted now. The label is the sentence a person reads next to the gift.

    Sources: CRA's checklist for receipts and its page “Split receipting”; Income Tax Regulations, s. 3501.
    """

    # the gift
    NOT_COMPLETED = (
        "not_completed",
        _("The gift has not been received: a pledge or a pending payment is not a gift yet."),
    )
    REFUNDED = "refunded", _("The gift was refunded or its payment came back.")
    ALREADY_RECEIPTED = "already_receipted", _("The gift is already on a valid receipt.")
    FUTURE_DATE = "future_date", _("The date of the gift is still to come.")
    CURRENCY = "currency", _("The gift is in another currency than the receipts.")
    ZERO_AMOUNT = "zero_amount", _("The amount of the gift is zero.")
    ZERO_ELIGIBLE = "zero_eligible", _("Nothing is left of the gift once the advantage is taken off.")
    ADVANTAGE_TOO_HIGH = (
        "advantage_too_high",
        _("The advantage is worth more than 80% of the gift: no receipt may be issued."),
    )
    NOT_FREE = (
        "not_free",
        _(
            "What the donor received is worth more than French law lets pass: a quarter of the gift, or its yearly ceiling."
        ),
    )
    ADVANTAGE_UNKNOWN = (
        "advantage_unknown",
        _("The value of the advantage is not known: no receipt may be issued without it."),
    )
    ADVANTAGE_NOT_DESCRIBED = "advantage_not_described", _("The advantage has a value but no description.")
    PROPERTY_NOT_DESCRIBED = "property_not_described", _("The property given has no description.")
    APPRAISER_INCOMPLETE = "appraiser_incomplete", _("The name or the address of the appraiser is missing.")
    OWN_RECEIPT = "own_receipt", _("Property, and a gift with an advantage, has a receipt of its own.")
    NOTHING_LEFT = "nothing_left", _("No cash gift is left that this receipt could be for.")
    OTHER_YEAR = "other_year", _("The gift is of another year.")
    OTHER_DONOR = (
        "other_donor",
        _("The gift now belongs to another donor than the receipt: void the receipt, then issue one to the other."),
    )
    BELOW_MINIMUM = "below_minimum", _("The total of the year is below the smallest total chosen for this run.")
    CHANGED = (
        "changed",
        _("Something changed since the preview was approved: the next run takes up what is there now."),
    )
    DATE_MISSING = "date_missing", _("The date of the gift is missing.")
    NOT_RECEIPTABLE = "not_receiptable", _("Gifts of this type or to this fund are not receipted.")
    SERVICES = "services", _("Time and services are not property: they cannot be receipted.")
    OTHER_CHARITY = "other_charity", _("The gift comes from another registered charity.")
    THIRD_PARTY = "third_party", _("Another organization has issued the receipt for this gift.")
    # the donor
    COMPANY = "company", _("In France this receipt is for people: a company has another form (Cerfa 16216).")
    ANONYMOUS = "anonymous", _("The donor is anonymous.")
    NO_DONOR_NAME = "no_donor_name", _("The name of the donor is missing.")
    INCOMPLETE_ADDRESS = "incomplete_address", _("The address of the donor is missing or incomplete.")
    NOT_WANTED = "not_wanted", _("No receipt is wanted: the preference of the donor, or of the gift, says so.")
    UNPRINTABLE = "unprintable", _("The receipt holds characters that our fonts cannot draw.")
    # the organization
    NO_PLACE_OF_ISSUE = "no_place_of_issue", _("The place where receipts are issued is missing from the settings.")
    ORGANIZATION_INCOMPLETE = "organization_incomplete", _("The receipt settings of the organization are incomplete.")
