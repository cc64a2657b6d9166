"""Pledges: what is promised, and what becomes of it."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.core.dates import today_in
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm
from crm.giving import rules
from crm.giving.choices import Frequency
from crm.giving.forms.parts import CampaignMixin, DonorMixin
from crm.giving.models import Pledge
from crm.giving.services.pledges import upcoming

REPEATED = f"frequency!={Frequency.ONE_TIME.value}"
MOST_PAYMENTS = 361  # thirty years of months


class PledgeFormMixin(CampaignMixin):
    """What writing a pledge down and changing it share."""

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.today = today_in(membership.organization.timezone)
        funds = self.fields["fund"]
        kept = funds.queryset.filter(pk=self.instance.fund_id)
        funds.queryset = (funds.queryset.active() | kept).order_by("code")
        self.offer_campaigns()
        for name in ("count", "ends_on"):
            if name in self.fields:
                self.fields[name].widget.attrs["data-when"] = REPEATED

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if problem := rules.amount_problem(amount):
            raise ValidationError(problem)
        return amount

    def _post_clean(self) -> None:
        """The service checks the row with the same rules; writing on the instance here would hide what it was."""


class PledgeForm(DonorMixin, PledgeFormMixin, CrmModelForm):
    sections = (
        ("", ("contact", "amount", "frequency", "starts_on", "count", "ends_on", "fund", "campaign", "appeal")),
        (_("More about this pledge"), ("currency", "grace_days", "note")),
    )
    amount = AmountField(label=_("Amount of each payment"))
    count = forms.IntegerField(
        label=_("Number of payments"),
        required=False,
        min_value=1,
        max_value=MOST_PAYMENTS,
        help_text=_("Empty: until the donor says otherwise, or until the date below."),
    )

    class Meta:
        model = Pledge
        fields = (
            "contact", "amount", "frequency", "starts_on", "ends_on", "fund", "campaign", "appeal", "currency", "grace_days",
            "note",
        )  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def clean(self) -> dict:
        data = super().clean()
        if data.get("count") and data.get("ends_on"):
            self.add_error("ends_on", _("Give the number of payments or the date of the last one, not both."))
        return data

    @property
    def values(self) -> dict:
        """What the service receives."""
        return self.cleaned_data | ({"contact": self.donor} if self.donor else {})


class PledgeChangeForm(PledgeFormMixin, CrmModelForm):
    """The terms from the next payment on."""

    companions = {"anchor_on": "next_on"}

    sections = (
        ("", ("amount", "frequency", "next_on", "ends_on", "anchor_on")),
        (_("More about this pledge"), ("fund", "campaign", "appeal", "grace_days", "note")),
    )
    amount = AmountField(label=_("Amount of each payment"))
    next_on = forms.DateField(
        label=_("Next payment under these terms"),
        required=False,
        help_text=_("What was due before stays as it was."),
    )

    class Meta:
        model = Pledge
        fields = ("amount", "frequency", "ends_on", "fund", "campaign", "appeal", "grace_days", "note", "anchor_on")
        # The calendar is not typed here: it is there so that somebody else's move of it is noticed.
        widgets = {"note": forms.Textarea(attrs={"rows": 2}), "anchor_on": forms.HiddenInput}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["amount"].widget.attrs["autofocus"] = True
        self.fields["next_on"].widget.attrs["min"] = self.today.isoformat()
        self.initial["next_on"] = upcoming(self.instance, on=self.today)
        self.fields["anchor_on"].required = False

    @property
    def values(self) -> dict:
        """What the service receives."""
        return {name: value for name, value in self.cleaned_data.items() if name != "anchor_on"}


class PauseForm(CrmForm):
    from_on = forms.DateField(label=_("From"))
    until = forms.DateField(
        label=_("Until"), required=False, help_text=_("Empty: until somebody takes the pledge up again.")
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("from_on") and data.get("until") and data["until"] < data["from_on"]:
            self.add_error("until", _("The pause ends before it begins."))
        return data


class ResumeForm(CrmForm):
    on = forms.DateField(label=_("Payments are due again from"))

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on.year < rules.FIRST_YEAR:
            raise ValidationError(_("Check the year of the date."))
        return on


class ReasonForm(CrmForm):
    """Why, in a few words that stay with the pledge."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)
