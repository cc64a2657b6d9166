"""Writes on contacts and what hangs off them, by noun. Other domains call them from here: ``contacts.services.log(…)``."""

from crm.contacts.services.contacts import (
    archive_contact,
    create_contact,
    restore_contact,
    set_lifecycle,
    update_contact,
)
from crm.contacts.services.imported import save_imported, take_back_imported
from crm.contacts.services.notes import add_note, delete_note, edit_note
from crm.contacts.services.privacy import anonymize_contact, start_access_pack
from crm.contacts.services.timeline import forget_subject, log, log_many, timeline_event, touch

__all__ = [
    "add_note",
    "anonymize_contact",
    "archive_contact",
    "create_contact",
    "delete_note",
    "edit_note",
    "forget_subject",
    "log",
    "log_many",
    "restore_contact",
    "save_imported",
    "set_lifecycle",
    "start_access_pack",
    "take_back_imported",
    "timeline_event",
    "touch",
    "update_contact",
]
