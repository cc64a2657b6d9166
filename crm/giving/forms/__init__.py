"""Forms for gifts, funds and campaigns."""

from crm.giving.forms.campaigns import AppealForm, CampaignForm
from crm.giving.forms.funds import FundForm
from crm.giving.forms.gifts import GiftForm, RefundForm, ReturnForm

__all__ = ["AppealForm", "CampaignForm", "FundForm", "GiftForm", "RefundForm", "ReturnForm"]
