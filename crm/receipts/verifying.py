"""The address printed on each receipt, where anybody who holds it can ask whether it still counts (receipts.md C3).

Its last part is a code that only this installation can make, so that numbers cannot be tried one after the other. What the
page tells is nothing personal. Unlike a signature in the file, it tells of a receipt that was voided later.
"""

import base64
from datetime import date
from decimal import Decimal

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import override

from crm.receipts.models import Receipt

logger = structlog.get_logger(__name__)


def code_for(*, organization_id: int, number: str, eligible: Decimal, issued_on: date) -> str:
    """128 bits of HMAC-SHA256 under ``SECRET_KEY``, as 22 characters for an address."""
    said = f"{organization_id}|{number}|{eligible}|{issued_on.isoformat()}"
    digest = salted_hmac("crm.receipts.verifying", said, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def address_for(organization, *, number: str, eligible: Decimal, issued_on: date, language: str) -> str:
    """The whole address, in the language of the receipt."""
    code = code_for(organization_id=organization.pk, number=number, eligible=eligible, issued_on=issued_on)
    with override(language):
        return settings.SITE_URL + reverse(
            "verify:receipt", kwargs={"slug": organization.slug, "number": number, "code": code}
        )


def receipt_at(*, slug: str, number: str, code: str) -> Receipt | None:
    """The receipt that was issued with this code. The code frozen in its snapshot decides, and not one made today: a change
    of ``SECRET_KEY`` leaves what was printed before as good as it was.
    """
    rows = Receipt.objects.filter(organization__slug=slug, number=number).select_related("organization", "replaced_by")
    receipt = rows.first()
    if receipt is None:
        return None
    try:
        frozen = receipt.said.verification_url.rstrip("/").rpartition("/")[2]
    except ValueError:  # the words in the database are not those that were issued: nothing is vouched for
        logger.error("receipt_snapshot_altered", receipt_id=receipt.pk)
        return None
    return receipt if frozen and constant_time_compare(frozen, code) else None
