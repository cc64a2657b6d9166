"""Campaigns and appeals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.money import ZERO
from crm.core.web.forms import AmountField, CrmModelForm
from crm.giving.models import Appeal, Campaign


class CampaignForm(CrmModelForm):
    sections = (
        ("", ("name", "description", "status")),
        (_("Goal"), ("goal_amount", "goal_donors", "starts_on", "ends_on")),
        (_("What it takes"), ("cost", "solicited")),
    )

    class Meta:
        model = Campaign
        fields = (
            "name", "description", "status", "goal_amount", "goal_donors", "starts_on", "ends_on", "cost", "solicited",
        )  # fmt: skip
        field_classes = {"goal_amount": AmountField, "cost": AmountField}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"status": _("Gifts can be recorded for a campaign until it is completed or cancelled.")}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["status"].required = False
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_status(self) -> str:
        return self.cleaned_data["status"] or self.instance.status

    def clean_cost(self):
        return self.cleaned_data["cost"] or ZERO

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


class AppealForm(CrmModelForm):
    sections = (("", ("name", "channel", "sent_on")), (_("What it takes"), ("cost", "solicited")))

    class Meta:
        model = Appeal
        fields = ("name", "channel", "sent_on", "cost", "solicited")
        field_classes = {"cost": AmountField}

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["name"].widget.attrs["autofocus"] = True

    def clean_cost(self):
        return self.cleaned_data["cost"] or ZERO

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""
