"""Visits: the quick form, all of them, corrections."""

from django.utils.translation import gettext_lazy

from crm.contacts import services
from crm.contacts.forms import VisitForm
from crm.contacts.models import Contact, Visit
from crm.contacts.views.record import OpenedMixin
from crm.core.web.paging import paginate
from crm.core.web.quick import QuickFormView
from crm.core.web.views import ActionView, PanelView, UpdateView


class VisitCreateView(QuickFormView):
    permission = "contacts.note"
    model = Contact
    form_class = VisitForm
    service = staticmethod(services.record_visit)
    fragment_name = "contacts/_visit_form.html"
    context_name = "contact"
    title = gettext_lazy("Record a visit")
    success_message = gettext_lazy("The visit is recorded.")
    tells = ("timeline-changed", "visits-changed")


class ContactVisitsView(OpenedMixin, PanelView):
    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_visits.html"
    context_name = "contact"
    title = gettext_lazy("Visits")

    def get_context(self, **context) -> dict:
        rows = self.object.visits.select_related("recorded_by__user").newest_first()
        may_note = self.membership.can("contacts.note", self.object)
        return super().get_context(page=paginate(rows, self.request.GET), may_note=may_note, **context)


class VisitMixin:
    permission = "contacts.note"
    model = Visit

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "organization")


class VisitUpdateView(VisitMixin, UpdateView):
    form_class = VisitForm
    service = staticmethod(services.correct_visit)
    title = gettext_lazy("Correct the visit")
    success_message = gettext_lazy("The visit is corrected.")

    def get_success_url(self) -> str:
        return f"{self.object.contact.get_absolute_url()}?tab=visits"


class VisitDeleteView(VisitMixin, ActionView):
    service = staticmethod(services.delete_visit)
    title = gettext_lazy("Delete this visit?")
    question = gettext_lazy("It leaves the page and the totals. The audit log keeps it.")
    submit_label = gettext_lazy("Delete the visit")
    danger = True
    success_message = gettext_lazy("The visit is deleted.")

    def get_success_url(self, obj, result) -> str:
        return f"{obj.contact.get_absolute_url()}?tab=visits"
