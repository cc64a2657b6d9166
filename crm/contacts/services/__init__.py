"""Writes on contacts and what hangs off them, by noun. Other domains call them from here: ``contacts.services.log(…)``."""

from crm.contacts.services.bulk import archive_contacts, change_contacts, restore_contacts, undo_change
from crm.contacts.services.consents import record_consent
from crm.contacts.services.contacts import (
    archive_contact,
    create_contact,
    delete_contact,
    restore_contact,
    set_lifecycle,
    update_contact,
)
from crm.contacts.services.duplicates import dismiss_pair, record_pairs, reopen_pair
from crm.contacts.services.household_upkeep import hold_households
from crm.contacts.services.households import (
    add_member,
    dissolve_household,
    leave_household,
    start_household,
    update_household,
)
from crm.contacts.services.imported import save_imported, take_back_imported
from crm.contacts.services.merging import merge_contacts
from crm.contacts.services.noted import save_imported_notes, take_back_notes
from crm.contacts.services.notes import add_note, delete_note, edit_note
from crm.contacts.services.openings import record_opening
from crm.contacts.services.points import (
    create_with_points,
    make_point_primary,
    refresh_search,
    save_points,
    update_with_points,
)
from crm.contacts.services.privacy import anonymize_contact, start_access_pack
from crm.contacts.services.relations import add_relation, remove_relation, update_relation
from crm.contacts.services.stages import move_contact
from crm.contacts.services.timeline import (
    forget_subject,
    hold,
    hold_many,
    living,
    log,
    log_many,
    timeline_event,
    touch,
    touch_many,
)
from crm.contacts.services.unmerging import undo_merge, why_not_undone
from crm.contacts.services.visits import correct_visit, delete_visit, record_visit, recount_visits

__all__ = [
    "add_member",
    "add_note",
    "add_relation",
    "anonymize_contact",
    "archive_contact",
    "archive_contacts",
    "change_contacts",
    "correct_visit",
    "create_contact",
    "create_with_points",
    "delete_contact",
    "delete_note",
    "delete_visit",
    "dismiss_pair",
    "dissolve_household",
    "edit_note",
    "forget_subject",
    "hold",
    "hold_households",
    "hold_many",
    "leave_household",
    "living",
    "log",
    "log_many",
    "make_point_primary",
    "merge_contacts",
    "move_contact",
    "record_consent",
    "record_opening",
    "record_pairs",
    "record_visit",
    "recount_visits",
    "refresh_search",
    "remove_relation",
    "reopen_pair",
    "restore_contact",
    "restore_contacts",
    "save_imported",
    "save_imported_notes",
    "save_points",
    "set_lifecycle",
    "start_access_pack",
    "start_household",
    "take_back_imported",
    "take_back_notes",
    "timeline_event",
    "touch",
    "touch_many",
    "undo_change",
    "undo_merge",
    "update_contact",
    "update_household",
    "update_relation",
    "update_with_points",
    "why_not_undone",
]
