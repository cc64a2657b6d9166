"""The rows of contacts, by noun."""

from crm.contacts.models.consent import Consent
from crm.contacts.models.contact import Contact, ContactPoint
from crm.contacts.models.custom import CustomField
from crm.contacts.models.duplicates import DuplicatePair, Merge
from crm.contacts.models.history import Note, NoteVersion, RecordView, TimelineEvent, Visit
from crm.contacts.models.households import ContactRelation, Household
from crm.contacts.models.sets import Group, GroupMember, Segment, Tag, TagAssignment

__all__ = [
    "Consent",
    "Contact",
    "ContactPoint",
    "ContactRelation",
    "CustomField",
    "DuplicatePair",
    "Group",
    "GroupMember",
    "Household",
    "Merge",
    "Note",
    "NoteVersion",
    "RecordView",
    "Segment",
    "Tag",
    "TagAssignment",
    "TimelineEvent",
    "Visit",
]
