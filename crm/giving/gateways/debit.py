"""Pre-authorised debits, by a file that a person takes to the bank (:mod:`crm.giving.debits`)."""

from django.utils.translation import gettext_lazy as _

from crm.giving.gateways.base import Answer, Gateway, Request, register


@register
class DebitGateway(Gateway):
    code = "debit"
    label = _("Pre-authorised debit, by file")
    by_file = True

    def charge(self, request: Request) -> Answer:
        raise RuntimeError("a pre-authorised debit goes in a file: nothing is sent")
