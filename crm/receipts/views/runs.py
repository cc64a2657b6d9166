"""The year-end run: what it will issue, the approval, its progress, and who is left out and why."""

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.core.money import format_money, format_number
from crm.core.web.actions import Link
from crm.core.web.views import ActionView, DetailView, FormView, ListView
from crm.receipts import runs, services
from crm.receipts.choices import OPEN_RUN, RunStatus
from crm.receipts.filters import RunFilter, RunLineFilter
from crm.receipts.forms import PrintForm, RunForm
from crm.receipts.models import ReceiptRun, RunLine
from crm.receipts.tables import RunLineTable, RunTable


class RunListView(ListView):
    permission = "receipts.view"
    model = ReceiptRun
    table_class = RunTable
    filterset_class = RunFilter
    actions = (Link(gettext_lazy("New run"), "receipts:run_create", "plus", "receipts.issue", primary=True),)
    title = gettext_lazy("Receipts of a whole year")
    empty_icon = "file-certificate"
    empty_title = gettext_lazy("No run yet")
    empty_text = gettext_lazy(
        "A run issues one receipt to each donor for the cash gifts of a year. You see who gets one, who does not and "
        "why, and the total, before anything is issued."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-pk")


class RunCreateView(FormView):
    permission = "receipts.issue"
    model = ReceiptRun
    form_class = RunForm
    title = gettext_lazy("New receipts of a whole year")
    submit_label = gettext_lazy("See who gets a receipt")
    template_name = "receipts/run_form.html"

    def act(self, form: RunForm) -> ReceiptRun:
        return services.start_run(**form.cleaned_data, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.url("receipts:run_list")

    def get_context(self, **context) -> dict:
        mine = ReceiptRun.objects.visible_to(self.membership).open().order_by("-pk")
        return super().get_context(open_runs=mine, **context)


class RunMixin:
    model = ReceiptRun

    def get_queryset(self):
        return super().get_queryset().select_related("operation", "started_by__user", "approved_by__user")


class RunDetailView(RunMixin, DetailView):
    """The preview, then the progress, then the result; while a worker is at it the fragment asks again by itself."""

    permission = "receipts.view"
    template_name = "receipts/run_detail.html"
    fragment_name = "receipts/_run.html"
    context_name = "run"

    def get_context(self, **context) -> dict:
        run, figures = self.object, runs.figures_of(self.object)
        first, last = runs.numbers_of(run)
        may_issue = self.membership.can("receipts.issue")
        moving, works = runs.is_moving(run), list(runs.works_of(run, self.membership)[:5])
        may_be_sent = run.status in (RunStatus.DONE, RunStatus.STOPPED) and figures.issued
        stuck = run.status in (RunStatus.EXAMINING, RunStatus.ISSUING) and not moving
        return super().get_context(
            figures=figures,
            left=runs.left_of(run) if run.status != RunStatus.EXAMINING else [],
            first_number=first,
            last_number=last,
            step={RunStatus.EXAMINING: 1, RunStatus.READY: 2, RunStatus.DONE: 4}.get(run.status, 3),
            moving=moving or any(not work.is_over for work in works),
            stuck=stuck,
            works=works,
            sending=runs.sending_of(run) if may_be_sent else None,
            may_send=may_issue and may_be_sent,
            agrees=run.approved_at and not figures.changed and figures.total == run.approved_total,
            title=_("Annual receipts of %(year)s") % {"year": run.year},
            may_approve=may_issue and run.status == RunStatus.READY and figures.eligible,
            may_pause=may_issue and run.status == RunStatus.ISSUING and moving,
            may_resume=may_issue and (run.status == RunStatus.PAUSED or stuck),
            may_stop=may_issue and run.status in OPEN_RUN and not moving,
            **context,
        )


class RunApproveView(RunMixin, ActionView):
    permission = "receipts.issue"
    submit_label = gettext_lazy("Issue the receipts")
    template_name = "receipts/run_approve.html"

    @property
    def title(self) -> str:
        return _("Issue the annual receipts of %(year)s") % {"year": self.run_shown.year}

    def get_object(self) -> ReceiptRun:
        self.run_shown = super().get_object()
        return self.run_shown

    @cached_property
    def figures(self) -> runs.Figures:
        return runs.figures_of(self.run_shown)

    def get_question(self, run: ReceiptRun) -> str:
        said = ngettext(
            "%(count)s receipt is issued, for %(total)s. It gets a number that is never used again.",
            "%(count)s receipts are issued, for %(total)s. Each gets a number that is never used again.",
            self.figures.eligible,
        )
        total = format_money(self.figures.total, self.membership.organization.currency)
        return said % {"count": format_number(self.figures.eligible), "total": total}

    def act(self, run: ReceiptRun) -> ReceiptRun:
        return services.approve_run(run, seen=self.request.POST.get("seen", ""), by=self.membership)


class RunPauseView(RunMixin, ActionView):
    permission = "receipts.issue"
    service = staticmethod(services.pause_run)
    title = gettext_lazy("Pause this run?")
    question = gettext_lazy("What is issued stays issued. The rest waits until you resume.")
    submit_label = gettext_lazy("Pause")


class RunResumeView(RunMixin, ActionView):
    permission = "receipts.issue"
    service = staticmethod(services.resume_run)
    title = gettext_lazy("Resume this run?")
    question = gettext_lazy("It goes on with the next receipt, without a gap and without a duplicate.")
    submit_label = gettext_lazy("Resume")


class RunStopView(RunMixin, ActionView):
    permission = "receipts.issue"
    service = staticmethod(services.stop_run)
    title = gettext_lazy("Stop this run for good?")
    question = gettext_lazy("What is issued stays issued. A new run of the year takes up the rest.")
    submit_label = gettext_lazy("Stop")
    danger = True


class RunEmailView(RunMixin, ActionView):
    permission = "receipts.issue"
    title = gettext_lazy("Send the receipts by e-mail?")
    submit_label = gettext_lazy("Send")
    success_message = gettext_lazy("The e-mails are leaving.")

    def get_question(self, run: ReceiptRun) -> str:
        count = run.lines.to_email().count()
        if not count:
            return _("No e-mail is left to send: each donor who may be written to has got the receipt.")
        said = ngettext(
            "%(count)s donor gets an e-mail with the receipt. What has left cannot be taken back.",
            "%(count)s donors each get an e-mail with their receipt. What has left cannot be taken back.",
            count,
        )
        return said % {"count": format_number(count)}

    def act(self, run: ReceiptRun):
        return services.email_run(run, by=self.membership)


class RunPrintView(RunMixin, FormView):
    permission = "receipts.issue"
    form_class = PrintForm
    template_name = "receipts/run_print.html"
    title = gettext_lazy("Receipts to print")
    submit_label = gettext_lazy("Make the file")
    success_message = gettext_lazy("The file is being made: it will be on this page.")

    def load(self) -> None:
        self.run_shown = self.get_object()

    def act(self, form: PrintForm):
        return services.print_run(self.run_shown, **form.cleaned_data, by=self.membership)

    def check_reach(self) -> None:
        """What is made is an operation of the person's own."""

    def get_success_url(self) -> str:
        return self.run_shown.get_absolute_url()

    get_cancel_url = get_success_url


class RunLineListView(ListView):
    """``?run=``, ``?reason=``: donors of a run, those left out with the reason; to correct, or to take out as a file."""

    permission = "receipts.view"
    model = RunLine
    table_class = RunLineTable
    filterset_class = RunLineFilter
    title = gettext_lazy("Donors of a run")
    empty_icon = "users"
    empty_title = gettext_lazy("Nobody here")
    empty_text = gettext_lazy("A run of the receipts of a year lists its donors here, and those left out.")

    def get_queryset(self):
        return super().get_queryset().order_by("contact__sort_name", "pk")
