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
from crm.giving.services.payments import add_payment_method, forget_payment_methods, retire_payment_method
from crm.giving.services.periods import check_open, close_period, closed_until, reopen_period
from crm.giving.services.pledges import (
    cancel_pledge,
    change_pledge,
    collect_from,
    create_pledge,
    delete_pledge,
    fail_pledge,
    forget_pledge_words,
    pause_pledge,
    reopen_pledge,
    resume_pledge,
    skip_instalment,
)

__all__ = [
    "add_payment_method",
    "cancel_pledge",
    "change_pledge",
    "check_gift",
    "check_open",
    "close_period",
    "closed_until",
    "collect_from",
    "correct_gift",
    "create_pledge",
    "deactivate_fund",
    "delete_appeal",
    "delete_campaign",
    "delete_fund",
    "delete_gift",
    "delete_pledge",
    "fail_pledge",
    "forget_payment_methods",
    "forget_pledge_words",
    "forget_words",
    "gift_event",
    "pause_pledge",
    "reactivate_fund",
    "record_gift",
    "refund_gift",
    "reopen_period",
    "reopen_pledge",
    "resume_pledge",
    "retire_payment_method",
    "return_gift",
    "save_appeal",
    "save_campaign",
    "save_fund",
    "set_campaign_status",
    "skip_instalment",
]
