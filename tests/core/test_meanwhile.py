"""Two people in one form: the second is told, keeps what was typed, and overwrites nothing unseen."""

from decimal import Decimal

import pytest

from crm.contacts import services as contacts
from crm.contacts.models import CustomField
from crm.core.web.views import UpdateView
from crm.giving import services
from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.giving.reading import page
from tests.routes import screens
from tests.world import build

UPDATES = [route for route in screens() if issubclass(route.view, UpdateView)]


def filled(document) -> dict:
    """The form of a page as a browser would send it, untouched."""
    (form,) = document.css("form.mc-form")
    data: dict = {}
    for field in form.css("input"):
        kind, name = field.get("type") or "text", field.get("name")
        if not name or (kind in {"checkbox", "radio"} and field.get("checked") is None):
            continue
        data[name] = field.get("value") or ("on" if kind == "checkbox" else "")
    data |= {field.get("name"): field.text.removeprefix("\n") for field in form.css("textarea")}
    for field in form.css("select"):
        chosen = field.css("option[selected]") or field.css("option")
        data[field.get("name")] = chosen[0].get("value") if chosen else ""
    return data


def table(document) -> list[list[str]]:
    return [row.texts("th, td") for row in document.css("#meanwhile tbody tr")]


def test_the_second_is_shown_what_the_first_changed_and_takes_it_in_where_nothing_was_typed(
    finance, admin, gift, browse, published
):
    browser = browse(finance)
    data = filled(page(browser.open("giving:gift_update", pk=gift.pk))) | {"note": "Second"}
    other = FundFactory(organization=gift.organization, name_en="Gala")
    services.correct_gift(gift, by=admin, amount=Decimal(80), fund=other, is_anonymous=True)
    response = browser.send("giving:gift_update", data, pk=gift.pk)
    assert response.status_code == 422
    document = page(response)
    assert str(admin) in document.one("#meanwhile h2").words
    assert table(document) == [
        ["Amount", "$50.00", "$80.00", "$80.00"],
        ["Fund", "General fund", "Gala", "Gala"],
        ["Anonymous", "no", "yes", "yes"],
    ]
    assert Gift.objects.get().note == ""
    again = filled(document)
    assert (again["note"], again["amount"], again["is_anonymous"]) == ("Second", "80.00", "on")
    assert browser.send("giving:gift_update", again, pk=gift.pk).status_code == 302
    saved = Gift.objects.get()
    assert (saved.note, saved.amount, saved.fund, saved.is_anonymous) == ("Second", Decimal("80.00"), other, True)


def test_where_both_changed_the_same_field_the_second_decides_knowing_both(finance, admin, gift, browse, published):
    browser = browse(finance)
    data = filled(page(browser.open("giving:gift_update", pk=gift.pk))) | {"amount": "75"}
    services.correct_gift(gift, by=admin, amount=Decimal(80))
    document = page(browser.send("giving:gift_update", data, pk=gift.pk))
    assert table(document) == [["Amount", "$50.00", "$80.00", "$75.00 (yours)"]]
    assert browser.send("giving:gift_update", filled(document), pk=gift.pk).status_code == 302
    assert Gift.objects.get().amount == Decimal("75.00")


def test_a_third_change_while_the_second_compares_is_told_again(finance, admin, gift, browse, published):
    browser = browse(finance)
    data = filled(page(browser.open("giving:gift_update", pk=gift.pk))) | {"amount": "75"}
    services.correct_gift(gift, by=admin, amount=Decimal(80))
    data = filled(page(browser.send("giving:gift_update", data, pk=gift.pk)))
    services.correct_gift(gift, by=admin, amount=Decimal(90))
    document = page(browser.send("giving:gift_update", data, pk=gift.pk))
    assert table(document) == [["Amount", "$80.00", "$90.00", "$75.00 (yours)"]]


def test_a_save_that_slips_in_between_the_look_and_the_lock_is_not_overwritten(
    finance, admin, gift, browse, published, monkeypatch
):
    browser = browse(finance)
    data = filled(page(browser.open("giving:gift_update", pk=gift.pk))) | {"note": "Second"}
    correct = services.correct_gift

    def slower(row, *, by, **fields):
        correct(gift, by=admin, amount=Decimal(80))  # rolled back with ours: what matters is that ours is refused
        return correct(row, by=by, **fields)

    monkeypatch.setattr(services, "correct_gift", slower)
    response = browser.send("giving:gift_update", data, pk=gift.pk)
    assert response.status_code == 422
    assert "was changed while you were editing" in page(response).one("#meanwhile").words
    assert (Gift.objects.get().amount, Gift.objects.get().note) == (Decimal("50.00"), "")


def test_an_act_that_writes_one_column_twice_is_not_taken_for_somebody_else(
    finance, gift, browse, published, monkeypatch
):
    browser = browse(finance)
    data = filled(page(browser.open("giving:gift_update", pk=gift.pk))) | {"amount": "75"}
    correct = services.correct_gift

    def twice(row, *, by, **fields):
        correct(row, by=by, amount=Decimal(60))
        return correct(row, by=by, **fields)

    monkeypatch.setattr(services, "correct_gift", twice)
    assert browser.send("giving:gift_update", data, pk=gift.pk).status_code == 302
    assert Gift.objects.get().amount == Decimal("75.00")


def test_what_the_form_does_not_show_disturbs_nobody(finance, admin, contact, browse, published):
    browser = browse(admin)
    data = filled(page(browser.open("contacts:contact_update", pk=contact.pk))) | {"city": "Lévis"}
    contacts.add_note(contact, text="Called.", by=finance)
    contacts.record_visit(contact, by=finance, amount=Decimal(5))
    assert browser.send("contacts:contact_update", data, pk=contact.pk).status_code == 302
    contact.refresh_from_db()
    assert contact.city == "Lévis"


def test_custom_fields_phones_and_flags_of_a_contact_come_in_as_the_form_writes_them(
    admin, owner, contact, browse, published
):
    organization = contact.organization
    for code, label in (("c1", "Allergies"), ("c2", "Shirt")):
        CustomField.objects.create(organization=organization, code=code, label_en=label, kind="text")
    contact = contacts.update_contact(contact, by=admin, custom={"c1": "nuts", "c2": "M"})
    browser = browse(admin)
    data = filled(page(browser.open("contacts:contact_update", pk=contact.pk))) | {"first_name": "Hélène-Marie"}
    name = next(name for name in data if name.endswith("c2"))
    data[name] = "L"
    contacts.update_contact(
        contact, by=owner, custom={"c1": "none", "c2": "M"}, phone="+14185550142", do_not_contact=True, city=""
    )
    document = page(browser.send("contacts:contact_update", data, pk=contact.pk))
    assert {row[0]: row[3] for row in table(document)}.keys() == {"Phone", "City", "Do not contact", "Allergies"}
    again = filled(document)
    assert again[name] == "L"
    assert again[name.replace("c2", "c1")] == "none"
    assert again["phone"] == "418 555-0142"
    assert browser.send("contacts:contact_update", again, pk=contact.pk).status_code == 302
    contact.refresh_from_db()
    assert contact.custom == {"c1": "none", "c2": "L"}
    assert (contact.first_name, contact.do_not_contact, contact.city) == ("Hélène-Marie", True, "")


def test_a_gift_that_changed_hands_meanwhile_keeps_its_new_donor(finance, admin, gift, browse, published):
    browser = browse(finance)
    data = filled(page(browser.open("giving:gift_update", pk=gift.pk))) | {"note": "Second"}
    other = ContactFactory(organization=gift.organization, first_name="Luc", last_name="Roy")
    services.correct_gift(gift, by=admin, contact=other)
    document = page(browser.send("giving:gift_update", data, pk=gift.pk))
    again = filled(document)
    assert (again["contact"], again["contact_text"]) == (str(other.pk), "Luc Roy")
    assert browser.send("giving:gift_update", again, pk=gift.pk).status_code == 302
    assert Gift.objects.get().contact == other


@pytest.mark.parametrize("route", UPDATES, ids=str)
def test_every_edit_form_carries_the_mark_of_what_it_showed(route, contact, admin, owner, browse):
    rows = build(contact=contact, by=admin, owner=owner)
    response = browse(admin).open(route.name, pk=rows[route.view.model].pk)
    assert page(response).one("form.mc-form input[name=seen]").get("value")
