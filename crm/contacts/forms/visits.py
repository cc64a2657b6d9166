"""The form of a visit."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Visit
from crm.core.web.forms import AmountField, CrmModelForm

MINUTES = "%Y-%m-%dT%H:%M"


class VisitForm(CrmModelForm):
    """When they came, what they spent, what to remember of it. Nothing spent is zero."""

    at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)
    )
    amount = AmountField(label=_("Spent"), required=False, help_text=_("At the shop, the ticket office… Never a gift."))

    class Meta:
        model = Visit
        fields = ("at", "amount", "note")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime()
        self.fields["at"].localize = False
        self.fields["at"].widget.attrs |= {"max": now.strftime(MINUTES), "min": "1900-01-01T00:00"}
        if not self.instance.pk:
            self.fields["at"].widget.attrs["data-focus"] = True
            self.fields["at"].initial = now.replace(second=0, microsecond=0, tzinfo=None)

    def clean_at(self) -> datetime:
        at = self.cleaned_data["at"]
        if at.year < 1900:
            raise ValidationError(_("Check the year of this date."))
        return at

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise ValidationError(_("What was spent cannot be less than zero."))
        return amount

    def _post_clean(self) -> None:
        """The service validates the row; a half-built one here would only repeat errors."""
