"""Forms of contacts, by noun."""

from crm.contacts.forms.contact import ContactForm
from crm.contacts.forms.notes import NoteForm

__all__ = ["ContactForm", "NoteForm"]
