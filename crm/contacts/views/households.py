"""Households: with whom somebody lives, who stands first, how they are written to."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from crm.contacts import households, services
from crm.contacts.choices import Kind
from crm.contacts.forms.households import HouseholdForm, HouseholdStartForm, PreviewForm
from crm.contacts.household_list import HouseholdFilter, HouseholdTable, listed
from crm.contacts.models import Contact, Household
from crm.core.web.views import ActionView, DetailView, FormView, ListView, ScopedView, UpdateView


def spoken() -> str:
    return "fr" if (get_language() or "fr").startswith("fr") else "en"


class WholeMixin:
    """What changes a household for everybody asks to see everybody in it: a refusal (403), not a hole in the form."""

    def whole(self, household: Household) -> None:
        if not households.sees_whole(self.membership, household):
            raise PermissionDenied


class HouseholdListView(ListView):
    permission = "contacts.view"
    model = Household
    table_class = HouseholdTable
    filterset_class = HouseholdFilter
    title = gettext_lazy("Households")
    empty_icon = "home"
    empty_title = gettext_lazy("No households yet")
    empty_text = gettext_lazy(
        "Open the page of a contact and say with whom they live: one letter then greets them together."
    )

    def get_queryset(self):
        return listed(super().get_queryset(), self.membership)


class HouseholdDetailView(DetailView):
    permission = "contacts.view"
    model = Household
    template_name = "contacts/household_detail.html"
    context_name = "household"

    def get_queryset(self):
        return super().get_queryset().select_related("head")

    def get_context(self, **context) -> dict:
        portrait = households.seen_by(self.membership, self.object)
        may = self.membership.can("contacts.change", self.object)
        return super().get_context(
            portrait=portrait,
            title=portrait.name(spoken()),
            may_change=may and portrait.is_whole,
            may_take_out={one.pk for one in portrait.people if self.membership.can("contacts.change", one)},
            sees_gifts=self.membership.can("gifts.view"),
            **context,
        )


class HouseholdUpdateView(WholeMixin, UpdateView):
    permission = "contacts.change"
    model = Household
    template_name = "contacts/household_form.html"
    title = gettext_lazy("Edit the household")
    success_message = gettext_lazy("The household is saved.")

    def load(self) -> None:
        super().load()
        self.whole(self.object)
        self.people = households.people_of(self.object)

    def get_form(self, data=None, files=None):
        return HouseholdForm(data, household=self.object, people=self.people, membership=self.membership)

    def act(self, form):
        return services.update_household(self.object, **form.values, by=self.membership)

    def get_context(self, **context) -> dict:
        form = context["form"]
        saved = households.texts_of(self.object, self.people)
        shown = {"texts": saved, "untitled": households.untitled(self.people)}
        if form.is_bound:
            shown = PreviewForm(form.data, membership=self.membership).context()
        return super().get_context(people=self.people, called=saved[spoken()]["name"].said, **shown, **context)


class HouseholdStartView(WholeMixin, FormView):
    """From a contact’s page: a household with somebody else, or one more in theirs."""

    permission = "contacts.change"
    model = Contact
    template_name = "contacts/household_start.html"
    submit_label = gettext_lazy("Save the household")
    success_message = gettext_lazy("The household is saved.")

    def get_queryset(self):
        return super().get_queryset().filter(kind=Kind.PERSON)  # an organization has relations, no household

    def load(self) -> None:
        self.object = self.get_object()
        self.household = self.object.household
        if self.household is not None:
            self.whole(self.household)

    @property
    def title(self) -> str:
        if self.household is not None:
            return _("Add somebody to the household")
        return _("With whom does %(name)s live?") % {"name": self.object.name}

    def get_form(self, data=None, files=None):
        return HouseholdStartForm(data, contact=self.object, membership=self.membership)

    def act(self, form) -> None:
        self.household = services.start_household(self.object, **form.cleaned_data, by=self.membership)

    def get_success_url(self) -> str:
        return self.household.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.household.get_absolute_url() if self.household is not None else self.object.get_absolute_url()

    def get_context(self, **context) -> dict:
        people = households.people_of(self.household) if self.household is not None else [self.object]
        form = context["form"]
        if form.is_bound:
            shown = PreviewForm(form.data, membership=self.membership).context()
        else:
            present = self.household or Household(head_id=self.object.pk)
            shown = {"texts": households.texts_of(present, people), "untitled": households.untitled(people)}
        head = self.household.head_id if self.household is not None else self.object.pk
        return super().get_context(
            contact=self.object, household=self.household, people=people, head=head, **shown, **context
        )


class HouseholdPreviewView(ScopedView):
    """The greetings while somebody chooses and types, in both languages. Nothing is saved."""

    permission = "contacts.change"
    model = Household

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        shown = PreviewForm(request.POST, membership=self.membership).context()
        return render(request, "contacts/_household_preview.html", shown)


class HouseholdLeaveView(ActionView):
    permission = "contacts.change"
    model = Contact
    service = staticmethod(services.leave_household)
    title = gettext_lazy("Take out of the household?")
    submit_label = gettext_lazy("Take out")
    success_message = gettext_lazy("The household and its greetings are up to date.")

    def get_question(self, contact: Contact) -> str:
        return _(
            "%(name)s keeps address, gifts, notes and history, and is no longer greeted with the others. "
            "A household with nobody left is removed."
        ) % {"name": contact.name}


class HouseholdDissolveView(WholeMixin, ActionView):
    permission = "contacts.change"
    model = Household
    service = staticmethod(services.dissolve_household)
    title = gettext_lazy("Dissolve this household?")
    submit_label = gettext_lazy("Dissolve the household")
    danger = True
    success_message = gettext_lazy("The household is dissolved. Its members keep everything.")

    def get_object(self):
        household = super().get_object()
        self.whole(household)
        return household

    def get_question(self, household: Household) -> str:
        count = household.members.count()
        return ngettext(
            "Its %(count)d member keeps address, gifts, notes and history, and is written to alone from now on. "
            "Greetings written by hand are lost.",
            "Its %(count)d members keep address, gifts, notes and history, and are written to one by one from now on. "
            "Greetings written by hand are lost.",
            count,
        ) % {"count": count}

    def get_success_url(self, obj, result) -> str:
        return self.url("contacts:household_list")
