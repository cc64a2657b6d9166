"""What a page says of a mailing before it leaves, by its channel."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core.money import format_number
from crm.outreach.choices import Channel
from crm.outreach.models import Mailing


def to_start(mailing: Mailing, count: int) -> str:
    """On the button that lets it leave."""
    if mailing.channel == Channel.LETTER:
        words = ngettext("Write %(count)s letter", "Write %(count)s letters", count)
    elif mailing.channel == Channel.SMS:
        words = ngettext("Send %(count)s text message", "Send %(count)s text messages", count)
    else:
        words = ngettext("Send %(count)s e-mail", "Send %(count)s e-mails", count)
    return words % {"count": format_number(count)}


def before_starting(mailing: Mailing, count: int) -> str:
    """Above that button."""
    if mailing.channel == Channel.LETTER:
        words = ngettext(
            "%(count)s letter is written, to be printed. Nothing leaves by itself.",
            "%(count)s letters are written, to be printed. Nothing leaves by itself.",
            count,
        )
    elif mailing.channel == Channel.SMS:
        words = ngettext(
            "%(count)s person gets a text message. What has left cannot be taken back.",
            "%(count)s people each get a text message. What has left cannot be taken back.",
            count,
        )
    else:
        words = ngettext(
            "%(count)s person gets an e-mail. What has left cannot be taken back.",
            "%(count)s people each get an e-mail. What has left cannot be taken back.",
            count,
        )
    return words % {"count": format_number(count)}


def before_doubtful(mailing: Mailing) -> str:
    """Above the button that sends again what may have arrived."""
    if mailing.channel == Channel.SMS:
        return _("Twilio may have these messages already: some people may get theirs twice. Look at its own log first.")
    return _(
        "The mail server may have these messages already: some people may get theirs twice. Ask your mail provider "
        "first if you can."
    )
