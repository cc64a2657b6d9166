"""The period of the ledger, and the closing of the books."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.web.forms import CrmForm

LONGEST = timedelta(days=366)


class PeriodForm(CrmForm):
    """From one day to another, a year at most."""

    first = forms.DateField(label=_("From"))
    last = forms.DateField(label=_("To"))

    def clean(self) -> dict:
        data = super().clean()
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The period ends before it begins."))
        elif first and last and last - first > LONGEST:
            self.add_error("last", _("Choose a year at most."))
        return data


class CloseForm(CrmForm):
    until = forms.DateField(label=_("Last day of the closed books"))


class ReopenForm(CrmForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)
