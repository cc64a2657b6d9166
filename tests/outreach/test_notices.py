"""Families are told by letter and by e-mail who gave, in their own language, once, and never how much."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core import mail

from crm.contacts import services as contacts
from crm.contacts.models import Consent
from crm.core.errors import DomainError
from crm.core.models import Operation, OutgoingEmail
from crm.giving import services as giving
from crm.giving.models import Tribute, TributeNotice, TributeRecipient
from crm.outreach import letters, merge, services, usual
from crm.outreach.choices import Purpose
from crm.outreach.models import Communication, MessageTemplate
from tests.factories.contacts import ContactFactory
from tests.giving.reading import errors, page

DAY = date(2026, 3, 15)
HOME = {"address_line1": "12, rue des Érables", "city": "Trois-Rivières", "province": "QC", "postal_code": "G9A 5H7"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def tribute(admin) -> Tribute:
    return giving.save_tribute(kind="memory", name="Anne Tremblay", by=admin)


@pytest.fixture
def tell(admin, owner, organization, tribute):
    """Somebody more of the family is told."""

    def add(**fields) -> TributeRecipient:
        known = {
            "owner": owner,
            "honorific": "Mme",
            "first_name": "Luce",
            "last_name": "Tremblay",
            "language": "fr",
            **HOME,
        }
        contact = ContactFactory(organization=organization, **(known | fields))
        return giving.add_recipient(tribute, contact=contact, by=admin)

    return add


@pytest.fixture
def give(admin, organization, fund, tribute):
    def record(last_name, amount="173.25", **fields):
        contact = ContactFactory(
            organization=organization, honorific="M.", first_name="Guy", last_name=last_name, email=""
        )
        return giving.record_gift(
            contact=contact, amount=Decimal(amount), received_on=DAY, fund=fund, tribute=tribute, by=admin, **fields
        )

    return record


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_usual_words_hold_no_unknown_field(language):
    words = usual.WORDS[Purpose.NOTICE][language]
    assert [merge.problem(text, merge.FIELDS[Purpose.NOTICE]) for text in (words.subject, words.body)] == ["", ""]


def test_a_notice_may_not_say_what_only_a_thank_you_may(admin):
    texts = {"subject_fr": "x", "body_fr": "{amount}", "subject_en": "x", "body_en": "x"}
    with pytest.raises(DomainError, match="no field"):
        services.save_template(name="Ours", purpose=Purpose.NOTICE, by=admin, **texts)


def test_the_letter_names_each_donor_once_and_no_amount(admin, tell, give):
    luce = tell()
    john = tell(honorific="Mr.", first_name="John", last_name="Abbott", language="en", email="john@mail.example")
    roy = give("Roy")
    give("Côté", amount="40.00")
    giving.record_gift(
        contact=roy.contact, amount=Decimal(5), received_on=DAY, fund=roy.fund, tribute=roy.tribute, by=admin
    )
    give("Secret", is_anonymous=True)
    services.notify_by_letter([luce.pk, john.pk], template=None, by=admin)
    english, french = Communication.objects.order_by("language")
    assert french.subject == "Des dons à la mémoire d’Anne Tremblay"
    assert french.body.startswith("Madame Tremblay,")
    assert "M.\u00a0Guy Roy\nM.\u00a0Guy Côté\n1 personne qui souhaite rester anonyme" in french.body
    assert english.subject == "Gifts in memory of Anne Tremblay"
    assert "1 person who does not wish to be named" in english.body
    for letter in (french, english):
        assert not any(number in letter.body for number in ("173", "40", "$", "Secret"))
    assert french.addressee.splitlines()[:2] == ["Mme\u00a0Luce Tremblay", "12, rue des Érables"]
    assert TributeNotice.objects.filter(how="letter").count() == 8
    services.notify_by_letter([luce.pk, john.pk], template=None, by=admin)
    assert Communication.objects.count() == 2


def test_a_donor_who_must_be_forgotten_leaves_the_letters_to_the_families_too(admin, tell, give):
    gift = give("Roy")
    services.notify_by_letter([tell().pk], template=None, by=admin)
    contacts.anonymize_contact(gift.contact, reason="Asked by mail", by=admin)
    assert Communication.objects.get().body == ""
    late = tell(first_name="Marc", honorific="M.")
    services.notify_by_letter([late.pk], template=None, by=admin)
    assert "1 personne qui souhaite rester anonyme" in Communication.objects.get(contact=late.contact).body


def test_letters_are_taken_back_until_printed(admin, tell, give):
    give("Roy")
    first, second = tell(), tell(first_name="Marc", honorific="M.")
    data = services.notify_by_letter([first.pk, second.pk], template=None, by=admin)
    printed = Communication.objects.get(contact=first.contact)
    services.mark_printed([printed.pk], by=admin)
    undone = services.take_notice_letters_back(data, by=admin)
    assert (undone.done, [one["reason"] for one in undone.left]) == (1, ["printed"])
    assert Communication.objects.get() == printed
    assert TributeNotice.objects.get().contact == first.contact


def test_an_email_leaves_once_whatever_is_asked_again(admin, tell, give, run_jobs):
    give("Roy")
    luce = tell(email="luce@courriel.example")
    services.notify_by_email([luce.pk], template=None, by=admin)
    services.notify_by_email([luce.pk], template=None, by=admin)
    run_jobs()
    assert OutgoingEmail.objects.count() == 1
    assert [message.to for message in mail.outbox] == [["luce@courriel.example"]]
    assert "M.\u00a0Guy Roy" in mail.outbox[0].body


# --- on the screen ------------------------------------------------------------------------------------------------------
def test_who_cannot_be_told_is_counted_with_the_reason_and_the_letter_is_read_before(browse, admin, tell, give):
    give("Roy")
    tell(address_line1="")
    tell(is_deceased=True)
    refused = tell()
    Consent.objects.create(
        organization=admin.organization, contact=refused.contact, channel="mail", status="withdrawn", given_on=DAY
    )
    told = tell()
    browser = browse(admin)
    shown = page(browser.open("giving:notice_bulk", {"act": "letters", "all": "1", "query": ""})).words
    for said in (
        "done to 1 row",
        "No postal address",
        "deceased",
        "Does not want to be written to",
        "à la mémoire d’Anne",
    ):
        assert said in shown, said
    asked = {"act": "letters", "all": "1", "query": "", "expected": "1", "template": "", "submission": "x"}
    assert browser.send("giving:notice_bulk", asked).status_code == 302
    assert Communication.objects.get().contact == told.contact
    assert Operation.objects.get().done == 1


def test_letters_to_families_print_with_the_others(admin, tell, give):
    give("Roy")
    services.notify_by_letter([tell().pk], template=None, by=admin)
    assert letters.draw([Communication.objects.get()], admin.organization).startswith(b"%PDF")


def test_each_purpose_offers_its_own_words(browse, admin):
    browser = browse(admin)
    begun = browser.open("outreach:notice_template_create")
    fields = page(begun).texts("code")
    assert "{donors}" in fields
    assert "{amount}" not in fields
    data = {"name": "Family", "is_active": "on", "subject_fr": "x", "body_fr": "{donors}", "subject_en": "x"}
    refused = browser.send("outreach:notice_template_create", data | {"body_en": "{gifts}"})
    assert errors(refused) == {"body_en": ["There is no field {gifts}."]}
    browser.send("outreach:notice_template_create", data | {"body_en": "{donors}"})
    template = MessageTemplate.objects.get()
    assert template.purpose == "notice"
    assert "{donors}" in page(browser.open("outreach:template_update", pk=template.pk)).texts("code")


def test_a_fundraiser_tells_the_families_she_follows_only(browse, owner, tell, give):
    give("Roy")
    mine, theirs = tell(), tell(owner=None, first_name="Zoé")
    browser = browse(owner)
    shown = page(browser.open("giving:notice_list")).words
    assert "Luce" in shown
    assert "Zoé" not in shown
    shown = page(browser.open("giving:tribute_detail", pk=mine.tribute_id)).words
    assert "Luce" in shown
    assert "Zoé" not in shown
    assert "1 person more" in shown
    data = {"act": "told", "row": [mine.pk, theirs.pk], "query": "", "expected": "1", "how": "phone", "submission": "x"}
    browser.send("giving:notice_bulk", data)
    assert [notice.contact for notice in TributeNotice.objects.all()] == [mine.contact]
