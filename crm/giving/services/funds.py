"""Writes on funds."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.accounts.models import Organization
from crm.core.bulk import others_lead_to
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.money import format_money, to_cents
from crm.giving import funds, rules
from crm.giving.models import Fund, FundSpending
from crm.giving.services.periods import check_open


def _locked_fund(fund: Fund) -> Fund:
    return Fund.objects.select_for_update(of=("self",)).select_related("organization").get(pk=fund.pk)


@transaction.atomic
def save_fund(fund: Fund | None = None, *, by, **fields) -> Fund:
    """Create or change a fund; the one proposed for new gifts is unique, so the former one steps down. Audited."""
    # Whoever decides which fund is proposed waits here: two at once would both find no other.
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    fund = _locked_fund(fund) if fund else None
    before = audit.state(fund) if fund else None
    fund = fund or Fund(organization=by.organization)
    for name, value in fields.items():
        setattr(fund, name, value)
    _check_fund(fund)
    others = Fund.objects.filter(organization_id=fund.organization_id).exclude(pk=fund.pk)
    if fund.is_default:
        for former in others.filter(is_default=True):
            was = audit.state(former)
            former.is_default = False
            former.save()
            audit.updated(former, before=was, by=by)
    validated(fund, exclude=["organization"])
    if before and before["is_active"] and not fund.is_active and not others.filter(is_active=True).exists():
        raise DomainError(_("This is the last fund in use. Add another one first."), code="last")
    fund.save()
    audit.saved(fund, before=before, by=by)
    return fund


def _check_fund(fund: Fund) -> None:
    if not (fund.name_fr or fund.name_en):
        raise DomainError(_("Name the fund in at least one language."), field="name_fr")
    same_code = Fund.objects.filter(organization_id=fund.organization_id, code__iexact=fund.code)
    if same_code.exclude(pk=fund.pk).exists():
        raise DomainError(_("Another fund already has this code."), field="code")
    if fund.is_default and not fund.is_active:
        raise DomainError(_("A fund that is no longer in use cannot be proposed for new gifts."), field="is_default")


@transaction.atomic
def deactivate_fund(fund: Fund, *, by) -> Fund:
    """Stop offering a fund for new gifts; its gifts keep it. Refused for the last one in use."""
    return save_fund(fund, by=by, is_active=False, is_default=False)


@transaction.atomic
def reactivate_fund(fund: Fund, *, by) -> Fund:
    """Offer a fund again for new gifts."""
    return save_fund(fund, by=by, is_active=True)


@transaction.atomic
def delete_fund(fund: Fund, *, by) -> None:
    """Erase a fund made by mistake. Refused once a gift names it, and for the last one in use."""
    fund = _locked_fund(fund)
    if fund.gifts.exists() or fund.splits.exists():
        raise DomainError(_("Gifts were made to this fund: it can be taken out of use, not deleted."), code="used")
    if others_lead_to(Fund, [fund.pk], own={}):
        raise DomainError(_("Pledges or batches name this fund: it can be taken out of use, not deleted."), code="used")
    others = Fund.objects.filter(organization_id=fund.organization_id, is_active=True).exclude(pk=fund.pk)
    if fund.is_active and not others.exists():
        raise DomainError(_("This is the last fund in use. Add another one first."), code="last")
    audit.deleted(fund, by=by)
    fund.delete()


@transaction.atomic
def record_spending(fund: Fund, *, spent_on: date, amount: Decimal, note: str, by) -> FundSpending:
    """Money of the fund was spent as its donors wished. Audited.

    Raises :class:`DomainError` for more than is left of it, and in the closed books.
    """
    fund = _locked_fund(fund)  # two at once would both find the same money left
    if problem := rules.amount_problem(amount):
        raise DomainError(problem, field="amount", code="amount")
    if spent_on > today_in(fund.organization.timezone):
        raise DomainError(_("The date is in the future."), field="spent_on", code="date")
    if spent_on.year < rules.FIRST_YEAR:
        raise DomainError(_("Check the year of the date."), field="spent_on", code="date")
    _check_books_at(spent_on, fund)
    currency = fund.organization.currency
    left = funds.received_for(fund, currency=currency) - funds.spent_of(fund)
    if amount > left:
        words = {"amount": format_money(left, currency)}
        raise DomainError(_("Only %(amount)s of this fund is left.") % words, field="amount", code="balance")
    row = FundSpending(
        organization=fund.organization, fund=fund, spent_on=spent_on, amount=to_cents(amount), note=note.strip(),
        recorded_by=by,
    )  # fmt: skip
    validated(row, exclude=["organization", "fund", "recorded_by"])
    row.save()
    audit.created(row, by=by)
    return row


def _check_books_at(day: date, fund: Fund) -> None:
    try:
        check_open(fund.organization_id, day)
    except DomainError as error:
        raise DomainError(error.message, field="spent_on", code=error.code) from error


@transaction.atomic
def delete_spending(spending: FundSpending, *, by) -> None:
    """It was recorded by mistake. Refused in the closed books."""
    row = FundSpending.objects.select_for_update(of=("self",)).filter(pk=spending.pk).first()
    if row is None:
        return
    check_open(row.organization_id, row.spent_on)
    audit.deleted(row, by=by)
    row.delete()
