"""What a person agreed to, or took back, for one channel."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Channel, ConsentStatus
from crm.contacts.models import Consent
from crm.core.web.forms import CrmModelForm


class ConsentForm(CrmModelForm):
    class Meta:
        model = Consent
        fields = ("channel", "status", "given_on", "source", "proof")
        widgets = {"status": forms.RadioSelect, "proof": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = Channel.choices
        self.fields["status"].choices = ConsentStatus.choices
        self.fields["source"].help_text = _("Online form, letter, call, at an event…")
        self.fields["given_on"].initial = timezone.localdate()

    def _post_clean(self) -> None:
        """The service validates the row; a half-built one here would only repeat errors."""
