"""Forms for gifts, pledges, funds and campaigns."""

from crm.giving.forms.batches import BatchForm, BatchReopenForm, DepositForm, PostForm, RowForm
from crm.giving.forms.campaigns import AppealForm, CampaignForm
from crm.giving.forms.credits import ClaimForm, CreditForm, ProgramForm, ReceiveForm, SubmitForm
from crm.giving.forms.debits import DebitFileForm, DebitMethodForm, ResultsForm
from crm.giving.forms.funds import FundForm, SpendingForm
from crm.giving.forms.gateways import StripeForm
from crm.giving.forms.gifts import GiftForm, RefundForm, ReturnForm
from crm.giving.forms.ledger import CloseForm, PeriodForm, ReopenForm
from crm.giving.forms.payments import CollectForm, DemoMethodForm
from crm.giving.forms.pledges import PauseForm, PledgeChangeForm, PledgeForm, ReasonForm, ResumeForm
from crm.giving.forms.tributes import RecipientForm, TributeForm

__all__ = [
    "AppealForm",
    "BatchForm",
    "BatchReopenForm",
    "CampaignForm",
    "ClaimForm",
    "CloseForm",
    "CollectForm",
    "CreditForm",
    "DebitFileForm",
    "DebitMethodForm",
    "DemoMethodForm",
    "DepositForm",
    "FundForm",
    "GiftForm",
    "PauseForm",
    "PeriodForm",
    "PledgeChangeForm",
    "PledgeForm",
    "PostForm",
    "ProgramForm",
    "ReasonForm",
    "ReceiveForm",
    "RecipientForm",
    "RefundForm",
    "ReopenForm",
    "ResultsForm",
    "ResumeForm",
    "ReturnForm",
    "RowForm",
    "SpendingForm",
    "StripeForm",
    "SubmitForm",
    "TributeForm",
]
