from crm.giving.models import Gift
from crm.receipts import services
from crm.receipts.models import Receipt


def issued(gift: Gift, *, by) -> Receipt:
    """A receipt as only the service can make one."""
    return services.issue_receipt(gift, by=by)
