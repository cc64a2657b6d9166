"""What came for each fund, always counted from the gifts and their parts (F-02)."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from crm.core.money import ZERO, to_cents
from crm.giving.models import Fund, Gift, GiftSplit


def received_for(fund: Fund, *, currency: str, since: date | None = None, until: date | None = None) -> Decimal:
    """What was received for a fund in ``currency``, wholly or in part, between two days, both included."""
    span: dict = {name: day for name, day in (("received_on__gte", since), ("received_on__lte", until)) if day}
    gifts = Gift.objects.filter(currency=currency, **span).counted()
    whole = gifts.filter(fund=fund).aggregate(found=Sum("amount"))["found"]
    parts = GiftSplit.objects.filter(fund=fund, gift__in=gifts).aggregate(found=Sum("amount"))["found"]
    return to_cents((whole or ZERO) + (parts or ZERO))
