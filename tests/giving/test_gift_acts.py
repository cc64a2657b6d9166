"""Who may record and change gifts, and what editing, refunding and deleting look like."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.giving import services
from crm.giving.choices import GiftStatus
from crm.giving.models import Gift
from crm.receipts.services import cancel_receipt
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.factories.receipts import issued
from tests.giving.reading import errors, facts, gift_form, page, said


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


@pytest.fixture
def form(contact, fund) -> dict:
    """A gift as the form sends it."""
    return gift_form(contact, fund)


def for_donor(form: dict) -> dict:
    return {name: value for name, value in form.items() if not name.startswith("contact")}


# --- who may ---


def test_each_role_records_and_changes_what_the_matrix_says(people, contact, gift, form, browse, published):
    answers = {}
    for role, person in people.items():
        browser = browse(person)
        answers[role] = (
            browser.open("giving:gift_create").status_code,
            browser.open("giving:gift_create_for", pk=contact.pk).status_code,
            browser.open("giving:gift_update", pk=gift.pk).status_code,
            browser.send("giving:gift_refund", {}, pk=gift.pk).status_code,
            browser.open("giving:gift_detail", pk=gift.pk).status_code,
        )
        Gift.objects.update(status="completed")
    refused = (403, 403, 403, 403, 200)
    assert answers == {
        "admin": (200, 200, 200, 302, 200),
        "finance": (200, 200, 200, 302, 200),
        "fundraiser": refused,
        "member": refused,
        "read_only": refused,
    }


def test_a_fundraiser_records_for_their_own_donors_where_the_organization_allows_it(
    owner, organization, contact, form, browse, published
):
    stranger = ContactFactory(organization=organization, first_name="Luc", last_name="Inconnu")
    browser = browse(owner)
    assert browser.send("giving:gift_create_for", for_donor(form), pk=contact.pk).status_code == 403
    organization.fundraisers_record_gifts = True
    organization.save()
    assert browser.send("giving:gift_create_for", for_donor(form), pk=contact.pk).status_code == 302
    assert browser.open("giving:gift_create_for", pk=stranger.pk).status_code == 404
    chosen = form | {"contact": stranger.pk, "contact_text": stranger.name}
    assert (browser.send("giving:gift_create", chosen).status_code, Gift.objects.count()) == (422, 1)
    assert browser.open("giving:gift_update", pk=Gift.objects.get().pk).status_code == 403


def test_a_fundraiser_sees_the_gifts_of_their_own_donors(owner, gift, organization, browse):
    other = GiftFactory(contact=ContactFactory(organization=organization))
    browser = browse(owner)
    assert [row.pk for row in browser.open("giving:gift_list").context["page"].records] == [gift.pk]
    assert browser.open("giving:gift_detail", pk=other.pk).status_code == 404
    assert page(browser.open("giving:gift_totals")).one("main section p").words == "$50.00 received, 1 gift"


def test_a_gift_of_another_organization_is_not_there(outsider, gift, browse):
    names = ["gift_detail", "gift_update", "gift_refund", "gift_delete"]
    assert {name: browse(outsider).open(f"giving:{name}", pk=gift.pk).status_code for name in names} == dict.fromkeys(
        names, 404
    )


# --- editing, refunding, deleting ---


def edited(gift, **changes) -> dict:
    return {
        "contact": gift.contact_id, "contact_text": gift.contact.name, "amount": str(gift.amount), "currency": gift.currency,
        "received_on": gift.received_on.isoformat(), "method": gift.method, "fund": gift.fund_id, "type": gift.type,
        "status": gift.status, "note": gift.note,
    } | changes  # fmt: skip


def test_editing_a_gift_saves_what_changed(finance, gift, browse, published):
    browser = browse(finance)
    document = page(browser.open("giving:gift_update", pk=gift.pk))
    assert document.all("input[name=contact_text]", "value") == ["Hélène Côté-Bouchard"]
    assert document.all("input[name=amount]", "value") == ["50.00"]
    response = browser.send("giving:gift_update", edited(gift, amount="75", status="pending"), pk=gift.pk)
    assert response.url == browser.url("giving:gift_detail", pk=gift.pk)
    gift.refresh_from_db()
    assert (gift.amount, gift.status) == (Decimal("75.00"), GiftStatus.PENDING)


def test_a_fund_out_of_use_stays_on_the_gifts_it_has(admin, gift, browse, published):
    FundFactory(organization=gift.organization)
    services.deactivate_fund(gift.fund, by=admin)
    assert browse(admin).send("giving:gift_update", edited(gift, note="x"), pk=gift.pk).status_code == 302


def test_a_mistaken_refund_is_taken_back_by_editing(admin, gift, browse, published):
    gift = services.refund_gift(gift, by=admin)
    browse(admin).send("giving:gift_update", edited(gift, status="completed"), pk=gift.pk)
    assert Gift.objects.get().status == GiftStatus.COMPLETED


def test_editing_what_a_receipt_says_is_refused_in_words(admin, gift, browse, published):
    issued(gift, by=admin)
    response = browse(admin).send("giving:gift_update", edited(gift, amount="60"), pk=gift.pk)
    assert errors(response) == {
        "replacing": ["An official receipt was issued for this gift. Void or replace the receipt first."]
    }


def test_a_refund_keeps_its_reason_on_the_gift_and_in_the_timeline(admin, gift, browse, published):
    browser = browse(admin)
    assert browser.open("giving:gift_refund", pk=gift.pk).status_code == 200
    response = browser.send("giving:gift_refund", {"reason": "NSF <script>alert(1)</script>"}, pk=gift.pk)
    assert (response.url, said(response)) == (
        browser.url("giving:gift_detail", pk=gift.pk),
        ["The gift is refunded. It no longer counts in any total."],
    )
    document = page(browser.open("giving:gift_detail", pk=gift.pk))
    assert document.texts("p.mc-quote") == ["NSF <script>alert(1)</script>"]
    assert document.css("script:not([src])") == []
    assert document.css("a[href*='/refund/']") == []


def test_a_gift_typed_by_mistake_is_deleted(admin, gift, browse, published):
    browser = browse(admin)
    question = page(browser.open("giving:gift_delete", pk=gift.pk)).one("main form p").words
    assert question == (
        "Delete only a gift that never existed, such as one entered twice: the gift of $50.00 by Hélène Côté-Bouchard, "
        "received on March 15, 2026, disappears from the lists and totals. If the money was given back, refund it instead."
    )
    response = browser.send("giving:gift_delete", {}, pk=gift.pk)
    assert (response.url, Gift.objects.count()) == (browser.url("contacts:contact_detail", pk=gift.contact_id), 0)


def test_a_gift_that_must_stay_says_why_and_offers_the_refund(admin, gift, browse, published):
    cancel_receipt(issued(gift, by=admin), reason="Wrong name", by=admin)
    browser = browse(admin)
    for response, status in (
        (browser.open("giving:gift_delete", pk=gift.pk), 200),
        (browser.send("giving:gift_delete", {}, pk=gift.pk), 422),
    ):
        document = page(response)
        assert (response.status_code, document.one("main [role=alert]").words) == (
            status,
            "An official receipt names this gift: it can be refunded, not deleted.",
        )
        assert document.css("main button[type=submit]") == []
        assert document.all("a[href*='/refund/']", "href") == [browser.url("giving:gift_refund", pk=gift.pk)]
    assert Gift.objects.count() == 1


# --- one gift ---


def test_the_page_of_a_gift_tells_its_facts_and_history(admin, reader, contact, fund, browse, published):
    gift = services.record_gift(
        contact=contact, amount=Decimal(50), currency="USD", received_on=date(2026, 11, 1), fund=fund, by=admin
    )
    services.correct_gift(gift, by=admin, amount=Decimal(60), currency="CAD", method="cash")
    document = page(browse(reader).open("giving:gift_detail", pk=gift.pk))
    assert document.one("h1").words == "Gift of $60.00 Received"
    history = document.texts("[aria-labelledby=gift-history] li")
    assert history == [
        "Changed by Alice "
        + admin.user.last_name
        + " Amount: US$50.00 → $60.00Currency: US dollar → Canadian dollarMethod: Cheque → Cash"
        " November 20, 2026 at 3:00 p.m.",
        f"Recorded by Alice {admin.user.last_name} November 20, 2026 at 3:00 p.m.",
    ]
    assert document.css("main a[href*='/edit/']") == []


def test_a_foreign_gift_says_that_totals_leave_it_out(admin, contact, fund, browse):
    gift = GiftFactory(contact=contact, fund=fund, recorded_by=admin, currency="USD")
    found = facts(browse(admin).open("giving:gift_detail", pk=gift.pk))
    assert found["Amount"] == "US$50.00In another currency: counted as a gift, not added to totals"


def test_the_timeline_speaks_of_gifts_in_both_languages(admin, contact, fund, browse, published):
    gift = services.record_gift(
        contact=contact, amount=Decimal(500), received_on=date(2026, 11, 12), fund=fund, by=admin
    )
    services.correct_gift(gift, by=admin, amount=Decimal(550))
    document = page(browse(admin).open("contacts:contact_detail", pk=contact.pk))
    entries = document.texts(".mc-tl-what")
    name = f"Alice {admin.user.last_name}"
    assert entries == [
        f"Gift of $550.00 corrected by {name} Amount: $500.00 → $550.00",
        "Gift of $500.00 by cheque, General fund Received on November 12, 2026",
    ]
    links = document.all(".mc-tl-what a", "href")
    assert links == [browse(admin).url("giving:gift_detail", pk=gift.pk)] * 2
