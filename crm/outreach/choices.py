"""Words of outreach; imports nothing of ours. Values are stable: they are stored."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    THANKS = "thanks", pgettext_lazy("template", "Thank-you for gifts")
    NOTICE = "notice", pgettext_lazy("template", "Notice to a family")
    RECEIPT = "receipt", pgettext_lazy("template", "Official receipt, by e-mail")


class Channel(models.TextChoices):
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    LETTER = "letter", pgettext_lazy("channel", "Letter")


class MessageStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("status of a message", "Waiting")  # to be printed, or on its way out
    SENT = "sent", pgettext_lazy("status of a message", "Sent")  # printed, or taken by the mail server
    FAILED = "failed", pgettext_lazy("status of a message", "Failed")


MESSAGE_TONES = {"waiting": "is-warn", "sent": "is-ok", "failed": "is-bad"}
EMAIL_STATUS = {"queued": "waiting", "sending": "waiting", "sent": "sent", "failed": "failed"}  # of core's table
