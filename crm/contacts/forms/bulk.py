"""What is chosen for an act on many contacts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import ReceiptPreference
from crm.accounts.models import Membership
from crm.contacts.choices import FunnelStage, Lifecycle, Priority
from crm.core.web.forms import CrmForm

MANUAL = (Lifecycle.PROSPECT, Lifecycle.ASKED, Lifecycle.DECLINED)  # donor and lapsed follow the gifts


class OwnerForm(CrmForm):
    owner = forms.ModelChoiceField(
        queryset=Membership.objects.none(), label=_("Responsible person"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        colleagues = Membership.objects.visible_to(self.membership).active()
        self.fields["owner"].queryset = colleagues.select_related("user").order_by("user__first_name")


class ChosenForm(CrmForm):
    """One value out of the words of a column; nothing is chosen to begin with."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.choices = [("", _("Choose")), *field.choices]


class StageForm(ChosenForm):
    funnel_stage = forms.ChoiceField(choices=FunnelStage.choices, label=_("Stage"))


class PriorityForm(ChosenForm):
    priority = forms.ChoiceField(choices=Priority.choices, label=_("Priority"))


class ReceiptPreferenceForm(ChosenForm):
    receipt_preference = forms.ChoiceField(choices=ReceiptPreference.choices, label=_("Official receipts"))


class LifecycleForm(ChosenForm):
    lifecycle = forms.ChoiceField(choices=[(one.value, one.label) for one in MANUAL], label=_("Giving status"))
