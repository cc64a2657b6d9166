"""Screens of opportunities: the list, one of them, writing one down, winning it; what the donor page shows of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.contacts.screens import ForDonorMixin
from crm.core.dates import today_in
from crm.core.money import format_money
from crm.core.web.actions import Link
from crm.core.web.views import ActionView, CreateView, DetailView, FormView, ListView, PanelView, UpdateView
from crm.giving.models import Fund
from crm.pipeline import services
from crm.pipeline.choices import OpportunityStage
from crm.pipeline.filters import OpportunityFilter
from crm.pipeline.forms import OpportunityForm, WinForm
from crm.pipeline.models import Opportunity
from crm.pipeline.tables import OpportunityTable

SHOWN = 50  # on the donor's page


class OpportunityListView(ListView):
    permission = "pipeline.view"
    model = Opportunity
    table_class = OpportunityTable
    filterset_class = OpportunityFilter
    actions = (
        Link(gettext_lazy("Board"), "pipeline:opportunity_board", "layout-kanban", "pipeline.view"),
        Link(gettext_lazy("New opportunity"), "pipeline:opportunity_create", "plus", "pipeline.add", primary=True),
    )
    title = gettext_lazy("Opportunities")
    template_name = "pipeline/pipeline_list.html"
    empty_icon = "target-arrow"
    empty_title = gettext_lazy("No opportunities yet")
    empty_text = gettext_lazy(
        "Write down what you intend to ask a donor for: how much, for what, when. The board then shows how far each ask is."
    )

    def get_queryset(self):
        return super().get_queryset().soonest_first()


class OneOpportunityMixin:
    model = Opportunity

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "owner__user", "organization")


class OpportunityDetailView(OneOpportunityMixin, DetailView):
    permission = "pipeline.view"
    template_name = "pipeline/opportunity_detail.html"
    context_name = "opportunity"

    def get_queryset(self):
        return super().get_queryset().select_related("created_by__user", "gift", "pledge")

    def get_context(self, **context) -> dict:
        one = self.object
        may_change = self.membership.can("pipeline.change", one)
        today = today_in(self.membership.organization.timezone)
        return super().get_context(
            title=one.title,
            contact=one.contact,
            history=one.contact.timeline.filter(subject_model="pipeline.opportunity", subject_id=one.pk)
            .select_related("actor__user")
            .newest_first()[:SHOWN],
            may_change=may_change,
            may_move=may_change and not one.contact.is_archived,
            may_delete=self.membership.can("pipeline.delete", one),
            sees_gift=one.gift is not None and self.membership.can("gifts.view", one.contact),
            sees_pledge=one.pledge is not None and self.membership.can("pledges.view", one.contact),
            is_late=not one.is_closed and one.expected_on is not None and one.expected_on < today,
            **context,
        )


class OpportunityCreateView(CreateView):
    """From the list or the board: the donor is chosen in the form."""

    permission = "pipeline.add"
    model = Opportunity
    form_class = OpportunityForm
    template_name = "pipeline/opportunity_form.html"
    title = gettext_lazy("New opportunity")
    submit_label = gettext_lazy("Save the opportunity")
    success_message = gettext_lazy("The opportunity is saved.")
    donor: Contact | None = None

    def get_form(self, data=None, files=None) -> OpportunityForm:
        return self.form_class(data, files, initial=self.get_initial(), membership=self.membership, contact=self.donor)

    def act(self, form: OpportunityForm) -> Opportunity:
        return services.create_opportunity(**form.values, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.donor.get_absolute_url() if self.donor else self.url("pipeline:opportunity_board")


class OpportunityCreateForView(ForDonorMixin, OpportunityCreateView):
    """From the donor's page: the donor is known."""

    permission = "pipeline.add"

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.donor, **context) | {
            "title": _("New opportunity: %(name)s") % {"name": self.donor.name}
        }


class OpportunityUpdateView(OneOpportunityMixin, UpdateView):
    permission = "pipeline.change"
    form_class = OpportunityForm
    template_name = "pipeline/opportunity_form.html"
    title = gettext_lazy("Edit the opportunity")
    submit_label = gettext_lazy("Save the opportunity")
    success_message = gettext_lazy("The opportunity is saved.")

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.object.contact, **context)

    def act(self, form: OpportunityForm) -> Opportunity:
        return services.update_opportunity(self.present(), **form.values, by=self.membership)


class OpportunityWinView(OneOpportunityMixin, FormView):
    """The donor said yes: what it becomes is recorded with it, all or nothing."""

    permission = "pipeline.change"
    form_class = WinForm
    template_name = "pipeline/win_form.html"
    title = gettext_lazy("The donor said yes")
    submit_label = gettext_lazy("It is won")
    success_message = gettext_lazy("Won! The opportunity and what it became are saved.")

    def load(self) -> None:
        self.object = self.get_object()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.get_object().stage == OpportunityStage.WON:  # by the browser's Back button
            messages.info(request, _("This opportunity is won already."))
            return self.go(self.get_object().get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict:
        today = today_in(self.membership.organization.timezone)
        fund = Fund.objects.visible_to(self.membership).active().filter(is_default=True).first()
        return {
            "on": today,
            "amount": self.object.amount,
            "each": self.object.amount,
            "starts_on": today,
            "fund": fund,
            "expected": self.object.stage,
        }

    def get_form(self, data=None, files=None) -> WinForm:
        return self.form_class(
            data, files, initial=self.get_initial(), membership=self.membership, opportunity=self.object
        )

    def get_context(self, **context) -> dict:
        said = {
            "title": self.object.title,
            "donor": self.object.contact.name,
            "amount": format_money(self.object.amount, self.membership.organization.currency),
        }
        return super().get_context(**context) | {"title": _("%(donor)s said yes: %(title)s") % said}

    def act(self, form: WinForm) -> Opportunity:
        return services.win_opportunity(self.object, **form.values, by=self.membership)

    def changed_meanwhile(self, form: WinForm) -> HttpResponse:
        self.object.refresh_from_db()
        form.add_error(None, _("Somebody moved this opportunity meanwhile. Look at its stage, then begin again."))
        return self.invalid(form)


class OpportunityDeleteView(OneOpportunityMixin, ActionView):
    permission = "pipeline.delete"
    service = staticmethod(services.delete_opportunity)
    title = gettext_lazy("Delete this opportunity?")
    question = gettext_lazy(
        "It leaves every list, as if it had never been hoped for. "
        "One that came to nothing is rather moved to “Lost”, with the reason."
    )
    submit_label = gettext_lazy("Delete the opportunity")
    danger = True
    success_message = gettext_lazy("The opportunity is deleted.")

    def get_success_url(self, obj, result) -> str:
        return obj.contact.get_absolute_url()


class ContactOpportunitiesView(PanelView):
    """The donor page's tab: what somebody intends to ask this donor for, and what became of earlier asks."""

    permission = "pipeline.view"
    model = Contact
    fragment_name = "pipeline/_contact_opportunities.html"
    context_name = "contact"
    title = gettext_lazy("Opportunities")

    def get_context(self, **context) -> dict:
        rows = Opportunity.objects.visible_to(self.membership).filter(contact=self.object).select_related("owner__user")
        return super().get_context(
            opportunities=[
                *rows.open().soonest_first()[:SHOWN],
                *rows.exclude(closed_on=None).order_by("-closed_on", "-pk")[:SHOWN],
            ],
            may_add=self.membership.can("pipeline.add", self.object) and not self.object.is_archived,
            **context,
        )
