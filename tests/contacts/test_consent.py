"""May we write to this person today? The same answer from the rules, from SQL and on the screen."""

from datetime import date
from itertools import product

import pytest
from django.utils import timezone

from crm.contacts import services
from crm.contacts.choices import Channel
from crm.contacts.consent import answer, contactable, last_day, two_years_before
from crm.contacts.models import Consent, Contact
from crm.core.errors import DomainError
from crm.giving.models import GivingSummary
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page

TODAY = date(2026, 11, 27)
FRESH, EDGE, STALE = date(2026, 1, 5), date(2024, 11, 27), date(2024, 11, 26)


@pytest.mark.parametrize(
    ("since", "last"),
    [
        (date(2024, 11, 27), date(2026, 11, 27)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2028, 2, 29)),
        (date(2023, 3, 1), date(2025, 3, 1)),
    ],
)
def test_two_years_after_a_gift_to_the_day(since, last):
    following = last.fromordinal(last.toordinal() + 1)
    assert last_day(since) == last
    assert two_years_before(last) <= since < two_years_before(following)


def test_rules_and_sql_agree_on_every_case(organization, admin):
    """Each flag × each recorded answer × each last gift × each channel: some 500 contacts asked both ways."""
    flags = [{}, {"do_not_contact": True}, {"is_deceased": True}, {"archived_at": timezone.now()},
             {"anonymized_at": timezone.now(), "archived_at": timezone.now()}]  # fmt: skip
    recorded = [None, *product(("express", "implied", "none", "withdrawn"), (FRESH, EDGE, STALE))]
    for flag, row, gift in product(flags, recorded, (None, FRESH, EDGE, STALE)):
        contact = ContactFactory(organization=organization, **flag)
        if gift:
            GivingSummary.objects.create(
                contact=contact, organization=organization, last_on=gift, gift_count=1, computed_at=timezone.now()
            )
        if row:
            mine = {"organization": organization, "contact": contact, "status": row[0], "given_on": row[1]}
            Consent.objects.bulk_create(Consent(channel=channel, **mine) for channel in Channel)
    everybody = Contact.objects.select_related("summary").prefetch_related("consents")
    for channel in Channel:
        wanted = set()
        for contact in everybody:
            row = next((one for one in contact.consents.all() if one.channel == channel), None)
            last = contact.summary.last_on if hasattr(contact, "summary") else None
            if answer(contact, channel, consent=row, last_gift_on=last, today=TODAY).allowed:
                wanted.add(contact.pk)
        found = set(contactable(Contact.objects.all(), channel, today=TODAY).values_list("pk", flat=True))
        assert found == wanted
        assert 0 < len(found) < everybody.count()


@pytest.mark.parametrize(
    ("recorded", "gift", "channel", "said"),
    [
        (None, None, "email", ("none", False)),
        (None, FRESH, "email", ("implied", True)),
        (None, EDGE, "sms", ("implied", True)),
        (None, STALE, "email", ("none", False)),
        (None, None, "mail", ("none", True)),
        (None, None, "phone", ("none", True)),
        (("withdrawn", FRESH), FRESH, "mail", ("withdrawn", False)),
        (("none", FRESH), FRESH, "email", ("none", False)),
        (("express", STALE), None, "email", ("express", True)),
        (("implied", STALE), FRESH, "email", ("implied", True)),
        (("implied", STALE), None, "email", ("none", False)),
    ],
)
def test_what_is_said_and_what_is_allowed(recorded, gift, channel, said):
    row = Consent(channel=channel, status=recorded[0], given_on=recorded[1]) if recorded else None
    found = answer(Contact(), channel, consent=row, last_gift_on=gift, today=TODAY)
    assert (found.status, found.allowed) == said


def test_an_express_consent_says_where_it_comes_from(contact, admin):
    with pytest.raises(DomainError) as refusal:
        services.record_consent(contact, channel="email", status="express", given_on=FRESH, by=admin)
    assert refusal.value.field == "source"


def test_a_consent_of_tomorrow_is_refused(contact, admin):
    with pytest.raises(DomainError):
        services.record_consent(contact, channel="email", status="withdrawn", given_on=date(2999, 1, 1), by=admin)


def test_the_former_answer_stays_in_the_history(contact, admin):
    for status in ("express", "withdrawn"):
        services.record_consent(contact, channel="email", status=status, given_on=FRESH, source="Form", by=admin)
    assert Consent.objects.get(contact=contact).status == "withdrawn"
    verbs = contact.timeline.filter(verb__startswith="consent.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["consent.recorded", "consent.withdrawn"]


def test_on_the_screen_a_withdrawal_is_recorded_and_seen(browse, contact, admin):
    browser = browse(admin)
    sent = {"channel": "sms", "status": "withdrawn", "given_on": "2026-05-02"}
    assert browser.send("contacts:consent_record", sent, pk=contact.pk).status_code == 302
    card = page(browser.open("contacts:contact_consents", pk=contact.pk))
    assert "Withdrawn" in card.text


@pytest.mark.parametrize(("role", "status"), [("owner", 302), ("member", 302), ("finance", 403), ("reader", 403)])
def test_whoever_may_change_the_contact_records_its_consent(browse, contact, role, status, request):
    sent = {"channel": "sms", "status": "withdrawn", "given_on": "2026-05-02"}
    browser = browse(request.getfixturevalue(role))
    assert browser.send("contacts:consent_record", sent, pk=contact.pk).status_code == status


def test_a_withdrawal_is_not_undone_by_an_implied_consent(contact, admin):
    services.record_consent(contact, channel="email", status="withdrawn", given_on=FRESH, by=admin)
    with pytest.raises(DomainError) as refusal:
        services.record_consent(contact, channel="email", status="implied", given_on=FRESH, by=admin)
    assert refusal.value.field == "status"
    services.record_consent(contact, channel="email", status="express", given_on=FRESH, source="Letter", by=admin)
