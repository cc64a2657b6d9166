"""Background work of contacts, by noun; imported by every process, so that the queue knows all of it."""

from crm.contacts.jobs import segments

__all__ = ["segments"]
