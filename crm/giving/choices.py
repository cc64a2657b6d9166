"""Words of giving; imports nothing of ours. Values are stable: they are stored and imported."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GiftType(models.TextChoices):
    ONE_TIME = "one_time", _("One-time")
    RECURRING = "recurring", _("Recurring")
    SPECIAL = "special", pgettext_lazy("type of gift", "Special")


class Method(models.TextChoices):
    CHECK = "check", _("Cheque")
    CASH = "cash", pgettext_lazy("method of payment", "Cash")
    CREDIT_CARD = "credit_card", _("Credit card")
    BANK_TRANSFER = "bank_transfer", _("Bank transfer")
    E_TRANSFER = "e_transfer", _("Interac e-Transfer")
    PAYROLL = "payroll", _("Payroll deduction")
    DONOR_ADVISED_FUND = "donor_advised_fund", _("Donor-advised fund")
    OTHER = "other", pgettext_lazy("method of payment", "Other")


class Nature(models.TextChoices):
    """What was given. Property is never acknowledged as money is: its receipt describes it (Regulations s. 3501(1)(e.1))."""

    CASH = "cash", pgettext_lazy("what was given", "Money")
    IN_KIND = "in_kind", pgettext_lazy("what was given", "In kind")
    SECURITIES = "securities", pgettext_lazy("what was given", "Securities")


class Returned(models.TextChoices):
    """Why a payment came back (F-05)."""

    NSF = "nsf", _("Insufficient funds (NSF)")
    STOPPED = "stopped", _("Payment stopped by the donor")
    CLOSED = "closed", _("Account closed or unknown")
    DISPUTED = "disputed", _("Charge disputed")
    OTHER = "other", pgettext_lazy("payment returned", "Another reason")


# The method inside a sentence: “Gift of $50.00 by cheque”.
HOW = {
    Method.CHECK: _("by cheque"),
    Method.CASH: _("in cash"),
    Method.CREDIT_CARD: _("by credit card"),
    Method.BANK_TRANSFER: _("by bank transfer"),
    Method.E_TRANSFER: _("by Interac e-Transfer"),
    Method.PAYROLL: _("by payroll deduction"),
    Method.DONOR_ADVISED_FUND: _("from a donor-advised fund"),
    Method.OTHER: _("by another method"),
    Nature.IN_KIND: _("in kind"),
    Nature.SECURITIES: _("in securities"),
}


class GiftStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("status of a gift", "Pending")
    COMPLETED = "completed", pgettext_lazy("status of a gift", "Received")
    FAILED = "failed", pgettext_lazy("status of a gift", "Failed")
    REFUNDED = "refunded", pgettext_lazy("status of a gift", "Refunded")


STATUS_TONES = {"completed": "is-ok", "pending": "is-warn", "failed": "is-bad", "refunded": ""}


class Frequency(models.TextChoices):
    ONE_TIME = "one_time", pgettext_lazy("frequency", "Once")
    MONTHLY = "monthly", pgettext_lazy("frequency", "Every month")
    QUARTERLY = "quarterly", pgettext_lazy("frequency", "Every three months")
    SEMI_ANNUAL = "semi_annual", pgettext_lazy("frequency", "Every six months")
    ANNUAL = "annual", pgettext_lazy("frequency", "Every year")


# Inside a sentence: “$50.00 every month”.
HOW_OFTEN = {
    Frequency.ONE_TIME: _("once"),
    Frequency.MONTHLY: _("every month"),
    Frequency.QUARTERLY: _("every three months"),
    Frequency.SEMI_ANNUAL: _("every six months"),
    Frequency.ANNUAL: _("every year"),
}


class PledgeStatus(models.TextChoices):
    ACTIVE = "active", pgettext_lazy("status of a pledge", "Active")
    PAUSED = "paused", pgettext_lazy("status of a pledge", "Paused")
    COMPLETED = "completed", pgettext_lazy("status of a pledge", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("status of a pledge", "Cancelled")
    FAILED = "failed", pgettext_lazy("status of a pledge", "Failed")


OPEN_PLEDGES = (PledgeStatus.ACTIVE, PledgeStatus.PAUSED)  # payments are still expected
PLEDGE_TONES = {"active": "is-ok", "paused": "is-warn", "completed": "is-info", "cancelled": "", "failed": "is-bad"}


class BatchStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("status of a batch", "Open")
    POSTED = "posted", pgettext_lazy("status of a batch", "Posted")


BATCH_TONES = {"open": "is-info", "posted": "is-ok"}


class ThanksStatus(models.TextChoices):
    DUE = "due", pgettext_lazy("status of a thank-you", "To thank")
    DONE = "done", pgettext_lazy("status of a thank-you", "Thanked")
    WAIVED = "waived", pgettext_lazy("status of a thank-you", "No thanks needed")


class ThankedHow(models.TextChoices):
    LETTER = "letter", pgettext_lazy("thanked by", "Letter")
    EMAIL = "email", pgettext_lazy("thanked by", "E-mail")
    PHONE = "phone", pgettext_lazy("thanked by", "Phone")
    IN_PERSON = "in_person", pgettext_lazy("thanked by", "In person")


THANKS_TONES = {"due": "is-warn", "done": "is-ok", "waived": ""}
# How somebody was thanked, inside a sentence.
THANKED_BY = {
    ThankedHow.LETTER: _("by letter"),
    ThankedHow.EMAIL: _("by e-mail"),
    ThankedHow.PHONE: _("by phone"),
    ThankedHow.IN_PERSON: _("in person"),
}


class TributeKind(models.TextChoices):
    MEMORY = "memory", pgettext_lazy("tribute", "In memory")
    HONOUR = "honour", pgettext_lazy("tribute", "In honour")


class CreditRole(models.TextChoices):
    """Why somebody is credited with a gift that they did not make."""

    SPOUSE = "spouse", pgettext_lazy("soft credit", "Gave together (spouse, family)")
    ADVISOR = "advisor", pgettext_lazy("soft credit", "Advised it (donor-advised fund, foundation)")
    OWNER = "owner", pgettext_lazy("soft credit", "Owns or runs what gave")
    SOLICITOR = "solicitor", pgettext_lazy("soft credit", "Asked for it")
    OTHER = "other", pgettext_lazy("soft credit", "Another reason")


class ClaimStatus(models.TextChoices):
    """How far a matching gift is."""

    POTENTIAL = "potential", pgettext_lazy("matching gift", "Could be asked for")
    SUBMITTED = "submitted", pgettext_lazy("matching gift", "Asked for")
    RECEIVED = "received", pgettext_lazy("matching gift", "Received")
    REFUSED = "refused", pgettext_lazy("matching gift", "Refused")


CLAIM_TONES = {"potential": "is-warn", "submitted": "is-info", "received": "is-ok", "refused": ""}


class PaymentKind(models.TextChoices):
    CARD = "card", _("Card")
    BANK = "bank", _("Bank account")


class DebitStatus(models.TextChoices):
    """How far a file of pre-authorised debits is."""

    MAKING = "making", pgettext_lazy("debit file", "Being made")
    READY = "ready", pgettext_lazy("debit file", "For the bank")
    SETTLED = "settled", pgettext_lazy("debit file", "Answered")
    DROPPED = "dropped", pgettext_lazy("debit file", "Thrown away")


DEBIT_TONES = {"making": "is-info", "ready": "is-warn", "settled": "is-ok", "dropped": ""}


class ChargeStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("status of a charge", "In progress")
    PAID = "paid", pgettext_lazy("status of a charge", "Paid")
    FAILED = "failed", pgettext_lazy("status of a charge", "Failed")
    DROPPED = "dropped", pgettext_lazy("status of a charge", "Not sent")


CHARGE_TONES = {"pending": "is-info", "paid": "is-ok", "failed": "is-bad", "dropped": ""}


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("status of a campaign", "Draft")
    ACTIVE = "active", pgettext_lazy("status of a campaign", "Active")
    PAUSED = "paused", pgettext_lazy("status of a campaign", "Paused")
    COMPLETED = "completed", pgettext_lazy("status of a campaign", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("status of a campaign", "Cancelled")


GOING = (CampaignStatus.DRAFT, CampaignStatus.ACTIVE, CampaignStatus.PAUSED)  # gifts may still be recorded for it
CAMPAIGN_TONES = {"draft": "", "active": "is-ok", "paused": "is-warn", "completed": "is-info", "cancelled": ""}


class AppealChannel(models.TextChoices):
    MAIL = "mail", pgettext_lazy("appeal", "Letter")
    EMAIL = "email", pgettext_lazy("appeal", "E-mail")
    PHONE = "phone", pgettext_lazy("appeal", "Phone")
    EVENT = "event", pgettext_lazy("appeal", "Event")
    ONLINE = "online", pgettext_lazy("appeal", "Web, social media")
    OTHER = "other", pgettext_lazy("appeal", "Other")


class Currency(models.TextChoices):
    CAD = "CAD", _("Canadian dollar")
    USD = "USD", _("US dollar")
    EUR = "EUR", _("Euro")
    GBP = "GBP", _("Pound sterling")


class Step(models.TextChoices):
    """How a report divides time; months have a page of their own."""

    DAY = "day", pgettext_lazy("report", "Days")
    WEEK = "week", pgettext_lazy("report", "Weeks")
    YEAR = "year", pgettext_lazy("report", "Years")
