"""What happens when a gift is recorded, corrected, refunded or deleted."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts.choices import Lifecycle
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.giving import imported as gift_import
from crm.giving import services
from crm.giving.choices import GiftStatus
from crm.giving.events import GiftCorrected, GiftDeleted, GiftRecorded
from crm.giving.models import Gift
from crm.receipts.services import cancel_receipt
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.factories.receipts import issued

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


@pytest.fixture
def record(contact, fund, admin, published):
    def record_gift(amount="50.00", received_on=TODAY, **fields):
        fields = {"contact": contact, "fund": fund, "by": admin} | fields
        return services.record_gift(amount=Decimal(amount), received_on=received_on, **fields)

    return record_gift


def verbs(contact) -> list[str]:
    return list(contact.timeline.newest_first().values_list("verb", flat=True))


def summary(contact) -> tuple:
    found = type(contact).objects.get(pk=contact.pk).summary
    return found.gift_count, found.total, found.year_total, found.last_on


def test_recording_a_gift_tells_its_whole_story(contact, fund, admin, published):
    type(contact).objects.update(last_contact_at=timezone.now() - timedelta(days=90))
    gift = services.record_gift(contact=contact, amount=Decimal("50.00"), received_on=TODAY, fund=fund, by=admin)
    contact.refresh_from_db()
    assert summary(contact) == (1, Decimal("50.00"), Decimal("50.00"), TODAY)
    assert (contact.lifecycle, contact.last_contact_at) == (Lifecycle.DONOR, timezone.now())
    event = contact.timeline.get()
    assert (event.verb, event.actor, event.subject_model, event.subject_id, event.data) == (
        "gift.recorded",
        admin,
        "giving.gift",
        gift.pk,
        {
            "amount": "50.00",
            "currency": "CAD",
            "method": "check",
            "fund": {"fr": "Fonds général", "en": "General fund"},
            "received_on": "2026-11-20",
        },
    )
    entry = AuditEntry.objects.get(model="giving.gift", object_id=gift.pk)
    assert (entry.action, entry.actor, entry.changes["amount"]) == ("create", admin, [None, "50.00"])
    assert published == [
        GiftRecorded(organization_id=admin.organization_id, actor_id=admin.pk, gift_id=gift.pk, contact_id=contact.pk)
    ]


def test_correcting_a_gift_moves_the_totals_and_keeps_before_and_after(record, contact, admin, published):
    gift = record("50.00")
    services.correct_gift(gift, by=admin, amount=Decimal("500.00"), received_on=date(2025, 12, 31))
    assert summary(contact) == (1, Decimal("500.00"), Decimal(0), date(2025, 12, 31))
    changes = {"amount": ["50.00", "500.00"], "received_on": ["2026-11-20", "2025-12-31"]}
    assert AuditEntry.objects.get(action="update").changes == changes
    assert contact.timeline.newest_first().first().data["changes"] == changes
    assert published[-1] == GiftCorrected(
        organization_id=admin.organization_id,
        actor_id=admin.pk,
        gift_id=gift.pk,
        contact_id=contact.pk,
        fields=("received_on", "amount"),
    )


@pytest.mark.parametrize("same", [Decimal(50), Decimal("50.0"), Decimal("5E+1")])
def test_the_same_money_written_otherwise_is_no_change(record, contact, admin, published, same):
    gift = record("50.00")
    services.correct_gift(gift, by=admin, amount=same)
    assert (verbs(contact), len(published)) == (["gift.recorded"], 1)


def test_a_gift_moved_to_another_donor_leaves_the_totals_of_the_first(record, contact, admin):
    other = ContactFactory(organization=contact.organization, first_name="Zoé", last_name="Secrète")
    gift = record("50.00")
    services.correct_gift(gift, by=admin, contact=other)
    assert summary(contact) == (0, Decimal(0), Decimal(0), None)
    assert summary(other) == (1, Decimal("50.00"), Decimal("50.00"), TODAY)
    contact.refresh_from_db()
    assert contact.lifecycle == Lifecycle.PROSPECT
    away, here = contact.timeline.newest_first().first(), other.timeline.get()
    assert (away.data["moved"], here.data["moved"]) == ("away", "here")
    assert list(contact.timeline.values_list("subject_id", flat=True)) == [None, None]
    assert here.subject_id == gift.pk
    assert "Secrète" not in str(away.data)  # the reader of one page may not be allowed to see the other


def test_a_change_of_fund_is_told_in_both_languages(record, contact, admin):
    gift = record()
    fund = FundFactory(organization=contact.organization, name_fr="Bourses", name_en="Scholarships")
    services.correct_gift(gift, by=admin, fund=fund)
    data = contact.timeline.newest_first().first().data
    assert (data["fund_before"]["fr"], data["fund"]["en"], data["changes"]) == ("Fonds général", "Scholarships", {})


def test_a_refunded_gift_stays_in_the_history_and_leaves_every_total(record, contact, admin, published):
    gift = services.refund_gift(record("50.00"), by=admin, reason="  Cheque without funds  ")
    assert (gift.status, summary(contact)) == (GiftStatus.REFUNDED, (0, Decimal(0), Decimal(0), None))
    event = contact.timeline.newest_first().first()
    assert (event.verb, event.data["reason"]) == ("gift.refunded", "Cheque without funds")
    assert isinstance(published[-1], GiftCorrected)


def test_refunding_twice_is_done_once(record, contact, admin):
    gift = record()
    services.refund_gift(gift, by=admin)
    services.refund_gift(gift, by=admin)
    assert verbs(contact) == ["gift.refunded", "gift.recorded"]


@pytest.mark.parametrize("status", [GiftStatus.PENDING, GiftStatus.FAILED])
def test_money_that_never_came_cannot_be_refunded(record, admin, status):
    gift = record(status=status)
    with pytest.raises(DomainError) as refusal:
        services.refund_gift(gift, by=admin)
    assert refusal.value.code == "status"


def test_a_deleted_gift_leaves_totals_and_links_but_not_the_memory(record, contact, admin, published):
    gift = record("50.00")
    pk = gift.pk
    services.delete_gift(gift, by=admin)
    contact.refresh_from_db()
    assert (summary(contact), contact.lifecycle) == ((0, Decimal(0), Decimal(0), None), Lifecycle.PROSPECT)
    assert list(contact.timeline.newest_first().values_list("verb", "subject_id")) == [
        ("gift.deleted", None),
        ("gift.recorded", None),
    ]
    assert AuditEntry.objects.get(action="delete").changes["amount"] == ["50.00", None]
    assert published[-1] == GiftDeleted(
        organization_id=admin.organization_id, actor_id=admin.pk, gift_id=pk, contact_id=contact.pk
    )


def test_what_a_valid_receipt_says_cannot_be_changed(record, contact, admin):
    gift = record()
    issued(gift, by=admin)
    other = ContactFactory(organization=contact.organization)
    for fields in (
        {"amount": Decimal("51.00")},
        {"received_on": date(2026, 11, 1)},
        {"contact": other},
        {"currency": "USD"},
        {"status": GiftStatus.FAILED},
    ):
        with pytest.raises(DomainError) as refusal:
            services.correct_gift(gift, by=admin, **fields)
        assert refusal.value.code == "receipted"
    with pytest.raises(DomainError) as refusal:
        services.refund_gift(gift, by=admin)
    assert refusal.value.code == "receipted"
    assert services.correct_gift(gift, by=admin, note="Thank her by phone.").note == "Thank her by phone."


def test_a_void_receipt_lets_a_gift_be_refunded_but_never_deleted(record, admin):
    gift = record()
    cancel_receipt(issued(gift, by=admin), reason="Wrong name", by=admin)
    with pytest.raises(DomainError) as refusal:
        services.delete_gift(gift, by=admin)
    assert refusal.value.code == "receipted"
    assert services.refund_gift(gift, by=admin).status == GiftStatus.REFUNDED


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("0.00", "The amount must be more than zero."),
        ("-5.00", "The amount must be more than zero."),
        ("0.001", "An amount has at most two decimals."),
        ("10.005", "An amount has at most two decimals."),
        ("10000000000.00", "This amount is too large. Check the zeros."),
        ("1E+30", "This amount is too large. Check the zeros."),
        ("NaN", "Enter an amount such as 125.00."),
        ("Infinity", "Enter an amount such as 125.00."),
    ],
)
def test_an_amount_that_is_no_money_is_refused(record, amount, message):
    with pytest.raises(DomainError) as refusal:
        record(amount)
    assert (refusal.value.field, str(refusal.value)) == ("amount", message)
    assert Gift.objects.count() == 0


def test_a_cent_is_a_gift(record, contact):
    record("0.01")
    record("9999999999.98")
    assert summary(contact)[1] == Decimal("9999999999.99")


def test_a_float_is_a_mistake_of_the_programmer(contact, fund, admin, published):
    with pytest.raises(TypeError):
        services.record_gift(contact=contact, amount=50.1, received_on=TODAY, fund=fund, by=admin)


@pytest.mark.parametrize(
    ("received_on", "message"),
    [
        (TODAY + timedelta(days=1), "The date is in the future. A gift is recorded once received."),
        (date(1899, 12, 31), "Check the year of the date."),
        (date(26, 11, 20), "Check the year of the date."),
    ],
)
def test_a_date_that_cannot_be_is_refused(record, received_on, message):
    with pytest.raises(DomainError) as refusal:
        record(received_on=received_on)
    assert (refusal.value.field, str(refusal.value)) == ("received_on", message)


def test_today_is_the_organizations_own_day(record, organization, contact, admin):
    with time_machine.travel("2026-12-31T23:30:00-05:00", tick=False):  # 01:00 on January 1 in St. John’s
        with pytest.raises(DomainError):
            record(received_on=date(2027, 1, 1))
        for owner in (organization, contact.organization, admin.organization):
            owner.timezone = "America/St_Johns"
        organization.save()
        assert today_in("America/St_Johns") == date(2027, 1, 1)
        record(received_on=date(2027, 1, 1))
        assert summary(contact)[2] == Decimal("50.00")  # “this year” is theirs too


def test_a_fund_a_donor_or_a_clerk_of_another_organization_is_refused(record, foreign_contact, outsider, admin):
    foreign_fund = FundFactory(organization=outsider.organization)
    with pytest.raises(DomainError) as refusal:
        record(fund=foreign_fund)
    assert (refusal.value.field, refusal.value.code) == ("fund", "foreign")
    with pytest.raises(DomainError) as refusal:
        record(contact=foreign_contact)
    assert refusal.value.code == "foreign"
    with pytest.raises(DomainError) as refusal:
        record(by=outsider)
    assert refusal.value.code == "foreign"
    gift = record()
    for fields in ({"fund": foreign_fund}, {"contact": foreign_contact}):
        with pytest.raises(DomainError) as refusal:
            services.correct_gift(gift, by=admin, **fields)
        assert refusal.value.code == "foreign"
    assert Gift.objects.count() == 1


def test_an_archived_donor_receives_no_new_gift(record, contact):
    contact.archived_at = contact.created_at
    with pytest.raises(DomainError) as refusal:
        record()
    assert refusal.value.code == "archived"


def test_an_external_number_is_unique_inside_an_organization_only(record, foreign_contact, outsider):
    record(external_id="G-1")
    fund = FundFactory(organization=outsider.organization)
    record(contact=foreign_contact, fund=fund, by=outsider, external_id="G-1")
    with pytest.raises(DomainError, match="already has this external number"):
        record(external_id="G-1")


def test_a_refusal_undoes_everything(record, contact, admin, monkeypatch):
    gift = record("50.00")
    monkeypatch.setattr("crm.giving.services.gifts.publish", lambda event: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.correct_gift(gift, by=admin, amount=Decimal("70.00"))
    assert (Gift.objects.get().amount, summary(contact)[1], verbs(contact)) == (
        Decimal("50.00"),
        Decimal("50.00"),
        ["gift.recorded"],
    )


def test_a_clerk_of_another_role_is_kept_as_the_one_who_recorded(record, organization):
    clerk = MembershipFactory(organization=organization, role="finance")
    assert record(by=clerk).recorded_by == clerk


def imported(contact, fund, admin, **fields) -> Gift:
    fields = {"amount": Decimal("20.00"), "received_on": TODAY} | fields
    return Gift(organization=contact.organization, contact=contact, fund=fund, recorded_by=admin, **fields)


def test_an_import_writes_many_gifts_and_sums_each_donor_up_once(contact, fund, admin, published):
    gifts = [imported(contact, fund, admin), imported(contact, fund, admin, received_on=date(2025, 2, 1))]
    gift_import.save_imported(gifts=gifts, by=admin, source="dons.csv")
    assert summary(contact) == (2, Decimal("40.00"), Decimal("20.00"), TODAY)
    events = contact.timeline.order_by("pk")
    assert [(event.verb, event.data["file"], event.subject_id) for event in events] == [
        ("gift.recorded", "dons.csv", gift.pk) for gift in gifts
    ]
    assert AuditEntry.objects.filter(model="giving.gift", action="create").count() == 2
    assert [(event.cause, event.gift_ids, event.contact_ids) for event in published] == [
        ("import", tuple(gift.pk for gift in gifts), (contact.pk,))
    ]


@pytest.mark.parametrize(
    "wrong", [{"amount": Decimal(0)}, {"received_on": TODAY + timedelta(days=1)}, {"fund": "foreign"}], ids=str
)
def test_an_import_cannot_write_what_the_form_would_refuse(contact, fund, admin, outsider, published, wrong):
    if "fund" in wrong:
        wrong = {"fund": FundFactory(organization=outsider.organization)}
    gifts = [imported(contact, fund, admin), imported(**{"contact": contact, "fund": fund, "admin": admin} | wrong)]
    with pytest.raises(DomainError):
        gift_import.save_imported(gifts=gifts, by=admin, source="dons.csv")
    assert (Gift.objects.count(), published) == (0, [])
