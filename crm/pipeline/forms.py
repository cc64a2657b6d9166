"""What a move asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import FunnelStage
from crm.core.web.forms import CrmForm


class MoveForm(CrmForm):
    to = forms.ChoiceField(choices=FunnelStage.choices, label=_("Stage"))
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=300, help_text=_("Asked of whoever leaves the stage “Won”.")
    )
    expected = forms.ChoiceField(choices=FunnelStage.choices, required=False, widget=forms.HiddenInput)
