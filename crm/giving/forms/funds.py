"""Funds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.dates import today_in
from crm.core.web.forms import AmountField, CrmForm, CrmModelForm
from crm.giving.models import Fund


class FundForm(CrmModelForm):
    sections = (
        ("", ("name_fr", "name_en", "code", "gl_code")),
        (_("How it is used"), ("is_restricted", "is_default")),
    )

    class Meta:
        model = Fund
        fields = ("name_fr", "name_en", "code", "gl_code", "is_restricted", "is_default")
        help_texts = {
            "name_fr": _("One language is enough; the other one is shown where it is filled in."),
            "code": _("A few letters or digits, used in lists, imports and exports."),
        }

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


class SpendingForm(CrmForm):
    amount = AmountField(label=_("Amount"))
    spent_on = forms.DateField(label=_("Spent on"))
    note = forms.CharField(label=_("What for"), max_length=200)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        today = today_in(membership.organization.timezone)
        self.initial.setdefault("spent_on", today)
        self.fields["spent_on"].widget.attrs["max"] = today.isoformat()
        self.fields["amount"].widget.attrs["autofocus"] = True
