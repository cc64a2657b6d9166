"""Words of outreach; imports nothing of ours. Values are stable: they are stored."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    THANKS = "thanks", pgettext_lazy("template", "Thank-you for gifts")
    NOTICE = "notice", pgettext_lazy("template", "Notice to a family")
    RECEIPT = "receipt", pgettext_lazy("template", "Official receipt, by e-mail")
    MAILING = "mailing", pgettext_lazy("template", "Mailing")
    TEXT = "text", pgettext_lazy("template", "Text message")
    PERSONAL = "personal", pgettext_lazy("template", "Message to one person")


class Channel(models.TextChoices):
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    LETTER = "letter", pgettext_lazy("channel", "Letter")
    SMS = "sms", pgettext_lazy("channel", "Text message")


class Way(models.TextChoices):
    """How people exchanged: what Merci sends or prints, and what somebody writes down."""

    EMAIL = Channel.EMAIL.value, Channel.EMAIL.label
    LETTER = Channel.LETTER.value, Channel.LETTER.label
    PHONE = "phone", pgettext_lazy("channel", "Phone call")
    IN_PERSON = "in_person", pgettext_lazy("channel", "Meeting")
    SMS = Channel.SMS.value, Channel.SMS.label


class Direction(models.TextChoices):
    OUT = "out", pgettext_lazy("communication", "From us")
    IN = "in", pgettext_lazy("communication", "From them")


WAY_ICONS = {"email": "send", "letter": "mail", "phone": "phone", "in_person": "users", "sms": "message-circle"}


class MessageStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("status of a message", "Waiting")  # to be printed, or on its way out
    SENT = "sent", pgettext_lazy("status of a message", "Sent")  # printed, or taken by the mail server
    FAILED = "failed", pgettext_lazy("status of a message", "Failed")


MESSAGE_TONES = {"waiting": "is-warn", "sent": "is-ok", "failed": "is-bad"}
EMAIL_STATUS = {"queued": "waiting", "sending": "waiting", "sent": "sent", "failed": "failed"}  # of core's table


class Fate(models.TextChoices):
    """What a provider reports after a message left (``<fate>_at`` in core’s table); of several, the first is what is told."""

    COMPLAINED = "complained", pgettext_lazy("status of a message", "Marked as spam")
    BOUNCED = "bounced", pgettext_lazy("status of a message", "Came back")
    CLICKED = "clicked", pgettext_lazy("status of a message", "A link was clicked")
    OPENED = "opened", pgettext_lazy("status of a message", "Opened")
    DELIVERED = "delivered", pgettext_lazy("status of a message", "Delivered")


class MailingStatus(models.TextChoices):
    """Written, perhaps for later, sent, and over; what has left stays so when a mailing is stopped."""

    DRAFT = "draft", pgettext_lazy("mailing", "Draft")
    SCHEDULED = "scheduled", pgettext_lazy("mailing", "Scheduled")
    RUNNING = "running", pgettext_lazy("mailing", "Being sent")
    PAUSED = "paused", pgettext_lazy("mailing", "Paused")
    DONE = "done", pgettext_lazy("mailing", "Done")
    CANCELLED = "cancelled", pgettext_lazy("mailing", "Cancelled")


MAILING_TONES = {"scheduled": "is-info", "running": "is-info", "paused": "is-warn", "done": "is-ok"}
EDITABLE_MAILING = (MailingStatus.DRAFT, MailingStatus.SCHEDULED)
OVER_MAILING = (MailingStatus.DONE, MailingStatus.CANCELLED)


class LeftOut(models.TextChoices):
    """Why somebody of the audience gets no message; the first that holds is told."""

    DECEASED = "deceased", pgettext_lazy("left out of a mailing", "Deceased")
    PEACE = "peace", pgettext_lazy("left out of a mailing", "Asked not to be contacted")
    REFUSED = "refused", pgettext_lazy("left out of a mailing", "Said no to this channel, or unsubscribed")
    ADDRESS = "address", pgettext_lazy("left out of a mailing", "No address or number for this channel")
    BOUNCED = (
        "bounced",
        pgettext_lazy("left out of a mailing", "Messages to the address come back, or were called spam"),
    )
    CONSENT = "consent", pgettext_lazy("left out of a mailing", "No consent to this channel, or it has lapsed")
    TWICE = "twice", pgettext_lazy("left out of a mailing", "Somebody else here has the same address or number")
    FIELD = "field", pgettext_lazy("left out of a mailing", "A field of the text has nothing to say for them")


class RecipientState(models.TextChoices):
    """What became of the message of somebody in a mailing."""

    SENT = "sent", pgettext_lazy("message of a mailing", "Sent or printed")
    WAITING = "waiting", pgettext_lazy("message of a mailing", "Waiting")
    FAILED = "failed", pgettext_lazy("message of a mailing", "Failed")
    DOUBTFUL = "doubtful", pgettext_lazy("message of a mailing", "In doubt: perhaps sent")
    LEFT_OUT = "left_out", pgettext_lazy("message of a mailing", "Left out")
