"""Writes on soft credits and matching gifts (F-12). No total of gifts received ever moves by them."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.money import ZERO, format_money, to_cents
from crm.giving import rules, soft_credits
from crm.giving.choices import ClaimStatus, CreditRole, GiftStatus, Nature
from crm.giving.models import Gift, MatchingClaim, MatchingProgram, SoftCredit

RECENT = timedelta(days=365)  # older gifts come from history: no company is asked for them by itself


def _held(gift: Gift) -> Gift:
    """The gift, until the end of the transaction: its amount does not move meanwhile."""
    return Gift.objects.select_for_update(of=("self",)).select_related("contact", "organization").get(pk=gift.pk)


# --- soft credits -------------------------------------------------------------------------------------------------------
@transaction.atomic
def credit(gift: Gift, *, contact: Contact, role: str, amount: Decimal | None = None, by) -> SoftCredit:
    """Credit ``contact`` with a gift, wholly where ``amount`` is left out; a second time changes the first. Audited.

    Raises :class:`DomainError` for the donor themselves, and for more than the gift.
    """
    gift = _held(gift)
    contacts.hold(contact)
    if contact.organization_id != gift.organization_id:
        raise DomainError(_("This contact belongs to another organization."), field="contact", code="foreign")
    if contact.pk == gift.contact_id:
        raise DomainError(
            _("The donor is credited with the gift already: it is theirs."), field="contact", code="donor"
        )
    amount = gift.amount if amount is None else amount
    if problem := rules.amount_problem(amount):
        raise DomainError(problem, field="amount", code="amount")
    if amount > gift.amount:
        words = {"amount": format_money(gift.amount, gift.currency)}
        raise DomainError(_("The gift is of %(amount)s: nobody is credited with more.") % words, field="amount")
    row = SoftCredit.objects.filter(gift=gift, contact=contact).first()
    if row is None and contact.is_archived:
        raise DomainError(_("This contact is archived. Restore it first."), field="contact", code="archived")
    before = audit.state(row) if row else None
    row = row or SoftCredit(organization=gift.organization, gift=gift, contact=contact, recorded_by=by)
    row.role, row.amount = CreditRole(role), to_cents(amount)
    row.save()
    if before is None:
        audit.created(row, by=by)
        contacts.log(contact, "gift.credited", subject=gift, by=by, amount=str(row.amount), currency=gift.currency)
    else:
        audit.updated(row, before=before, by=by)
    return row


@transaction.atomic
def take_credit_back(row: SoftCredit, *, by) -> None:
    """Somebody was credited by mistake."""
    for one in SoftCredit.objects.select_for_update(of=("self",)).select_related("gift").filter(pk=row.pk):
        contacts.forget_subject(row.contact, one.gift)
        audit.deleted(one, by=by)
        one.delete()


def check_credits(gift: Gift) -> None:
    """A gift being changed stays larger than what others are credited with, and its donor is none of them."""
    for one in SoftCredit.objects.filter(gift=gift.pk):
        if one.amount > gift.amount:
            words = {"amount": format_money(one.amount, gift.currency)}
            raise DomainError(
                _("Somebody is credited with %(amount)s of this gift. Change the credit first.") % words, field="amount"
            )
        if one.contact_id == gift.contact_id:
            raise DomainError(_("This contact is credited with the gift. Take the credit back first."), field="contact")
    matched = MatchingClaim.objects.filter(paid_by=gift.pk).select_related("program")
    if told := sum((claim.amount for claim in matched), ZERO):
        if gift.amount < told or gift.currency != matched[0].gift.currency:
            words = {"amount": format_money(told, matched[0].gift.currency)}
            raise DomainError(_("This gift matches others for %(amount)s. Open these matches again first.") % words)
        if any(claim.program.company_id != gift.contact_id for claim in matched):
            raise DomainError(_("This gift matches those of employees: it stays with the company."), field="contact")


# --- programs -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_program(program: MatchingProgram | None = None, *, by, **fields) -> MatchingProgram:
    """What a company adds to gifts: write it down or change it. Claims already there stay as they are. Audited."""
    if program is not None:
        program = MatchingProgram.objects.select_for_update(of=("self",)).select_related("company").get(pk=program.pk)
    before = audit.state(program) if program else None
    program = program or MatchingProgram(organization=by.organization)
    for name, value in fields.items():
        setattr(program, name, value)
    if program.company.organization_id != program.organization_id:
        raise DomainError(_("This contact belongs to another organization."), field="company", code="foreign")
    if not program.company.is_organization:
        raise DomainError(_("Only an organization matches gifts."), field="company", code="kind")
    program.minimum = program.minimum or ZERO
    for name in ("minimum", "maximum", "yearly_maximum"):
        value = getattr(program, name)
        if value and (problem := rules.amount_problem(value)):
            raise DomainError(problem, field=name, code="amount")
    validated(program, exclude=["organization"])
    program.save()
    audit.saved(program, before=before, by=by)
    return program


@transaction.atomic
def delete_program(program: MatchingProgram, *, by) -> None:
    """Erase a program written by mistake. Refused once a gift was matched by it: take it out of use."""
    program = MatchingProgram.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if program.claims.exclude(status=ClaimStatus.POTENTIAL).exists():
        raise DomainError(_("This company was asked already: take the program out of use instead."), code="used")
    audit.deleted_many(list(program.claims.order_by("pk")), by=by)
    program.claims.all().delete()
    audit.deleted(program, by=by)
    program.delete()


# --- claims -------------------------------------------------------------------------------------------------------------
def follow_matches(gifts: Iterable[Gift], *, today: date) -> None:
    """What could be asked for, after these gifts were written: found, of another amount, or no longer.

    What was asked for already stays as it is. Belongs in the transaction that wrote them, all of one organization.
    """
    gifts = list(gifts)
    if not gifts or not MatchingProgram.objects.active().filter(organization=gifts[0].organization_id).exists():
        return
    found = soft_credits.programs_of({gift.contact_id for gift in gifts})
    for gift in gifts:
        stands = gift.status == GiftStatus.COMPLETED and gift.nature == Nature.CASH
        stands = stands and gift.currency == gift.organization.currency and gift.received_on >= today - RECENT
        for program in found.get(gift.contact_id, ()) if stands else ():
            propose(gift, program)
    gone = [gift.pk for gift in gifts if gift.status != GiftStatus.COMPLETED]
    MatchingClaim.objects.filter(gift__in=gone, status=ClaimStatus.POTENTIAL).delete()


def propose(gift: Gift, program: MatchingProgram) -> MatchingClaim | None:
    """The claim of this gift under this program, for what it adds to it now; ``None`` where it adds nothing."""
    amount = soft_credits.expected(gift, program)
    claim = MatchingClaim.objects.filter(gift=gift, program=program).first()
    if claim is not None and claim.status != ClaimStatus.POTENTIAL:
        return claim
    if not amount:
        if claim is not None:
            claim.delete()
        return None
    wanted = {"amount": amount, "ask_by": soft_credits.ask_by(gift, program)}
    if claim is None:
        return MatchingClaim.objects.create(organization_id=gift.organization_id, gift=gift, program=program, **wanted)
    MatchingClaim.objects.filter(pk=claim.pk).update(**wanted)
    return claim


@transaction.atomic
def claim_match(gift: Gift, *, program: MatchingProgram, by) -> MatchingClaim:
    """Somebody works for this company after all: the match could be asked for. Raises :class:`DomainError` for nothing."""
    gift = _held(gift)
    if program.organization_id != gift.organization_id:
        raise DomainError(_("This contact belongs to another organization."), field="program", code="foreign")
    if gift.status != GiftStatus.COMPLETED or gift.nature != Nature.CASH or gift.currency != gift.organization.currency:
        raise DomainError(_("Only money received, in your own currency, is matched."), field="program", code="gift")
    claim = propose(gift, program)
    if claim is None:
        raise DomainError(_("This program adds nothing to this gift."), field="program", code="nothing")
    return claim


def _locked(claim: MatchingClaim) -> MatchingClaim:
    rows = MatchingClaim.objects.select_for_update(of=("self",))
    return rows.select_related("gift__contact", "program__company", "organization").get(pk=claim.pk)


def _moved(claim: MatchingClaim, *, by, **fields) -> MatchingClaim:
    before = audit.state(claim)
    for name, value in fields.items():
        setattr(claim, name, value)
    claim.save()
    audit.updated(claim, before=before, by=by)
    return claim


@transaction.atomic
def submit_claim(claim: MatchingClaim, *, submitted_on: date, by) -> MatchingClaim:
    """The company was asked."""
    claim = _locked(claim)
    if claim.status == ClaimStatus.RECEIVED:
        raise DomainError(_("This match is received already."), code="received")
    if submitted_on > today_in(claim.organization.timezone):
        raise DomainError(_("The date is in the future."), field="submitted_on", code="date")
    return _moved(claim, by=by, status=ClaimStatus.SUBMITTED, submitted_on=submitted_on)


@transaction.atomic
def receive_claim(claim: MatchingClaim, *, paid_by: Gift, amount: Decimal, by) -> MatchingClaim:
    """The company gave: ``amount`` of its gift ``paid_by`` is for this one. One cheque may match many gifts, to the cent."""
    paid_by = _held(paid_by)  # two at once would both find room in the same cheque
    claim = _locked(claim)
    if claim.status == ClaimStatus.RECEIVED:
        raise DomainError(_("This match is received already."), code="received")
    if problem := rules.amount_problem(amount):
        raise DomainError(problem, field="amount", code="amount")
    if paid_by.contact_id != claim.program.company_id or paid_by.status != GiftStatus.COMPLETED:
        raise DomainError(_("Choose a gift received from this company."), field="paid_by", code="gift")
    if paid_by.currency != claim.gift.currency:
        raise DomainError(_("This gift is in another currency."), field="paid_by", code="currency")
    told = paid_by.matched.aggregate(sum=Sum("amount"))["sum"] or ZERO
    left = paid_by.amount - to_cents(told)
    if amount > left:
        words = {"left": format_money(left, paid_by.currency)}
        raise DomainError(_("Of this gift, only %(left)s is not told for other gifts yet.") % words, field="amount")
    claim = _moved(claim, by=by, status=ClaimStatus.RECEIVED, paid_by=paid_by, amount=to_cents(amount))
    said = {"amount": str(claim.amount), "currency": paid_by.currency}
    contacts.log(claim.gift.contact, "gift.matched", subject=paid_by, by=by, **said)
    return claim


@transaction.atomic
def refuse_claim(claim: MatchingClaim, *, by) -> MatchingClaim:
    """The company said no, or it is too late to ask."""
    claim = _locked(claim)
    if claim.status == ClaimStatus.RECEIVED:
        raise DomainError(_("This match is received already."), code="received")
    return _moved(claim, by=by, status=ClaimStatus.REFUSED)


@transaction.atomic
def reopen_claim(claim: MatchingClaim, *, by) -> MatchingClaim:
    """It was marked by mistake: it is asked for, or could be, as before."""
    claim = _locked(claim)
    if claim.status == ClaimStatus.RECEIVED:
        contacts.forget_subject(claim.gift.contact, claim.paid_by)
    status = (
        ClaimStatus.SUBMITTED if claim.submitted_on and claim.status != ClaimStatus.SUBMITTED else ClaimStatus.POTENTIAL
    )
    submitted_on = claim.submitted_on if status == ClaimStatus.SUBMITTED else None
    return _moved(claim, by=by, status=status, paid_by=None, submitted_on=submitted_on)
