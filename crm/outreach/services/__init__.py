"""Writes of outreach, by noun."""

from crm.outreach.services.delivery import stop_writing, suppress_address
from crm.outreach.services.mailings import (
    cancel_mailing,
    delete_mailing,
    note_reply,
    pause_mailing,
    resume_mailing,
    retry_mailing,
    save_mailing,
    schedule_mailing,
    start_due_mailing,
    start_mailing,
    test_mailing,
    trust_address,
    unschedule_mailing,
)
from crm.outreach.services.messages import composed, forget_messages, mark_printed, send_emails
from crm.outreach.services.notices import notify_by_email, notify_by_letter, take_notice_letters_back
from crm.outreach.services.personal import correct_exchange, delete_exchange, why_not, write_down, write_email
from crm.outreach.services.sending import write_to
from crm.outreach.services.templates import save_template
from crm.outreach.services.texts import numbers_of, stop_texts, why_no_text, write_text
from crm.outreach.services.thanks import take_letters_back, thank_by_email, thank_by_letter
from crm.outreach.services.unsubscribing import unsubscribe

__all__ = [
    "cancel_mailing",
    "composed",
    "correct_exchange",
    "delete_exchange",
    "delete_mailing",
    "forget_messages",
    "mark_printed",
    "note_reply",
    "notify_by_email",
    "notify_by_letter",
    "numbers_of",
    "pause_mailing",
    "resume_mailing",
    "retry_mailing",
    "save_mailing",
    "save_template",
    "schedule_mailing",
    "send_emails",
    "start_due_mailing",
    "start_mailing",
    "stop_texts",
    "stop_writing",
    "suppress_address",
    "take_letters_back",
    "take_notice_letters_back",
    "test_mailing",
    "thank_by_email",
    "thank_by_letter",
    "trust_address",
    "unschedule_mailing",
    "unsubscribe",
    "why_no_text",
    "why_not",
    "write_down",
    "write_email",
    "write_text",
    "write_to",
]
