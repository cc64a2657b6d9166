"""A KPI in a browser: its value written down in its card with the keyboard alone, the network lost meanwhile."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from crm.insights import services

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def hours(office):
    services.create_kpi(by=office, title="Meals", value=Decimal(3))
    return services.create_kpi(
        by=office, title="Volunteer hours", unit="hours", value=Decimal(1470), target=Decimal(1800)
    )


@pytest.mark.parametrize(
    ("language", "typed", "said"), [("en", "1,486", "The value is saved."), ("fr", "1 486", "La valeur est")]
)
def test_a_value_is_updated_in_its_card_with_the_keyboard_alone(language, typed, said, office, hours, window, browse):
    opened, desk = window(office), browse(office, language)
    page = opened.page
    page.goto(desk.url("insights:kpi_list"))
    card = page.locator(f"#kpi-{hours.pk}")
    card.locator("a.mc-iconbtn").focus()
    page.keyboard.press("Enter")
    expect(card.locator("input[name=value]")).to_be_focused()
    opened.expect("422")
    page.keyboard.type("lots")
    page.keyboard.press("Enter")
    expect(card.locator(".invalid-feedback, .is-invalid").first).to_be_visible()
    card.locator("input[name=value]").fill(typed)
    page.keyboard.press("Tab")
    page.keyboard.type("Night shift")
    page.keyboard.press("Enter")
    expect(card.get_by_role("status")).to_contain_text(said)
    expect(card.locator("h2 a")).to_be_focused()
    assert list(hours.values.order_by("pk").values_list("value", "note")) == [(1470, ""), (1486, "Night shift")]


def test_escaping_from_the_card_by_cancel_changes_nothing(office, hours, window, browse):
    page = window(office).page
    page.goto(browse(office).url("insights:kpi_list"))
    card = page.locator(f"#kpi-{hours.pk}")
    card.locator("a.mc-iconbtn").click()
    card.locator("input[name=value]").fill("9")
    card.get_by_role("link", name="Cancel").click()
    expect(card.locator(".mc-kpi-value")).to_have_text("1,470\u00a0h")
    assert hours.values.count() == 1


def test_a_lost_network_loses_nothing_that_was_typed(office, hours, window, browse):
    opened = window(office)
    page = opened.page
    page.goto(browse(office).url("insights:kpi_list"))
    card = page.locator(f"#kpi-{hours.pk}")
    card.locator("a.mc-iconbtn").click()
    card.locator("input[name=value]").fill("1500")
    for said in ("ERR_INTERNET_DISCONNECTED", "htmx:"):
        opened.expect(said)
    page.context.set_offline(True)
    card.get_by_role("button", name="Save").click()
    expect(page.locator("[data-toasts] .mc-toast").first).to_be_visible()
    page.context.set_offline(False)
    expect(card.locator("input[name=value]")).to_have_value("1500")
    card.get_by_role("button", name="Save").click()
    expect(card.locator(".mc-kpi-value")).to_have_text("1,500\u00a0h")
    assert hours.values.count() == 2
