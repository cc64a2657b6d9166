"""Many text messages of one batch, one after the other (:mod:`crm.core.batches`), through the door of :mod:`crm.core.texting`.

A provider takes a message in one piece: between our claim and its answer nobody can know whether it has it. One that is
refused has failed, with its code; one that was not even looked at (the account, the pace, a door that never opened) waits, as all
others do.
"""

from collections.abc import Callable

from crm.core import batches, mailer, texting, twilio
from crm.core.models import OutgoingText

Status = OutgoingText.Status
BECAME = {"sent": Status.SENT, "refused": Status.FAILED}


class _Line(batches.Line):
    def __init__(self, told: Callable[[OutgoingText], None]) -> None:
        self.told = told

    def close(self) -> None:
        """Each message opens a door of its own."""

    def send(self, row: OutgoingText) -> str:
        claim = batches.Claim(row)
        try:
            texting.check_again(row)
            claim()
        except mailer.NoLongerTrue as error:
            claim.mine.update(status=Status.FAILED, error=str(error)[:2000])
            return Status.FAILED
        except batches.Taken:
            return ""
        try:
            became = texting.hand_over(row)
        except twilio.NotTaken as error:
            claim.take_back()
            raise batches.Trouble(str(error)) from error
        if became not in BECAME:  # or every message would end in doubt
            raise batches.Trouble(twilio.DOUBT)
        if BECAME[became] == Status.SENT:
            self.told(row)
        return BECAME[became]


class _Texts(batches.Carrier):
    model = OutgoingText
    afresh = {"error": "", "sent_at": None, "provider_number": "", "delivered_at": None}

    def line(self, told: Callable[[OutgoingText], None]) -> _Line:
        return _Line(told)


TEXTS = _Texts()
