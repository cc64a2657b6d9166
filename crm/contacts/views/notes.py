"""Notes: the quick one, and all of them."""

import secrets
from contextlib import suppress

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts import services
from crm.contacts.forms import NoteForm
from crm.contacts.models import Contact, Note
from crm.core.web.htmx import trigger, wants_fragment
from crm.core.web.views import ActionView, AlreadyDone, OnceMixin, PanelView, ScopedView, UpdateView


class NoteCreateView(OnceMixin, ScopedView):
    """The quick note above the timeline: saved without leaving the page, once however often it was sent."""

    permission = "contacts.note"
    model = Contact

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        contact = self.get_object()
        form = NoteForm(request.POST, membership=self.membership)
        valid = form.is_valid()
        if valid:
            with suppress(AlreadyDone), transaction.atomic():
                self.claim()
                services.add_note(contact, text=form.cleaned_data["text"], by=self.membership)
            form = NoteForm(membership=self.membership)
        if not wants_fragment(request):
            if valid:
                messages.success(request, _("The note is saved."))
            else:
                messages.error(request, _("Write something first."))
            return self.go(contact.get_absolute_url())
        context = {
            "contact": contact,
            "note_form": form,
            "saved": valid,
            "may_note": True,
            "submission": secrets.token_urlsafe(16),
        }
        response = render(request, "contacts/_note_form.html", context, status=200 if valid else 422)
        return trigger(response, "timeline-changed") if valid else response


class ContactNotesView(PanelView):
    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_notes.html"
    context_name = "contact"
    title = gettext_lazy("Notes")

    def get_context(self, **context) -> dict:
        notes = list(self.object.notes.present().select_related("author__user").newest_first()[:200])
        may_note = self.membership.can("contacts.note", self.object)
        return super().get_context(notes=notes, may_note=may_note, **context)


class NoteMixin:
    """A note that is still there, and may be written to by this person."""

    permission = "contacts.note"
    model = Note

    def get_queryset(self):
        return super().get_queryset().present().select_related("contact__owner", "organization")


class NoteUpdateView(NoteMixin, UpdateView):
    form_class = NoteForm
    service = staticmethod(services.edit_note)
    title = gettext_lazy("Edit the note")
    success_message = gettext_lazy("The note is saved; what it said before is kept.")


class NoteDeleteView(NoteMixin, ActionView):
    service = staticmethod(services.delete_note)
    title = gettext_lazy("Delete this note?")
    question = gettext_lazy("It leaves the page. Its text is kept in the history for auditors.")
    submit_label = gettext_lazy("Delete the note")
    danger = True
    success_message = gettext_lazy("The note is deleted.")
