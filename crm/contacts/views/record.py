"""The donor page: who is this?"""

import secrets

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from crm.contacts import custom_fields, households, queries, services
from crm.contacts.forms import NoteForm
from crm.contacts.models import Contact
from crm.core.web.views import DetailView, PageMixin, PanelView, ScopedView

PAGES_BY_THEMSELVES = 3  # then “See older” waits to be asked: what stands beside or below stays within reach


class OpenedMixin:
    """Shows who somebody is: that this person opened the record is written before it is shown (Law 25)."""

    def get_object(self) -> Contact:
        contact = super().get_object()
        services.record_opening(contact, by=self.membership)
        return contact


class ContactDetailView(OpenedMixin, DetailView):
    """Who is this? Header, what they gave, what happened; the other tabs load themselves."""

    permission = "contacts.view"
    model = Contact
    template_name = "contacts/contact_detail.html"
    context_name = "contact"

    def get_queryset(self):
        return super().get_queryset().select_related("owner__user", "household", "summary")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.object = self.get_object()
        if self.object.merged_into_id:
            kept = self.object.merged_into
            messages.info(
                request,
                _("%(merged)s was merged into %(kept)s.") % {"merged": self.object.name, "kept": kept.name},
            )
            return self.go(kept.get_absolute_url())
        return self.render()

    def permitted(self, setting: str) -> list:
        return [panel for panel in import_string(setting) if self.membership.can(panel.permission)]

    def tabs(self, panels: list) -> list[tuple]:
        """Each panel with how many things it holds, where counting them is cheap."""
        return [
            (panel, import_string(panel.count)(self.object, self.membership) if panel.count else None)
            for panel in panels
        ]

    def get_context(self, **context) -> dict:
        panels = self.permitted(settings.CONTACT_PANELS)
        asked = self.request.GET.get("tab", "")
        tab = next((panel for panel in panels if panel.code == asked), None)
        if tab is None:
            context["timeline"] = queries.timeline(
                self.object, group=self.request.GET.get("group", ""), reader=self.membership
            )
        return super().get_context(
            tabs=self.tabs(panels),
            household_name=households.name_seen_by(self.membership, self.object, (get_language() or "fr")[:2]),
            custom=custom_fields.said(self.object, custom_fields.fields_of(self.membership.organization)),
            points=list(self.object.points.order_by("pk")),
            cards=self.permitted(settings.CONTACT_CARDS),
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
            sees_tasks=self.membership.can("tasks.view"),
            **context,
        )


class ContactTimelineView(OpenedMixin, PanelView):
    """The timeline alone: another group, or the page below."""

    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_timeline.html"
    context_name = "contact"
    title = gettext_lazy("Timeline")

    def get_context(self, **context) -> dict:
        group = self.request.GET.get("group", "")
        before = self.request.GET.get("before", "")
        page = queries.timeline(self.object, group=group, before=before, reader=self.membership)
        asked = self.request.GET.get("depth", "")
        depth = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
        return super().get_context(
            timeline=page,
            group=group,
            groups=queries.GROUPS,
            depth=depth,
            waits=depth >= PAGES_BY_THEMSELVES,
            **context,
        )


class ContactProfileView(OpenedMixin, PanelView):
    """Everything the form holds, as it stands."""

    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_profile.html"
    context_name = "contact"
    title = gettext_lazy("Profile")

    def get_queryset(self):
        return super().get_queryset().select_related("owner__user")

    def get_context(self, **context) -> dict:
        return super().get_context(may_change=self.membership.can("contacts.change", self.object), **context)


class RecentContactsView(PageMixin, ScopedView):
    """The records this person opened last, to go back to them from “My day”."""

    permission = "contacts.view"
    template_name = "generic/panel_page.html"
    fragment_name = "contacts/_recent.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def get_context(self, **context) -> dict:
        return super().get_context(
            title=gettext_lazy("Last visited"),
            fragment=self.fragment_name,
            contacts=queries.recent_contacts(self.membership, limit=8),
            **context,
        )
