from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Language
from crm.contacts.models import Segment
from crm.core.dates import today_in
from crm.core.money import ZERO
from crm.core.web.forms import CrmForm
from crm.core.web.periods import YEARS_BACK
from crm.receipts.choices import PileOrder


class ReasonForm(CrmForm):
    """Why a receipt is void, or replaced: kept with it for ever."""

    reason = forms.CharField(label=_("Reason"), max_length=250)


class RunForm(CrmForm):
    """Which receipts a run prepares: of which year, for whom."""

    year = forms.TypedChoiceField(label=_("Year of the gifts"), coerce=int)
    language = forms.ChoiceField(
        label=_("Language of the donors"),
        required=False,
        help_text=_("Each receipt is in the language of its donor in any case."),
    )
    segment = forms.ModelChoiceField(
        Segment.objects.all(),
        label=_("Segment"),
        required=False,
        empty_label=_("Everybody who gave"),
        help_text=_("Only those in it today. Archived contacts are in no segment."),
    )
    minimum = forms.DecimalField(
        label=_("Smallest total"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("Donors who gave less in the year are left out. Empty: everybody gets a receipt."),
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        this = today_in(membership.organization.timezone).year
        self.fields["year"].choices = [(year, str(year)) for year in range(this, this - YEARS_BACK, -1)]
        self.fields["language"].choices = [("", _("All")), *Language.choices]
        self.fields["segment"].queryset = self.fields["segment"].queryset.order_by("name", "pk")
        self.initial.setdefault("year", this - 1)

    def clean_minimum(self) -> Decimal:
        return self.cleaned_data["minimum"] or ZERO


class PrintForm(CrmForm):
    """How the file to print is laid out, and who is in it."""

    order = forms.ChoiceField(label=_("Order"), choices=PileOrder.choices, widget=forms.RadioSelect)
    separators = forms.BooleanField(
        label=_("A sheet between the piles"),
        required=False,
        help_text=_("With the first letter of what follows, and how many there are."),
    )
    everyone = forms.BooleanField(
        label=_("Also those who get theirs by e-mail"),
        required=False,
    )

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.initial = {"order": PileOrder.POSTAL_CODE, "separators": True, **self.initial}
