"""The form of a note."""

from django import forms

from crm.contacts.models import Note
from crm.core.web.forms import CrmModelForm


class NoteForm(CrmModelForm):
    class Meta:
        model = Note
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}
