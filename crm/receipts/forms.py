from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.web.forms import CrmForm


class ReasonForm(CrmForm):
    """Why a receipt is void, or replaced: kept with it for ever."""

    reason = forms.CharField(label=_("Reason"), max_length=250)
