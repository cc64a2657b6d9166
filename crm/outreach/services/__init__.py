"""Writes of outreach, by noun."""

from crm.outreach.services.messages import composed, forget_messages, mark_printed, send_emails
from crm.outreach.services.notices import notify_by_email, notify_by_letter, take_notice_letters_back
from crm.outreach.services.templates import save_template
from crm.outreach.services.thanks import take_letters_back, thank_by_email, thank_by_letter

__all__ = [
    "composed",
    "forget_messages",
    "mark_printed",
    "notify_by_email",
    "notify_by_letter",
    "save_template",
    "send_emails",
    "take_letters_back",
    "take_notice_letters_back",
    "thank_by_email",
    "thank_by_letter",
]
