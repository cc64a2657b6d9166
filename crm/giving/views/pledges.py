"""Screens of pledges: the list, one pledge with its calendar, writing one down, changing, pausing, ending it."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.contacts.screens import ForDonorMixin
from crm.core.dates import format_date, today_in
from crm.core.money import format_money
from crm.core.web.actions import Link
from crm.core.web.views import (
    ActionView,
    CreateView,
    DeleteView,
    DetailView,
    FormView,
    ListView,
    PanelView,
    UpdateView,
)
from crm.giving import queries, services
from crm.giving.choices import HOW_OFTEN
from crm.giving.filters import PledgeFilter
from crm.giving.forms import PauseForm, PledgeChangeForm, PledgeForm, ReasonForm, ResumeForm
from crm.giving.models import Fund, Instalment, Pledge
from crm.giving.pledges import ENDED
from crm.giving.tables import PledgeTable
from crm.giving.views.shared import TotalsView

AHEAD = timedelta(days=92)  # how far ahead the calendar of a pledge is drawn before one asks for more


def said(pledge: Pledge) -> str:
    """“$40.00 every month”"""
    return f"{format_money(pledge.amount, pledge.currency)} {HOW_OFTEN[pledge.frequency]}"


class PledgeListView(ListView):
    permission = "pledges.view"
    model = Pledge
    table_class = PledgeTable
    filterset_class = PledgeFilter
    actions = (
        Link(gettext_lazy("Pre-authorised debits"), "giving:debit_list", "building-bank", "payment_methods.view"),
        Link(gettext_lazy("New pledge"), "giving:pledge_create", "plus", "pledges.add", primary=True),
    )
    title = gettext_lazy("Pledges")
    template_name = "giving/pledge_list.html"
    fragment_name = "giving/_pledge_list.html"
    empty_icon = "repeat"
    empty_title = gettext_lazy("No pledges yet")
    empty_text = gettext_lazy("Write down what donors promise: monthly gifts, yearly ones, a sum over five years.")

    def get_queryset(self):
        return super().get_queryset().order_by("-starts_on", "-pk")


class PledgeTotalsView(TotalsView):
    permission = "pledges.view"
    model = Pledge
    filterset_class = PledgeFilter
    count = staticmethod(queries.promised)
    title = gettext_lazy("Value of these pledges")
    fragment_name = "giving/_pledge_totals.html"


class OnePledgeMixin:
    model = Pledge

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "fund", "campaign", "appeal", "payment_method")

    @property
    def today(self) -> date:
        return today_in(self.membership.organization.timezone)


class PledgeDetailView(OnePledgeMixin, DetailView):
    permission = "pledges.view"
    template_name = "giving/pledge_detail.html"
    context_name = "pledge"

    def get_context(self, **context) -> dict:
        pledge, today = self.object, self.today
        rows = list(pledge.instalments.order_by("due_on"))
        is_whole = self.request.GET.get("calendar") == "whole"
        shown = rows if is_whole else [one for one in rows if one.due_on <= today + AHEAD] or rows[:1]
        pauses = list(pledge.pauses.select_related("made_by__user").order_by("from_on"))
        due = [one for one in rows if not one.is_skipped and one.due_on <= today]
        may_change = self.membership.can("pledges.change", pledge)
        sees_payments = self.membership.can("payment_methods.view", pledge)
        gifts = list(pledge.gifts.newest_first()[:12])
        charges = list(pledge.charges.select_related("instalment").order_by("-pk")[:12])
        return super().get_context(
            title=said(pledge),
            instalments=list(reversed(shown)),
            further=len(rows) - len(shown),
            pauses=pauses,
            is_to_resume=any(pause.until is None or pause.until >= today for pause in pauses),
            due_count=len(due),
            paid_count=sum(1 for one in due if not one.left),
            expected=sum((one.amount for one in rows if not one.is_skipped), 0) if pledge.ends_on else None,
            gifts=gifts,
            history=queries.history_of(pledge, self.membership),
            today=today,
            grace=timedelta(days=pledge.grace_days),
            may_change=may_change,
            may_delete=self.membership.can("pledges.delete", pledge) and not (gifts or charges),
            is_ended=pledge.status in ENDED,
            sees_payments=sees_payments,
            charges=charges if sees_payments else (),
            may_collect=self.membership.can("payment_methods.change", pledge) and pledge.is_open,
            may_give=self.membership.can("gifts.add", pledge.contact) and pledge.is_open,
            sees_gifts=self.membership.can("gifts.view", pledge),
            **context,
        )


class PledgeCreateView(CreateView):
    """From the list: the donor is chosen in the form."""

    permission = "pledges.add"
    model = Pledge
    form_class = PledgeForm
    template_name = "giving/pledge_form.html"
    title = gettext_lazy("New pledge")
    submit_label = gettext_lazy("Save the pledge")
    success_message = gettext_lazy("The pledge is saved.")
    donor: Contact | None = None

    def get_initial(self) -> dict:
        funds = list(Fund.objects.visible_to(self.membership).active().order_by("-is_default", "code")[:2])
        return {
            "starts_on": today_in(self.membership.organization.timezone),
            "currency": self.membership.organization.currency,
            "fund": funds[0] if funds and (funds[0].is_default or len(funds) == 1) else None,
        }

    def get_form(self, data=None, files=None) -> PledgeForm:
        return self.form_class(data, files, initial=self.get_initial(), membership=self.membership, contact=self.donor)

    def act(self, form: PledgeForm) -> Pledge:
        return services.create_pledge(**form.values, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.donor.get_absolute_url() if self.donor else self.url("giving:pledge_list")

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.donor, **context)


class PledgeCreateForView(ForDonorMixin, PledgeCreateView):
    """From the donor's page: the donor is known."""

    permission = "pledges.add"


class PledgeUpdateView(OnePledgeMixin, UpdateView):
    permission = "pledges.change"
    form_class = PledgeChangeForm
    template_name = "giving/pledge_form.html"
    title = gettext_lazy("Change the pledge")
    submit_label = gettext_lazy("Save the pledge")
    success_message = gettext_lazy("The pledge is changed from its next payment on.")

    def act(self, form: PledgeChangeForm) -> Pledge:
        return services.change_pledge(self.present(), **form.values, by=self.membership)

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.object.contact, **context)


class PledgeActView(OnePledgeMixin, FormView):
    """An act on a pledge that asks for a date or a reason first."""

    abstract = True
    template_name = "generic/confirm.html"
    question = ""
    danger = False

    def load(self) -> None:
        self.object = self.get_object()

    def get_context(self, **context) -> dict:
        words = {"pledge": said(self.object), "donor": self.object.contact.name}
        return super().get_context(question=str(self.question) % words, danger=self.danger, **context)


class PledgePauseView(PledgeActView):
    permission = "pledges.change"
    form_class = PauseForm
    title = gettext_lazy("Pause this pledge")
    question = gettext_lazy(
        "%(pledge)s, %(donor)s: what would be due meanwhile is skipped. Nothing is asked, nothing is late."
    )
    submit_label = gettext_lazy("Pause the pledge")
    success_message = gettext_lazy("The pledge is paused.")

    def get_initial(self) -> dict:
        return {"from_on": self.today}

    def act(self, form: PauseForm) -> Pledge:
        return services.pause_pledge(self.object, **form.cleaned_data, by=self.membership)


class PledgeResumeView(PledgeActView):
    permission = "pledges.change"
    form_class = ResumeForm
    title = gettext_lazy("Take this pledge up again")
    question = gettext_lazy("%(pledge)s, %(donor)s: payments are due again from the day you give.")
    submit_label = gettext_lazy("Take it up again")
    success_message = gettext_lazy("The pledge is taken up again.")

    def get_initial(self) -> dict:
        return {"on": self.today}

    def act(self, form: ResumeForm) -> Pledge:
        return services.resume_pledge(self.object, **form.cleaned_data, by=self.membership)


class PledgeCancelView(PledgeActView):
    permission = "pledges.change"
    form_class = ReasonForm
    title = gettext_lazy("Cancel this pledge?")
    question = gettext_lazy(
        "%(pledge)s, %(donor)s: nothing more will be expected. What was given stays, and the pledge can be taken up again."
    )
    submit_label = gettext_lazy("Cancel the pledge")
    success_message = gettext_lazy("The pledge is cancelled.")
    danger = True

    def act(self, form: ReasonForm) -> Pledge:
        return services.cancel_pledge(self.object, **form.cleaned_data, by=self.membership)


class PledgeReopenView(OnePledgeMixin, ActionView):
    permission = "pledges.change"
    service = staticmethod(services.reopen_pledge)
    title = gettext_lazy("Take this pledge up again")
    submit_label = gettext_lazy("Take it up again")
    success_message = gettext_lazy("The pledge is taken up again.")

    def get_question(self, pledge: Pledge) -> str:
        return _(
            "%(pledge)s, %(donor)s: payments are due again from today. What would have been due meanwhile is skipped."
        ) % {
            "pledge": said(pledge),
            "donor": pledge.contact.name,
        }


class PledgeSkipView(PledgeActView):
    """Let one payment go: the one due on the day in the address, else the next one."""

    permission = "pledges.change"
    form_class = ReasonForm
    title = gettext_lazy("Let this payment go?")
    submit_label = gettext_lazy("Let it go")
    success_message = gettext_lazy("The payment is no longer expected.")

    def load(self) -> None:
        super().load()
        rows = Instalment.objects.filter(pledge=self.object, is_skipped=False, paid__lt=F("amount"))
        due = self.request.GET.get("due") or self.object.next_due_on
        try:
            self.instalment = rows.filter(due_on=due).first()
        except ValidationError:  # no date at all
            self.instalment = None
        if self.instalment is None:
            raise Http404

    @property
    def question(self) -> str:
        amount = format_money(self.instalment.amount, self.object.currency)
        return _(
            "The payment of %(amount)s due on %(day)s by %(donor)s is skipped: it is neither expected nor late."
        ) % {
            "amount": amount,
            "day": format_date(self.instalment.due_on),
            "donor": "%(donor)s",
        }

    def act(self, form: ReasonForm) -> Pledge:
        return services.skip_instalment(self.instalment, **form.cleaned_data, by=self.membership)


class PledgeDeleteView(OnePledgeMixin, DeleteView):
    permission = "pledges.delete"
    service = staticmethod(services.delete_pledge)
    title = gettext_lazy("Delete this pledge?")
    submit_label = gettext_lazy("Delete the pledge")
    success_message = gettext_lazy("The pledge is deleted.")
    list_url_name = "giving:pledge_list"

    def get_question(self, pledge: Pledge) -> str:
        return _(
            "%(pledge)s, %(donor)s: delete only a pledge that never existed. One that was given up is cancelled instead, and "
            "stays in the history."
        ) % {"pledge": said(pledge), "donor": pledge.contact.name}


class ContactPledgesView(PanelView):
    """The donor page's tab: what this donor promised."""

    permission = "pledges.view"
    model = Contact
    fragment_name = "giving/_contact_pledges.html"
    context_name = "contact"
    title = gettext_lazy("Pledges")

    def get_context(self, **context) -> dict:
        rows = Pledge.objects.visible_to(self.membership).filter(contact=self.object).select_related("fund")
        return super().get_context(
            pledges=rows.order_by("-starts_on", "-pk")[:50],
            may_add=self.membership.can("pledges.add", self.object) and not self.object.is_archived,
            **context,
        )
