"""Writes on campaigns and their appeals. What they raised is never written: it is what the gifts say."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.core.bulk import others_lead_to
from crm.core.errors import DomainError, validated
from crm.giving import rules
from crm.giving.choices import CampaignStatus
from crm.giving.models import Appeal, Campaign


def _locked(row):
    return type(row).objects.select_for_update(of=("self",)).select_related("organization").get(pk=row.pk)


def _save(row, *, before: dict | None, by):
    validated(row, exclude=["organization", "campaign"])
    row.save()
    audit.saved(row, before=before, by=by)
    return row


def _check_amounts(row, *names: str) -> None:
    for name in names:
        amount = getattr(row, name)
        if amount is not None and amount > rules.HIGHEST:
            raise DomainError(_("This amount is too large. Check the zeros."), field=name)


@transaction.atomic
def save_campaign(campaign: Campaign | None = None, *, by, **fields) -> Campaign:
    """Create or change a campaign. Audited. Raises :class:`DomainError` for dates the wrong way round or a name taken."""
    campaign = _locked(campaign) if campaign else None
    before = audit.state(campaign) if campaign else None
    campaign = campaign or Campaign(organization=by.organization)
    for name, value in fields.items():
        setattr(campaign, name, value)
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise DomainError(_("The campaign ends before it begins."), field="ends_on")
    _check_amounts(campaign, "goal_amount", "cost")
    return _save(campaign, before=before, by=by)


def set_campaign_status(campaign: Campaign, *, status: str, by) -> Campaign:
    """Begin, pause, complete or cancel a campaign. Its gifts stay its gifts."""
    return save_campaign(campaign, by=by, status=CampaignStatus(status))


@transaction.atomic
def delete_campaign(campaign: Campaign, *, by) -> None:
    """Erase a campaign made by mistake, with its appeals. Refused once a gift names it: cancel it instead."""
    campaign = _locked(campaign)
    if campaign.gifts.exists():
        raise DomainError(_("Gifts answer this campaign: it can be cancelled, not deleted."), code="used")
    appeals = list(campaign.appeals.order_by("pk"))
    own = {Appeal._meta.label_lower: [appeal.pk for appeal in appeals]}
    if others_lead_to(Campaign, [campaign.pk], own=own) or others_lead_to(
        Appeal, own[Appeal._meta.label_lower], own={}
    ):
        raise DomainError(_("Pledges or batches name this campaign: it can be cancelled, not deleted."), code="used")
    for appeal in appeals:
        audit.deleted(appeal, by=by)
        appeal.delete()
    audit.deleted(campaign, by=by)
    campaign.delete()


@transaction.atomic
def save_appeal(appeal: Appeal | None = None, *, campaign: Campaign | None = None, by, **fields) -> Appeal:
    """Create an appeal of ``campaign``, or change one: it stays in its campaign. Audited."""
    appeal = _locked(appeal) if appeal else None
    before = audit.state(appeal) if appeal else None
    appeal = appeal or Appeal(organization=campaign.organization, campaign=campaign)
    for name, value in fields.items():
        setattr(appeal, name, value)
    _check_amounts(appeal, "cost")
    return _save(appeal, before=before, by=by)


@transaction.atomic
def delete_appeal(appeal: Appeal, *, by) -> None:
    """Erase an appeal made by mistake. Refused once a gift answers it."""
    appeal = _locked(appeal)
    if appeal.gifts.exists():
        raise DomainError(_("Gifts answer this appeal: it cannot be deleted."), code="used")
    if others_lead_to(Appeal, [appeal.pk], own={}):
        raise DomainError(_("Pledges or batches name this appeal: it cannot be deleted."), code="used")
    audit.deleted(appeal, by=by)
    appeal.delete()
