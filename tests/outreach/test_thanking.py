"""Donors are thanked by letter and by e-mail, in their own language, once, and only where they may be written to."""

import io
import shutil
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from pypdf import PdfReader

from crm.contacts.models import Consent, Contact
from crm.core import acts, operations
from crm.core.errors import DomainError
from crm.core.models import Operation, OutgoingEmail
from crm.giving import services as giving
from crm.giving.models import Thanks
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
def donor(organization, owner) -> Contact:
    return ContactFactory(
        organization=organization, owner=owner, honorific="Mme", first_name="Hélène", last_name="Roy", language="fr",
        email="helene@courriel.example", **HOME,
    )  # fmt: skip


@pytest.fixture
def english(organization, owner) -> Contact:
    return ContactFactory(
        organization=organization, owner=owner, honorific="Mr.", first_name="John", last_name="Abbott", language="en",
        email="john@mail.example", **HOME,
    )  # fmt: skip


@pytest.fixture
def give(admin, fund):
    def record(contact, amount=50, **fields) -> Thanks:
        known = {"received_on": DAY, "fund": fund, "by": admin}
        return giving.record_gift(contact=contact, amount=Decimal(amount), **(known | fields)).thanks

    return record


@pytest.fixture
def ours(admin) -> MessageTemplate:
    return services.save_template(
        name="Ours", subject_fr="Merci!", body_fr="{greeting},\n\n{amount} : {gifts}", subject_en="Thanks!",
        body_en="{greeting}:\n\n{amount} – {gifts}", by=admin,
    )  # fmt: skip


def plain(text: str) -> str:
    return " ".join(text.split())


# --- words ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{greeting}, {gifts}", ""),
        ("Hello", ""),
        ("{greetings}", "There is no field {greetings}."),
        ("{greeting.__class__}", "There is no field {greeting.__class__}."),
        ("{0}", "There is no field {0}."),
        ("{{greeting}}", "A brace is alone: a field is written {greeting}."),
        ("50 {", "A brace is alone: a field is written {greeting}."),
    ],
)
def test_fields_are_known_or_refused_before_anything_leaves(text, problem):
    assert str(merge.problem(text, merge.FIELDS[Purpose.THANKS])) == problem


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_usual_words_hold_no_unknown_field(language):
    words = usual.WORDS[Purpose.THANKS][language]
    assert [merge.problem(text, merge.FIELDS[Purpose.THANKS]) for text in (words.subject, words.body)] == ["", ""]


def test_a_field_with_nothing_to_say_is_an_error_not_a_blank():
    with pytest.raises(merge.MissingValue, match="gifts"):
        merge.fill("{greeting} {gifts}", {"greeting": "Hello", "gifts": ""})


def test_what_a_donor_is_called_is_never_read_as_a_field():
    assert merge.fill("{greeting}", {"greeting": "{amount}", "amount": "50"}) == "{amount}"


# --- letters --------------------------------------------------------------------------------------------------------
def test_one_letter_a_donor_for_all_their_gifts_in_their_language(give, donor, english, ours, admin):
    rows = [give(donor), give(donor, 25, received_on=date(2026, 3, 18)), give(english, 10)]
    services.thank_by_letter([row.pk for row in rows], template=ours, by=admin)
    first, second = Communication.objects.order_by("pk")
    assert (first.language, second.language) == ("en", "fr")
    assert plain(first.body) == "Dear Mr. Abbott: $10.00 – your gift of $10.00, received on March 15, 2026"
    assert plain(second.body) == ("Madame Roy, 75,00 $ : vos dons de 50,00 $ (15 mars 2026) et 25,00 $ (18 mars 2026)")
    assert second.addressee.splitlines() == [
        "Mme\u00a0Hélène Roy",
        "12, rue des Érables",
        "Trois-Rivières (Québec) G9A\u00a05H7",
    ]
    assert not Thanks.objects.due().exists()
    assert {row.how for row in Thanks.objects.all()} == {"letter"}


def test_thanking_twice_writes_once(give, donor, admin):
    row = give(donor)
    for _twice in range(2):
        services.thank_by_letter([row.pk], template=None, by=admin)
    assert Communication.objects.count() == 1


def test_letters_that_nobody_printed_are_taken_back_and_the_others_stay(give, donor, english, admin):
    rows = [give(donor), give(english)]
    done = services.thank_by_letter([row.pk for row in rows], template=None, by=admin)
    printed = Communication.objects.get(contact=donor)
    services.mark_printed([printed.pk], by=admin)
    undone = services.take_letters_back(done, by=admin)
    assert (undone.done, [one["reason"] for one in undone.left]) == (1, ["printed"])
    assert [row.gift.contact for row in Thanks.objects.due()] == [english]
    assert list(Communication.objects.all()) == [printed]


def test_the_letters_that_wait_become_one_file_with_a_page_each(give, donor, english, admin, run_jobs, organization):
    organization.signatory_name = "Priya Nair"
    organization.save()
    rows = [give(donor), give(english, 10)]
    services.thank_by_letter([row.pk for row in rows], template=None, by=admin)
    waiting = Communication.objects.to_print().values_list("pk", flat=True)
    operation = letters.start_printing(waiting, by=admin)
    run_jobs()
    operation.refresh_from_db()
    assert (operation.status, operation.done) == (Operation.Status.DONE, 2)
    with operation.result_file.open("rb") as stream:
        pages = [plain(one.extract_text()) for one in PdfReader(io.BytesIO(stream.read())).pages]
    assert len(pages) == 2
    assert "Dear Mr. Abbott" in pages[0]
    assert "March 20, 2026" in pages[0]
    assert "Madame Roy" in pages[1]
    assert "20 mars 2026" in pages[1]
    assert "Priya Nair" in pages[1]
    assert not Communication.objects.to_print().exists()
    with pytest.raises(DomainError):
        letters.start_printing([], by=admin)


@pytest.fixture
def five_letters(give, organization, admin, monkeypatch):
    """Letters to five donors, two drawn at a time."""
    monkeypatch.setattr(letters, "PART", 2)
    people = [ContactFactory(organization=organization, last_name=name, language="en", **HOME) for name in "EDCBA"]
    services.thank_by_letter([give(one).pk for one in people], template=None, by=admin)
    return Communication.objects.to_print()


def addressed(operation) -> list[str]:
    """To whom the pages of the file are."""
    operation.refresh_from_db()
    with operation.result_file.open("rb") as stream:
        pages = [plain(one.extract_text()) for one in PdfReader(io.BytesIO(stream.read())).pages]
    names = {letter.contact.name for letter in Communication.objects.all()}
    return [next(name for name in names if name in page) for page in pages]


def by_name() -> list[str]:
    rows = Communication.objects.order_by("contact__sort_name")
    return list(rows.values_list("contact__name", flat=True))


def test_many_letters_are_drawn_some_at_a_time_and_bound_in_order(five_letters, admin):
    operation = letters.start_printing(five_letters.values_list("pk", flat=True), by=admin)
    assert operations.advance(operation.pk)
    assert five_letters.count() == 5  # none is marked before the file is there
    operations.run_to_end(operation.pk)
    assert addressed(operation) == by_name()
    assert (operation.done, operation.failed, five_letters.count()) == (5, 0, 0)


def test_what_was_drawn_and_lost_is_drawn_again(five_letters, admin):
    operation = letters.start_printing(five_letters.values_list("pk", flat=True), by=admin)
    operations.advance(operation.pk)
    operations.advance(operation.pk)
    shutil.rmtree(operations.KINDS[operation.kind].unfinished(operation))
    operations.run_to_end(operation.pk)
    assert addressed(operation) == by_name()


def test_letters_that_are_gone_meanwhile_leave_no_page(five_letters, admin):
    operation = letters.start_printing(five_letters.values_list("pk", flat=True), by=admin)
    operations.advance(operation.pk)
    Communication.objects.order_by("contact__sort_name")[2].delete()
    operations.run_to_end(operation.pk)
    assert addressed(operation) == by_name()


def test_when_all_are_gone_it_says_so(five_letters, admin):
    operation = letters.start_printing(five_letters.values_list("pk", flat=True), by=admin)
    Communication.objects.all().delete()
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    assert (operation.status, operation.error) == (Operation.Status.FAILED, "There is no letter to print.")


# --- e-mails --------------------------------------------------------------------------------------------------------
def test_one_email_a_donor_leaves_once_in_their_language(give, donor, english, admin, run_jobs):
    rows = [give(donor), give(donor, 25), give(english, 10)]
    for _twice in range(2):
        services.thank_by_email([row.pk for row in rows], template=None, by=admin)
    run_jobs()
    assert sorted((one.to, one.subject) for one in mail.outbox) == [
        (["helene@courriel.example"], "Merci de votre don"), (["john@mail.example"], "Thank you for your gift"),
    ]  # fmt: skip
    assert {one.status for one in Communication.objects.select_related("email")} == {"sent"}
    text = next(plain(one.body) for one in mail.outbox if one.to == ["john@mail.example"])
    assert "Dear Mr. Abbott" in text
    assert "your gift of $10.00, received on March 15, 2026" in text


def test_a_name_cannot_write_html_into_the_email(give, organization, admin):
    donor = ContactFactory(
        organization=organization, first_name="", last_name="<b>Roy</b>", honorific="Mme", email="x@courriel.example"
    )
    services.thank_by_email([give(donor).pk], template=None, by=admin)
    assert "<b>Roy</b>" not in OutgoingEmail.objects.get().html


@pytest.mark.parametrize(
    ("fields", "act", "why"),
    [
        ({"email": ""}, "emails", "No e-mail address"),
        ({"do_not_contact": True}, "emails", "Must not be contacted"),
        ({"is_deceased": True}, "letters", "Must not be contacted"),
        ({"address_line1": ""}, "letters", "No postal address"),
        ({}, "emails", "No consent to e-mails"),
    ],
)
def test_whoever_may_not_be_written_to_is_left_out_with_the_reason(
    fields, act, why, give, donor, english, admin, browse
):
    rows = [give(donor), give(english)]
    Contact.objects.filter(pk=donor.pk).update(**fields)
    if not fields:
        Consent.objects.create(
            organization=admin.organization, contact=donor, channel="email", status="withdrawn", given_on=DAY
        )
    asked = browse(admin).open("giving:thanks_bulk", {"act": act, "row": [row.pk for row in rows]})
    assert asked.context["count"] == 1
    assert why in page(asked).words


# --- screens --------------------------------------------------------------------------------------------------------
def test_the_queue_offers_letters_and_they_are_printed_from_the_list(give, donor, admin, browse, run_jobs):
    row = give(donor)
    browser = browse(admin, "fr")
    assert "Remercier par lettre" in page(browser.open("giving:thanks_list")).words
    sent = {"act": "letters", "row": [row.pk], "template": "", "expected": 1, "submission": "x"}
    for _double_click in range(2):
        assert browser.send("giving:thanks_bulk", sent).status_code == 302
    listed = page(browser.open("outreach:communication_list"))
    assert len(listed.css("tbody tr")) == 1
    assert "À imprimer" in listed.one("tbody").words
    for _double_click in range(2):
        assert browser.send("outreach:letter_print", {"submission": "p"}).status_code == 302
    run_jobs()
    assert Operation.objects.filter(kind="print_letters").count() == 1
    message = Communication.objects.get()
    shown = page(browser.open("outreach:communication_detail", pk=message.pk))
    assert "Madame Roy" in shown.words
    assert "Imprimée" in shown.one("h1").words
    tab = page(browser.open("contacts:contact_detail", {"tab": "messages"}, pk=donor.pk))
    assert "Merci de votre don" in tab.words


def test_a_donor_whose_gifts_are_far_apart_in_a_long_queue_receives_one_letter(
    give, donor, english, admin, browse, run_jobs, monkeypatch
):
    monkeypatch.setattr(acts, "AT_ONCE", 2)
    monkeypatch.setattr(acts, "CHUNK", 2)
    rows = [give(donor), give(english), give(donor), give(english), give(donor)]
    sent = {"act": "letters", "row": [row.pk for row in rows], "template": "", "expected": 5, "submission": "x"}
    assert browse(admin).send("giving:thanks_bulk", sent).status_code == 302
    run_jobs()
    operation = Operation.objects.get(kind="bulk")
    assert (operation.status, operation.done, operation.steps.count()) == (Operation.Status.DONE, 5, 2)
    assert sorted(Communication.objects.values_list("contact_id", flat=True)) == sorted([donor.pk, english.pk])
    assert not Thanks.objects.due().exists()


def test_a_template_is_written_with_its_fields_checked(admin, browse):
    browser = browse(admin)
    begun = browser.open("outreach:template_create").context["form"]
    sent = {"name": "Ours", "is_active": "on"} | {
        name: begun.initial[name] for name in ("subject_fr", "body_fr", "subject_en", "body_en")
    }
    wrong = browser.send("outreach:template_create", sent | {"body_en": "Dear {nobody}"})
    assert errors(wrong) == {"body_en": ["There is no field {nobody}."]}
    assert browser.send("outreach:template_create", sent).status_code == 302
    template = MessageTemplate.objects.get()
    assert browser.send("outreach:template_update", sent | {"name": "Ours, shorter"}, pk=template.pk).status_code == 302
    assert "Ours, shorter" in page(browser.open("outreach:template_list")).words


def test_who_is_forgotten_leaves_no_word_behind(give, donor, admin, organization):
    from crm.contacts.services import anonymize_contact

    services.thank_by_email([give(donor).pk], template=None, by=admin)
    anonymize_contact(donor, reason="Asked", by=admin)
    message, email = Communication.objects.get(), OutgoingEmail.objects.get()
    assert (message.subject, message.body, email.recipient, email.text, email.status) == ("", "", "", "", "failed")
