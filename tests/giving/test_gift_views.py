"""The screens of gifts, as each person meets them."""

import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.giving import services
from crm.giving.choices import GiftStatus
from crm.giving.models import Gift
from crm.receipts.services import cancel_receipt
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.factories.receipts import issued
from tests.giving.reading import page

NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


def errors(response) -> dict[str, list[str]]:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def form(contact, fund) -> dict:
    """A gift as the form sends it."""
    return {
        "contact": contact.pk,
        "contact_text": contact.name,
        "amount": "50.00",
        "currency": "CAD",
        "received_on": "2026-11-20",
        "method": "check",
        "fund": fund.pk,
        "type": "one_time",
        "status": "completed",
        "note": "",
    }


def for_donor(form: dict) -> dict:
    return {name: value for name, value in form.items() if not name.startswith("contact")}


# --- recording ---


@pytest.mark.parametrize(
    ("language", "typed", "toast"),
    [
        ("en", "$1,234.56", "Gift of $1,234.56 recorded."),
        ("en", "1 234,56", "Gift of $1,234.56 recorded."),
        ("fr", "1 234,56 $", None),
        ("fr", "1,234.56", None),
    ],
)
def test_a_gift_is_recorded_from_the_donors_page_and_leads_back_to_it(
    admin, contact, form, browse, published, language, typed, toast
):
    browser = browse(admin, language)
    response = browser.send("giving:gift_create_for", for_donor(form) | {"amount": typed}, pk=contact.pk)
    assert (response.status_code, response.url) == (302, browser.url("contacts:contact_detail", pk=contact.pk))
    gift = Gift.objects.get()
    assert (gift.amount, gift.contact, gift.received_on, gift.recorded_by) == (
        Decimal("1234.56"), contact, date(2026, 11, 20), admin,
    )  # fmt: skip
    if toast:
        again = browser.url("giving:gift_create")
        assert said(response) == [
            f'{toast} <a href="{again}?received_on=2026-11-20&amp;method=check&amp;fund={gift.fund_id}">Another gift</a>'
        ]


def test_a_gift_is_recorded_from_the_list_for_a_chosen_donor(admin, contact, form, browse, published):
    response = browse(admin).send("giving:gift_create", form)
    assert (response.status_code, Gift.objects.get().contact) == (302, contact)


def test_the_form_proposes_today_the_usual_fund_and_the_organizations_money(admin, fund, browse):
    FundFactory(organization=fund.organization, code="AAA")
    fields = browse(admin).open("giving:gift_create").context["form"]
    assert (fields["received_on"].value(), fields["fund"].value(), fields["currency"].value()) == (
        date(2026, 11, 20), fund.pk, "CAD",
    )  # fmt: skip


def test_another_gift_begins_as_the_one_before(admin, fund, browse):
    other = FundFactory(organization=fund.organization, code="OTH")
    asked = {"received_on": "2026-11-02", "method": "cash", "fund": other.pk}
    fields = browse(admin).open("giving:gift_create", asked).context["form"]
    assert (fields["received_on"].value(), fields["method"].value(), fields["fund"].value()) == (
        date(2026, 11, 2), "cash", other.pk,
    )  # fmt: skip


@pytest.mark.parametrize("asked", [{"received_on": "2031-01-01"}, {"received_on": "x"}, {"fund": "999", "method": "gold"}])
def test_nonsense_in_the_address_of_another_gift_is_left_out(admin, fund, browse, asked):
    fields = browse(admin).open("giving:gift_create", asked).context["form"]
    assert (fields["received_on"].value(), fields["fund"].value(), fields["method"].value()) == (
        date(2026, 11, 20), fund.pk, "check",
    )  # fmt: skip


def test_what_was_typed_is_still_there_after_a_refusal(admin, contact, form, browse):
    typed = for_donor(form) | {"amount": "1,2,3", "note": "From the <b>gala</b>", "received_on": "2026-11-21"}
    response = browse(admin).send("giving:gift_create_for", typed, pk=contact.pk)
    assert (response.status_code, errors(response)) == (
        422,
        {
            "amount": ["Enter an amount such as 125.00."],
            "received_on": ["The date is in the future. A gift is recorded once received."],
        },
    )
    document = page(response)
    assert document.all("input[name=amount]", "value") == ["1,2,3"]
    assert document.all("input[name=received_on]", "value") == ["2026-11-21"]
    assert [node.text.strip() for node in document.css("textarea[name=note]")] == ["From the <b>gala</b>"]
    assert Gift.objects.count() == 0


def test_the_same_sending_twice_records_one_gift(admin, contact, form, browse, published):
    browser = browse(admin)
    sending = for_donor(form) | {"submission": "abc"}
    for _click in range(2):
        response = browser.send("giving:gift_create_for", sending, pk=contact.pk)
        assert response.url == browser.url("contacts:contact_detail", pk=contact.pk)
    assert Gift.objects.count() == 1


def test_a_probable_duplicate_asks_for_a_tick_and_keeps_what_was_typed(admin, contact, form, browse, published):
    browser = browse(admin)
    browser.send("giving:gift_create_for", for_donor(form), pk=contact.pk)
    response = browser.send("giving:gift_create_for", for_donor(form) | {"note": "again"}, pk=contact.pk)
    assert (response.status_code, list(errors(response)), Gift.objects.count()) == (422, ["confirmed"], 1)
    document = page(response)
    assert document.all("input[type=checkbox][name=confirmed]", "id") == ["id_confirmed"]
    assert document.all("input[name=amount]", "value") == ["50.00"]
    response = browser.send("giving:gift_create_for", for_donor(form) | {"confirmed": "on"}, pk=contact.pk)
    assert (response.status_code, Gift.objects.count()) == (302, 2)


@pytest.mark.parametrize(
    "other", [{"amount": "50.01"}, {"received_on": "2026-11-19"}, {"currency": "USD"}], ids=["amount", "date", "currency"]
)
def test_another_amount_date_or_currency_is_no_duplicate(admin, contact, form, browse, published, other):
    browser = browse(admin)
    browser.send("giving:gift_create_for", for_donor(form), pk=contact.pk)
    assert browser.send("giving:gift_create_for", for_donor(form) | other, pk=contact.pk).status_code == 302


def test_a_gift_entered_again_after_a_refund_is_no_duplicate(admin, contact, form, browse, published):
    browser = browse(admin)
    browser.send("giving:gift_create_for", for_donor(form), pk=contact.pk)
    services.refund_gift(Gift.objects.get(), by=admin)
    assert browser.send("giving:gift_create_for", for_donor(form), pk=contact.pk).status_code == 302


def test_no_confirmation_is_asked_before_there_is_a_reason(admin, contact, browse, fund):
    assert page(browse(admin).open("giving:gift_create_for", pk=contact.pk)).css("input[name=confirmed]") == []


@pytest.mark.parametrize("field", ["fund", "contact"])
def test_a_row_of_another_organization_is_no_choice(admin, form, browse, outsider, foreign_contact, field):
    foreign = {"fund": FundFactory(organization=outsider.organization), "contact": foreign_contact}[field]
    response = browse(admin).send("giving:gift_create", form | {field: foreign.pk, "contact_text": ""})
    assert (response.status_code, list(errors(response)), Gift.objects.count()) == (422, [field], 0)
    address = {"fund": "giving:gift_list", "contact": "giving:gift_create_for"}[field]
    if field == "contact":
        assert browse(admin).open(address, pk=foreign.pk).status_code == 404


def test_what_is_not_sent_is_as_usual(admin, organization, form, browse, published):
    organization.currency = "USD"
    organization.save()
    sent = {name: form[name] for name in ("contact", "contact_text", "amount", "received_on", "fund")}
    assert browse(admin).send("giving:gift_create", sent).status_code == 302
    gift = Gift.objects.get()
    assert (gift.currency, gift.method, gift.type, gift.status) == ("USD", "check", "one_time", "completed")


def test_a_fund_out_of_use_is_not_offered(admin, form, browse, fund):
    old = FundFactory(organization=fund.organization, is_active=False)
    assert errors(browse(admin).send("giving:gift_create", form | {"fund": old.pk})).keys() == {"fund"}


@pytest.mark.parametrize("status", ["refunded", "failed"])
def test_a_new_gift_is_neither_refunded_nor_failed(admin, form, browse, status):
    assert errors(browse(admin).send("giving:gift_create", form | {"status": status})).keys() == {"status"}


def test_an_archived_donor_is_explained_and_not_offered(admin, contact, form, browse):
    contact.archived_at = contact.created_at
    contact.save()
    browser = browse(admin)
    response = browser.open("giving:gift_create_for", pk=contact.pk)
    assert response.url == browser.url("contacts:contact_detail", pk=contact.pk)
    assert said(response) == ["This contact is archived. Restore it before recording a gift."]
    assert errors(browser.send("giving:gift_create", form)).keys() == {"contact"}


def test_without_a_fund_the_form_says_what_to_do(admin, finance, contact, browse):
    for person, link in ((admin, ["Add a first fund"]), (finance, [])):
        document = page(browse(person).open("giving:gift_create_for", pk=contact.pk))
        assert document.one("form .alert-warning").texts("a") == link


# --- choosing the donor without script ---


def radios(document) -> list[str]:
    return document.texts("[data-lookup-candidates] label")


def test_a_name_without_a_choice_is_searched_and_the_matches_are_offered(admin, contact, form, browse, published):
    ContactFactory(organization=contact.organization, first_name="Zoé", last_name="Roy")
    browser = browse(admin)
    typed = form | {"contact": "", "contact_text": "cote bouch", "note": "kept"}
    response = browser.send("giving:gift_create", typed)
    document = page(response)
    assert radios(document) == [f"Hélène Côté-Bouchard Trois-Rivières · {contact.email}"]
    assert errors(response) == {"contact": ["Choose the donor in the list."]}
    assert document.all("input[name=contact_text]", "value") == ["cote bouch"]
    answer = typed | {"contact": contact.pk, "contact_choice": "cote bouch"}
    assert browser.send("giving:gift_create", answer).status_code == 302
    assert (Gift.objects.get().contact, Gift.objects.get().note) == (contact, "kept")


def test_a_name_nobody_has_leads_to_a_new_contact(admin, form, browse):
    response = browse(admin).send("giving:gift_create", form | {"contact": "", "contact_text": "Nemo <x>"})
    assert errors(response) == {
        "contact": ["Nobody matches this name. Check the spelling, or add the contact first."]
    }
    assert page(response).all("form a[href*='contacts/new']", "href") == [
        browse(admin).url("contacts:contact_create") + "?name=Nemo%20%3Cx%3E"
    ]


def test_a_number_left_behind_another_name_is_never_taken(admin, contact, form, browse):
    other = ContactFactory(organization=contact.organization, first_name="Zoé", last_name="Roy")
    response = browse(admin).send("giving:gift_create", form | {"contact": contact.pk, "contact_text": "zoe roy"})
    assert (response.status_code, Gift.objects.count()) == (422, 0)
    assert radios(page(response)) == [f"Zoé Roy Trois-Rivières · {other.email}"]


def test_no_donor_at_all_is_asked_for(admin, form, browse):
    response = browse(admin).send("giving:gift_create", form | {"contact": "", "contact_text": ""})
    assert errors(response) == {"contact": ["Choose the donor."]}


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
        "status": gift.status, "note": gift.note, "seen": gift.updated_at.isoformat(),
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


def test_the_second_of_two_people_editing_is_told_and_loses_nothing(finance, admin, gift, browse, published):
    form = edited(gift, note="Second")
    with time_machine.travel("2026-11-20T16:00:00-05:00", tick=False):
        services.correct_gift(gift, by=admin, amount=Decimal(80))
        browser = browse(finance)
        response = browser.send("giving:gift_update", form, pk=gift.pk)
        assert (response.status_code, list(errors(response))) == (422, ["__all__"])
        document = page(response)
        assert [node.text.strip() for node in document.css("textarea[name=note]")] == ["Second"]
        gift.refresh_from_db()
        assert document.all("input[name=seen]", "value") == [gift.updated_at.isoformat()]
        again = form | {"seen": gift.updated_at.isoformat()}
        assert browser.send("giving:gift_update", again, pk=gift.pk).status_code == 302


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
        "__all__": ["An official receipt was issued for this gift. Void or replace the receipt first."]
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


# --- the list ---


@pytest.fixture
def gifts(contact, fund, admin) -> dict[str, Gift]:
    other = ContactFactory(organization=contact.organization, first_name="Zoé", last_name="Roy", city="Lévis")
    events = FundFactory(organization=contact.organization, code="EV")
    base = {"fund": fund, "recorded_by": admin}
    return {
        "old": GiftFactory(contact=contact, amount="20.00", received_on=date(2025, 1, 5), method="cash", **base),
        "euro": GiftFactory(contact=contact, amount="500.00", currency="EUR", received_on=date(2026, 5, 1), **base),
        "zoe": GiftFactory(contact=other, amount="75.50", received_on=date(2026, 6, 1), type="recurring",
                           **base | {"fund": events}),
        "back": GiftFactory(contact=other, amount="10.00", received_on=date(2026, 6, 1), status="refunded", **base),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["back", "zoe", "euro", "old"]),
        ({"q": "cote HELENE"}, ["euro", "old"]),
        ({"q": "levis"}, ["back", "zoe"]),
        ({"received_on_after": "2026-05-01", "received_on_before": "2026-05-31"}, ["euro"]),
        ({"amount_min": "20,00", "amount_max": "75.50"}, ["zoe", "old"]),
        ({"method": ["cash", "payroll"]}, ["old"]),
        ({"type": "recurring"}, ["zoe"]),
        ({"status": "refunded"}, ["back"]),
        ({"currency": "EUR"}, ["euro"]),
        ({"fund": "EV"}, ["zoe"]),
        ({"sort": "amount"}, ["back", "old", "zoe", "euro"]),
        ({"sort": "-amount"}, ["euro", "zoe", "old", "back"]),
        ({"sort": "received_on"}, ["old", "euro", "zoe", "back"]),
        ({"recorded_since": "2026-11-20"}, ["back", "zoe", "euro", "old"]),
        ({"recorded_since": "2026-11-21"}, []),
    ],
)
def test_the_list_is_narrowed_and_sorted(admin, gifts, browse, asked, found):
    if "fund" in asked:
        asked = {"fund": gifts["zoe"].fund_id}
    records = browse(admin).open("giving:gift_list", asked).context["page"].records
    names = {gift.pk: name for name, gift in gifts.items()}
    assert [names[record.pk] for record in records] == found


def test_the_filters_in_force_are_said_in_words(admin, gifts, browse):
    asked = {"amount_min": "1000", "received_on_after": "2026-01-01", "status": ["completed", "pending"]}
    response = browse(admin).open("giving:gift_list", asked)
    assert page(response).texts("a.mc-chip b") == ["≥ January 1, 2026", "≥ $1,000.00", "Received, Pending"]
    assert response.context["page"].records == []


def test_the_empty_list_says_how_to_begin(admin, browse):
    document = page(browse(admin).open("giving:gift_list"))
    assert document.one("main .mc-empty").words == (
        "No gifts yetRecord a first gift, or import the ones you already have.New gift"
    )


def test_the_total_adds_received_gifts_by_currency(admin, gifts, browse):
    total = page(browse(admin).open("giving:gift_totals")).one("main section p")
    assert total.words == "$95.50 + €500.00 received, 4 gifts (1 pending, failed or refunded is not added)"


def test_the_total_follows_the_filters(admin, gifts, browse):
    assert page(browse(admin).open("giving:gift_totals", {"q": "zoe"})).one("main section p").words == (
        "$75.50 received, 2 gifts (1 pending, failed or refunded is not added)"
    )


def test_a_total_that_would_cost_too_much_is_not_drawn(admin, gifts, browse, monkeypatch):
    monkeypatch.setattr("crm.giving.queries.TOTALS_CAP", 3)
    assert page(browse(admin).open("giving:gift_totals")).one("main section p").words == (
        "More than 3 gifts: narrow the list to see its total."
    )


def test_the_export_says_amount_and_currency_in_columns_of_their_own(admin, gifts, browse):
    response = browse(admin).open("giving:gift_list", {"export": "csv", "currency": "EUR"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Donor,Received,Amount,Currency,Fund,Method,Type,Status",
        "Hélène Côté-Bouchard,2026-05-01,500.00,EUR,General fund,Cheque,One-time,Received",
    ]


def test_a_name_that_would_be_code_is_shown_as_text(admin, fund, browse):
    bad = "<img src=x onerror=alert(1)>"
    contact = ContactFactory(organization=fund.organization, first_name="", last_name=bad)
    fund.name_en = bad
    fund.save()
    gift = GiftFactory(contact=contact, fund=fund, recorded_by=admin, note=f"{bad}\n</textarea><script>alert(2)</script>")
    services.correct_gift(gift, by=admin, note=gift.note + "!")
    browser = browse(admin)
    for name, kwargs in (
        ("giving:gift_list", {}),
        ("giving:gift_detail", {"pk": gift.pk}),
        ("giving:gift_update", {"pk": gift.pk}),
        ("giving:gift_delete", {"pk": gift.pk}),
        ("giving:fund_list", {}),
        ("giving:contact_gifts", {"pk": contact.pk}),
        ("contacts:contact_detail", {"pk": contact.pk}),
    ):
        document = page(browser.open(name, **kwargs))
        assert (document.css("img"), document.css("script:not([src])")) == ([], []), name


def test_the_cost_of_a_page_does_not_grow_with_its_rows(admin, contact, fund, browse, published):
    browser = browse(admin)
    browser.open("giving:gift_list")  # the first visit writes that somebody is here
    costs = {}
    for rows in (2, 10):
        while Gift.objects.count() < rows:
            donor = ContactFactory(organization=contact.organization)
            services.record_gift(
                contact=donor, amount=Decimal(5), received_on=date(2026, 1, 1), by=admin,
                fund=FundFactory(organization=contact.organization),
            )  # fmt: skip
        for name in ("gift_list", "gift_totals", "fund_list"):
            with CaptureQueriesContext(connection) as queries:
                browser.open(f"giving:{name}")
            costs.setdefault(name, []).append(len(queries))
    assert [name for name, (few, many) in costs.items() if few != many] == []


# --- panels of the donor page ---


def facts(response) -> dict[str, str]:
    return {node.one("dt").words: node.one("dd").words for node in page(response).css("dl.mc-facts > div")}


@pytest.fixture
def giving(contact, fund, admin, published):
    for amount, currency, day in (
        ("300.00", "CAD", date(2017, 3, 1)),
        ("100.00", "CAD", date(2025, 3, 1)),
        ("70.00", "USD", date(2025, 8, 1)),
        ("150.00", "CAD", date(2026, 2, 1)),
    ):
        services.record_gift(
            contact=contact, amount=Decimal(amount), currency=currency, received_on=day, fund=fund, by=admin
        )
    return contact


def test_the_summary_says_what_the_donor_gave(reader, giving, browse):
    assert facts(browse(reader).open("giving:contact_summary", pk=giving.pk)) == {
        "Lifetime total": "$550.00+ US$70.00",
        "In 2026": "$150.00$100.00 last year",
        "Last gift": "$150.00February 1, 2026",
        "Number of gifts": "4since 2017",
        "Average gift": "$183.33",
        "Largest gift": "$300.00",
    }


def test_the_summary_in_french_keeps_its_spaces(reader, giving, browse):
    document = page(browse(reader, "fr").open("giving:contact_summary", pk=giving.pk))
    assert document.css("dl.mc-facts dd")[0].text.startswith(f"550,00{NBSP}$")


def test_the_bars_show_every_year_and_say_their_result(reader, giving, browse):
    document = page(browse(reader).open("giving:contact_summary", pk=giving.pk))
    svg = document.one("main svg[role=img]")
    assert svg.get("aria-label") == "Gifts per year, from $300.00 in 2017 to $150.00 in 2026"
    rows = document.texts("main table tr")
    assert rows == [
        "2017$300.00", "2018$0.00", "2019$0.00", "2020$0.00", "2021$0.00", "2022$0.00", "2023$0.00", "2024$0.00",
        "2025$100.00", "2026$150.00",
    ]  # fmt: skip
    assert len(svg.css("rect")) == 10


def test_a_year_of_giving_before_new_years_night_is_still_right_the_next_morning(reader, giving, browse):
    with time_machine.travel("2027-01-01T00:30:00-05:00"):
        found = facts(browse(reader).open("giving:contact_summary", pk=giving.pk))
    assert found["In 2027"] == "$0.00$150.00 last year"


def test_somebody_who_never_gave_has_an_empty_summary(admin, reader, contact, browse):
    for person, buttons in ((admin, ["New gift"]), (reader, [])):
        document = page(browse(person).open("giving:contact_summary", pk=contact.pk))
        assert document.one("main .mc-empty").texts("a") == buttons


def test_the_tab_of_gifts_goes_page_by_page(reader, contact, fund, admin, browse):
    for place in range(27):
        GiftFactory(contact=contact, fund=fund, recorded_by=admin, amount=Decimal(place + 1))
    browser = browse(reader)
    first = page(browser.open("giving:contact_gifts", pk=contact.pk))
    assert (len(first.css("tbody tr")), first.one(".mc-foot > span").words) == (25, "1–25 of 27")
    second = page(browser.open("giving:contact_gifts", {"page": 2}, pk=contact.pk))
    assert second.texts("tbody a") == ["$2.00", "$1.00"]


def test_the_panels_of_a_stranger_are_not_there(colleague, outsider, giving, browse):
    for person in (colleague, outsider):
        for name in ("contact_summary", "contact_gifts"):
            assert browse(person).open(f"giving:{name}", pk=giving.pk).status_code == 404


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
        "Changed by Alice " + admin.user.last_name
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


def test_the_lookup_of_the_form_answers_with_names(admin, contact, browse):
    found = json.loads(browse(admin).open("contacts:contact_lookup", {"q": "bou"}).content)
    assert [row["name"] for row in found["results"]] == ["Hélène Côté-Bouchard"]


@pytest.mark.parametrize(("sort", "index"), [("", "gift_recent"), ("-amount", "gift_by_amount"), ("amount", "gift_by_amount")])
def test_a_page_of_the_list_is_read_from_an_index_and_never_sorted(admin, gifts, browse, sort, index):
    """The 500th page of 500,000 gifts too: the index holds the order, nothing is gathered first."""
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as queries:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        browse(admin).open("giving:gift_list", {"sort": sort})
        (query,) = [
            row["sql"] for row in queries.captured_queries
            if 'FROM "giving_gift"' in row["sql"] and "ORDER BY" in row["sql"] and "COUNT" not in row["sql"]
        ]  # fmt: skip
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + query)
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert (index in plan, "Sort" in plan, "TEMP B-TREE" in plan) == (True, False, False), plan
