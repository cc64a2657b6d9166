"""Writes of giving, by noun."""

from crm.giving.services.campaigns import (
    delete_appeal,
    delete_campaign,
    save_appeal,
    save_campaign,
    set_campaign_status,
)
from crm.giving.services.funds import deactivate_fund, delete_fund, reactivate_fund, save_fund
from crm.giving.services.gifts import (
    check_gift,
    correct_gift,
    delete_gift,
    forget_words,
    gift_event,
    record_gift,
    refund_gift,
    return_gift,
)

__all__ = [
    "check_gift",
    "correct_gift",
    "deactivate_fund",
    "delete_appeal",
    "delete_campaign",
    "delete_fund",
    "delete_gift",
    "forget_words",
    "gift_event",
    "reactivate_fund",
    "record_gift",
    "refund_gift",
    "return_gift",
    "save_appeal",
    "save_campaign",
    "save_fund",
    "set_campaign_status",
]
