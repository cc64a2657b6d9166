"""Payment methods, and from which of them a pledge is collected."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.core.web.forms import CrmForm
from crm.giving.choices import PaymentKind
from crm.giving.gateways import DEMO_TOKENS
from crm.giving.models import PaymentMethod, Pledge


class DemoMethodForm(CrmForm):
    """A card of the demo bank: what it does is chosen, and no money moves."""

    kind = forms.ChoiceField(label=_("Kind"), choices=PaymentKind.choices)
    brand = forms.CharField(
        label=_("Brand or bank"), max_length=40, help_text=_("For example: Visa, Desjardins. Never the whole number.")
    )
    last_four = forms.CharField(
        label=_("Last four digits"),
        min_length=4,
        max_length=4,
        validators=[RegexValidator(r"^[0-9]{4}$", _("Four digits, no more: the whole number is never kept."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    expires_on = forms.DateField(label=_("Last day it can be used"), required=False)
    token = forms.ChoiceField(label=_("What the demo card does"), choices=tuple(DEMO_TOKENS.items()))

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["brand"].widget.attrs |= {"autofocus": True, "autocomplete": "off"}
        self.fields["expires_on"].widget.attrs["data-when"] = f"kind={PaymentKind.CARD.value}"


class CollectForm(CrmForm):
    payment_method = forms.ModelChoiceField(
        PaymentMethod.objects.all(),
        label=_("Collected from"),
        required=False,
        empty_label=pgettext_lazy("collection", "Nothing: payments are recorded by hand"),
    )
    from_on = forms.DateField(
        label=_("From the payment due on"),
        help_text=_("What was due before is not collected: nobody is charged for arrears by surprise."),
    )

    def __init__(self, *args, pledge: Pledge, today: date, **kwargs) -> None:
        self.pledge, self.today = pledge, today
        super().__init__(*args, **kwargs)

    def prepare(self, membership) -> None:
        super().prepare(membership)
        field = self.fields["payment_method"]
        field.queryset = field.queryset.filter(contact=self.pledge.contact_id).usable().order_by("-pk")

    def clean_from_on(self) -> date:
        from_on = self.cleaned_data["from_on"]
        if from_on > self.today + timedelta(days=3660) or from_on.year < 1900:
            raise ValidationError(_("Check the year of the date."))
        return from_on
