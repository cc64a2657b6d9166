"""What a broken or hostile browser, file or colleague sends: refused or made harmless, never an error of ours."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.accounts.services import update_organization
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.web.exports import neutral
from crm.giving import services as giving
from crm.giving.models import Fund, Gift, GivingSummary
from crm.giving.services import funds
from crm.imports import services as imports
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page

pytestmark = pytest.mark.django_db

EVIL_NAME = '"><img src=x onerror=1>.csv'
EVIL_FILE = "Nom,Courriel,=cmd|' /C calc'!A0\nRoy,not an address,=1+1\n"


@pytest.fixture
def refused_import(admin):
    """An import of one row, which was refused, from a file made to run in a browser or a spreadsheet."""
    record = imports.receive_file(
        file=ContentFile(EVIL_FILE.encode(), EVIL_NAME), name=EVIL_NAME, kind="contacts", by=admin
    )
    operations.run_to_end(imports.start_import(record, by=admin).pk)
    return record


def body(response) -> str:
    return (b"".join(response.streaming_content) if response.streaming else response.content).decode()


def test_a_nul_in_the_address_of_an_export_is_not_kept_in_the_log(browse, admin, contact):
    browser = browse(admin)
    response = browser.get(f"{browser.url('contacts:contact_list')}?export=csv&city=a%00b")
    assert response.status_code == 200
    assert AuditEntry.objects.get(action="export").object_text == "city=a b"


def test_a_token_made_of_anything_still_counts_as_one(browse, admin):
    browser = browse(admin)
    sending = {"submission": "a\x00 \n" + "é" * 500, "name_fr": "Bourses", "code": "B"}
    assert [browser.send("giving:fund_create", sending).status_code for _ in range(2)] == [302, 302]
    assert Fund.objects.count() == 1


def test_a_quick_note_sent_twice_is_written_once(browse, admin, contact):
    browser = browse(admin)
    token = (
        page(browser.open("contacts:contact_detail", pk=contact.pk)).one("#note-form [name=submission]").get("value")
    )
    for _ in range(2):
        browser.send("contacts:note_create", {"text": "Called.", "submission": token}, pk=contact.pk, htmx=True)
    assert contact.notes.count() == 1


def test_each_quick_note_of_one_visit_has_its_own_token(browse, admin, contact):
    browser = browse(admin)
    first = browser.open("contacts:contact_detail", pk=contact.pk)
    token = page(first).one("#note-form [name=submission]").get("value")
    second = browser.send("contacts:note_create", {"text": "One.", "submission": token}, pk=contact.pk, htmx=True)
    following = page(second).one("[name=submission]").get("value")
    browser.send("contacts:note_create", {"text": "Two.", "submission": following}, pk=contact.pk, htmx=True)
    assert sorted(contact.notes.values_list("text", flat=True)) == ["One.", "Two."]


@pytest.mark.parametrize("query", ["contacts:contact_lookup?q=helene", "contacts:contact_list?count=1"])
def test_no_cache_keeps_what_a_person_was_answered(browse, admin, contact, query):
    browser = browse(admin)
    name, _mark, params = query.partition("?")
    assert browser.get(f"{browser.url(name)}?{params}")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"])
def test_a_text_never_begins_a_formula(text):
    assert neutral(text) == f"'{text}"


def test_headers_of_a_file_come_back_without_their_formulas(browse, admin, refused_import):
    header = body(browse(admin).open("imports:import_rejected", pk=refused_import.pk)).splitlines()[0]
    assert header == "\ufeffNom,Courriel,'=cmd|' /C calc'!A0,Line,Reason"


def test_taking_refused_rows_out_is_in_the_audit_log(browse, admin, refused_import):
    browse(admin).open("imports:import_rejected", pk=refused_import.pk)
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.model, entry.changes) == (admin, "imports.importfile", {"rows": [None, 1]})


def test_the_name_of_the_refused_rows_is_plain(browse, admin, refused_import):
    response = browse(admin).open("imports:import_rejected", pk=refused_import.pk)
    assert response["Content-Disposition"] == 'attachment; filename="img-srcx-onerror1-refused-rows.csv"'


def test_a_list_sorted_by_nonsense_keeps_its_own_order(browse, admin, contact):
    browser = browse(admin)
    for asked in ("0.001", "owner.user.password", "-summary__contact", "--name", "\x00", "name,total"):
        response = browser.get(browser.url("contacts:contact_list"), {"sort": asked})
        assert (response.status_code, page(response).css("[aria-sort]")) == (200, [])


def test_what_was_taken_between_the_check_and_the_save_is_said_in_the_form(browse, admin, fund, monkeypatch):
    """Two people give two funds the same code: the check of the second one saw nothing yet, the database does."""
    monkeypatch.setattr(funds, "_check_fund", lambda fund: None)
    monkeypatch.setattr(funds, "validated", lambda row, **kwargs: row)
    response = browse(admin).send("giving:fund_create", {"name_fr": "Bourses", "code": fund.code})
    assert (response.status_code, Fund.objects.count()) == (422, 1)
    assert page(response).one("[name=name_fr]").get("value") == "Bourses"


@pytest.mark.parametrize("screen", ["imports:import_detail", "imports:import_list", "accounts:audit_list"])
def test_the_name_of_a_file_is_never_markup(browse, admin, refused_import, screen):
    kwargs = {"pk": refused_import.pk} if screen == "imports:import_detail" else {}
    assert page(browse(admin).open(screen, **kwargs)).css("img[src=x]") == []


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/St_Johns"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize(
    ("screen", "fields"),
    [
        ("receipts:receipt_list", ("issued_on_after", "issued_on_before")),
        ("giving:gift_list", ("received_on_after", "received_on_before", "recorded_since")),
        ("contacts:contact_list", ("last_on_after", "last_on_before")),
        ("accounts:audit_list", ("at_after", "at_before")),
    ],
)
def test_the_first_and_last_days_of_the_calendar_are_days_like_any_other(browse, admin, zone, day, screen, fields):
    update_organization(admin.organization, by=admin, timezone=zone)
    browser = browse(admin)
    query = "&".join(f"{name}={day}" for name in fields)
    assert browser.get(f"{browser.url(screen)}?{query}").status_code == 200


def test_a_contact_whose_owner_has_left_keeps_that_owner_when_edited(browse, admin, owner, contact):
    owner.is_active = False
    owner.save()
    chosen = page(browse(admin).open("contacts:contact_update", pk=contact.pk)).one("#id_owner option[selected]")
    assert chosen.get("value") == str(owner.pk)


def test_a_colleague_who_has_left_is_not_offered_for_other_contacts(browse, admin, owner, contact):
    owner.is_active = False
    owner.save()
    offered = page(browse(admin).open("contacts:contact_create")).all("#id_owner option", "value")
    assert str(owner.pk) not in offered


@pytest.mark.parametrize("role", ["owner", "member"])
def test_who_may_only_correct_a_contact_never_hands_it_over(browse, contact, colleague, role, request):
    person, former = request.getfixturevalue(role), contact.owner
    sending = {"kind": "person", "last_name": "Roy", "language": "fr", "country": "CA"}
    sending |= {"lifecycle": "prospect", "relationship": "lead", "owner": colleague.pk}
    browse(person).send("contacts:contact_update", sending, pk=contact.pk)
    contact.refresh_from_db()
    assert (contact.last_name, contact.owner) == ("Roy", former)


@time_machine.travel("2026-11-21T04:15:00Z", tick=False)  # a quarter to one in St. John’s, still the 20th in Toronto
def test_a_gift_of_today_is_no_gift_of_tomorrow_whatever_the_clock_of_the_server(admin, contact, fund):
    update_organization(admin.organization, by=admin, timezone="America/St_Johns")
    text = f"Nom,Courriel,Montant,Date\n{contact.last_name},{contact.email},50.00,2026-11-21\n"
    record = imports.receive_file(file=ContentFile(text.encode(), "g.csv"), name="g.csv", kind="gifts", by=admin)
    with timezone.override("America/Toronto"):
        trial = imports.attempt(record)
    assert trial.counts == {"created": 1, "updated": 0, "skipped": 0, "errors": 0}


def test_gifts_that_sum_to_more_than_a_total_holds_are_refused(admin, contact, fund):
    one = {"contact": contact, "amount": Decimal("9999999999.99"), "received_on": date(2026, 3, 1), "fund": fund}
    giving.record_gift(**one, by=admin)
    with pytest.raises(DomainError) as refusal:
        giving.record_gift(**one, by=admin)
    assert refusal.value.field == "amount"
    assert (Gift.objects.count(), GivingSummary.objects.get(contact=contact).total) == (1, one["amount"])


def test_another_currency_counts_every_total_again(admin, contact, fund, run_jobs):
    ContactFactory(organization=admin.organization)
    giving.record_gift(contact=contact, amount=Decimal(50), received_on=date(2026, 3, 1), fund=fund, by=admin)
    update_organization(admin.organization, by=admin, currency="USD")
    assert run_jobs() == ["recount_totals"]
    summary = GivingSummary.objects.get(contact=contact)
    assert (summary.total, summary.gift_count, summary.foreign_count) == (0, 1, 1)


def test_a_change_of_address_counts_nothing_again(admin, run_jobs):
    update_organization(admin.organization, by=admin, phone="514 555-0100")
    assert run_jobs() == []
