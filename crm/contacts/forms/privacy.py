"""Forgetting a person asks why."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.core.web.forms import CrmForm


class AnonymizeForm(CrmForm):
    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Who asked, and when. The reason stays in the audit log.")
    )
    understood = forms.BooleanField(
        label=_("I understand that this cannot be undone"), error_messages={"required": _("Tick the box to go on.")}
    )
