"""Screens of finance: what goes to the general ledger, and the closing of the books."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts import audit
from crm.core.dates import format_date, today_in
from crm.core.web import exports
from crm.core.web.views import FormView, PageMixin, ScopedView
from crm.giving import ledger, services
from crm.giving.forms import CloseForm, PeriodForm, ReopenForm
from crm.giving.models import Gift, PeriodLock


class LedgerView(PageMixin, ScopedView):
    """A period by fund and account; asked for as a file, line by line."""

    permission = "ledger.view"
    model = Gift
    template_name = "giving/ledger.html"

    def get_queryset(self):
        return Gift.objects.of(self.membership.organization)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        first, last = self.last_month()
        form = PeriodForm(
            {"first": request.GET.get("first", first), "last": request.GET.get("last", last)},
            membership=self.membership,
        )
        if not form.is_valid():
            return self.render({"form": form}, status=422)
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
        if request.GET.get("export") in exports.KINDS:
            return self.as_file(first, last, request.GET["export"])
        statement = ledger.statement(self.get_queryset(), first, last)
        return self.render({"form": form, "first": first, "last": last, "statement": statement})

    def last_month(self) -> tuple:
        last = today_in(self.membership.organization.timezone).replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last

    def as_file(self, first, last, kind: str) -> HttpResponse:
        self.check("exports.run")
        headers = [
            _("Date"), _("Entry"), _("Gift"), _("Donor number"), _("Fund code"), _("Ledger account"), _("What was given"),
            _("Method"), _("Currency"), _("Amount"),
        ]  # fmt: skip
        rows = [self.line(entry) for entry in ledger.entries(self.get_queryset(), first, last)]
        audit.exported(by=self.membership, model="giving.gift", rows=len(rows), query=f"ledger {first} – {last}")
        title = f"{_('Ledger')} {first} {last}"
        return exports.answer(headers, rows, title=title, kind=kind, sheet=str(_("Ledger")))

    def line(self, entry: ledger.Entry) -> list:
        gift = entry.gift
        return [
            entry.on, _("Went back") if entry.is_reversal else _("Gift"), gift.pk, gift.contact_id, entry.fund.code,
            entry.fund.gl_code, gift.get_nature_display(), gift.get_method_display(), gift.currency, entry.amount,
        ]  # fmt: skip

    def get_context(self, **context) -> dict:
        locks = PeriodLock.objects.visible_to(self.membership).select_related("closed_by__user", "reopened_by__user")
        return super().get_context(
            title=_("Ledger"),
            locks=locks.order_by("-pk")[:24],
            closed=services.closed_until(self.membership.organization_id),
            may_close=self.membership.can("ledger.change"),
            may_reopen=self.membership.can("ledger.delete"),
            may_export=self.membership.can("exports.run"),
            **context,
        )


class BooksMixin:
    model = PeriodLock
    template_name = "generic/confirm.html"

    def get_success_url(self) -> str:
        return self.url("giving:ledger")

    def get_cancel_url(self) -> str:
        return self.url("giving:ledger")

    def check_reach(self) -> None:
        """Whoever closes the books sees them."""


class PeriodCloseView(BooksMixin, FormView):
    permission = "ledger.change"
    form_class = CloseForm
    title = gettext_lazy("Close the books")
    submit_label = gettext_lazy("Close the books")
    success_message = gettext_lazy("The books are closed.")

    def get_initial(self) -> dict:
        return {"until": today_in(self.membership.organization.timezone).replace(day=1) - timedelta(days=1)}

    def act(self, form: CloseForm) -> PeriodLock:
        return services.close_period(**form.cleaned_data, by=self.membership)

    def get_context(self, **context) -> dict:
        question = _(
            "Gifts received up to that day can then be neither added, changed nor deleted. What is refunded later enters the "
            "books on the day it goes back."
        )
        return super().get_context(question=question, **context)


class PeriodReopenView(BooksMixin, FormView):
    permission = "ledger.delete"
    form_class = ReopenForm
    title = gettext_lazy("Open the books again?")
    submit_label = gettext_lazy("Open them again")
    success_message = gettext_lazy("The books are open again.")

    def load(self) -> None:
        self.object = self.get_object()

    def act(self, form: ReopenForm) -> PeriodLock:
        return services.reopen_period(self.object, **form.cleaned_data, by=self.membership)

    def get_context(self, **context) -> dict:
        question = _("The closing until %(day)s is taken back; the log keeps who did it and why.") % {
            "day": format_date(self.object.closed_until)
        }
        return super().get_context(question=question, danger=True, **context)
