"""Text messages by Twilio: the only door to its library.

Sources: Twilio, “Messages resource”, “Error and warning dictionary”, “Validating requests are coming from Twilio”.
"""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from crm.core.late import Late

requests, urllib3 = Late("requests"), Late("urllib3.exceptions")
STOPPED = "21610"  # the person answered STOP to this number of ours
DOUBT, OFF = "doubt", "off"  # words of ours: no answer came, and no report; nothing is set up
ARRIVED = {"delivered", "read"}
LEFT = {"sent", "sending", "queued", "accepted", "scheduled"}
LOST = {"undelivered", "failed", "canceled"}
NOT_NOW = {401, 403, 404, 429}  # nothing was taken: the account, or the pace
TIMEOUT = 15  # seconds

# What the codes mean to somebody who wrote to a donor; others are told by their number.
WORDS = {
    DOUBT: _("Twilio gave no answer: the message may have arrived or not. Ask before you write again."),
    OFF: _("Text messages are not set up here."),
    STOPPED: _("This person answered STOP: they want no more text messages."),
    "21211": _("This is not a number that can be written to."),
    "21408": _("Text messages to this country are not allowed on your Twilio account."),
    "21614": _("This number takes no text messages: it may be a landline."),
    "30003": _("The phone was off, or out of reach."),
    "30004": _("The person, or their company, blocks these messages."),
    "30005": _("This number does not exist any more."),
    "30006": _("This number takes no text messages: it may be a landline."),
    "30007": _("The company of this number took it for spam."),
}


class Refused(Exception):
    """It will never take this message. ``code`` is Twilio's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotTaken(Exception):
    """Nothing was taken, and the message is not at fault: it may be tried again."""


class Unclear(Exception):
    """It may have the message or not."""


def is_set_up() -> bool:
    return bool(settings.TWILIO_ACCOUNT_SID and settings.TWILIO_AUTH_TOKEN and settings.TWILIO_FROM)


def words_of(code: str) -> str:
    """Why a message was lost, in a sentence of the present language; what is no code is said as it is."""
    if code in WORDS:
        return str(WORDS[code])
    if code and not code.isdigit():
        return code
    return str(_("Twilio could not deliver it (error %(code)s).") % {"code": code or "?"})


def post(*, to: str, text: str, report_to: str) -> str:
    """Ask for one message; returns the number Twilio gives it. Raises :class:`Refused`, :class:`NotTaken`, :class:`Unclear`."""
    from twilio.base.exceptions import TwilioException, TwilioRestException

    if not is_set_up():
        raise NotTaken(OFF)
    ours = settings.TWILIO_FROM
    sender = {"messaging_service_sid": ours} if ours.startswith("MG") else {"from_": ours}
    try:
        return (
            _client()
            .messages.create(to=to, body=text, **sender, **({"status_callback": report_to} if report_to else {}))
            .sid
        )
    except TwilioRestException as error:
        raise _meaning(error.status, str(error.code or error.status)) from error
    except requests.RequestException as error:
        raise _without_an_answer(error) from error
    except TwilioException as error:  # an answer that is none
        raise Unclear(type(error).__name__) from error


def _client():
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    # It never tries again by itself: whether to is for the queue to say.
    return Client(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        http_client=TwilioHttpClient(timeout=TIMEOUT, max_retries=0, pool_connections=False),
    )


def _meaning(status: int, code: str) -> Exception:
    if status in NOT_NOW:
        return NotTaken(code)
    return Refused(code) if status < 500 else Unclear(code)


def _without_an_answer(error: Exception) -> Exception:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, urllib3.NewConnectionError):
        return NotTaken(type(error).__name__)  # the door never opened
    return Unclear(type(error).__name__)


def is_signed(url: str, fields: dict, signature: str) -> bool:
    """Whether a report with these fields, asked for at this address, comes from Twilio."""
    from twilio.request_validator import RequestValidator

    return bool(signature) and RequestValidator(settings.TWILIO_AUTH_TOKEN).validate(url, fields, signature)
