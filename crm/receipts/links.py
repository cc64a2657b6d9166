"""The link to a receipt's file that leaves in an e-mail instead of the file, where an organization wants it so.

Whoever has the link has the file: it is signed by the installation, works for :data:`DAYS` days, and stops when the receipt is
void. It is in the mailbox of the donor and nowhere else: the stored message holds :func:`place` in its stead.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from crm.receipts.models import Receipt

DAYS = 400  # over the next tax season; later, the organization sends it again
NOWHERE = "only-in-the-mail"


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="crm.receipts.links", sep=".")


def _address(token: str, language: str) -> str:
    with override(language):
        return settings.SITE_URL + reverse("verify:file", kwargs={"token": token})


def place(language: str) -> str:
    """What stands where the link will be."""
    return _address(NOWHERE, language)


def address_of(receipt_id: int, language: str) -> str:
    return _address(_signer().sign(str(receipt_id)), language)


def receipt_behind(token: str) -> Receipt | None:
    """The receipt of a link that was made here and is not too old."""
    try:
        pk = _signer().unsign(token, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return None
    return Receipt.objects.filter(pk=pk).select_related("organization").first()
