"""What bin/screens pictures: one row a page, and the demo data that gives every page something to show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import _screens_abroad as abroad
import _screens_insights as insights
import _screens_outreach as outreach
import _screens_pipeline as pipeline

PEOPLE = ("admin", "fundraiser", "finance", "member", "reader")
BAD_ROWS = "Nom;Prénom;Courriel;Code postal\nRoy;Luc;luc.roy@courriel.example;G9A 5H7\n;;pas-un-courriel;G9A 5H7\nRoy;Ève;;ZZZ\n"
GIFT_ROWS = (
    "Courriel,Date,Montant,Mode de paiement\nhelene.bouchard@courriel.example,2026-03-02,125.00,Chèque\n"
    "personne@nulle-part.example,2026-03-02,abc,Chèque\n"
)
NOTE_ROWS = (
    "Nom complet;Courriel;Date;Note\nHélène Bouchard;helene.bouchard@courriel.example;2019-05-01;Aime l’opéra.\n"
    "Luc Roy;;;Rappeler\n"
)
TASK_ROWS = "À faire;Échéance;Courriel\nAppeler;2026-12-01;helene.bouchard@courriel.example\n"
ZEFFY_ROWS = (
    "Payment Date (America/Montreal),Total Amount,Payment Status,First Name,Last Name,Email,Tax Receipt #,Campaign Title,"
    "Details\n2026-02-01,50.00,Succeeded,Zoé,Roy,zoe@courriel.example,1001,Campagne d’hiver,Don\n"
    "2026-02-02,20.00,Refunded,Max,Roy,max@courriel.example,,Campagne d’hiver,Don\n"
    "2026-02-03,25.00,Succeeded,Léa,Roy,lea@courriel.example,,Souper,Billet\n"
)


@dataclass(frozen=True)
class Page:
    """``address`` is a format string over the world's numbers, after ``/<language>``; ``act`` plays on the page first."""

    name: str
    address: str
    who: str = "admin"
    status: int = 200
    act: Callable | None = None


# --- acts -------------------------------------------------------------------------------------------------------------
def send(selector: str = "main form button[type=submit]") -> Callable:
    def act(page) -> None:
        with page.expect_navigation():
            page.locator(selector).first.click()

    return act


def ticked(page) -> None:
    for place in (0, 2, 3):
        page.locator("[data-tick]").nth(place).check()


def typing(page) -> None:
    """Three letters of a name in the last line of the grid."""
    page.locator("[data-line] [data-cell=contact]").last.focus()
    page.keyboard.type("tre")
    page.locator("[role=option]").first.wait_for()


def new_donor(page) -> None:
    typing(page)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator("dialog[open] #id_last_name").wait_for()


def acts_open(page) -> None:
    ticked(page)  # a phone has no box for the whole page
    page.locator("#bulk details > summary").click()


def bulk(act: str) -> Callable:
    def confirm(page) -> None:
        ticked(page)
        button = page.locator(f"#bulk [name=act][value={act}]")
        if not button.first.is_visible():
            page.locator("#bulk details > summary").click()
        with page.expect_navigation():
            button.locator("visible=true").first.click()

    return confirm


def wrong_sign_in(page) -> None:
    page.fill("#id_login", "nobody@demo.test")
    page.fill("#id_password", "wrong")
    send(".mc-way-in form button[type=submit]")(page)


def meanwhile(page) -> None:
    """A colleague saves the same gift first; then this person, who typed something else."""
    other = page.context.new_page()
    other.goto(page.url)
    note = other.locator("#id_note")
    note.fill(note.input_value()[:40] + " (vérifié)")
    other.locator(".mc-save button[type=submit]").first.click()
    other.wait_for_load_state()
    other.close()
    page.fill("#id_amount", "75")
    send(".mc-save button[type=submit]")(page)


def wrong_contact(page) -> None:
    page.fill("#id_email", "not-an-address")
    page.locator(".mc-points > summary").click()
    page.fill("#id_points-0-value", "12")
    page.fill("#id_last_name", "")
    send(".mc-save button[type=submit]")(page)


def look_alikes(page) -> None:
    page.fill("#id_first_name", "Jean-François")
    page.fill("#id_last_name", "Cote")
    page.locator("#look-alikes a").first.wait_for()


def wrong_gift(page) -> None:
    page.fill("#id_amount", "12 dollars")
    send(".mc-save button[type=submit]")(page)


def palette(page) -> None:
    page.keyboard.press("Control+k")
    page.locator("[data-palette-input]").fill("bou")
    page.locator("[data-code=contacts] [role=option]").first.wait_for()


def palette_at_rest(page) -> None:
    page.keyboard.press("/")
    page.locator("[data-palette] [role=option]").first.wait_for()


def filters(page) -> None:
    page.locator("details.mc-filters > summary").click()
    page.locator(".mc-filters-grid .mc-field").first.wait_for()


def columns(page) -> None:
    page.locator("details.mc-columns > summary").click()
    page.locator(".mc-columns-grid input").first.wait_for()


def menu(page) -> None:
    toggler = page.locator(".navbar-toggler")
    if toggler.is_visible():
        toggler.click()
        page.locator("#nav.show").wait_for()


def living_together(page) -> None:
    """Somebody is chosen: the preview says how both will be written to."""
    page.locator("#id_other").press_sequentially("thibodeau", delay=40)
    page.locator("[role=option]").first.click()
    page.locator("#preview").get_by_text("Luc", exact=False).first.wait_for()


def by_hand(page) -> None:
    page.fill("#id_formal_fr", "Chers amis de la première heure")
    page.locator("#preview [data-said=formal-fr]").get_by_text("première heure").wait_for()


def new_window(page) -> None:
    page.locator("summary.mc-me:visible").first.click()


def counted(page) -> None:
    page.locator("#preview [data-count]").wait_for()


def wrong_segment(page) -> None:
    page.locator("#n1-field").select_option("sum_in")
    page.locator("#n1-p1-span").wait_for()
    page.locator("#n1-p0").fill("beaucoup")
    send(".mc-save button[type=submit]")(page)


def tagging(page) -> None:
    page.locator("#tags summary").click()
    page.locator("#tag-choices button").first.wait_for()


def quick(kind: str) -> Callable:
    def act(page) -> None:
        page.locator(f"[data-quick=note] [data-quick-show={kind}]").click()
        page.locator(f"[data-quick={kind}] form").wait_for()

    return act


def mention(page) -> None:
    page.locator("#id_text").press_sequentially("Voir avec @")
    page.locator("[data-mention-list]").wait_for()


def next_done(page) -> None:
    page.locator("#next-done").click()
    page.locator("#next_outcome").fill("Elle y pense encore")


def next_later(page) -> None:
    page.locator("#next-later").click()


def card_menu(page) -> None:
    page.locator("[data-card] [data-menu]").nth(3).click()


def row_done(page) -> None:
    page.locator("[data-rows] tbody .btn").first.click()
    page.locator("#tr_outcome").wait_for()


# --- the pages --------------------------------------------------------------------------------------------------------
O = "/o/demo"  # noqa: E741 - the organization's part of an address
PAGES = (
    Page("sign_in", "/account/login/", who=""),
    Page("sign_in_wrong", "/account/login/", who="", act=wrong_sign_in),
    Page("password_reset", "/account/password/reset/", who=""),
    Page("password_reset_done", "/account/password/reset/done/", who=""),
    Page("home", f"{O}/"),
    Page("home_fundraiser", f"{O}/", who="fundraiser"),
    Page("home_reader", f"{O}/", who="reader"),
    Page("gift_days", f"{O}/giving/gifts/spans/"),
    Page("gift_weeks", f"{O}/giving/gifts/spans/?by=week"),
    Page("gift_years", f"{O}/giving/gifts/spans/?by=year"),
    Page("task_statistics", f"{O}/tasks/statistics/"),
    Page("notifications", f"{O}/notifications/", who="fundraiser"),
    Page("notice_preferences", f"{O}/notifications/preferences/", who="fundraiser"),
    Page("my_digest", f"{O}/notifications/digest/"),
    Page("my_digest_finance", f"{O}/notifications/digest/", who="finance"),
    Page("my_digest_none", "/o/voisins/notifications/digest/"),
    Page("donor_mention", f"{O}/contacts/{{donor}}/", act=mention),
    Page("notifications_none", "/o/voisins/notifications/"),
    Page("home_none", "/o/voisins/"),
    Page("menu_admin", f"{O}/", act=menu),
    Page("menu_finance", f"{O}/", who="finance", act=menu),
    Page("menu_member", f"{O}/", who="member", act=menu),
    Page("my_menu", f"{O}/", act=new_window),
    Page("contacts", f"{O}/contacts/"),
    Page("contacts_filtered", f"{O}/contacts/?lifecycle=donor&province=QC&sort=-total"),
    Page("contacts_filters_open", f"{O}/contacts/", act=filters),
    Page("contacts_columns", f"{O}/contacts/?columns=email,phone,city,last_contact_at,total&lifecycle=donor"),
    Page("contacts_columns_open", f"{O}/contacts/", act=columns),
    Page("custom_fields", f"{O}/contacts/fields/"),
    Page("custom_field_new", f"{O}/contacts/fields/new/"),
    Page("view_new", f"{O}/views/new/?screen=contacts:contact_list&query=lifecycle%3Ddonor&columns="),
    Page("contacts_ticked", f"{O}/contacts/", act=ticked),
    Page("contacts_acts_open", f"{O}/contacts/", act=acts_open),
    Page("bulk_tag", f"{O}/contacts/", act=bulk("tag")),
    Page("bulk_group", f"{O}/contacts/", act=bulk("group")),
    Page("bulk_task", f"{O}/contacts/", act=bulk("task")),
    Page("bulk_archive", f"{O}/contacts/", act=bulk("archive")),
    Page("bulk_export", f"{O}/contacts/", act=bulk("export")),
    Page("export", f"{O}/work/export/?list=contacts:contact_list&query=export%3Dcsv"),
    Page("statistics", f"{O}/contacts/statistics/"),
    Page("contacts_nothing", f"{O}/contacts/?q=zzzzzz"),
    Page("contacts_unknown_filter", f"{O}/contacts/?colour=red"),
    Page("contacts_reader", f"{O}/contacts/", who="reader"),
    Page("palette", f"{O}/contacts/", act=palette),
    Page("palette_at_rest", f"{O}/contacts/", act=palette_at_rest),
    Page("donor", f"{O}/contacts/{{donor}}/"),
    Page("donor_reader", f"{O}/contacts/{{donor}}/", who="reader"),
    Page("donor_gifts", f"{O}/contacts/{{donor}}/?tab=gifts"),
    Page("donor_notes", f"{O}/contacts/{{donor}}/?tab=notes"),
    Page("donor_receipts", f"{O}/contacts/{{donor}}/?tab=receipts"),
    Page("donor_profile", f"{O}/contacts/{{donor}}/?tab=profile"),
    Page("donor_tasks", f"{O}/contacts/{{donor}}/?tab=tasks"),
    Page("donor_visits", f"{O}/contacts/{{donor}}/?tab=visits"),
    Page("donor_quick_task", f"{O}/contacts/{{donor}}/", act=quick("task")),
    Page("donor_quick_exchange", f"{O}/contacts/{{donor}}/", act=quick("exchange")),
    Page("donor_messages", f"{O}/contacts/{{donor}}/?tab=messages"),
    Page("donor_quick_visit", f"{O}/contacts/{{donor}}/", act=quick("visit")),
    Page("donor_done", f"{O}/contacts/{{donor}}/", act=next_done),
    Page("donor_later", f"{O}/contacts/{{donor}}/", act=next_later),
    Page("donor_long_name", f"{O}/contacts/{{long_name}}/"),
    Page("donor_organization", f"{O}/contacts/{{firm}}/"),
    Page("visit_form", f"{O}/contacts/{{donor}}/visits/new/"),
    Page("visit_edit", f"{O}/contacts/visits/{{visit}}/edit/"),
    Page("tasks", f"{O}/tasks/"),
    Page("tasks_ticked", f"{O}/tasks/?whose=all", act=ticked),
    Page("tasks_week", f"{O}/tasks/week/"),
    Page("tasks_week_all", f"{O}/tasks/week/?whose=all"),
    Page("tasks_give", f"{O}/tasks/bulk/?act=owner&row={{task}}&query=whose%3Dall"),
    Page("tasks_all", f"{O}/tasks/?whose=all&when=overdue"),
    Page("tasks_reader", f"{O}/tasks/", who="reader"),
    Page("task", f"{O}/tasks/{{task}}/"),
    Page("task_form", f"{O}/tasks/new/"),
    Page("task_done", f"{O}/tasks/", act=row_done),
    Page("donor_empty", f"{O}/contacts/{{stranger}}/"),
    Page("donor_archived", f"{O}/contacts/{{archived}}/"),
    Page("contact_form", f"{O}/contacts/new/"),
    Page("contact_form_errors", f"{O}/contacts/new/", act=wrong_contact),
    Page("contact_edit", f"{O}/contacts/{{donor}}/edit/"),
    Page("consent_form", f"{O}/contacts/{{donor}}/consents/record/?channel=email"),
    Page("duplicates", f"{O}/contacts/duplicates/"),
    Page("duplicate_compare", f"{O}/contacts/duplicates/{{pair}}/"),
    Page("merges", f"{O}/contacts/merges/"),
    Page("merge", f"{O}/contacts/merges/{{merge}}/"),
    Page("merge_choose", f"{O}/contacts/{{donor}}/merge/?q=cote"),
    Page("contact_form_look_alikes", f"{O}/contacts/new/", act=look_alikes),
    Page("contact_archive", f"{O}/contacts/{{donor}}/archive/"),
    Page("contact_access", f"{O}/contacts/{{donor}}/access/"),
    Page("contact_anonymize", f"{O}/contacts/{{donor}}/anonymize/"),
    Page("contact_anonymize_errors", f"{O}/contacts/{{donor}}/anonymize/", act=send(".mc-foot button[type=submit]")),
    Page("readings", f"{O}/contacts/readings/"),
    Page("households", f"{O}/contacts/households/"),
    Page("households_nothing", f"{O}/contacts/households/?q=zzzzzz"),
    Page("household", f"{O}/contacts/households/{{household}}/"),
    Page("household_widow", f"{O}/contacts/households/{{widow}}/"),
    Page("household_reader", f"{O}/contacts/households/{{household}}/", who="reader"),
    Page("household_edit", f"{O}/contacts/households/{{household}}/edit/", act=by_hand),
    Page("household_start", f"{O}/contacts/{{single}}/household/", act=living_together),
    Page("household_add", f"{O}/contacts/{{donor}}/household/"),
    Page("household_dissolve", f"{O}/contacts/households/{{household}}/dissolve/"),
    Page("household_leave", f"{O}/contacts/{{donor}}/household/leave/"),
    Page("relation_form", f"{O}/contacts/{{donor}}/relations/new/"),
    Page("relation_edit", f"{O}/contacts/relations/{{relation}}/edit/?from={{donor}}"),
    Page("note_edit", f"{O}/contacts/notes/{{note}}/edit/"),
    Page("note_delete", f"{O}/contacts/notes/{{note}}/delete/"),
    Page("board", f"{O}/pipeline/"),
    Page("board_stalled", f"{O}/pipeline/?stalled=yes"),
    Page("board_menu", f"{O}/pipeline/", act=card_menu),
    Page("board_reader", f"{O}/pipeline/", who="reader"),
    Page("board_nothing", f"{O}/pipeline/?q=zzzzzz"),
    Page("board_move", f"{O}/pipeline/{{donor}}/move/"),
    *(Page(name, f"{O}/pipeline/{address}", act=act) for name, address, act in pipeline.PAGES),
    Page("asks_none", "/o/voisins/pipeline/opportunities/board/"),
    Page("asks_reader", f"{O}/pipeline/opportunities/board/", who="reader"),
    Page("donor_asks", f"{O}/contacts/{{asked}}/?tab=opportunities"),
    Page("donor_no_asks", f"{O}/contacts/{{single}}/?tab=opportunities"),
    *(Page(name, f"{O}/insights/{address}", who=who, act=act) for name, address, act, who in insights.PAGES),
    Page("kpis_none", "/o/voisins/insights/kpis/"),
    Page("retention_none", "/o/voisins/insights/reports/retention/?year=2018"),
    Page("at_risk", f"{O}/contacts/?ready=at_risk&sort=-total"),
    Page("segments", f"{O}/contacts/segments/"),
    Page("segment", f"{O}/contacts/segments/{{segment}}/"),
    Page("segment_contacts", f"{O}/contacts/?segment={{segment}}"),
    Page("segment_form", f"{O}/contacts/segments/{{segment}}/edit/", act=counted),
    Page("segment_form_errors", f"{O}/contacts/segments/new/", act=wrong_segment),
    Page("groups", f"{O}/contacts/groups/"),
    Page("group", f"{O}/contacts/groups/{{group}}/"),
    Page("tags", f"{O}/contacts/tags/"),
    Page("tag_edit", f"{O}/contacts/tags/{{tag}}/edit/"),
    Page("tag_delete", f"{O}/contacts/tags/{{tag}}/delete/"),
    Page("donor_tagging", f"{O}/contacts/{{donor}}/", act=tagging),
    Page("gifts", f"{O}/giving/gifts/"),
    Page("gift", f"{O}/giving/gifts/{{gift}}/"),
    Page("gift_receipted", f"{O}/giving/gifts/{{receipted}}/"),
    Page("gift_months", f"{O}/giving/gifts/months/"),
    Page("gift_form", f"{O}/giving/gifts/new/{{donor}}/"),
    Page("gift_form_any", f"{O}/giving/gifts/new/"),
    Page("gift_form_errors", f"{O}/giving/gifts/new/{{donor}}/", act=wrong_gift),
    Page("gift_edit", f"{O}/giving/gifts/{{gift}}/edit/"),
    Page("gift_meanwhile", f"{O}/giving/gifts/{{gift}}/edit/", act=meanwhile),
    Page("batches", f"{O}/giving/batches/"),
    Page("batch", f"{O}/giving/batches/{{batch}}/"),
    Page("batch_typing", f"{O}/giving/batches/{{batch}}/", act=typing),
    Page("batch_reader", f"{O}/giving/batches/{{batch}}/", who="reader"),
    Page("batch_new_donor", f"{O}/giving/batches/{{batch}}/", act=new_donor),
    Page("batch_form", f"{O}/giving/batches/new/"),
    Page("batch_check", f"{O}/giving/batches/{{batch}}/post/"),
    Page("batch_posted", f"{O}/giving/batches/{{posted}}/"),
    Page("batch_reopen", f"{O}/giving/batches/{{posted}}/reopen/"),
    Page("batch_empty", f"{O}/giving/batches/{{empty_batch}}/"),
    Page("thanks", f"{O}/giving/thanks/"),
    Page("thanks_ticked", f"{O}/giving/thanks/", act=ticked),
    Page("thanks_letters", f"{O}/giving/thanks/", act=bulk("letters")),
    Page("gift_credited", f"{O}/giving/gifts/{{credited}}/"),
    Page("gift_matched", f"{O}/giving/gifts/{{matched}}/"),
    Page("credit_form", f"{O}/giving/gifts/{{credited}}/credits/new/"),
    Page("donor_credits", f"{O}/contacts/{{spouse}}/?tab=gifts"),
    Page("matches", f"{O}/giving/matches/"),
    Page("match_receive", f"{O}/giving/matches/{{claim}}/receive/"),
    Page("programs", f"{O}/giving/matches/companies/"),
    Page("program_form", f"{O}/giving/matches/companies/new/"),
    Page("tributes", f"{O}/giving/tributes/"),
    Page("tribute", f"{O}/giving/tributes/{{tribute}}/"),
    Page("tribute_form", f"{O}/giving/tributes/new/"),
    Page("tribute_family", f"{O}/giving/tributes/{{tribute}}/family/new/"),
    Page("notices", f"{O}/giving/tributes/notices/"),
    Page("notices_letters", f"{O}/giving/tributes/notices/bulk/?act=letters&all=1&query="),
    Page("notice_template", f"{O}/outreach/templates/new/notice/"),
    Page("messages", f"{O}/outreach/messages/"),
    Page("message", f"{O}/outreach/messages/{{message}}/"),
    Page("letters_print", f"{O}/outreach/messages/print/"),
    *(Page(name, f"{O}/outreach/{address}", act=act, who=who) for name, address, act, who in outreach.PAGES),
    Page("mailings_none", "/o/voisins/outreach/mailings/"),
    Page("unsubscribe", "/u/{way_out}/"),
    Page("unsubscribed", "/u/{way_out}/", act=outreach.sent),
    Page("mailing_letter", "/outbox/{mailed}"),
    Page("mailing_letter_en", "/outbox/{mailed_en}"),
    Page("templates", f"{O}/outreach/templates/"),
    Page("template_form", f"{O}/outreach/templates/new/"),
    Page("pledges", f"{O}/giving/pledges/"),
    Page("pledge", f"{O}/giving/pledges/{{pledge}}/"),
    Page("pledge_late", f"{O}/giving/pledges/{{late}}/"),
    Page("pledge_paused", f"{O}/giving/pledges/{{paused}}/"),
    Page("pledge_of_years", f"{O}/giving/pledges/{{years}}/"),
    Page("pledge_form", f"{O}/giving/pledges/new/"),
    Page("pledge_edit", f"{O}/giving/pledges/{{pledge}}/edit/"),
    Page("pledge_pause", f"{O}/giving/pledges/{{pledge}}/pause/"),
    Page("pledge_skip", f"{O}/giving/pledges/{{pledge}}/skip/"),
    Page("pledge_cancel", f"{O}/giving/pledges/{{pledge}}/cancel/"),
    Page("pledge_collected", f"{O}/giving/pledges/{{collected}}/"),
    Page("pledge_collect", f"{O}/giving/pledges/{{collected}}/collect/"),
    Page("debits", f"{O}/giving/debits/"),
    Page("debit_form", f"{O}/giving/debits/new/"),
    Page("debit", f"{O}/giving/debits/{{debit}}/"),
    Page("debit_results", f"{O}/giving/debits/{{debit}}/results/"),
    Page("debit_account", f"{O}/giving/contacts/{{collected_donor}}/payment-methods/new/?gateway=debit"),
    Page("gateway", f"{O}/giving/gateway/"),
    Page("donor_payments", f"{O}/contacts/{{collected_donor}}/?tab=payments"),
    Page("payment_method_form", f"{O}/giving/contacts/{{collected_donor}}/payment-methods/new/"),
    Page("donor_pledges", f"{O}/contacts/{{monthly}}/?tab=pledges"),
    Page("ledger", f"{O}/giving/ledger/"),
    Page("ledger_close", f"{O}/giving/ledger/close/"),
    Page("campaigns", f"{O}/giving/campaigns/"),
    Page("campaign", f"{O}/giving/campaigns/{{campaign}}/"),
    Page("campaign_new", f"{O}/giving/campaigns/new/"),
    Page("campaign_edit", f"{O}/giving/campaigns/{{campaign}}/edit/"),
    Page("campaign_compare", f"{O}/giving/campaigns/compare/?campaign={{campaign}}&campaign={{campaign_before}}"),
    Page("campaign_compare_none", f"{O}/giving/campaigns/compare/"),
    Page("campaign_complete", f"{O}/giving/campaigns/{{campaign}}/complete/"),
    Page("appeal_new", f"{O}/giving/campaigns/{{campaign}}/appeals/new/"),
    Page("gift_shared", f"{O}/giving/gifts/{{shared}}/"),
    Page("gift_shared_edit", f"{O}/giving/gifts/{{shared}}/edit/"),
    Page("gift_in_kind", f"{O}/giving/gifts/{{in_kind}}/"),
    Page("gift_in_kind_edit", f"{O}/giving/gifts/{{in_kind}}/edit/"),
    Page("gift_advantage", f"{O}/giving/gifts/{{advantage}}/"),
    Page("gift_returned", f"{O}/giving/gifts/{{returned}}/"),
    Page("gift_return", f"{O}/giving/gifts/{{gift}}/return/"),
    Page("gift_refund", f"{O}/giving/gifts/{{gift}}/refund/"),
    Page("gift_delete", f"{O}/giving/gifts/{{gift}}/delete/"),
    Page("gift_kept", f"{O}/giving/gifts/{{receipted}}/delete/"),
    Page("funds", f"{O}/giving/funds/"),
    Page("fund", f"{O}/giving/funds/{{restricted}}/"),
    Page("spending_form", f"{O}/giving/funds/{{restricted}}/spent/"),
    Page("fund_form", f"{O}/giving/funds/new/"),
    Page("fund_edit", f"{O}/giving/funds/{{fund}}/edit/"),
    Page("receipts", f"{O}/receipts/"),
    Page("receipt", f"{O}/receipts/{{receipt}}/"),
    Page("receipt_voided", f"{O}/receipts/{{voided}}/"),
    Page("receipt_issue", f"{O}/receipts/gifts/{{gift}}/issue/"),
    Page("receipt_impossible", f"{O}/receipts/gifts/{{poor}}/issue/"),
    Page("receipt_replaced", f"{O}/receipts/{{replaced}}/"),
    Page("receipt_checked", "/r/{verify}/"),
    Page("receipt_checked_void", "/r/{verify_void}/"),
    Page("receipt_replace", f"{O}/receipts/{{receipt}}/replace/"),
    Page("receipt_annual", f"{O}/receipts/contacts/{{donor}}/annual/?year=2026"),
    Page("receipt_annual_none", f"{O}/receipts/contacts/{{donor}}/annual/?year=1999"),
    Page("gift_receipted_edit", f"{O}/giving/gifts/{{receipted}}/edit/"),
    Page("receipt_void", f"{O}/receipts/{{receipt}}/void/"),
    Page("runs", f"{O}/receipts/runs/"),
    Page("run_form", f"{O}/receipts/runs/new/"),
    Page("run_ready", f"{O}/receipts/runs/{{run_ready}}/"),
    Page("run_approve", f"{O}/receipts/runs/{{run_ready}}/approve/"),
    Page("run_going", f"{O}/receipts/runs/{{run_issuing}}/"),
    Page("run_done", f"{O}/receipts/runs/{{run_done}}/"),
    Page("run_print", f"{O}/receipts/runs/{{run_done}}/print/"),
    Page("run_email", f"{O}/receipts/runs/{{run_done}}/email/"),
    Page("receipt_sent", f"{O}/receipts/{{sent}}/"),
    Page("receipt_email", f"{O}/receipts/{{receipt}}/email/"),
    Page("reconciliation", f"{O}/receipts/reconciliation/?year=2025"),
    Page("reconciled_gifts", f"{O}/receipts/reconciliation/gifts/"),
    Page("run_left", f"{O}/receipts/runs/donors/?run={{run_done}}"),
    Page("imports", f"{O}/imports/"),
    Page("import_form", f"{O}/imports/new/"),
    Page("import_preview", f"{O}/imports/{{preview}}/"),
    Page("import_gifts_preview", f"{O}/imports/{{gifts_preview}}/"),
    Page("import_running", f"{O}/imports/{{running}}/"),
    Page("import_result", f"{O}/imports/{{imported}}/"),
    Page("import_undo", f"{O}/imports/{{imported}}/undo/"),
    Page("import_undone", f"{O}/imports/{{undone}}/"),
    Page("import_stopped", f"{O}/imports/{{stopped}}/"),
    Page("import_notes", f"{O}/imports/{{notes_preview}}/"),
    Page("import_tasks", f"{O}/imports/{{tasks_preview}}/"),
    Page("exported", f"{O}/work/{{exported}}/"),
    Page("export_gone", f"{O}/work/{{export_gone}}/"),
    Page("import_preset", f"{O}/imports/{{preset}}/"),
    Page("takeout", f"{O}/settings/everything/"),
    Page("settings", f"{O}/settings/"),
    Page("organization", f"{O}/settings/organization/"),
    Page("team", f"{O}/team/"),
    Page("member_form", f"{O}/team/{{member}}/"),
    Page("invitations", f"{O}/team/invitations/"),
    Page("invite", f"{O}/team/invitations/new/"),
    Page("invitation_withdraw", f"{O}/team/invitations/{{invitation}}/withdraw/"),
    Page("roles", f"{O}/settings/roles/"),
    Page("audit", f"{O}/settings/audit/"),
    Page("profile", "/profile/"),
    Page("password", "/account/password/change/"),
    Page("two_factor", "/account/2fa/"),
    Page("e_mail", "/account/email/"),
    Page("sessions", "/account/sessions/"),
    Page("sign_out", "/account/logout/"),
    Page("jobs", f"{O}/work/jobs/"),
    Page("work", f"{O}/work/"),
    Page("work_one", f"{O}/work/{{operation}}/"),
    Page("outbox", "/outbox/"),
    Page("digest", "/outbox/{letter}"),
    Page("refused", f"{O}/settings/", who="reader", status=403),
    Page("refused_imports", f"{O}/imports/", who="fundraiser", status=403),
    Page("lost", f"{O}/contacts/99999999/", status=404),
    Page("import_pledges", f"{O}/imports/{{pledges_preview}}/"),
    Page("import_pledges_done", f"{O}/imports/{{pledges_imported}}/"),
    Page("link_void", "/r/file/{link_void}/", status=410),
    *(Page(name, address) for name, address in abroad.PAGES),
)
BARE = {"outbox", "digest", "mailing_letter", "mailing_letter_en"}  # their addresses carry no language


# --- the demo data ----------------------------------------------------------------------------------------------------
def checked(receipt) -> str:
    """The end of the address printed at its foot."""
    return receipt.said.verification_url.rstrip("/").partition("/r/")[2]


def give_receipts(gifts, *, by) -> None:
    """One that stands, one replaced because its gift was corrected, one void."""
    from crm.giving.services import correct_gift
    from crm.receipts.services import cancel_receipt, issue_receipt

    issue_receipt(gifts[1], by=by)
    earlier = gifts[1].received_on - timedelta(days=2)
    correct_gift(gifts[1], by=by, received_on=earlier, replacing="Date du cachet postal mal lue")
    cancel_receipt(issue_receipt(gifts[2], by=by), reason="Adresse corrigée à la demande du donateur", by=by)


def give_years(*, run_jobs: Callable[[], None], by) -> None:
    """A run in each state: one that is over, one that a worker is at, one to be approved."""
    from crm.core import operations
    from crm.receipts import runs
    from crm.receipts.services import approve_run, email_run, print_run, start_run

    def approve(year: int):
        run = start_run(year=year, by=by)
        return approve_run(run, seen=runs.figures_of(run).seen, by=by)

    done = approve(2024)
    run_jobs()
    email_run(done, by=by)
    print_run(done, by=by)
    run_jobs()
    start_run(year=2025, by=by)
    operations.advance(approve(2023).operation_id)


def furnish(run_jobs: Callable[[], None]) -> None:
    """On top of the demo organization: receipts, imports in each state, an invitation, a digest."""
    from django.core.files.base import ContentFile
    from django.utils import timezone

    from crm.accounts.services import invite
    from crm.contacts.models import Contact, DuplicatePair
    from crm.contacts.services import create_contact, merge_contacts, update_contact
    from crm.core.exporting import start_export
    from crm.core.models import Operation
    from crm.core.operations import forget_old_results
    from crm.giving.models import Gift, Thanks
    from crm.giving.services import open_batch
    from crm.imports.services import choose, receive_file, start_import, undo_import
    from crm.notifications.services import send_digest
    from crm.outreach.services import thank_by_letter

    admin = abroad.administrator()
    gifts = Gift.objects.filter(
        organization=admin.organization, contact__last_name="Bouchard", status="completed", currency="CAD"
    ).exclude(contact__address_line1="").newest_first()  # fmt: skip
    waiting = list(Thanks.objects.due().filter(organization=admin.organization).order_by("pk")[:4])
    thank_by_letter([row.pk for row in waiting], template=None, by=admin)
    open_batch(received_on=timezone.localdate(), by=admin)
    give_receipts(gifts, by=admin)

    def received(text: str, name: str, kind: str):
        return receive_file(file=ContentFile(text.encode(), name), name=name, kind=kind, by=admin)

    create_contact(
        by=admin, first_name="Marie-Antoinette-Joséphine", middle_name="Bernadette", external_id="LONG",
        last_name="de La Bruyère-Champlain-Saint-Pierre-de-Montarville", email="marie-antoinette@courriel.example",
        job_title="Vice-présidente principale aux relations avec la communauté et aux partenariats",
    )  # fmt: skip
    start_import(received(BAD_ROWS, "donateurs-2025.csv", "contacts"), by=admin)
    run_jobs()
    received(BAD_ROWS.replace("Roy", "Perron"), "donateurs-2026.csv", "contacts")
    received(GIFT_ROWS, "dons-mars.csv", "gifts")
    bob = DuplicatePair.objects.filter(organization=admin.organization, first__last_name="Fraser").first()
    merge_contacts(kept=bob.first, absorbed=bob.second, by=admin)
    invite(email="nouvelle@demo.test", role="fundraiser", language="fr", by=admin)
    send_digest(admin, on=timezone.localdate())
    run_jobs()
    undone = start_import(received(BAD_ROWS.replace("Roy", "Savard"), "donateurs-2024.csv", "contacts"), by=admin)
    run_jobs()
    update_contact(Contact.objects.get(last_name="Savard", first_name="Luc"), by=admin, city="Rimouski")
    undo_import(undone.import_file, by=admin)
    run_jobs()
    received(ZEFFY_ROWS, "zeffy-hiver.csv", "gifts")
    stopped = received(BAD_ROWS.replace("Roy", "Morin"), "benevoles.csv", "contacts")
    start_import(choose(stopped, fields=stopped.fields, mode=stopped.mode, stops=True, by=admin), by=admin)
    received(NOTE_ROWS, "notes.csv", "notes")
    received(TASK_ROWS, "taches.csv", "tasks")
    for days in (30, 0):  # one whose file is gone by now, one that is there
        start_export(url_name="contacts:contact_list", query="export=csv", kind="csv", rows=70, by=admin)
        run_jobs()
        Operation.objects.filter(kind="export").update(created_at=timezone.now() - timedelta(days=days))
        forget_old_results()
    give_years(run_jobs=run_jobs, by=admin)
    abroad.furnish(run_jobs)
    outreach.furnish(run_jobs, by=admin)
    # Left waiting: nothing runs the queue any more.
    start_import(received(BAD_ROWS.replace("Roy", "Lavoie"), "liste-du-gala.csv", "contacts"), by=admin)


def numbers() -> dict[str, object]:
    """The rows that the addresses name."""
    from crm.accounts.models import Invitation, Membership
    from crm.contacts.models import Contact, DuplicatePair, Group, Merge, Note, Segment, Tag
    from crm.core import outbox
    from crm.core.models import Operation
    from crm.giving.models import Campaign, DebitFile, Fund, Gift, GiftBatch, MatchingClaim, Pledge, SoftCredit, Tribute
    from crm.imports.models import ImportFile
    from crm.outreach.models import Communication
    from crm.receipts.models import Receipt, ReceiptRun
    from crm.tasks.models import Task

    admin = abroad.administrator()
    mine = {"organization": admin.organization_id}
    campaigns = Campaign.objects.filter(**mine).order_by("-starts_on")
    contacts = Contact.objects.filter(**mine)
    donor = contacts.get(last_name="Bouchard", first_name="Hélène")
    receipts, files = Receipt.objects.filter(**mine), ImportFile.objects.filter(**mine)
    pledges = Pledge.objects.filter(**mine).order_by("pk")
    batches = GiftBatch.objects.filter(**mine)
    credit, claim = SoftCredit.objects.filter(**mine).first(), MatchingClaim.objects.filter(**mine).first()
    monthly = pledges.filter(status="active", late_since=None, frequency="monthly").first()
    collected = pledges.filter(payment_method__isnull=False).first()
    digest = next(letter for letter in outbox.letters() if "Votre journée" in letter.subject)
    return {
        "firm": contacts.filter(kind="organization", archived_at=None).first().pk,
        "long_name": contacts.get(external_id="LONG").pk,
        "visit": donor.visits.first().pk,
        "task": Task.objects.filter(contact=donor, done_at=None).first().pk,
        "donor": donor.pk,
        "pair": DuplicatePair.objects.filter(**mine, status="open").order_by("-score").first().pk,
        "merge": Merge.objects.filter(**mine).first().pk,
        "stranger": contacts.filter(gifts__isnull=True, archived_at=None).first().pk,
        "single": contacts.get(last_name="Duhaime").pk,
        "household": donor.household_id,
        "widow": contacts.get(first_name="Thérèse").household_id,
        "relation": donor.relations.first().pk,
        "archived": contacts.archived().first().pk,
        "note": Note.objects.filter(contact=donor).first().pk,
        "gift": Gift.objects.filter(contact=donor, status="completed").newest_first().first().pk,
        "campaign": campaigns[0].pk,
        "campaign_before": campaigns[2].pk,
        "collected": collected.pk,
        "collected_donor": collected.contact_id,
        "message": Communication.objects.filter(**mine).first().pk,
        "batch": batches.get(status="open", title="Courrier d’hier").pk,
        "posted": batches.get(status="posted").pk,
        "empty_batch": batches.get(title="").pk,
        "restricted": Fund.objects.filter(**mine, spendings__isnull=False).first().pk,
        "debit": DebitFile.objects.get(**mine).pk,
        "credited": credit.gift_id,
        "spouse": credit.contact_id,
        "matched": claim.gift_id,
        "claim": claim.pk,
        "tribute": Tribute.objects.get(**mine, kind="memory").pk,
        "pledge": monthly.pk,
        "monthly": monthly.contact_id,
        "late": pledges.filter(late_since__isnull=False).first().pk,
        "paused": pledges.filter(status="paused").first().pk,
        "years": pledges.filter(ends_on__isnull=False).first().pk,
        "shared": Gift.objects.filter(contact__in=contacts, fund=None).first().pk,
        "in_kind": Gift.objects.filter(contact__in=contacts, nature="in_kind").first().pk,
        "advantage": Gift.objects.filter(contact__in=contacts, advantage__gt=0).first().pk,
        "returned": Gift.objects.filter(contact__in=contacts, cheque_number="0412").first().pk,
        "receipted": receipts.filter(status="issued").first().lines.get().gift_id,
        "poor": Gift.objects.filter(**mine, contact__address_line1="").first().pk,
        "fund": Fund.objects.filter(**mine).first().pk,
        "receipt": receipts.filter(status="issued").first().pk,
        "voided": receipts.filter(status="cancelled").first().pk,
        "replaced": receipts.filter(status="replaced").first().pk,
        "sent": receipts.filter(deliveries__how="email").first().pk,
        **{f"run_{run.status}": run.pk for run in ReceiptRun.objects.filter(**mine)},
        "verify": checked(receipts.filter(status="issued").first()),
        "verify_void": checked(receipts.filter(status="replaced").first()),
        "stopped": files.get(name="benevoles.csv").pk,
        "notes_preview": files.get(name="notes.csv").pk,
        "tasks_preview": files.get(name="taches.csv").pk,
        "exported": Operation.objects.filter(**mine, kind="export").exclude(result_file="").get().pk,
        "export_gone": Operation.objects.filter(**mine, kind="export", result_file="").get().pk,
        "imported": files.get(name="donateurs-2025.csv").pk,
        "preview": files.get(name="donateurs-2026.csv").pk,
        "gifts_preview": files.get(name="dons-mars.csv").pk,
        "undone": files.get(name="donateurs-2024.csv").pk,
        "preset": files.get(name="zeffy-hiver.csv").pk,
        "running": files.get(name="liste-du-gala.csv").pk,
        "segment": Segment.objects.get(name__startswith="À relancer", **mine).pk,
        "group": Group.objects.get(is_shared=True, **mine).pk,
        "tag": Tag.objects.get(name="Bénévole", **mine).pk,
        "member": Membership.objects.get(user__email="finance@demo.test").pk,
        "invitation": Invitation.objects.filter(**mine).first().pk,
        "operation": Operation.objects.filter(**mine).first().pk,
        "letter": digest.name,
        **insights.numbers(),
        **outreach.numbers(),
        **pipeline.numbers(),
        **abroad.numbers(),
    }
