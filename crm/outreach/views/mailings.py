"""Mailings: written, looked at, tried, sent, followed."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.errors import DomainError
from crm.core.phones import show_phone
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
from crm.outreach import mailings, previewing, services, wording
from crm.outreach.choices import EDITABLE_MAILING, Channel, MailingStatus
from crm.outreach.filters import MailingFilter, RecipientFilter, SuppressedFilter
from crm.outreach.forms import MailingForm, ScheduleForm, TestForm, TextTestForm
from crm.outreach.models import Mailing, Recipient, SuppressedAddress
from crm.outreach.tables import MailingTable, RecipientTable, SuppressedTable

RELATED = ("operation", "template", "segment__organization", "group", "appeal__campaign", "created_by__user")


class MailingListView(ListView):
    permission = "outreach.view"
    model = Mailing
    table_class = MailingTable
    filterset_class = MailingFilter
    actions = (
        Link(gettext_lazy("Communications"), "outreach:communication_list", "message", "outreach.view"),
        Link(gettext_lazy("Addresses that do not work"), "outreach:suppressed_list", "ban", "outreach.change"),
        Link(gettext_lazy("New mailing"), "outreach:mailing_create", "plus", "outreach.run", primary=True),
    )
    title = gettext_lazy("Mailings")
    empty_icon = "send"
    empty_title = gettext_lazy("No mailing yet")
    empty_text = gettext_lazy(
        "One text to a segment or a group, by e-mail, letter or text message, to each in their language. You see who gets "
        "it, who does not and why, before anything leaves."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-pk")


class MailingMixin:
    model = Mailing

    def get_queryset(self):
        return super().get_queryset().select_related(*RELATED)


class MailingFormMixin:
    model = Mailing
    form_class = MailingForm
    template_name = "outreach/mailing_form.html"
    submit_label = gettext_lazy("Save and look at it")

    def get_context(self, **context) -> dict:
        context = super().get_context(**context)
        return context | {"has_no_text": not context["form"].fields["template"].queryset.exists()}


class MailingCreateView(MailingFormMixin, CreateView):
    permission = "outreach.run"
    title = gettext_lazy("New mailing")

    def act(self, form: MailingForm) -> Mailing:
        return services.save_mailing(**form.cleaned_data, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.url("outreach:mailing_list")


class MailingUpdateView(MailingFormMixin, UpdateView):
    permission = "outreach.run"
    service = staticmethod(services.save_mailing)
    title = gettext_lazy("Edit the mailing")


class MailingDeleteView(DeleteView):
    permission = "outreach.run"
    model = Mailing
    service = staticmethod(services.delete_mailing)
    title = gettext_lazy("Delete this mailing?")
    question = gettext_lazy("It never left. Nothing of it is kept.")
    submit_label = gettext_lazy("Delete the mailing")
    success_message = gettext_lazy("The mailing is deleted.")
    list_url_name = "outreach:mailing_list"


class MailingDetailView(MailingMixin, DetailView):
    """Before it leaves, its outlook (:class:`MailingOutlookView`); then its progress and its results."""

    permission = "outreach.view"
    template_name = "outreach/mailing_detail.html"
    fragment_name = "outreach/_mailing.html"
    context_name = "mailing"

    def get_context(self, **context) -> dict:
        mailing, membership = self.object, self.membership
        status, may_run = mailing.status, membership.can("outreach.run")
        begun = status not in EDITABLE_MAILING and mailing.started_at
        moving = mailings.is_moving(mailing)
        stuck = status == MailingStatus.RUNNING and not moving
        return super().get_context(
            title=mailing.title,
            begun=begun,
            moving=moving,
            stuck=stuck,
            **(self.results() if begun else {}),
            may_edit=may_run and status in EDITABLE_MAILING,
            may_pause=may_run and moving,
            may_resume=may_run and (status == MailingStatus.PAUSED or stuck),
            may_cancel=may_run and status in (MailingStatus.RUNNING, MailingStatus.PAUSED),
            may_delete=may_run and not begun,
            **context,
        )

    def results(self) -> dict:
        mailing = self.object
        figures = mailings.figures_of(mailing)
        may_retry = self.membership.can("outreach.run") and mailing.status == MailingStatus.DONE
        total = max(figures.everybody, mailing.operation.total)
        over = mailing.status == MailingStatus.DONE
        return {
            "figures": figures,
            "percent": 100 if over else min(99, figures.settled * 100 // total) if total else 0,
            "left": mailings.left_of(mailing),
            "failures": mailings.failures_of(mailing) if figures.failed else [],
            "raised": mailings.raised_by(mailing, by=self.membership),
            "may_retry": may_retry and figures.failed,
            "may_settle": may_retry and figures.doubtful,
            "may_print": self.membership.can("outreach.run") and mailing.channel == Channel.LETTER and figures.waiting,
        }


class MailingOutlookView(MailingMixin, PanelView):
    """Who would get it now, who not and why, and the text in both languages; or the sentence that says why nothing can leave.
    Loaded by itself: it looks at everybody.
    """

    permission = "outreach.view"
    template_name = "outreach/mailing_outlook.html"
    fragment_name = "outreach/_mailing_outlook.html"
    context_name = "mailing"
    title = gettext_lazy("Who gets it")

    def get_context(self, **context) -> dict:
        may_run, status = self.membership.can("outreach.run"), self.object.status
        return super().get_context(
            **self.outlook(),
            may_edit=may_run and status in EDITABLE_MAILING,
            may_unschedule=may_run and status == MailingStatus.SCHEDULED,
            **context,
        )

    def outlook(self) -> dict:
        try:
            preview = mailings.preview_of(self.object)
        except DomainError as error:
            return {"problem": str(error)}
        return {"preview": preview, "samples": previewing.samples_of(self.object, preview.first)}


class MailingStartView(MailingMixin, ActionView):
    permission = "outreach.run"
    template_name = "outreach/mailing_start.html"

    @property
    def title(self) -> str:
        return _("Send “%(title)s”?") % {"title": self.shown.title}

    def get_object(self) -> Mailing:
        self.shown = super().get_object()
        return self.shown

    @cached_property
    def preview(self) -> mailings.Preview | None:
        try:
            return mailings.preview_of(self.shown)
        except DomainError:
            return None

    @property
    def submit_label(self) -> str:
        return wording.to_start(self.shown, self.preview.reached if self.preview else 0)

    def get_question(self, mailing: Mailing) -> str:
        if self.preview is None:
            return _("The people this mailing was for can no longer be found: choose others.")
        return wording.before_starting(mailing, self.preview.reached)

    def act(self, mailing: Mailing) -> Mailing:
        return services.start_mailing(mailing, seen=self.request.POST.get("seen", ""), by=self.membership)


class MailingPauseView(MailingMixin, ActionView):
    permission = "outreach.run"
    service = staticmethod(services.pause_mailing)
    title = gettext_lazy("Pause this mailing?")
    question = gettext_lazy("What has left has left. The rest waits until you resume.")
    submit_label = gettext_lazy("Pause")


class MailingResumeView(MailingMixin, ActionView):
    permission = "outreach.run"
    service = staticmethod(services.resume_mailing)
    title = gettext_lazy("Resume this mailing?")
    question = gettext_lazy("It goes on with the next person. Nobody is written to twice.")
    submit_label = gettext_lazy("Resume")


class MailingCancelView(MailingMixin, ActionView):
    permission = "outreach.run"
    service = staticmethod(services.cancel_mailing)
    title = gettext_lazy("Stop this mailing for good?")
    question = gettext_lazy("What has left has left. Nobody else gets it.")
    submit_label = gettext_lazy("Stop")
    danger = True


class MailingUnscheduleView(MailingMixin, ActionView):
    permission = "outreach.run"
    service = staticmethod(services.unschedule_mailing)
    title = gettext_lazy("Take this mailing out of the calendar?")
    question = gettext_lazy("It becomes a draft again and does not leave by itself.")
    submit_label = gettext_lazy("Make it a draft")


class MailingRetryView(MailingMixin, ActionView):
    """``?doubtful=1``: those whose message the other side may have already."""

    permission = "outreach.run"
    title = gettext_lazy("Send again?")
    submit_label = gettext_lazy("Send again")

    @property
    def doubtful(self) -> bool:
        return self.request.GET.get("doubtful") == "1"

    def get_question(self, mailing: Mailing) -> str:
        if self.doubtful:
            return wording.before_doubtful(mailing)
        return _("Only to those whose message failed. Whoever may no longer be written to is left out.")

    def act(self, mailing: Mailing) -> Mailing:
        return services.retry_mailing(mailing, doubtful=self.doubtful, by=self.membership)


class MailingActFormView(MailingMixin, FormView):
    """A form on one mailing, which it leads back to."""

    abstract = True
    template_name = "generic/form.html"

    def load(self) -> None:
        self.object = self.get_object()

    def get_success_url(self) -> str:
        return self.object.get_absolute_url()

    get_cancel_url = get_success_url


class MailingScheduleView(MailingActFormView):
    permission = "outreach.run"
    form_class = ScheduleForm
    title = gettext_lazy("When does it leave?")
    submit_label = gettext_lazy("Schedule")
    success_message = gettext_lazy("The mailing is scheduled.")

    def get_initial(self) -> dict:
        return {"at": self.object.scheduled_for} if self.object.scheduled_for else {}

    def act(self, form: ScheduleForm) -> Mailing:
        return services.schedule_mailing(self.object, at=form.cleaned_data["at"], by=self.membership)


class MailingTestView(MailingActFormView):
    permission = "outreach.run"
    form_class = TestForm
    title = gettext_lazy("Try it on yourself")

    @property
    def is_text(self) -> bool:
        return self.object.channel == Channel.SMS

    @property
    def submit_label(self) -> str:
        return _("Send me the text message") if self.is_text else _("Send me the e-mail")

    def get_form(self, data=None, files=None) -> TestForm:
        form = TextTestForm if self.is_text else self.form_class
        return form(data, files, initial=self.get_initial(), membership=self.membership)

    def get_initial(self) -> dict:
        return {"language": self.membership.user.language}

    def act(self, form: TestForm) -> None:
        self.to = form.cleaned_data["to"] if self.is_text else self.membership.user.email
        services.test_mailing(self.object, language=form.cleaned_data["language"], to=self.to, by=self.membership)

    def check_reach(self) -> None:
        """What is sent goes to the person who asks."""

    def get_success_message(self) -> str:
        return _("It is on its way to %(address)s.") % {"address": show_phone(self.to) if self.is_text else self.to}


class RecipientListView(ListView):
    """``?mailing=``, ``?state=``, ``?left_out=``: the people of a mailing, and what became of each."""

    permission = "outreach.view"
    model = Recipient
    table_class = RecipientTable
    filterset_class = RecipientFilter
    actions = (Link(gettext_lazy("Mailings"), "outreach:mailing_list", "send", "outreach.view"),)
    title = gettext_lazy("People of mailings")
    empty_icon = "users"
    empty_title = gettext_lazy("Nobody here")
    empty_text = gettext_lazy("Once a mailing has begun, those it is sent to and those it leaves out show here.")

    def get_queryset(self):
        return super().get_queryset().order_by("-mailing", "contact__sort_name", "pk")


class RecipientReplyView(ActionView):
    permission = "outreach.run"
    model = Recipient
    service = staticmethod(services.note_reply)
    title = gettext_lazy("An answer to a mailing")
    submit_label = gettext_lazy("Save")

    def get_queryset(self):
        return super().get_queryset().select_related("contact", "mailing")

    def get_question(self, recipient: Recipient) -> str:
        words = (
            _("%(name)s did not answer after all?") if recipient.replied_at else _("%(name)s answered this mailing?")
        )
        return words % {"name": recipient.contact.name}

    def get_success_url(self, obj: Recipient, result: Recipient) -> str:
        return f"{self.url('outreach:recipient_list')}?mailing={obj.mailing_id}"


class SuppressedListView(ListView):
    """Addresses that no mailing writes to, and what the mail server said of each."""

    permission = "outreach.view"
    model = SuppressedAddress
    table_class = SuppressedTable
    filterset_class = SuppressedFilter
    actions = (Link(gettext_lazy("Mailings"), "outreach:mailing_list", "send", "outreach.view"),)
    title = gettext_lazy("Addresses that do not work")
    empty_icon = "mail-off"
    empty_title = gettext_lazy("No such address")
    empty_text = gettext_lazy(
        "Addresses that the mail server says do not exist show here. No mailing writes to them again."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-created_at", "-pk")


class SuppressedDeleteView(DeleteView):
    permission = "outreach.delete"
    model = SuppressedAddress
    service = staticmethod(services.trust_address)
    title = gettext_lazy("Write to this address again?")
    question = gettext_lazy("Mailings write to it again. If the mail server refuses it once more, it comes back here.")
    submit_label = gettext_lazy("Write to it again")
    success_message = gettext_lazy("Mailings write to this address again.")
    list_url_name = "outreach:suppressed_list"
