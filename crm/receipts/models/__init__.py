"""Official receipts, and the runs that issue a year of them."""

from crm.receipts.models.certificates import SigningCertificate
from crm.receipts.models.deliveries import ReceiptDelivery
from crm.receipts.models.receipts import Receipt, ReceiptLine, ReceiptSeries, StoredPicture
from crm.receipts.models.runs import ReceiptRun, RunLine

__all__ = [
    "Receipt",
    "ReceiptDelivery",
    "ReceiptLine",
    "ReceiptRun",
    "ReceiptSeries",
    "RunLine",
    "SigningCertificate",
    "StoredPicture",
]
