"""A pile of gifts typed without the mouse; what the network loses, what another tab does, what a closed tab keeps."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from crm.contacts.models import Contact
from crm.giving import summaries
from crm.giving.models import BatchRow, Gift, GiftBatch
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.journeys.test_recording import press_until_focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINES = "[data-line]"
DONOR, AMOUNT, CHEQUE = "[data-cell=contact]", "[data-cell=amount]", "[data-cell=cheque_number]"
STATE = "[data-state]"
NAMES = ("Tremblay", "Gagnon", "Bouchard", "Lavoie", "Pelletier", "Desjardins", "Thibodeau", "Cormier")


@pytest.fixture
def donors(office):
    return [
        ContactFactory(organization=office.organization, first_name="Zoé", last_name=name, email="") for name in NAMES
    ]


def saved(page, count: int) -> None:
    page.wait_for_function(
        "(count) => document.querySelectorAll('[data-line] .mc-pill.is-ok').length === count", arg=count
    )


def type_gift(page, letters: str, amount: str, cheque: str = "") -> None:
    """Donor by four letters, amount, cheque number; Enter leads to the next line."""
    page.keyboard.type(letters)
    page.wait_for_selector("[role=option][aria-selected=true]")
    page.keyboard.press("Enter")  # the donor; on to the date
    page.keyboard.press("Tab")
    page.keyboard.type(amount)
    if cheque:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type(cheque)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "ready", "said"),
    [
        ("en", "Ready to post.", "3 gifts posted: $175.75."),
        ("fr", "Prêt à comptabiliser.", "3 dons comptabilisés : 175,75 $."),
    ],
)
def test_a_pile_is_typed_checked_and_posted_without_the_mouse(
    language, ready, said, office, donors, fund, window, browse
):
    page, browser = window(office).page, browse(office, language)
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto(browser.url("giving:batch_create"))
    expect(page.locator("#id_title")).to_be_focused()
    page.keyboard.type("Courrier")
    press_until_focused(page, "#id_expected_count")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("175,75" if language == "fr" else "175.75")
    page.keyboard.press("Enter")
    expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
    type_gift(page, "trem", "100", "0451")
    type_gift(page, "gagn", "50,25" if language == "fr" else "50.25", "0452")
    expect(page.locator("[data-batch-post] button")).to_be_disabled()
    type_gift(page, "bouc", "25.50")
    expect(page.locator("#why")).to_have_text(ready)
    button = page.locator("[data-batch-post] button")
    expect(button).to_be_enabled()
    saved(page, 3)
    page.keyboard.type("x")  # what is typed and not saved yet is never left out by posting: the button waits
    assert button.is_disabled()
    page.keyboard.press("Backspace")
    expect(button).to_be_enabled()
    page.keyboard.press("Control+Enter")  # from the last line to the button
    expect(page.locator("[data-batch-post] button")).to_be_focused()
    page.keyboard.press("Enter")
    toast = page.locator("[data-toasts]")
    expect(toast).to_contain_text(said.split(" ")[-1].split("\u00a0")[0][:6])
    assert said in " ".join(toast.inner_text().split())
    gifts = list(Gift.objects.order_by("pk").values_list("contact__last_name", "amount", "cheque_number"))
    assert gifts == [
        ("Tremblay", Decimal("100.00"), "0451"),
        ("Gagnon", Decimal("50.25"), "0452"),
        ("Bouchard", Decimal("25.50"), ""),
    ]
    page.go_back()
    page.reload()
    expect(page.locator("[data-batch]")).to_have_count(0)  # posted: nothing to type in any more
    assert Gift.objects.count() == 3


def test_two_hundred_gifts_by_the_keyboard_alone(office, donors, fund, window, browse):
    """Two piles of a hundred: what Chromium draws without a graphics card grows with the lines."""
    page, browser = window(office).page, browse(office, "en")
    for pile in range(2):
        page.goto(browser.url("giving:batch_create"))
        page.keyboard.press("Enter")
        expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
        for number in range(100):
            cheque = str(5000 + 100 * pile + number)
            type_gift(page, NAMES[number % len(NAMES)][:4].lower(), str(10 + number), cheque)
        saved(page, 100)
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Enter")
        expect(page.locator("[data-batch]")).to_have_count(0)
    numbers = list(Gift.objects.order_by("pk").values_list("cheque_number", flat=True))
    assert numbers == [str(number) for number in range(5000, 5200)]
    assert sum(Gift.objects.values_list("amount", flat=True)) == 2 * sum(range(10, 110))
    assert [found for _last, found in summaries.sweep(office.organization, repair=False) if found] == []


def test_copying_down_moving_taking_out_and_putting_back(office, donors, fund, window, browse):
    FundFactory(organization=office.organization, code="SCH", name_en="Scholarships")
    page, browser = window(office).page, browse(office, "en")
    page.goto(browser.url("giving:batch_create"))
    page.keyboard.press("Enter")
    expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
    type_gift(page, "trem", "20", "1")
    page.keyboard.press("Control+d")  # the same donor
    expect(page.locator(f"{LINES} {DONOR}").nth(1)).to_have_value("Zoé Tremblay")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+d")  # the same amount
    doubts = page.locator(f"{LINES} .mc-pill.is-warn")
    expect(doubts).to_have_count(2)  # the same donor, day and amount, and only one has a number
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"{LINES} {AMOUNT}").nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Backspace")
    expect(page.locator("[data-removed]")).to_contain_text("Line taken out.")
    expect(doubts).to_have_count(0)
    assert BatchRow.objects.count() == 1
    page.locator("[data-removed] button").click()
    expect(page.locator(f"{LINES} {AMOUNT}").nth(1)).to_have_value("20.00")
    expect(doubts).to_have_count(2)
    assert BatchRow.objects.count() == 2


def test_a_new_donor_is_added_without_leaving_the_line(office, fund, window, browse):
    one = window(office)
    one.expect("status of 422")
    page, browser = one.page, browse(office, "fr")
    page.goto(browser.url("giving:batch_create"))
    page.keyboard.press("Enter")
    expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
    page.keyboard.type("Ève Sansfaçon")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Nouveau donateur")
    page.keyboard.press("Enter")
    expect(page.locator("dialog #id_first_name")).to_be_focused()
    expect(page.locator("dialog #id_last_name")).to_have_value("Sansfaçon")
    page.locator("dialog #id_postal_code").fill("nowhere")
    page.keyboard.press("Enter")
    expect(page.locator("dialog .alert-danger")).to_be_focused()  # said in the dialog, nothing lost
    page.locator("dialog #id_postal_code").fill("g9a 5h7")
    page.keyboard.press("Enter")
    expect(page.locator("[data-new-donor]")).to_be_hidden()
    expect(page.locator(f"{LINES} {AMOUNT}").first).to_be_focused()
    page.keyboard.type("40")
    page.keyboard.press("Enter")
    saved(page, 1)
    donor = Contact.objects.get()
    assert (donor.name, donor.postal_code) == ("Ève Sansfaçon", "G9A 5H7")
    assert BatchRow.objects.get().contact == donor


def test_what_the_network_loses_is_sent_again_and_a_closed_tab_keeps_the_rest(office, donors, fund, window, browse):
    one = window(office)
    page, browser = one.page, browse(office, "en")
    page.goto(browser.url("giving:batch_create"))
    page.keyboard.press("Enter")
    expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
    one.expect("ERR_INTERNET_DISCONNECTED")
    type_gift(page, "trem", "20", "1")
    saved(page, 1)
    page.context.set_offline(True)
    page.locator(f"{LINES} {AMOUNT}").first.focus()
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    expect(page.locator("[data-batch-saved]")).to_contain_text("the network does not answer")
    page.context.set_offline(False)
    saved(page, 1)
    assert BatchRow.objects.get().amount == Decimal(30)
    # Typed, and the tab is closed before the pause is over.
    page.locator(f"{LINES} {AMOUNT}").first.focus()
    page.keyboard.type("45")
    page.goto("about:blank")
    for _patience in range(100):
        if BatchRow.objects.get().amount == Decimal(45):
            break
        page.wait_for_timeout(50)
    page.goto(browser.url("giving:batch_detail", pk=GiftBatch.objects.get().pk))
    expect(page.locator(f"{LINES} {AMOUNT}").first).to_have_value("45.00")


def test_somebody_signed_out_meanwhile_signs_in_again_and_goes_on(office, donors, fund, window, browse):
    one = window(office)
    page, browser = one.page, browse(office, "en")
    one.expect("status of 403")
    page.goto(browser.url("giving:batch_create"))
    page.keyboard.press("Enter")
    expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
    type_gift(page, "trem", "20", "1")
    saved(page, 1)
    page.context.clear_cookies()
    page.locator(f"{LINES} {AMOUNT}").first.fill("35")
    page.keyboard.press("Tab")
    expect(page.locator("[data-batch-saved]")).to_contain_text("you were signed out")
    expect(page.locator(f"{LINES} {AMOUNT}").first).to_have_value("35")
    one.sign_in(office)
    saved(page, 1)
    assert BatchRow.objects.get().amount == Decimal(35)


def test_two_windows_on_one_line_lose_nothing(office, donors, fund, window, browse):
    one = window(office)
    page, browser = one.page, browse(office, "en")
    one.expect("status of 409")
    page.goto(browser.url("giving:batch_create"))
    page.keyboard.press("Enter")
    expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
    type_gift(page, "trem", "20", "1")
    saved(page, 1)
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(f"{LINES} {AMOUNT}").first.fill("21")
    other.keyboard.press("Tab")
    saved(other, 1)
    assert BatchRow.objects.get().amount == Decimal(21)
    page.locator(f"{LINES} {AMOUNT}").first.fill("22")
    page.keyboard.press("Tab")
    state = page.locator(f"{LINES} {STATE}").first
    expect(state).to_contain_text("Changed elsewhere")
    expect(state).to_contain_text("21.00")
    assert BatchRow.objects.get().amount == Decimal(21)
    state.get_by_role("button", name="Keep mine").click()
    saved(page, 1)
    assert BatchRow.objects.get().amount == Decimal(22)


def test_it_fits_a_phone(office, donors, fund, window, browse):
    page, browser = window(office).page, browse(office, "fr")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(browser.url("giving:batch_create"))
    page.locator(".mc-save button[type=submit]").click()
    expect(page.locator(f"{LINES} {DONOR}").last).to_be_focused()
    page.keyboard.type("trem")
    page.locator("[role=option]").first.click()
    page.locator(f"{LINES} {AMOUNT}").first.fill("20")
    page.keyboard.press("Enter")
    saved(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
