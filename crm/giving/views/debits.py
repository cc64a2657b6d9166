"""Screens of pre-authorised debits: the files, one file, and what the bank answered."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.core.web.actions import Link
from crm.core.web.views import ActionView, DetailView, FormView, ListView, ScopedView
from crm.giving import debits, services
from crm.giving.choices import DebitStatus
from crm.giving.filters import DebitFileFilter
from crm.giving.forms import DebitFileForm, ResultsForm
from crm.giving.models import DebitFile
from crm.giving.tables_debits import DebitFileTable

LINES_SHOWN = 200


class DebitListView(ListView):
    permission = "payment_methods.view"
    model = DebitFile
    table_class = DebitFileTable
    filterset_class = DebitFileFilter
    actions = (
        Link(gettext_lazy("New debit file"), "giving:debit_create", "plus", "payment_methods.add", primary=True),
    )
    title = gettext_lazy("Pre-authorised debits")
    empty_icon = "building-bank"
    empty_title = gettext_lazy("No debit file yet")
    empty_text = gettext_lazy(
        "What is due from bank accounts goes to your bank in a file, and the bank’s answers come back here."
    )

    def get_queryset(self):
        return super().get_queryset().order_by("-number", "-pk")


class DebitCreateView(FormView):
    permission = "payment_methods.add"
    model = DebitFile
    form_class = DebitFileForm
    title = gettext_lazy("New debit file")
    submit_label = gettext_lazy("Make the file")
    template_name = "giving/debit_form.html"

    def act(self, form: DebitFileForm):
        return services.make_debit_file(**form.cleaned_data, by=self.membership)

    def check_reach(self) -> None:
        """What is made is an operation of the person's own."""

    def get_success_url(self) -> str:
        return self.url("giving:debit_detail", pk=self.object.params["file"])

    def get_cancel_url(self) -> str:
        return self.url("giving:debit_list")

    def get_context(self, **context) -> dict:
        form = context["form"]
        until = form["until"].value() if not form.is_bound else None
        due = services.debits_due(self.membership.organization, until=until) if until else []
        words = ngettext(
            "%(count)d pledge has a payment due by then.", "%(count)d pledges have a payment due by then.", len(due)
        )
        return super().get_context(due=words % {"count": len(due)} if until else "", **context)


class DebitDetailView(DetailView):
    permission = "payment_methods.view"
    model = DebitFile
    template_name = "giving/debit_detail.html"
    context_name = "file"

    def get_queryset(self):
        return super().get_queryset().select_related("made_by__user")

    def get_context(self, **context) -> dict:
        file, by = self.object, self.membership
        progress = debits.progress_of(file)
        may_change = by.can("payment_methods.change", file)
        lines = list(debits.lines_to_show(file, LINES_SHOWN))
        return super().get_context(
            title=_("Debit file %(number)d") % {"number": file.number},
            progress=progress,
            lines=lines,
            hidden=max(0, file.count - len(lines)),
            may_settle=may_change and file.status == DebitStatus.READY,
            may_drop=may_change and file.status == DebitStatus.READY and not (progress.paid or progress.failed),
            may_download=file.status in (DebitStatus.READY, DebitStatus.SETTLED),
            **context,
        )


class DebitDownloadView(ScopedView):
    """The file for the bank. A POST: each time it leaves is written down."""

    permission = "payment_methods.change"
    model = DebitFile

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        file = services.mark_downloaded(self.get_object(), by=self.membership)
        response = HttpResponse(debits.as_csv(file), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="debits-{file.number}.csv"'
        response["Cache-Control"] = "no-store"
        return response


class DebitResultsView(FormView):
    permission = "payment_methods.change"
    model = DebitFile
    form_class = ResultsForm
    title = gettext_lazy("What the bank answered")
    submit_label = gettext_lazy("Take the results")
    success_message = gettext_lazy("The results are taken: what was paid becomes gifts.")
    template_name = "giving/debit_results.html"

    def load(self) -> None:
        self.file = self.get_object()

    def get_form(self, data=None, files=None) -> ResultsForm:
        return ResultsForm(data, files, membership=self.membership, file=self.file)

    def act(self, form: ResultsForm):
        return services.take_results(self.file, **form.cleaned_data, by=self.membership)

    def check_reach(self) -> None:
        """What is made is an operation of the person's own."""

    def get_success_url(self) -> str:
        return self.file.get_absolute_url()

    def get_cancel_url(self) -> str:
        return self.file.get_absolute_url()


class DebitDropView(ActionView):
    permission = "payment_methods.change"
    model = DebitFile
    service = staticmethod(services.drop_debit_file)
    title = gettext_lazy("Throw this file away?")
    question = gettext_lazy("Only a file that never went to the bank. What was in it comes in the next file.")
    submit_label = gettext_lazy("Throw the file away")
    success_message = gettext_lazy("The file is thrown away. What was in it is due again.")
    danger = True
