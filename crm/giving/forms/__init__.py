"""Forms for gifts, pledges, funds and campaigns."""

from crm.giving.forms.campaigns import AppealForm, CampaignForm
from crm.giving.forms.funds import FundForm
from crm.giving.forms.gifts import GiftForm, RefundForm, ReturnForm
from crm.giving.forms.ledger import CloseForm, PeriodForm, ReopenForm
from crm.giving.forms.payments import CollectForm, DemoMethodForm
from crm.giving.forms.pledges import PauseForm, PledgeChangeForm, PledgeForm, ReasonForm, ResumeForm

__all__ = [
    "AppealForm",
    "CampaignForm",
    "CloseForm",
    "CollectForm",
    "DemoMethodForm",
    "FundForm",
    "GiftForm",
    "PauseForm",
    "PeriodForm",
    "PledgeChangeForm",
    "PledgeForm",
    "ReasonForm",
    "RefundForm",
    "ReopenForm",
    "ResumeForm",
    "ReturnForm",
]
