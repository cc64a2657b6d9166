"""Reports: where each of them is, and who came, stayed and left from one year to the next (O-04)."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from crm.accounts import audit
from crm.accounts.models import SavedView
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.web import exports
from crm.core.web.actions import Link
from crm.core.web.views import HomePanelView, ListView, PageMixin, ScopedView
from crm.giving.models import Gift
from crm.insights import movements, years
from crm.insights.catalogue import REPORTS
from crm.insights.choices import MEANINGS, TONES, Movement
from crm.insights.filters import MovementFilter
from crm.insights.forms import YearForm
from crm.insights.tables import MovementTable

KEPT = 60  # saved views on the page of reports
SIDE_BY_SIDE = 5  # years


class ReportListView(PageMixin, ScopedView):
    """Every report there is, for those who may see what it counts."""

    permission = "dashboard.view"
    template_name = "insights/report_list.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def get_context(self, **context) -> dict:
        shown = [(label, [one for one in reports if self.membership.can(one.permission)]) for label, reports in REPORTS]
        return super().get_context(
            title=gettext_lazy("Reports"),
            sections=[(label, reports) for label, reports in shown if reports],
            kept=self.kept(),
            **context,
        )

    def kept(self) -> list[SavedView]:
        """One's own saved views and those shared with the team, of lists that still exist."""
        rows = SavedView.objects.visible_to(self.membership).select_related("owner__user").order_by("name", "pk")
        found = []
        for view in rows[:KEPT]:
            try:
                view.url = view.get_absolute_url()
            except NoReverseMatch:
                continue
            view.is_mine = view.is_owned_by(self.membership)
            found.append(view)
        return found


class RetentionView(PageMixin, ScopedView):
    """``?year=``: the year in which it began; else the present one. ``?basis=calendar`` for that of the calendar."""

    permission = "gifts.view"
    model = Gift
    template_name = "insights/retention.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        organization = self.membership.organization
        data = QueryDict(mutable=True)
        data.update({"basis": request.GET.get("basis", "")})
        present = years.present_year(organization, data["basis"] or "fiscal")
        data["year"] = request.GET.get("year", str(present.number))
        form = YearForm(data, membership=self.membership)
        if not form.is_valid():
            return self.render({"form": form}, status=422)
        year = form.chosen
        report = movements.report(self.get_queryset(), year, currency=organization.currency)
        if request.GET.get("export") in exports.KINDS:
            return self.as_file(report, year, kind=request.GET["export"])
        context = {
            "form": form,
            "year": year,
            "report": report,
            "rows": [
                (code, Movement(code).label, MEANINGS[code], TONES[code], report.parts[code]) for code in Movement
            ],
            "is_going": not year.is_over(today_in(organization.timezone)),
            "is_own": self.membership.scope("gifts.view") == "own",
            "query": f"year={year.number}" + ("&basis=calendar" if data["basis"] == "calendar" else ""),
            "lost": -report.losses,
            "may_export": self.membership.can("exports.run"),
        }
        return self.render(context)

    def as_file(self, report: movements.Report, year: years.Year, *, kind: str) -> HttpResponse:
        self.check("exports.run")
        headers = [_("Donors"), _("How many"), _("The year before"), _("That year"), pgettext("amount", "Change")]
        parts = [(Movement(code).label, report.parts[code]) for code in Movement]
        rows = [
            [label, part.donors, part.before, part.now, part.change]
            for label, part in [*parts, (_("All of them"), report.everybody)]
        ]
        title = f"{_('Retention of donors')} {year.label}"
        audit.exported(by=self.membership, model="giving.gift", rows=len(rows), query=f"retention {year.label}")
        return exports.answer(headers, rows, title=title, kind=kind, sheet=str(_("Retention of donors")))

    def get_context(self, **context) -> dict:
        return super().get_context(title=gettext_lazy("Retention of donors"), **context)


class RetentionYearsView(HomePanelView):
    """The chosen year and those before it, side by side; by itself, since it reads the gifts of all of them."""

    permission = "gifts.view"
    model = Gift
    fragment_name = "insights/_retention_years.html"
    title = gettext_lazy("Retention year after year")

    def get_context(self, **context) -> dict:
        organization = self.membership.organization
        form = YearForm(self.request.GET, membership=self.membership)
        year = form.chosen if form.is_valid() else years.present_year(organization)
        found = movements.side_by_side(self.get_queryset(), year, count=SIDE_BY_SIDE, currency=organization.currency)
        basis = "&basis=calendar" if year.month != organization.fiscal_year_start else ""
        return super().get_context(rows=found, basis=basis, **context)


class MovementListView(ListView):
    """The donors that the report counts, and what each gave in both years."""

    permission = "gifts.view"
    model = Contact
    table_class = MovementTable
    filterset_class = MovementFilter
    actions = (Link(gettext_lazy("Report"), "insights:retention", "chart-bar", "gifts.view"),)
    title = gettext_lazy("Donors from one year to the next")
    empty_icon = "users"
    empty_title = gettext_lazy("No donor here")
    empty_text = gettext_lazy("Nobody gave in this year or the one before, or nobody moved this way.")

    def get_queryset(self):
        return Contact.objects.visible_to(self.membership).order_by("sort_name", "pk")

    def read(self):
        rows = super().read()
        self.table.year = self.filterset.chosen_year()
        return rows
