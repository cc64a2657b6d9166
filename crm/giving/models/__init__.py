"""Money received: funds, campaigns, gifts, and the recomputed summary of each donor."""

from crm.giving.models.batches import BatchRow, GiftBatch
from crm.giving.models.campaigns import Appeal, Campaign
from crm.giving.models.credits import MatchingClaim, MatchingProgram, SoftCredit
from crm.giving.models.debits import DebitFile
from crm.giving.models.funds import Fund, FundSpending
from crm.giving.models.gifts import Gift, GiftSplit
from crm.giving.models.payments import Charge, DemoBankCharge, GatewayAccount, PaymentMethod
from crm.giving.models.periods import PeriodLock
from crm.giving.models.pledges import Instalment, Pledge, PledgePause
from crm.giving.models.summaries import GivingSummary
from crm.giving.models.thanks import Thanks
from crm.giving.models.tributes import Tribute, TributeNotice, TributeRecipient

__all__ = [
    "Appeal",
    "BatchRow",
    "Campaign",
    "Charge",
    "DebitFile",
    "DemoBankCharge",
    "Fund",
    "FundSpending",
    "GatewayAccount",
    "Gift",
    "GiftBatch",
    "GiftSplit",
    "GivingSummary",
    "Instalment",
    "MatchingClaim",
    "MatchingProgram",
    "PaymentMethod",
    "PeriodLock",
    "Pledge",
    "PledgePause",
    "SoftCredit",
    "Thanks",
    "Tribute",
    "TributeNotice",
    "TributeRecipient",
]
