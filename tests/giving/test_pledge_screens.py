"""Screens of pledges: written down, changed, paused, taken up again, let go, cancelled; who may do what."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.giving import services
from crm.giving.digest import collect_late_pledges
from crm.giving.jobs import follow_pledges
from crm.giving.models import Gift, Pledge
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.giving.reading import errors, facts, page


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-01-20T12:00:00-05:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def form(contact, fund) -> dict:
    return {
        "contact": contact.pk, "contact_text": contact.name, "amount": "40", "frequency": "monthly",
        "starts_on": "2026-01-31", "count": "", "ends_on": "", "fund": fund.pk, "currency": "CAD", "grace_days": "15",
        "note": "",
    }  # fmt: skip


@pytest.fixture
def pledge(contact, fund, admin, published) -> Pledge:
    return services.create_pledge(
        contact=contact, amount=Decimal(40), frequency="monthly", starts_on=date(2026, 1, 31), fund=fund, by=admin
    )


def states(response) -> list[str]:
    """The last word of each line of the calendar, newest first."""
    return page(response).texts("section[aria-labelledby=pledge-calendar] tbody .mc-pill")


def test_a_pledge_is_written_down_and_shows_its_calendar(admin, form, browse, published):
    browser = browse(admin)
    response = browser.send("giving:pledge_create", form)
    pledge = Pledge.objects.get()
    assert response.url == browser.url("giving:pledge_detail", pk=pledge.pk)
    shown = browser.open("giving:pledge_detail", pk=pledge.pk)
    assert page(shown).one("h1").words == "$40.00 every month Active"
    assert states(shown) == ["Expected", "Expected", "Expected"]
    assert facts(shown)["Next payment"] == "January 31, 2026"
    whole = browser.open("giving:pledge_detail", {"calendar": "whole"}, pk=pledge.pk)
    assert len(states(whole)) == pledge.instalments.count()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "forty"}, "amount"),
        ({"frequency": "weekly"}, "frequency"),
        ({"starts_on": "31/02/2026"}, "starts_on"),
        ({"starts_on": "2500-01-01"}, "starts_on"),
        ({"count": "12", "ends_on": "2027-01-31"}, "ends_on"),
        ({"count": "9999"}, "count"),
        ({"ends_on": "2025-01-31"}, "ends_on"),
        ({"grace_days": "-1"}, "grace_days"),
        ({"contact": "", "contact_text": "Nobody at all"}, "contact"),
    ],
)
def test_what_cannot_be_promised_is_said_beside_its_field_and_nothing_is_lost(fields, field, admin, form, browse):
    response = browse(admin).send("giving:pledge_create", form | fields)
    assert list(errors(response)) == [field]
    assert not Pledge.objects.exists()
    assert page(response).one("[name=grace_days]").get("value") == (form | fields)["grace_days"]


def test_from_the_donors_page_the_donor_is_known(admin, contact, form, browse, published):
    sent = {name: value for name, value in form.items() if not name.startswith("contact")}
    browse(admin).send("giving:pledge_create_for", sent, pk=contact.pk)
    assert Pledge.objects.get().contact == contact
    told = page(browse(admin).open("contacts:contact_detail", {"tab": "pledges"}, pk=contact.pk))
    assert "$40.00 every month" in told.words
    timeline = page(browse(admin).open("contacts:contact_detail", pk=contact.pk))
    assert "Pledge: $40.00 every month, written down by" in timeline.words


def test_a_payment_is_recorded_from_the_pledge_as_it_was_promised(admin, pledge, browse, published):
    browser = browse(admin)
    form = browser.open("giving:gift_create_for", {"pledge": pledge.pk}, pk=pledge.contact_id).context["form"]
    shown = [str(form[name].value()) for name in ("pledge", "amount", "fund", "type")]
    assert shown == [str(pledge.pk), "40.00", str(pledge.fund_id), "recurring"]
    sent = {
        "amount": "40.00", "received_on": "2026-01-20", "fund": pledge.fund_id, "pledge": pledge.pk, "type": "recurring",
        "status": "completed", "currency": "CAD", "method": "check",
    }  # fmt: skip
    browser.send("giving:gift_create_for", sent, pk=pledge.contact_id)
    assert states(browser.open("giving:pledge_detail", pk=pledge.pk))[-1] == "Paid"
    gift = page(browser.open("giving:gift_detail", pk=Gift.objects.get().pk))
    assert browser.url("giving:pledge_detail", pk=pledge.pk) in gift.all("a", "href")


def test_a_donor_without_pledges_is_not_asked_about_them(admin, organization, pledge, browse):
    other = ContactFactory(organization=organization)
    assert "pledge" not in browse(admin).open("giving:gift_create_for", pk=other.pk).context["form"].fields
    assert "pledge" not in browse(admin).open("giving:gift_create").context["form"].fields


def test_paused_taken_up_again_and_a_payment_let_go(admin, pledge, browse, published):
    browser = browse(admin)
    sent = {"from_on": "2026-02-01", "until": "2026-03-15", "reason": "Away"}
    assert browser.send("giving:pledge_pause", sent, pk=pledge.pk).status_code == 302
    assert states(browser.open("giving:pledge_detail", pk=pledge.pk)) == ["Expected", "Skipped", "Expected"]
    assert browser.send("giving:pledge_resume", {"on": "2026-02-15"}, pk=pledge.pk).status_code == 302
    assert states(browser.open("giving:pledge_detail", pk=pledge.pk)) == ["Expected", "Expected", "Expected"]
    url = browser.url("giving:pledge_skip", pk=pledge.pk)
    assert browser.post(f"{url}?due=2026-02-28", {"reason": ""}).status_code == 302
    assert states(browser.open("giving:pledge_detail", pk=pledge.pk)) == ["Expected", "Skipped", "Expected"]
    for nonsense in ("2026-02-28", "2026-02-27", "x", "2026-13-45"):  # already let go, no such date, no date
        assert browser.get(f"{url}?due={nonsense}").status_code == 404


def test_a_pause_the_wrong_way_round_is_refused(admin, pledge, browse):
    sent = {"from_on": "2026-02-01", "until": "2026-01-15"}
    assert list(errors(browse(admin).send("giving:pledge_pause", sent, pk=pledge.pk))) == ["until"]


def test_a_change_holds_from_the_next_payment_and_is_told(admin, pledge, browse, published):
    browser = browse(admin)
    opened = browser.open("giving:pledge_update", pk=pledge.pk)
    assert opened.context["form"]["next_on"].value() == date(2026, 1, 31)
    sent = {
        "amount": "55", "frequency": "monthly", "next_on": "2026-02-10", "ends_on": "", "fund": pledge.fund_id,
        "grace_days": "15", "note": "", "seen": opened.context["seen"],
    }  # fmt: skip
    assert browser.send("giving:pledge_update", sent, pk=pledge.pk).status_code == 302
    shown = page(browser.open("giving:pledge_detail", pk=pledge.pk))
    assert shown.one("h1").words.startswith("$55.00")
    assert "Amount of each payment: $40.00 → $55.00" in shown.one("section[aria-labelledby=pledge-history]").words
    assert [one.due_on for one in pledge.instalments.order_by("due_on")[:2]] == [date(2026, 2, 10), date(2026, 3, 10)]
    again = sent | {"amount": "70", "next_on": "2026-02-10"}  # the form of before the change
    assert browser.send("giving:pledge_update", again, pk=pledge.pk).status_code == 422


def test_a_calendar_that_a_colleague_moved_is_not_moved_back_unseen(admin, pledge, browse, published):
    browser = browse(admin)
    opened = browser.open("giving:pledge_update", pk=pledge.pk)
    services.change_pledge(pledge, next_on=date(2026, 2, 10), by=admin)
    sent = {
        "amount": "55", "frequency": "monthly", "next_on": "2026-01-31", "ends_on": "", "fund": pledge.fund_id,
        "grace_days": "15", "note": "", "anchor_on": "2026-01-31", "seen": opened.context["seen"],
    }  # fmt: skip
    told = browser.send("giving:pledge_update", sent, pk=pledge.pk)
    assert told.status_code == 422
    shown = {name: page(told).one(f"[name={name}]").get("value") for name in ("amount", "next_on", "anchor_on")}
    assert shown == {"amount": "55", "next_on": "2026-02-10", "anchor_on": "2026-02-10"}
    browser.send("giving:pledge_update", sent | shown | {"seen": told.context["seen"]}, pk=pledge.pk)
    now = Pledge.objects.get()
    assert (now.amount, now.next_due_on) == (Decimal(55), date(2026, 2, 10))


def test_cancelled_with_a_reason_then_taken_up_again(admin, pledge, browse, published):
    browser = browse(admin)
    browser.send("giving:pledge_cancel", {"reason": "Moved abroad"}, pk=pledge.pk)
    shown = page(browser.open("giving:pledge_detail", pk=pledge.pk))
    assert "Moved abroad" in shown.words
    assert "Nothing is expected." in shown.words
    browser.send("giving:pledge_reopen", pk=pledge.pk)
    assert Pledge.objects.get().status == "active"


def test_late_pledges_are_listed_added_up_and_in_the_digest(admin, pledge, browse, clock, published):
    clock.move_to("2026-03-20T12:00:00-04:00")
    follow_pledges()
    browser = browse(admin)
    services.create_pledge(
        contact=pledge.contact,
        amount=Decimal(90),
        frequency="quarterly",
        starts_on=date(2026, 6, 1),
        fund=pledge.fund,
        by=admin,
    )
    listed = browser.open("giving:pledge_list", {"late": "yes"})
    assert [row.pk for row in listed.context["page"].records] == [pledge.pk]
    assert "$80.00 late since Jan 31, 2026" in page(listed).words
    totals = page(browser.open("giving:pledge_totals")).one("main .card").words
    assert totals == "$70.00 a month from active pledges, $80.00 late"
    section = collect_late_pledges(admin, None, None)
    assert (section.count, section.lines[0].text, section.lines[0].amount) == (1, pledge.contact.name, "$80.00")


@pytest.mark.parametrize("role", ["finance", "member", "read_only"])
def test_who_only_reads_sees_no_button_and_is_refused(role, people, pledge, browse):
    browser = browse(people[role])
    shown = page(browser.open("giving:pledge_detail", pk=pledge.pk))
    assert not [
        href for href in shown.all("main a", "href") if any(f"/{act}/" in href for act in ("pause", "cancel", "skip"))
    ]
    for name in ("pledge_pause", "pledge_cancel", "pledge_update", "pledge_skip", "pledge_delete"):
        assert browser.send(f"giving:{name}", {}, pk=pledge.pk).status_code == 403


def test_a_fundraiser_keeps_to_their_own_donors(owner, colleague, pledge, browse):
    assert browse(owner).open("giving:pledge_detail", pk=pledge.pk).status_code == 200
    assert browse(colleague).open("giving:pledge_detail", pk=pledge.pk).status_code == 404


def test_a_forged_fund_pledge_or_donor_is_refused(admin, pledge, outsider, form, browse, published):
    foreign = FundFactory(organization=outsider.organization)
    assert list(errors(browse(admin).send("giving:pledge_create", form | {"fund": foreign.pk}))) == ["fund"]
    theirs = services.create_pledge(
        contact=ContactFactory(organization=outsider.organization), amount=Decimal(5), frequency="monthly", by=outsider,
        starts_on=date(2026, 1, 31), fund=foreign,
    )  # fmt: skip
    sent = {"amount": "40", "received_on": "2026-01-20", "fund": pledge.fund_id, "pledge": theirs.pk}
    assert list(errors(browse(admin).send("giving:gift_create_for", sent, pk=pledge.contact_id))) == ["pledge"]
    assert browse(admin).open("giving:pledge_detail", pk=theirs.pk).status_code == 404
