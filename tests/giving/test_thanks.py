"""Thank-yous follow the gifts; people say how they thanked, and may take it back."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from crm.contacts.models import TimelineEvent
from crm.core.models import Operation
from crm.giving import imported, services, thanks
from crm.giving.choices import ThanksStatus
from crm.giving.digest import collect_thanks
from crm.giving.models import Gift, Thanks
from tests.contacts.belongings import differences, everything
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page

TODAY = date(2026, 3, 20)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def give(admin, contact, fund, published):
    def record(amount=50, **fields) -> Gift:
        known = {"contact": contact, "received_on": TODAY, "fund": fund, "by": admin}
        return services.record_gift(amount=Decimal(amount), **(known | fields))

    return record


def waiting() -> list[int]:
    return list(Thanks.objects.due().order_by("pk").values_list("gift_id", flat=True))


def test_a_gift_waits_for_thanks_unless_it_comes_from_history(give):
    new, old = give(), give(received_on=date(2025, 12, 1))
    pending = give(status="pending")
    assert waiting() == [new.pk]
    assert not Thanks.objects.filter(gift__in=[old, pending]).exists()
    services.correct_gift(pending, status="completed", by=new.recorded_by)
    assert waiting() == [new.pk, pending.pk]


def test_a_monthly_donor_is_thanked_once(give, contact, organization):
    first, second = give(type="recurring"), give(type="recurring")
    other = give(type="recurring", contact=ContactFactory(organization=organization))
    assert waiting() == [first.pk, other.pk]
    assert second.pk not in waiting()


@pytest.mark.parametrize("act", ["refund_gift", "return_gift", "delete_gift"])
def test_money_that_goes_back_is_no_longer_thanked_for(act, give, admin):
    gift = give()
    more = {"why": "nsf"} if act == "return_gift" else {}
    getattr(services, act)(gift, by=admin, **more)
    assert waiting() == []
    if act == "refund_gift":
        services.correct_gift(gift, status="completed", by=admin)
        assert waiting() == [gift.pk]


def test_thanking_is_told_and_taken_back(give, admin, contact):
    gift = give()
    row = gift.thanks
    before = everything()
    done = services.mark_thanked([row.pk], how="phone", by=admin)
    row.refresh_from_db()
    assert (row.status, row.how, row.thanked_by) == (ThanksStatus.DONE, "phone", admin)
    assert TimelineEvent.objects.get(verb="gift.thanked").data["how"] == "phone"
    assert services.mark_thanked([row.pk], how="letter", by=admin)["rows"] == []  # done is done
    assert services.take_thanks_back(done, by=admin).done == 1
    left = [line for line in differences(before, everything()) if "last_contact_at" not in line]
    assert [line for line in left if not line.startswith(f"giving.thanks {row.pk}: updated_at")] == []


def test_what_was_refunded_meanwhile_does_not_wait_again(give, admin):
    gift = give()
    done = services.mark_thanked([gift.thanks.pk], how="phone", by=admin)
    services.refund_gift(gift, by=admin)
    undone = services.take_thanks_back(done, by=admin)
    assert (undone.done, [one["reason"] for one in undone.left]) == (0, ["touched"])
    assert waiting() == []


def test_an_import_that_is_undone_takes_its_thank_yous_along_but_not_those_that_were_said(give, admin, contact, fund):
    gifts = [
        Gift(organization=admin.organization, contact=contact, amount=Decimal(n), received_on=TODAY, fund=fund, recorded_by=admin)
        for n in (10, 20)
    ]  # fmt: skip
    data = imported.save_imported(gifts=gifts, by=admin, source="dons.csv")
    assert waiting() == [gift.pk for gift in gifts]
    services.mark_thanked([Thanks.objects.get(gift=gifts[0].pk).pk], how="letter", by=admin)
    undone = imported.take_back_imported(data, by=admin)
    assert (undone.done, [one["reason"] for one in undone.left]) == (1, ["touched"])
    assert waiting() == []


def test_the_first_gift_is_flagged_and_the_rest_is_not(give):
    second, first = give(), give(received_on=date(2026, 3, 1))
    rows = Thanks.objects.filter(thanks.is_first())
    assert [row.gift for row in rows] == [first]
    assert second.thanks not in rows


def test_the_queue_shows_who_waits_too_long(give, admin, contact, browse, clock):
    give()
    clock.move_to("2026-03-24T12:00:00-04:00")
    give(75)
    shown = page(browse(admin).open("giving:thanks_list"))
    rows = shown.texts("tbody tr")
    assert "First gift" in rows[0]
    assert "4 days" in rows[0]
    assert "Since today" in rows[1]
    late = page(browse(admin).open("giving:thanks_list", {"late": "yes"}))
    assert len(late.css("tbody tr")) == 1
    section = collect_thanks(admin, None, timezone.now())
    assert section.total == "2 gifts wait for a thank-you. 1 for more than two days."


def test_many_are_marked_at_once_and_it_can_be_undone(give, admin, browse, run_jobs):
    gifts = [give(n) for n in (10, 20, 30)]
    browser = browse(admin)
    rows = [gift.thanks.pk for gift in gifts]
    asked = browser.open("giving:thanks_bulk", {"act": "thanked", "row": rows})
    sent = {"act": "thanked", "row": rows, "how": "letter", "expected": asked.context["count"], "submission": "x"}
    for _double_click in range(2):
        assert browser.send("giving:thanks_bulk", sent).status_code == 302
    run_jobs()
    assert waiting() == []
    assert TimelineEvent.objects.filter(verb="gift.thanked").count() == 3
    done = page(browser.open("giving:thanks_list", {"status": "done"}))
    assert len(done.css("tbody tr")) == 3
    browser.send("core:operation_undo", pk=Operation.objects.get().pk)
    run_jobs()
    assert waiting() == [gift.pk for gift in gifts]


def test_a_fundraiser_thanks_for_her_own_donors_only(give, owner, colleague, contact, browse):
    gift = give()
    assert len(page(browse(owner).open("giving:thanks_list")).css("tbody tr")) == 1
    assert page(browse(colleague).open("giving:thanks_list")).css("tbody tr") == []
    sent = {"act": "thanked", "row": [gift.thanks.pk], "how": "phone", "expected": 1, "submission": "x"}
    browse(colleague).send("giving:thanks_bulk", sent)
    assert waiting() == [gift.pk]


def test_the_page_of_the_gift_says_it(give, admin, browse):
    gift = give()
    browser = browse(admin)
    assert "Waiting since March 20, 2026" in page(browser.open("giving:gift_thanks", pk=gift.pk)).words
    services.mark_thanked([gift.thanks.pk], how="in_person", by=admin)
    assert "Thanked in person by Alice" in page(browser.open("giving:gift_thanks", pk=gift.pk)).words


def test_the_page_of_the_donor_says_who_waits_until_they_are_thanked(give, admin, contact, browse):
    gift = give()
    browser = browse(admin)
    assert "1 gift to thank for" in page(browser.open("giving:contact_summary", pk=contact.pk)).words
    services.mark_thanked([gift.thanks.pk], how="phone", by=admin)
    assert "to thank for" not in page(browser.open("giving:contact_summary", pk=contact.pk)).words
