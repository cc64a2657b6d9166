"""Giving numbers out: one receipt for a gift, one for the cash gifts of a year, one in the place of another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.giving.models import Gift
from crm.receipts import queries, rules
from crm.receipts.choices import ReceiptStatus
from crm.receipts.events import ReceiptIssued, ReceiptReplaced
from crm.receipts.models import Receipt, ReceiptLine, ReceiptSeries, StoredPicture
from crm.receipts.services.voiding import held, tell, void
from crm.receipts.verifying import address_for


def _next_sequence(organization_id: int, year: int) -> tuple[ReceiptSeries, int]:
    """The next number of the series, its row locked until the transaction ends: a failure gives the number back.

    Never a database sequence: those leave gaps on rollback, and auditors ask about every gap (receipts.md A7).
    """
    ReceiptSeries.objects.get_or_create(organization_id=organization_id, year=year)
    series = ReceiptSeries.objects.select_for_update(no_key=True).get(organization_id=organization_id, year=year)
    series.last_sequence += 1
    series.save()
    return series, series.last_sequence


def _check(draft: queries.Draft, expected: str) -> None:
    """Refused with every reason, and where what was shown (``expected``, its fingerprint) is no longer what it would say."""
    if not draft.may_be_issued:
        raise DomainError(" ".join(draft.sentences), code=draft.reasons[0])
    if expected and expected != draft.fingerprint:
        raise DomainError(
            _("What the receipt would say has changed since this page was shown. Read it again, then issue it."),
            code="changed",
        )


def issue_held(draft: queries.Draft, *, by, replaces: Receipt | None = None) -> Receipt:
    """Number, frozen snapshot, lines, audit. The gifts are held, the draft may be issued; who calls tells it."""
    organization, issued_on = draft.contact.organization, draft.snapshot.issued_on
    series, sequence = _next_sequence(organization.pk, issued_on.year)
    number = rules.receipt_number(issued_on.year, sequence)
    address = address_for(
        organization,
        number=number,
        eligible=draft.snapshot.eligible,
        issued_on=issued_on,
        language=draft.snapshot.language,
    )
    snapshot = replace(draft.snapshot, number=number, verification_url=address)
    for reference, data_uri in draft.pictures.items():
        StoredPicture.objects.get_or_create(
            organization=organization, reference=reference, defaults={"data_uri": data_uri}
        )
    receipt = Receipt(
        organization=organization,
        contact=draft.contact,
        series=series,
        year=issued_on.year,
        sequence=sequence,
        number=number,
        kind=draft.kind,
        replaces=replaces,
        language=snapshot.language,
        issued_on=issued_on,
        issued_by=by,
        donor_name=snapshot.donor_name[:250],
        amount=snapshot.amount,
        advantage=snapshot.advantage,
        eligible=snapshot.eligible,
        snapshot=snapshot.to_json(),
        snapshot_sha256=snapshot.sha256,
    )
    receipt.save()
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt,
            gift=part.gift,
            amount=part.outcome.amount,
            advantage=part.outcome.advantage,
            eligible=part.outcome.eligible,
            tax_year=part.gift.received_on.year,
        )
        for part in draft.parts
    )
    audit.created(receipt, by=by)
    contacts.log(
        receipt.contact,
        "receipt.replaced" if replaces else "receipt.issued",
        subject=receipt,
        by=by,
        severity=Severity.SUCCESS,
        number=number,
        eligible=str(receipt.eligible),
        currency=snapshot.currency,
        **({"former": replaces.number, "reason": replaces.cancel_reason} if replaces else {}),
    )
    contacts.touch(receipt.contact)
    return receipt


def _issue(draft: queries.Draft, *, by, expected: str, replaces: Receipt | None = None) -> Receipt:
    """What was read is issued, or nothing; published, so that a job draws the PDF."""
    _check(draft, expected)
    receipt = issue_held(draft, by=by, replaces=replaces)
    tell(ReceiptIssued, receipt, by=by)
    return receipt


@transaction.atomic
def issue_receipt(gift: Gift, *, by, expected: str = "") -> Receipt:
    """Give the gift its official receipt; a gift has one valid receipt.

    Refused, with every reason in a sentence, while the law's conditions are not met. ``expected``: fingerprint of the
    :class:`~crm.receipts.queries.Draft` that the person read.
    """
    rows = Gift.objects.filter(organization_id=by.organization_id)
    rows.select_for_update(of=("self",), no_key=True).get(pk=gift.pk)  # first: what is read next is then true
    gift = queries.read_gifts(rows).get(pk=gift.pk)
    draft = queries.draft(gift, issued_on=today_in(gift.organization.timezone))
    return _issue(draft, by=by, expected=expected)


@transaction.atomic
def issue_annual_receipt(contact: Contact, *, year: int, by, expected: str = "") -> Receipt:
    """One receipt for the cash gifts of the donor in ``year`` that have none yet; those left out are said by the draft.

    Refused where nothing waits, or the law's conditions are not met.
    """
    contact = Contact.objects.select_related("organization").get(pk=contact.pk, organization_id=by.organization_id)
    rows = Gift.objects.filter(contact=contact, received_on__year=year).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    draft = queries.draft_annual(contact, year=year, issued_on=today_in(contact.organization.timezone))
    return _issue(draft, by=by, expected=expected)


def _reissue(former: Receipt, *, by, expected: str = "") -> Receipt:
    """The receipt that cancels and replaces ``former``, for the same gifts as they are now; ``former`` is held and void."""
    draft = queries.draft_instead_of(former, issued_on=today_in(former.organization.timezone))
    receipt = _issue(draft, by=by, expected=expected, replaces=former)
    tell(ReceiptReplaced, receipt, by=by, replaced_id=former.pk)
    return receipt


@transaction.atomic
def replace_receipt(receipt: Receipt, *, reason: str, by, expected: str = "") -> Receipt:
    """Void a receipt and issue the one that replaces it, in one step: a new number, what is true today, and the sentence
    of Regulations s. 3501(4). Refused where nothing is left to be receipted: then it is only voided.
    """
    former = held(receipt.pk)
    void(former, status=ReceiptStatus.REPLACED, reason=reason, by=by)
    return _reissue(former, by=by, expected=expected)


@contextmanager
def replacing(gift: Gift, *, reason: str, by) -> Iterator[None]:
    """Around the correction of a gift that a valid receipt names: the receipt is void inside, and replaced at the end.

    ``gift`` is held. Another gift of the same annual receipt may be corrected at the same moment: who comes second waits
    for the receipt, and finds the one that replaced it.
    """
    while (found := queries.live_receipt(gift)) is not None:
        former = held(found.pk)
        if former.is_valid:
            break
    else:
        yield
        return
    void(former, status=ReceiptStatus.REPLACED, reason=reason, by=by)
    yield
    _reissue(former, by=by)
