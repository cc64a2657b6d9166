"""Notes: the quick one, and all of them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy

from crm.contacts import mentions, services
from crm.contacts.forms import NoteForm
from crm.contacts.models import Contact, Note
from crm.contacts.views.record import OpenedMixin
from crm.core.web.quick import QuickFormView
from crm.core.web.views import ActionView, PanelView, ScopedView, UpdateView


class NoteCreateView(QuickFormView):
    """The quick note above the timeline: saved without leaving the page, once however often it was sent."""

    permission = "contacts.note"
    model = Contact
    form_class = NoteForm
    service = staticmethod(services.add_note)
    fragment_name = "contacts/_note_form.html"
    context_name = "contact"
    title = gettext_lazy("Quick note")
    success_message = gettext_lazy("The note is saved.")

    def get_context(self, **context) -> dict:
        return super().get_context(note_form=context["form"], **context)


class ContactNotesView(OpenedMixin, PanelView):
    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_notes.html"
    context_name = "contact"
    title = gettext_lazy("Notes")

    def get_context(self, **context) -> dict:
        notes = list(self.object.notes.present().select_related("author__user").newest_first()[:200])
        may_note = self.membership.can("contacts.note", self.object)
        return super().get_context(notes=notes, may_note=may_note, **context)


class ColleaguesView(ScopedView):
    """Whom a note on this contact may name, as JSON, for the list that opens after an @."""

    permission = "contacts.note"
    model = Contact

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        people = mentions.who_may_read(self.get_object())
        return JsonResponse({"results": [{"id": one.pk, "name": str(one)} for one in people if one != self.membership]})


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
