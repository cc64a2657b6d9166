"""The receipts of a whole year: what was read is what is issued, once, whatever is clicked, changed or stopped meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.accounts.choices import ReceiptPreference
from crm.contacts import services as contacts
from crm.contacts.models import Consent, Contact
from crm.contacts.services import sets
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Operation, OutgoingEmail
from crm.giving.models import Gift
from crm.receipts import jobs, runs, services
from crm.receipts.choices import RunStatus
from crm.receipts.events import ReceiptsIssued
from crm.receipts.models import Receipt, ReceiptLine, ReceiptRun, RunLine
from crm.receipts.services import drawing
from crm.receipts.services import runs as running
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.giving.reading import errors, facts, page

YEAR = 2025
REACHABLE = {"all": [{"field": "has_email", "op": "yes", "value": None}]}


@pytest.fixture
def give(organization, fund, admin):
    """A gift of 2025 by somebody of this name."""

    def one(name: str, amount, *, contact: Contact | None = None, **more) -> Contact:
        donor = contact or ContactFactory(organization=organization, last_name=name, first_name="Ann")
        facts = {"received_on": date(YEAR, 3, 1)} | more
        GiftFactory(contact=donor, organization=organization, fund=fund, amount=amount, recorded_by=admin, **facts)
        return donor

    return one


@pytest.fixture
def donors(give):
    """Roy gave twice, Dion once; Lee has no address; Morin wants no receipt; Petit's came from elsewhere."""
    found = {"Roy": give("Roy", 100), "Dion": give("Dion", "50.25", received_on=date(YEAR, 12, 31))}
    give("Roy", "20.10", contact=found["Roy"], received_on=date(YEAR, 6, 1))
    for name, amount, wrong in (
        ("Lee", 30, {"address_line1": ""}),
        ("Morin", 40, {"receipt_preference": ReceiptPreference.NONE}),
    ):
        found[name] = give(name, amount)
        Contact.objects.filter(pk=found[name].pk).update(**wrong)
    found["Petit"] = give("Petit", 60, receipted_by="CanaDon")
    give("Later", 70, received_on=date(YEAR + 1, 1, 1))
    return found


def started(by, **more) -> ReceiptRun:
    return services.start_run(year=YEAR, by=by, **more)


def approved(run: ReceiptRun, by) -> ReceiptRun:
    return services.approve_run(run, seen=runs.figures_of(run).seen, by=by)


def to_the_end(run: ReceiptRun) -> ReceiptRun:
    run.refresh_from_db()
    operations.run_to_end(run.operation_id)
    run.refresh_from_db()
    return run


def reasons(run: ReceiptRun) -> dict[str, tuple]:
    return {one.reason: (one.donors, one.gifts, one.amount) for one in runs.left_of(run)}


def test_the_preview_says_who_gets_one_who_does_not_and_why_and_writes_nothing(donors, finance):
    run = started(finance)
    figures = runs.figures_of(run)
    assert (run.status, figures.donors, figures.eligible, figures.excluded) == (RunStatus.READY, 5, 2, 3)
    assert figures.total == Decimal("170.35")
    assert reasons(run) == {
        "incomplete_address": (1, 1, 30),
        "not_wanted": (1, 1, 40),
        "third_party": (1, 1, 60),
    }
    assert not Receipt.objects.exists()
    # All that was given in the year is on one side or the other, to the cent.
    given = sum(Gift.objects.filter(received_on__year=YEAR).values_list("amount", flat=True))
    assert figures.total + sum(one.amount for one in runs.left_of(run)) == given


def test_what_is_issued_is_what_was_approved_in_the_order_of_the_names(donors, finance, published):
    run = to_the_end(approved(started(finance), finance))
    figures = runs.figures_of(run)
    assert (run.status, figures.issued, figures.issued_total) == (RunStatus.DONE, 2, run.approved_total)
    issued = list(Receipt.objects.order_by("sequence"))
    assert [(one.contact.last_name, one.sequence, one.eligible) for one in issued] == [
        ("Dion", 1, Decimal("50.25")),
        ("Roy", 2, Decimal("120.10")),
    ]
    assert {one.said.gift_year for one in issued} == {YEAR}
    assert all(one.rendered_at for one in issued)  # drawn by the run itself
    assert [event.receipt_ids for event in published if isinstance(event, ReceiptsIssued)] == [
        tuple(one.pk for one in issued)
    ]
    assert runs.numbers_of(run) == (issued[0].number, issued[1].number)


def test_who_approved_is_told_by_e_mail_once_it_is_done(donors, give, finance, admin):
    run = approved(started(admin), finance)
    give("Roy", 5, contact=donors["Roy"])
    to_the_end(run)
    told = OutgoingEmail.objects.get()
    assert (told.recipient, told.key) == (finance.user.email, f"run:{run.pk}")
    assert str(YEAR) in told.subject
    assert run.get_absolute_url().partition("/o/")[2] in told.text
    assert "1 receipt, for $50.25. 1 donor changed since you approved and is left out" in told.text


def test_a_gift_with_an_advantage_is_left_out_and_the_others_of_its_donor_are_not(give, finance):
    donor = give("Roy", 100)
    give("Roy", 200, contact=donor, advantage=50, advantage_description="Dinner")
    run = started(finance)
    figures = runs.figures_of(run)
    assert (figures.donors, figures.eligible, figures.excluded, figures.total) == (1, 1, 0, 100)
    assert reasons(run) == {"own_receipt": (1, 1, 200)}


def test_a_minimum_and_a_language_narrow_a_run(give, finance):
    give("Roy", "19.99")
    give("Dion", 20)
    Contact.objects.filter(last_name="Dion").update(language="en")
    run = started(finance, minimum=Decimal(20))
    assert reasons(run) == {"below_minimum": (1, 1, Decimal("19.99"))}
    services.stop_run(run, by=finance)
    assert runs.figures_of(started(finance, language="en")).donors == 1


def test_a_segment_narrows_a_run_and_never_widens_it(give, finance, admin):
    give("Roy", 10)
    give("Dion", 20)
    Contact.objects.filter(last_name="Roy").update(email="")
    segment = sets.create_segment(by=admin, name="Reachable", rules=REACHABLE)
    run = started(finance, segment=segment)
    figures = runs.figures_of(run)
    assert (figures.donors, figures.total, run.narrowed_to) == (1, 20, "Reachable")
    services.stop_run(run, by=finance)
    sets.delete_segment(segment, by=admin)
    run.refresh_from_db()
    with pytest.raises(DomainError) as refusal:  # all that is left of it is its name
        runs.donors_of(run)
    assert refusal.value.code == "segment"


def test_nobody_in_the_segment_gave(give, finance, admin):
    give("Roy", 10)
    Contact.objects.update(email="")
    with pytest.raises(DomainError, match="Nobody among these donors"):
        started(finance, segment=sets.create_segment(by=admin, name="Reachable", rules=REACHABLE))


def test_a_supplementary_run_takes_up_only_what_is_new(donors, give, finance, admin):
    to_the_end(approved(started(finance), finance))
    give("Roy", 5, contact=donors["Roy"])
    contacts.update_contact(donors["Lee"], by=admin, address_line1="12, rue Royale")
    second = started(finance)
    figures = runs.figures_of(second)
    assert (figures.eligible, figures.total) == (2, 35)
    assert reasons(second)["already_receipted"] == (2, 3, Decimal("170.35"))
    to_the_end(approved(second, finance))
    assert ReceiptLine.objects.filter(is_live=True).count() == 5
    assert list(Receipt.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4]


def test_who_changed_since_the_approval_is_left_out_and_the_totals_say_so(donors, give, finance, admin):
    run = approved(started(finance), finance)
    give("Roy", 5, contact=donors["Roy"])
    run = to_the_end(run)
    figures = runs.figures_of(run)
    assert (figures.issued, figures.issued_total, figures.changed) == (1, Decimal("50.25"), 1)
    assert (run.status, run.approved_total) == (RunStatus.DONE, Decimal("170.35"))
    assert reasons(run)["changed"] == (1, 2, Decimal("120.10"))


def test_a_donor_who_moved_since_the_approval_gets_nothing_at_the_old_address(donors, finance, admin):
    run = approved(started(finance), finance)
    contacts.update_contact(donors["Roy"], by=admin, address_line1="99, rue Neuve")
    to_the_end(run)
    assert list(Receipt.objects.values_list("contact__last_name", flat=True)) == ["Dion"]


def test_a_receipt_issued_by_hand_in_between_is_not_issued_again(donors, finance):
    run = approved(started(finance), finance)
    services.issue_annual_receipt(donors["Roy"], year=YEAR, by=finance)
    to_the_end(run)
    assert Receipt.objects.filter(contact=donors["Roy"]).count() == 1


def test_what_was_not_read_is_not_approved(donors, give, finance):
    run = started(finance)
    with pytest.raises(DomainError) as refusal:
        services.approve_run(run, seen="2:1", by=finance)
    assert refusal.value.code == "changed"
    approved(run, finance)
    with pytest.raises(DomainError) as refusal:  # a second click, the Back button, another person
        approved(run, finance)
    assert refusal.value.code == "status"


def test_one_run_of_a_year_is_open_at_a_time(donors, finance):
    run = started(finance)
    with pytest.raises(DomainError) as refusal:
        started(finance)
    assert refusal.value.code == "open"
    services.stop_run(run, by=finance)
    started(finance)
    assert ReceiptRun.objects.open().count() == 1


def test_nothing_begins_where_no_receipt_may_be_issued(donors, finance):
    finance.organization.receipt_place_fr = finance.organization.receipt_place_en = ""
    finance.organization.save()
    with pytest.raises(DomainError, match="place where receipts are issued"):
        started(finance)
    assert not ReceiptRun.objects.exists()


def test_one_page_that_cannot_be_drawn_holds_nothing_up_and_is_drawn_later(donors, finance, monkeypatch, time_machine):
    run = approved(started(finance), finance)
    draw = drawing._drawn

    def drawn(receipt, mark=None):
        if receipt.donor_name.endswith("Dion"):
            raise RuntimeError("A defect of ours.")
        return draw(receipt, mark)

    monkeypatch.setattr(drawing, "_drawn", drawn)
    assert to_the_end(run).status == RunStatus.DONE
    assert [receipt.donor_name for receipt in Receipt.objects.undrawn()] == ["Ann Dion"]
    monkeypatch.undo()
    time_machine.move_to(timezone.now() + timedelta(minutes=6))
    assert jobs.render_forgotten_receipts() == 1
    services.draw_receipt(Receipt.objects.undrawn().get().pk)
    assert not Receipt.objects.undrawn().exists()


def test_a_paused_run_issues_nothing_more_until_it_is_resumed(donors, finance, monkeypatch):
    monkeypatch.setattr(running, "ISSUED", 1)
    run = approved(started(finance), finance)
    operations.advance(run.operation_id)
    services.pause_run(run, by=finance)
    paused = to_the_end(run)
    assert (paused.status, Receipt.objects.count()) == (RunStatus.PAUSED, 1)
    done = to_the_end(services.resume_run(run, by=finance))
    assert (done.status, Receipt.objects.count()) == (RunStatus.DONE, 2)
    assert not Receipt.objects.undrawn().exists()
    assert runs.figures_of(done).issued_total == done.approved_total


def test_a_paused_run_whose_old_work_wakes_up_after_it_was_resumed_is_moved_by_the_new_one_only(donors, finance):
    run = approved(started(finance), finance)
    former = run.operation_id
    services.pause_run(run, by=finance)
    services.resume_run(run, by=finance)
    operations.run_to_end(former)
    assert not Receipt.objects.exists()
    assert to_the_end(run).status == RunStatus.DONE


def test_work_that_somebody_stopped_is_taken_up_again_from_the_page_of_the_run(donors, finance):
    run = approved(started(finance), finance)
    operations.cancel(Operation.objects.get(pk=run.operation_id))
    run.refresh_from_db()
    assert not runs.is_moving(run)
    assert to_the_end(services.resume_run(run, by=finance)).status == RunStatus.DONE


def test_who_refuses_e_mails_gets_theirs_by_post(ink, give, organization, finance):
    addressed = [give(name, 10) for name in ("Roy", "Dion", "Lee")]
    Contact.objects.update(email="somebody@example.test")
    Contact.objects.filter(pk=addressed[1].pk).update(do_not_contact=True)
    Consent.objects.create(
        organization=organization, contact=addressed[2], channel="email", status="withdrawn", given_on=date(2026, 1, 1)
    )
    figures = runs.figures_of(started(finance))
    assert (figures.emails, figures.letters) == (1, 2)


def test_what_is_to_be_signed_by_hand_goes_by_post(give, finance):
    give("Roy", 10)
    Contact.objects.update(email="somebody@example.test")
    figures = runs.figures_of(started(finance))
    assert (figures.emails, figures.letters) == (0, 1)


def test_a_long_run_is_prepared_by_a_worker(donors, finance, monkeypatch, run_jobs):
    monkeypatch.setattr(running, "EXAMINED", 2)
    run = started(finance)
    assert (run.status, run.lines.count()) == (RunStatus.EXAMINING, 0)
    with pytest.raises(DomainError):
        approved(run, finance)
    to_the_end(run)
    assert (run.status, runs.figures_of(run).donors) == (RunStatus.READY, 5)


def test_questions_do_not_grow_with_the_donors(give, finance):
    def queries_of(count: int) -> int:
        for number in range(count):
            give(f"D{number}", 10)
        with CaptureQueriesContext(connection) as seen:
            run = started(finance)
        services.stop_run(run, by=finance)
        return len(seen)

    assert queries_of(3) == queries_of(20)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_approve_at_once_issue_each_receipt_once(donors, finance, admin):
    run = started(finance)

    def approve(by) -> str:
        try:
            approved(run, by)
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(approve, [finance, admin])) == ["approved", "status"]
    to_the_end(run)
    assert Receipt.objects.count() == 2
    assert Operation.objects.filter(kind="receipt_issue").count() == 1


# --- screens
def test_a_year_from_the_form_to_the_last_receipt(donors, finance, browse):
    desk = browse(finance)
    sent = desk.send("receipts:run_create", {"year": YEAR, "language": "", "minimum": ""})
    run = ReceiptRun.objects.get()
    assert sent.url == run.get_absolute_url()
    shown = page(desk.open("receipts:run_detail", pk=run.pk))
    assert facts(desk.open("receipts:run_detail", pk=run.pk))["Eligible amount"].startswith("$170.35")
    assert "Issue 2 receipts" in shown.words
    asked = desk.open("receipts:run_approve", pk=run.pk)
    assert "2 receipts are issued, for $170.35." in page(asked).words
    desk.send("receipts:run_approve", {"seen": asked.context["view"].figures.seen}, pk=run.pk)
    again = desk.send("receipts:run_approve", {"seen": asked.context["view"].figures.seen}, pk=run.pk)
    assert again.status_code == 422
    to_the_end(run)
    over = page(desk.open("receipts:run_detail", pk=run.pk))
    assert "2 receipts issued of 2" in over.words
    assert "Preview and issue agree" in over.words
    listed = desk.open("receipts:run_lines", {"run": run.pk, "reason": "incomplete_address"})
    assert next(row.words for row in page(listed).css("tbody tr")).startswith("Ann Lee")


def test_the_form_refuses_a_second_run_and_leads_to_the_first(donors, finance, browse):
    run = started(finance)
    form = browse(finance).open("receipts:run_create")
    assert run.get_absolute_url() in form.content.decode()
    refused = browse(finance).send("receipts:run_create", {"year": YEAR, "language": "", "minimum": ""})
    assert "Another run of this year is open." in errors(refused)["year"][0]


def test_who_is_left_out_can_be_taken_out_as_a_file(donors, finance, browse):
    run = started(finance)
    sheet = browse(finance).open("receipts:run_lines", {"run": run.pk, "export": "csv"})
    lines = (
        b"".join(sheet.streaming_content).decode("utf-8-sig") if sheet.streaming else sheet.content.decode("utf-8-sig")
    )
    assert "The address of the donor is missing or incomplete." in lines
    assert "Lee" in lines


def test_a_reader_sees_a_run_and_can_do_nothing_to_it(donors, finance, reader, owner, browse):
    run = started(finance)
    shown = browse(reader).open("receipts:run_detail", pk=run.pk)
    assert "Issue 2 receipts" not in page(shown).words
    for name in ("receipts:run_approve", "receipts:run_stop", "receipts:run_pause", "receipts:run_resume"):
        assert browse(reader).send(name, {"seen": "2:170.35"}, pk=run.pk).status_code == 403
    assert browse(owner).open("receipts:run_detail", pk=run.pk).status_code == 404  # sees their own donors only
    assert RunLine.objects.visible_to(owner).count() == 0
