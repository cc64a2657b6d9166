"""Screens of contacts, in menu order."""

import secrets
from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.contacts import queries, services
from crm.contacts.filters import ContactFilter
from crm.contacts.forms import ContactForm, NoteForm
from crm.contacts.models import Contact, Note
from crm.contacts.tables import ContactTable
from crm.core.web.actions import Link
from crm.core.web.htmx import trigger, wants_fragment
from crm.core.web.views import (
    ActionView,
    AlreadyDone,
    CreateView,
    DetailView,
    ListView,
    OnceMixin,
    PanelView,
    ScopedView,
    UpdateView,
)


class ContactListView(ListView):
    permission = "contacts.view"
    model = Contact
    table_class = ContactTable
    filterset_class = ContactFilter
    actions = (
        Link(gettext_lazy("Import"), "imports:import_list", "upload", "imports.run"),
        Link(gettext_lazy("New contact"), "contacts:contact_create", "plus", "contacts.add", primary=True),
    )
    title = gettext_lazy("Contacts")
    empty_icon = "users"
    empty_title = gettext_lazy("No contacts yet")
    empty_text = gettext_lazy("Add a first donor by hand, or import the list you already have.")

    def get_queryset(self):
        return super().get_queryset().recent_first()


class ContactDetailView(DetailView):
    """Who is this? Header, what they gave, what happened; the other tabs load themselves."""

    permission = "contacts.view"
    model = Contact
    template_name = "contacts/contact_detail.html"
    context_name = "contact"

    def get_queryset(self):
        return super().get_queryset().select_related("owner__user")

    def panels(self) -> list:
        panels = import_string(settings.CONTACT_PANELS)
        return [panel for panel in panels if self.membership.can(panel.permission)]

    def get_context(self, **context) -> dict:
        panels = self.panels()
        asked = self.request.GET.get("tab", "")
        tab = next((panel for panel in panels if panel.code == asked), None)
        if tab is None:
            context["timeline"] = queries.timeline(self.object, group=self.request.GET.get("group", ""))
        return super().get_context(
            panels=panels,
            tab=tab,
            groups=queries.GROUPS,
            group=self.request.GET.get("group", ""),
            note_form=NoteForm(membership=self.membership),
            submission=secrets.token_urlsafe(16),
            may_change=self.membership.can("contacts.change", self.object),
            may_delete=self.membership.can("contacts.delete", self.object),
            may_note=self.membership.can("contacts.note", self.object),
            may_give=self.membership.can("gifts.add", self.object) and not self.object.is_archived,
            sees_gifts=self.membership.can("gifts.view"),
            **context,
        )


class ContactTimelineView(PanelView):
    """The timeline alone: another group, or the page below."""

    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_timeline.html"
    context_name = "contact"
    title = gettext_lazy("Timeline")

    def get_context(self, **context) -> dict:
        group = self.request.GET.get("group", "")
        page = queries.timeline(self.object, group=group, before=self.request.GET.get("before", ""))
        return super().get_context(timeline=page, group=group, groups=queries.GROUPS, **context)


class ContactCreateView(CreateView):
    permission = "contacts.add"
    model = Contact
    form_class = ContactForm
    service = staticmethod(services.create_contact)
    title = gettext_lazy("New contact")
    submit_label = gettext_lazy("Save the contact")
    template_name = "contacts/contact_form.html"

    def get_initial(self) -> dict:
        initial = {"language": self.membership.organization.default_language, "owner": self.membership.pk}
        name = self.request.GET.get("name", "").strip()
        if name:
            first, _space, last = name.rpartition(" ")
            initial |= {"first_name": first, "last_name": last}
        return initial

    def get_success_message(self) -> str:
        return _("%(name)s is saved.") % {"name": self.object.name}

    def get_cancel_url(self) -> str:
        return self.url("contacts:contact_list")


class ContactUpdateView(UpdateView):
    permission = "contacts.change"
    model = Contact
    form_class = ContactForm
    service = staticmethod(services.update_contact)
    title = gettext_lazy("Edit the contact")
    template_name = "contacts/contact_form.html"

    def get_success_message(self) -> str:
        return _("%(name)s is saved.") % {"name": self.object.name}


class ContactArchiveView(ActionView):
    permission = "contacts.delete"
    model = Contact
    service = staticmethod(services.archive_contact)
    title = gettext_lazy("Archive this contact?")
    submit_label = gettext_lazy("Archive")
    success_message = gettext_lazy("The contact is archived. It can be restored from its page.")

    def get_question(self, contact: Contact) -> str:
        return _(
            "%(name)s leaves the lists and searches. Notes, gifts and receipts are kept, and the contact can be restored "
            "at any time."
        ) % {"name": contact.name}


class ContactRestoreView(ActionView):
    permission = "contacts.delete"
    model = Contact
    service = staticmethod(services.restore_contact)
    title = gettext_lazy("Restore this contact?")
    question = gettext_lazy("The contact comes back to the lists and searches.")
    submit_label = gettext_lazy("Restore")
    success_message = gettext_lazy("The contact is back.")


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


class SearchView(ScopedView):
    """The search box of every page (Ctrl-K): people, as JSON for the palette or as a list without script."""

    permission = "contacts.view"
    model = Contact

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        text = request.GET.get("q", "")[:200]
        found = queries.find_contacts(self.membership, text, limit=8)
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"results": [self.result(contact) for contact in found]})
        return self.go(f"{self.url('contacts:contact_list')}?{urlencode({'q': text})}")

    def result(self, contact: Contact) -> dict:
        detail = [contact.city, contact.email]
        return {
            "id": contact.pk,
            "name": contact.name,
            "detail": " · ".join(part for part in detail if part),
            "url": contact.get_absolute_url(),
            "organization": contact.is_organization,
        }


class ContactLookupView(SearchView):
    """Choosing a contact inside a form."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        found = queries.find_contacts(self.membership, request.GET.get("q", "")[:200], limit=8)
        count = ngettext("%(count)d contact found", "%(count)d contacts found", len(found)) % {"count": len(found)}
        return JsonResponse({"results": [self.result(contact) for contact in found], "said": count})
