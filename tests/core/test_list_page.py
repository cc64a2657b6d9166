"""What a list page says and offers, on the contacts list as the example."""

import re

import pytest

from tests.factories.contacts import ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(browse, admin):
    """``page("q=x", htmx=False)``: the HTML of the contacts list at this query."""
    browser = browse(admin)

    def read(query: str = "", *, htmx: bool = False) -> str:
        headers = {"HX-Request": "true"} if htmx else {}
        return browser.get(f"{browser.url('contacts:contact_list')}?{query}", headers=headers).content.decode()

    return read


def test_an_empty_list_says_what_to_do(page):
    shown = page()
    assert "No contacts yet" in shown
    assert "Clear the filters" not in shown


def test_a_list_filtered_to_nothing_offers_to_start_again(page, contact):
    shown = page("q=nobody-of-that-name")
    assert "Clear the filters" in shown
    assert "No contacts yet" not in shown


def test_the_search_box_carries_the_filters_whose_panel_is_closed(page, contact):
    form = page("province=QC&lifecycle=prospect&q=x").partition('id="filters"')[2].partition("</form>")[0]
    carried = re.findall(r'<input type="hidden" name="(\w+)" value="(\w*)">', form)
    assert carried == [("province", "QC"), ("lifecycle", "prospect")]


def test_the_panel_of_filters_is_drawn_alone_when_it_is_opened(page, contact):
    fields = page("province=QC&panel=fields", htmx=True)
    assert "<html" not in fields
    assert '<option value="QC" selected>' in fields
    assert 'name="q"' not in fields


def test_the_panel_of_filters_opens_by_its_address_without_script(page, contact):
    shown = page("province=QC&panel=open")
    assert '<details class="mc-filters" open>' in shown
    assert '<option value="QC" selected>' in shown
    own = shown.partition('id="filters"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="province"' not in own


def test_a_filter_that_cannot_be_read_shows_its_error_beside_it(page, contact):
    shown = page("total_min=abc")
    assert 'class="invalid-feedback"' in shown
    assert 'name="last_on_after"' in shown  # the panel is whole, not only what the address names


def test_only_the_filters_that_the_address_names_are_built(browse, admin, contact):
    def built(query: str) -> set[str]:
        browser = browse(admin)
        return {*browser.get(f"{browser.url('contacts:contact_list')}?{query}").context["filter"].filters}

    assert built("") == {"q"}
    assert built("total_max=5&last_on_after=2026-01-01&province=QC") == {"q", "total", "last_on", "province"}
    assert len(built("panel=open")) == 1


def test_a_filter_in_force_is_a_link_without_it(page, contact):
    chips = re.findall(r'<a class="mc-chip is-on" href="([^"]+)"', page("province=QC&lifecycle=prospect&page=1"))
    assert [chip.partition("?")[2] for chip in chips] == ["province=QC", "lifecycle=prospect"]


def test_an_unknown_filter_is_named_and_left_out(page, contact):
    assert "no filter called “colour”" in page("colour=blue")


def test_the_sorted_column_says_its_direction(page, contact):
    assert 'aria-sort="ascending"' in page("sort=total")
    assert 'aria-sort="descending"' in page("sort=-total")
    assert "aria-sort" not in page()


def test_the_pager_leads_forth_and_back_and_keeps_the_filters(page, admin):
    ContactFactory.create_batch(26, organization=admin.organization, owner=admin)
    first, second = page("province=QC"), page("province=QC&page=2")
    assert "1–25 of 26" in first
    assert 'id="page-next" href="?province=QC&amp;page=2"' in first
    assert 'id="page-previous"' not in first
    assert "26–26 of 26" in second
    assert 'id="page-previous" href="?province=QC&amp;page=1"' in second
    assert 'id="page-next"' not in second


def test_a_fragment_is_the_list_without_the_page_around_it(page, contact):
    fragment = page(htmx=True)
    assert "<html" not in fragment
    assert contact.name in fragment
    assert 'id="filters"' not in fragment


def test_a_role_that_may_not_export_is_not_offered_to(browse, member, contact):
    browser = browse(member)
    assert "data-export" not in browser.open("contacts:contact_list").content.decode()
