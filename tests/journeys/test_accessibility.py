"""axe-core on the main pages, light and dark: nothing serious, nothing critical (WCAG 2.2 AA)."""

from pathlib import Path

import pytest

from crm.contacts.models import DuplicatePair, Group, Household, Merge, Note, Segment
from crm.giving.models import Appeal, Campaign, DebitFile, Fund, Gift, GiftBatch, MatchingClaim, Pledge, Tribute
from crm.imports.models import ImportFile
from crm.insights.models import Kpi
from crm.outreach.models import Mailing
from crm.pipeline.models import Opportunity
from crm.receipts.models import Receipt, ReceiptRun
from tests.world import build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parent.parent / "vendor/axe.min.js"
PAGES = (
    ("accounts:home", None),
    ("contacts:contact_list", None),
    ("contacts:contact_detail", "contact"),
    ("contacts:contact_create", None),
    ("contacts:note_update", Note),
    ("giving:gift_list", None),
    ("giving:gift_detail", Gift),
    ("giving:gift_create_for", "contact"),
    ("giving:gift_refund", Gift),
    ("giving:fund_update", Fund),
    ("giving:fund_detail", Fund),
    ("giving:spending_create", Fund),
    ("giving:gift_update", Gift),
    ("giving:gift_return", Gift),
    ("giving:pledge_list", None),
    ("giving:pledge_detail", Pledge),
    ("giving:pledge_create", None),
    ("giving:pledge_update", Pledge),
    ("giving:pledge_pause", Pledge),
    ("giving:pledge_collect", Pledge),
    ("giving:payment_method_create", "contact"),
    ("giving:payment_method_hosted", "contact"),
    ("giving:debit_list", None),
    ("giving:debit_create", None),
    ("giving:debit_detail", DebitFile),
    ("giving:debit_results", DebitFile),
    ("giving:gateway", None),
    ("giving:batch_list", None),
    ("giving:batch_create", None),
    ("giving:batch_detail", GiftBatch),
    ("giving:batch_post", GiftBatch),
    ("giving:thanks_list", None),
    ("giving:claim_list", None),
    ("giving:program_list", None),
    ("giving:program_create", None),
    ("giving:credit_create", Gift),
    ("giving:claim_receive", MatchingClaim),
    ("giving:tribute_list", None),
    ("giving:tribute_detail", Tribute),
    ("giving:tribute_create", None),
    ("giving:recipient_add", Tribute),
    ("giving:notice_list", None),
    ("giving:ledger", None),
    ("giving:ledger_close", None),
    ("giving:campaign_list", None),
    ("giving:campaign_detail", Campaign),
    ("giving:campaign_update", Campaign),
    ("giving:campaign_compare", None),
    ("giving:appeal_update", Appeal),
    ("outreach:mailing_list", None),
    ("outreach:mailing_create", None),
    ("outreach:mailing_detail", Mailing),
    ("outreach:mailing_outlook", Mailing),
    ("outreach:mailing_schedule", Mailing),
    ("outreach:recipient_list", None),
    ("outreach:suppressed_list", None),
    ("outreach:write", "contact"),
    ("outreach:exchange_create", "contact"),
    ("inbox:preferences", None),
    ("inbox:digest", None),
    ("receipts:receipt_list", None),
    ("receipts:receipt_detail", Receipt),
    ("receipts:receipt_issue", Gift),
    ("receipts:receipt_replace", Receipt),
    ("receipts:annual_issue", "contact"),
    ("receipts:run_list", None),
    ("receipts:run_create", None),
    ("receipts:run_detail", ReceiptRun),
    ("receipts:run_approve", ReceiptRun),
    ("receipts:run_print", ReceiptRun),
    ("receipts:run_lines", None),
    ("receipts:reconciliation", None),
    ("receipts:reconciled_gifts", None),
    ("receipts:receipt_email", Receipt),
    ("imports:import_create", None),
    ("imports:import_detail", ImportFile),
    ("accounts:organization_update", None),
    ("accounts:member_list", None),
    ("accounts:roles", None),
    ("accounts:audit_list", None),
    ("contacts:contact_update", "contact"),
    ("contacts:consent_record", "contact"),
    ("contacts:contact_anonymize", "contact"),
    ("contacts:record_view_list", None),
    ("contacts:household_list", None),
    ("contacts:household_detail", Household),
    ("contacts:household_update", Household),
    ("contacts:relation_create", "contact"),
    ("contacts:tag_list", None),
    ("contacts:group_list", None),
    ("contacts:group_detail", Group),
    ("contacts:segment_list", None),
    ("contacts:segment_detail", Segment),
    ("contacts:segment_create", None),
    ("contacts:duplicate_list", None),
    ("contacts:duplicate_detail", DuplicatePair),
    ("contacts:merge_detail", Merge),
    ("contacts:custom_field_list", None),
    ("contacts:custom_field_create", None),
    ("contacts:statistics", None),
    ("giving:gift_months", None),
    ("inbox:notification_list", None),
    ("giving:gift_spans", None),
    ("tasks:statistics", None),
    ("insights:kpi_list", None),
    ("insights:kpi_detail", Kpi),
    ("insights:kpi_create", None),
    ("insights:kpi_record", Kpi),
    ("insights:kpi_value_list", None),
    ("insights:report_list", None),
    ("insights:retention", None),
    ("insights:movement_list", None),
    ("pipeline:board", None),
    ("pipeline:move", "contact"),
    ("pipeline:opportunity_board", None),
    ("pipeline:opportunity_list", None),
    ("pipeline:opportunity_create", None),
    ("pipeline:opportunity_detail", Opportunity),
    ("pipeline:opportunity_win", Opportunity),
    ("pipeline:opportunity_move", Opportunity),
    ("pipeline:lead_list", None),
    ("pipeline:lead_convert", "contact"),
    ("tasks:task_list", None),
    ("tasks:task_week", None),
    ("tasks:task_create", None),
    ("accounts:takeout", None),
    ("core:job_list", None),
    ("core:operation_list", None),
)
PLAIN = ("/fr/profile/", "/fr/account/2fa/", "/fr/account/sessions/", "/fr/account/password/change/", "/fr/nowhere/")
WRONG = """(async (options) => {
    // Colours glide from one appearance to the other: judge them once they have arrived.
    const gliding = document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(gliding.map((one) => one.finished));
    const result = await axe.run(document, { runOnly: options, resultTypes: ["violations"] });
    return result.violations.filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.target.join(" ") +
            " " + node.any.map((check) => check.message).join(" ")).join(" | "));
})"""
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that the appearance changes
# What waits behind a closed button has not been asked for.
CAME = "![...document.querySelectorAll('[aria-busy=true], .htmx-request')].some((one) => one.checkVisibility())"


def examine(page, scheme: str = "light") -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return page.evaluate(WRONG, ALL if scheme == "light" else COLOURS)


def faults(page, address: str) -> list[str]:
    """What axe finds on this page, in light and in dark."""
    page.goto(address)
    page.wait_for_function(CAME)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    return [f"{address} ({scheme}) {fault}" for scheme in ("light", "dark") for fault in examine(page, scheme)]


def test_no_page_keeps_anybody_out(admin, contact, window, browse):
    world = build(contact=contact, by=admin, owner=contact.owner)
    one = window(admin, bypass_csp=True)
    one.expect("status of 404")  # the lost page is one of them
    browser = browse(admin, "fr")
    addresses = [browser.url(name, **({"pk": world[of].pk} if of else {})) for name, of in PAGES]
    assert [fault for address in (*addresses, *PLAIN) for fault in faults(one.page, address)] == []


def test_nor_does_the_way_in(window):
    one = window(bypass_csp=True)
    assert faults(one.page, "/fr/account/login/") + faults(one.page, "/fr/account/password/reset/") == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nor_do_the_filters_and_the_search(width, office, contact, window, browse):
    one = window(office, bypass_csp=True)
    page = one.page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(browse(office, "fr").url("contacts:contact_list"))
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    page.locator("details.mc-filters > summary").click()
    page.locator(".mc-filters-grid .mc-field").first.wait_for()
    found = examine(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("bouch")
    page.locator("[data-code=contacts] [role=option]").first.wait_for()
    assert found + examine(page) == []
