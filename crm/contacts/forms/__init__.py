"""Forms of contacts, by noun."""

from crm.contacts.forms.contact import ContactForm, NewDonorForm
from crm.contacts.forms.notes import NoteForm
from crm.contacts.forms.visits import VisitForm

__all__ = ["ContactForm", "NewDonorForm", "NoteForm", "VisitForm"]
