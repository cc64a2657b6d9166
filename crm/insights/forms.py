"""Which year a report is about; what KPIs and their values ask."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.core.dates import today_in
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm
from crm.insights import years
from crm.insights.choices import FEWER_IS_BETTER, UNITS, Basis, Metric, Unit
from crm.insights.kpis import written
from crm.insights.models import Kpi


class YearForm(CrmForm):
    """``basis`` is asked only where the fiscal year is not that of the calendar."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    basis = forms.ChoiceField(label=_("Kind of year"), choices=Basis.choices, required=False)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        organization = membership.organization
        basis = self.data.get("basis") if self.data.get("basis") in Basis.values else Basis.FISCAL
        self.fields["year"].choices = years.choices(organization, basis)
        if organization.fiscal_year_start == 1:
            del self.fields["basis"]

    @property
    def chosen(self) -> years.Year:
        data = self.cleaned_data
        return years.Year(data["year"], years.month_of(self.membership.organization, data.get("basis") or Basis.FISCAL))


class NumberField(AmountField):
    """What a KPI counts, typed the way of either language."""

    default_error_messages = {"invalid": _("Enter a number such as 1,250 or 12.5.")}

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs | {"max_digits": 14})

    def prepare_value(self, value):
        """``12,50`` is money; a number of hours has only the decimals it needs."""
        text = super().prepare_value(value)
        if isinstance(text, str):
            whole, point, cents = text.partition("," if "," in text else ".")
            text = whole + point + cents.rstrip("0") if cents.strip("0") else whole
        return text


BY_HAND = [("", _("People, who write it down"))]
METRICS = [(_("Merci, every hour"), Metric.choices)]


class KpiForm(CrmModelForm):
    """``metric`` and the first ``value`` are asked of a new one only; what Merci measures has its unit and its direction."""

    sections = (
        ("", ("title", "description", "metric", "unit", "fewer_is_better", "value")),
        (pgettext_lazy("KPI", "Target"), ("target", "starts_on", "starts_at", "ends_on")),
        (_("Where it shows"), ("is_featured",)),
    )
    metric = forms.ChoiceField(label=_("Measured by"), choices=[*BY_HAND, *METRICS], required=False)
    unit = forms.ChoiceField(label=pgettext_lazy("KPI", "Unit"), choices=Unit.choices, required=False)
    value = NumberField(label=_("Value today"), required=False, help_text=_("Leave empty if it is not known yet."))
    target = NumberField(label=pgettext_lazy("KPI", "Target"), required=False, min_value=0)
    starts_at = NumberField(label=_("Value at the beginning"), required=False)

    class Meta:
        model = Kpi
        fields = (
            "title",
            "description",
            "fewer_is_better",
            "target",
            "starts_on",
            "starts_at",
            "ends_on",
            "is_featured",
        )

    def prepare(self, membership) -> None:
        is_new = self.instance.pk is None
        if not is_new:
            del self.fields["metric"], self.fields["value"]
            self.initial["unit"] = self.instance.unit
            if self.instance.is_live:
                del self.fields["unit"], self.fields["fewer_is_better"]
        super().prepare(membership)
        self.fields["title"].widget.attrs |= {"placeholder": _("For example: volunteer hours"), "autofocus": is_new}
        self.fields["description"].widget.attrs["placeholder"] = _("For example: hours given since January 1")
        self.fields["starts_on"].help_text = _("With both days, Merci tells whether it keeps its pace.")
        for name in ("unit", "fewer_is_better", "value") if is_new else ():
            self.fields[name].widget.attrs["data-when"] = "metric="
        if "unit" in self.fields:
            self.fields["unit"].widget.attrs["data-proposed"] = Unit.NONE.value

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""

    @property
    def values(self) -> dict:
        """What the service receives."""
        values = {**self.cleaned_data, "starts_at": self.cleaned_data.get("starts_at") or 0}
        metric = values.get("metric") or self.instance.metric
        if metric:
            values |= {"unit": UNITS.get(Metric(metric), Unit.NONE), "fewer_is_better": metric in FEWER_IS_BETTER}
            values.pop("value", None)
        else:
            values["unit"] = values.get("unit") or Unit.NONE
        return values


class ValueForm(CrmForm):
    """The new value of a KPI, of today or of an earlier day, and what explains it. The field is empty: the last one shows."""

    value = NumberField(label=_("New value"))
    on = forms.DateField(label=pgettext_lazy("KPI", "Day"), required=False)
    note = forms.CharField(label=pgettext_lazy("KPI", "Note"), required=False, max_length=200)

    def __init__(self, *args, kpi: Kpi, **kwargs) -> None:
        self.kpi = kpi
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        today = today_in(membership.organization.timezone)
        self.fields["on"].widget.attrs["max"] = today.isoformat()
        self.fields["note"].widget.attrs["placeholder"] = _("What changed")
        if self.kpi.value is not None:
            now = written(self.kpi.value, self.kpi.unit, membership.organization.currency)
            self.fields["value"].help_text = _("Now: %(value)s") % {"value": now}
