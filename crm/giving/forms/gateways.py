"""Connecting an organization to a payment company."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from crm.core.web.forms import CrmForm

SECRET = {"autocomplete": "off", "spellcheck": "false"}


class StripeForm(CrmForm):
    key = forms.CharField(
        label=_("Secret key"),
        max_length=250,
        validators=[
            RegexValidator(r"^(sk|rk)_(test|live)_\w+$", _("A secret key begins with sk_live_, sk_test_ or rk_."))
        ],
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_("In Stripe, under Developers, API keys. It is sealed, and never shown again."),
    )
    webhook_secret = forms.CharField(
        label=_("Signing secret of the webhook"),
        max_length=250,
        validators=[RegexValidator(r"^whsec_\w+$", _("A signing secret begins with whsec_."))],
        widget=forms.PasswordInput(attrs=SECRET),
        help_text=_("Stripe gives it when the address beside is added there."),
    )
