"""The form of a gift: proposed values, refusals that lose nothing, duplicates, the donor found without script."""

import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.giving import services
from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.giving.reading import errors, gift_form, page, said


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


@pytest.mark.parametrize(
    "asked", [{"received_on": "2031-01-01"}, {"received_on": "x"}, {"fund": "999", "method": "gold"}]
)
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
    "other",
    [{"amount": "50.01"}, {"received_on": "2026-11-19"}, {"currency": "USD"}],
    ids=["amount", "date", "currency"],
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
    assert errors(response) == {"contact": ["Nobody matches this name. Check the spelling, or add the contact first."]}
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


def test_the_lookup_of_the_form_answers_with_names(admin, contact, browse):
    found = json.loads(browse(admin).open("contacts:contact_lookup", {"q": "bou"}).content)
    assert [row["name"] for row in found["results"]] == ["Hélène Côté-Bouchard"]
