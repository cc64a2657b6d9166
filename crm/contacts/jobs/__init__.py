"""Background work of contacts, by noun; imported by every process, so that the queue knows all of it."""

from crm.contacts.jobs import duplicates, segments

__all__ = ["duplicates", "segments"]
