"""The deposit slip of a batch, as a PDF to bring to the bank with the cheques."""

from django.template.loader import render_to_string
from django.utils.translation import get_language

from crm.core.press import press_on
from crm.giving import batches
from crm.giving.models import GiftBatch


def deposit_slip(batch: GiftBatch) -> bytes:
    """Cheques line by line, cash as one sum, in the present language; amounts in the organization's currency.

    Of a batch that is still open it says that it is a draft.
    """
    context = {
        "batch": batch,
        "deposit": batches.deposit_of(batch),
        "organization": batch.organization,
        "currency": batch.organization.currency,
        "lang": f"{(get_language() or 'fr')[:2]}-CA",
    }
    press = press_on(batch.organization.paper, "pdf/deposit_slip.css")
    return press.print(render_to_string("pdf/deposit_slip.html", context))
