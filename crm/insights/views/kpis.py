"""Screens of KPIs: all of them as cards, one with its history, writing a value down in place, their order."""

import secrets
from itertools import zip_longest

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.dates import today_in
from crm.core.web.actions import Link
from crm.core.web.htmx import wants_fragment
from crm.core.web.views import (
    ActionView,
    CreateView,
    DeleteView,
    DetailView,
    FormView,
    HomePanelView,
    ListView,
    PageMixin,
    ScopedView,
    UpdateView,
)
from crm.insights import kpis, metrics, services
from crm.insights.filters import KpiValueFilter
from crm.insights.forms import KpiForm, ValueForm
from crm.insights.models import Kpi, KpiValue
from crm.insights.tables import KpiValueTable

SHOWN = 6  # of the history, on the page of a KPI
FEATURED = 8  # on My day
DAYS = 90  # unless asked otherwise


class KpiMixin:
    model = Kpi

    @property
    def today(self):
        return today_in(self.membership.organization.timezone)

    @property
    def days(self) -> int:
        asked = self.request.GET.get("days", "")
        return int(asked) if asked in map(str, kpis.PERIODS) else DAYS

    def get_context(self, **context) -> dict:
        return super().get_context(
            periods=kpis.PERIODS,
            days=self.days,
            today=self.today,
            may_update=self.membership.can("kpis.update_value"),
            may_change=self.membership.can("kpis.change"),
            **context,
        )


class KpiListView(KpiMixin, PageMixin, ScopedView):
    """Every KPI as a card, in the organization's order, which ``?arrange=1`` changes. ``?days=`` of the line: 30, 90 or 365."""

    permission = "kpis.view"
    template_name = "insights/kpi_list.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        rows = kpis.with_series(self.get_queryset().in_order(), today=self.today, days=self.days)
        for place, kpi in enumerate(rows, start=1):
            kpi.place = place
        return self.render({"kpis": rows})

    def get_context(self, **context) -> dict:
        return super().get_context(
            title=gettext_lazy("KPIs"),
            may_add=self.membership.can("kpis.add"),
            arranges=self.membership.can("kpis.change") and "arrange" in self.request.GET,
            **context,
        )


class KpiDetailView(KpiMixin, DetailView):
    permission = "kpis.view"
    template_name = "insights/kpi_detail.html"
    context_name = "kpi"

    def get_context(self, **context) -> dict:
        kpi, membership = self.object, self.membership
        entries = list(kpi.values.select_related("recorded_by__user").newest_first()[: SHOWN + 1])
        for row, older in zip_longest(entries, entries[1:]):  # none is older than the last
            row.kpi = kpi
            row.change = kpis.change(row, older)
        may_update = membership.can("kpis.update_value") and not kpi.is_live
        return super().get_context(
            title=kpi.title,
            history=kpis.history(kpi, today=self.today, days=self.days),
            entries=entries[:SHOWN],
            latest=entries[0] if entries else None,
            count=kpi.values.count(),
            standing=kpis.standing(kpi, today=self.today),
            list_url=metrics.MEASURES[kpi.metric].address(membership) if kpi.is_live else "",
            form=ValueForm(membership=membership, kpi=kpi, initial={"on": self.today}) if may_update else None,
            submission=secrets.token_urlsafe(16),
            may_delete=membership.can("kpis.delete"),
            **context,
        )


class KpiCreateView(CreateView):
    permission = "kpis.add"
    model = Kpi
    form_class = KpiForm
    template_name = "insights/kpi_form.html"
    title = gettext_lazy("New KPI")
    submit_label = gettext_lazy("Save the KPI")
    success_message = gettext_lazy("The KPI is saved.")

    def act(self, form: KpiForm) -> Kpi:
        return services.create_kpi(**form.values, by=self.membership)

    def get_cancel_url(self) -> str:
        return self.url("insights:kpi_list")


class KpiUpdateView(UpdateView):
    permission = "kpis.change"
    model = Kpi
    form_class = KpiForm
    title = gettext_lazy("Edit the KPI")
    submit_label = gettext_lazy("Save the KPI")
    success_message = gettext_lazy("The KPI is saved.")

    def act(self, form: KpiForm) -> Kpi:
        return services.update_kpi(self.present(), **form.values, by=self.membership)


class KpiDeleteView(DeleteView):
    permission = "kpis.delete"
    model = Kpi
    service = staticmethod(services.delete_kpi)
    title = gettext_lazy("Delete this KPI?")
    submit_label = gettext_lazy("Delete the KPI")
    success_message = gettext_lazy("The KPI is deleted.")
    list_url_name = "insights:kpi_list"

    def get_question(self, obj: Kpi) -> str:
        told = {"name": obj.title, "count": obj.values.count()}
        return _("“%(name)s” and its history (values kept: %(count)s) will be gone for good.") % told


class KpiRecordView(KpiMixin, FormView):
    """The new value of one that people write down: on a page, or in the very card (``?place=card``)."""

    permission = "kpis.update_value"
    form_class = ValueForm
    template_name = "generic/form.html"
    submit_label = gettext_lazy("Save the value")
    success_message = gettext_lazy("The value is saved. The previous one stays in the history.")
    title = gettext_lazy("Update the value")

    @property
    def is_in_place(self) -> bool:
        asked = self.request.POST.get("place") or self.request.GET.get("place", "")
        return asked == "card" and wants_fragment(self.request)

    def load(self) -> None:
        self.object = self.get_object()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.GET.get("cancel") and self.is_in_place:
            return self.card("")
        return super().get(request, *args, **kwargs)

    def get_form(self, data=None, files=None) -> ValueForm:
        prefix = f"kpi{self.kwargs['pk']}" if self.is_in_place else "id"
        initial = {} if self.is_in_place else {"on": self.today}
        form = ValueForm(data, membership=self.membership, kpi=self.object, initial=initial, auto_id=f"{prefix}_%s")
        form.fields["value"].widget.attrs["autofocus"] = True
        return form

    def act(self, form: ValueForm) -> Kpi:
        return services.record_value(self.object, **form.cleaned_data, by=self.membership).kpi

    def render(self, context: dict | None = None, *, status: int = 200) -> HttpResponse:
        if not self.is_in_place:
            return super().render(context, status=status)
        return render(self.request, "insights/_kpi_value.html", self.get_context(**(context or {})), status=status)

    def go(self, url: str) -> HttpResponse:
        return self.card(_("The value is saved.")) if self.is_in_place else super().go(url)

    def card(self, said: str) -> HttpResponse:
        """The card as it is now; ``said`` tells what was just done, and takes the focus."""
        shown = kpis.with_series(self.get_queryset().filter(pk=self.kwargs["pk"]), today=self.today, days=self.days)
        return render(self.request, "insights/_kpi.html", self.get_context(kpi=shown[0], said=said))

    def get_success_message(self) -> str:
        return "" if self.is_in_place else super().get_success_message()

    def get_context(self, **context) -> dict:
        return super().get_context(**context) | {"title": self.object.title if self.object else self.title}


class KpiMeasureView(ActionView):
    permission = "kpis.update_value"
    model = Kpi
    service = staticmethod(services.measure_kpi)
    title = gettext_lazy("Measure now?")
    question = gettext_lazy(
        "Merci measures it every hour; this asks for it at once. The value of today takes its place."
    )
    submit_label = gettext_lazy("Measure now")
    success_message = gettext_lazy("Measured.")


class KpiMoveView(ActionView):
    """``to``: its new place among the cards, from 1."""

    permission = "kpis.change"
    model = Kpi
    title = gettext_lazy("Put it first?")
    question = gettext_lazy("This card comes before all the others, for everybody.")
    submit_label = gettext_lazy("Put it first")

    def act(self, obj: Kpi) -> Kpi:
        asked = self.request.POST.get("to", "")
        return services.move_kpi(obj, to=int(asked) if asked.isdecimal() and len(asked) < 6 else 1, by=self.membership)

    def get_success_url(self, obj: Kpi, result: Kpi) -> str:
        return f"{self.url('insights:kpi_list')}?arrange=1#kpi-{obj.pk}"


class KpiValueListView(ListView):
    """The history of one KPI, or of all."""

    permission = "kpis.view"
    model = KpiValue
    table_class = KpiValueTable
    filterset_class = KpiValueFilter
    actions = (Link(gettext_lazy("KPIs"), "insights:kpi_list", "gauge", "kpis.view"),)
    title = gettext_lazy("History of the KPIs")
    empty_icon = "gauge"
    empty_title = gettext_lazy("No value yet")
    empty_text = gettext_lazy("What the KPIs were, day after day, will show here.")

    def get_queryset(self):
        return super().get_queryset().newest_first()


class HomeKpisView(KpiMixin, HomePanelView):
    """The KPIs that the organization puts forward."""

    permission = "kpis.view"
    fragment_name = "insights/_home_kpis.html"
    title = gettext_lazy("KPIs")

    def get_context(self, **context) -> dict:
        rows = self.get_queryset().filter(is_featured=True).in_order()[:FEATURED]
        return super().get_context(
            kpis=kpis.with_series(rows, today=self.today, days=self.days),
            may_add=self.membership.can("kpis.add"),
            **context,
        )
