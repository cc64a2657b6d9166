"""Forms for gifts, pledges, funds and campaigns."""

from crm.giving.forms.campaigns import AppealForm, CampaignForm
from crm.giving.forms.funds import FundForm
from crm.giving.forms.gifts import GiftForm, RefundForm, ReturnForm
from crm.giving.forms.payments import CollectForm, DemoMethodForm
from crm.giving.forms.pledges import PauseForm, PledgeChangeForm, PledgeForm, ReasonForm, ResumeForm

__all__ = [
    "AppealForm",
    "CampaignForm",
    "CollectForm",
    "DemoMethodForm",
    "FundForm",
    "GiftForm",
    "PauseForm",
    "PledgeChangeForm",
    "PledgeForm",
    "ReasonForm",
    "RefundForm",
    "ResumeForm",
    "ReturnForm",
]
