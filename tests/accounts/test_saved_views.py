"""A list as somebody likes it, kept under a name: one's own or shared, opened, changed, forgotten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.accounts.keeping_views import save_view
from crm.accounts.models import SavedView
from crm.accounts.saved_views import cleaned
from crm.core.errors import DomainError
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page

SCREEN = "contacts:contact_list"
ASKED = {"screen": SCREEN, "query": "lifecycle=donor&sort=-total&page=3&utm=x", "columns": "email,total"}


def keep(person, name: str = "Donors", **fields) -> SavedView:
    chosen = {"query": "lifecycle=donor", "columns": [], "is_shared": False, "is_pinned": True}
    return save_view(screen=SCREEN, name=name, by=person, **chosen | fields)


@pytest.fixture
def create(browse):
    def created(person, sent=None, **asked):
        from django.utils.http import urlencode

        browser = browse(person)
        url = f"{browser.url('accounts:saved_view_create')}?{urlencode(ASKED | asked)}"
        return browser.post(url, {"name": "Donors", "is_pinned": "on"} | (sent or {}))

    return created


def tabs(response) -> list[str]:
    return page(response).texts("nav[aria-label='Saved views'] a")


def test_the_list_as_it_is_becomes_a_tab_that_opens_it_again(create, browse, owner, contact):
    response = create(owner)
    view = SavedView.objects.get()
    assert (view.query, view.columns, view.screen) == ("lifecycle=donor&sort=-total&utm=x", ["email", "total"], SCREEN)
    opened = browse(owner).get(response.url)
    assert [str(chip.label) for chip in opened.context["filter"].chips] == ["Giving status"]
    assert [name for name, _column, _bound in opened.context["table"].shown()] == ["name", "email", "total"]
    assert tabs(opened) == ["Everything", "Donors"]
    assert page(opened).one("nav[aria-label='Saved views'] [aria-current]").text.strip() == "Donors"
    assert opened.context["filter"].ignored == ["utm"]


@pytest.mark.parametrize("query", ["page=2&export=csv&view=4&columns=a&count=1", "", "\x00=1", "a=&b="])
def test_what_an_address_only_passes_is_not_part_of_a_view(query):
    assert cleaned(query).replace("%00", "").strip("=1") == ""


def test_equal_lists_make_equal_views():
    assert cleaned("b=2&a=1&a=0") == cleaned("a=0&b=2&a=1&page=9")


def test_ones_own_is_private_until_it_is_shared(browse, owner, colleague, contact):
    keep(owner, "Mine")
    keep(owner, "Ours", is_shared=True)
    assert tabs(browse(owner).open(SCREEN)) == ["Everything", "Mine", "Ours"]
    assert tabs(browse(colleague).open(SCREEN)) == ["Everything", "Ours"]


def test_a_shared_view_shows_each_reader_their_own_rows(browse, owner, colleague, organization):
    ContactFactory(organization=organization, owner=owner, lifecycle="donor")
    view = keep(owner, is_shared=True)
    assert browse(colleague).get(view.get_absolute_url()).context["page"].total == 0
    assert browse(owner).get(view.get_absolute_url()).context["page"].total == 1


def test_an_unpinned_view_is_one_step_further(browse, owner):
    keep(owner, is_pinned=False)
    response = browse(owner).open(SCREEN)
    assert tabs(response) == []
    assert page(response).texts(".mc-views .mc-pop-item") == ["Donors"]


def test_a_changed_list_offers_to_update_the_view(browse, owner):
    view = keep(owner)
    browser = browse(owner)
    same = page(browser.get(view.get_absolute_url())).text
    changed = page(browser.get(f"{view.get_absolute_url()}&language=fr"))
    assert ("Update “Donors”" in same, "Update “Donors”" in changed.text) == (False, True)
    link = next(one for one in changed.css("a") if "refresh" in (one.get("href") or ""))
    assert browser.post(link.get("href")).status_code == 302
    view.refresh_from_db()
    assert view.query == "language=fr&lifecycle=donor"


@pytest.mark.parametrize("act", ["update", "refresh", "delete"])
def test_a_colleague_sees_a_shared_view_and_leaves_it_alone(browse, owner, colleague, admin, act):
    view = keep(owner, is_shared=True)
    sent = {"name": "Taken"}
    assert browse(colleague).send(f"accounts:saved_view_{act}", sent, pk=view.pk).status_code == 403
    assert browse(admin).send(f"accounts:saved_view_{act}", sent, pk=view.pk).status_code == 302


@pytest.mark.parametrize("act", ["update", "refresh", "delete"])
def test_a_private_view_is_nobody_elses(browse, owner, admin, outsider, act):
    view = keep(owner)
    for person in (admin, outsider):
        assert browse(person).send(f"accounts:saved_view_{act}", {"name": "X"}, pk=view.pk).status_code == 404


def test_a_name_is_given_once_by_each_person(create, owner, colleague):
    assert create(owner).status_code == 302
    assert create(owner, {"name": "DONORS"}).status_code == 422
    assert create(owner, {"name": "  "}).status_code == 422
    assert create(colleague).status_code == 302


def test_a_list_that_does_not_exist_keeps_nothing(create, owner):
    assert create(owner, screen="contacts:nothing").status_code == 404
    with pytest.raises(DomainError):
        keep(owner, query="a=" + "x" * 5000)
    assert SavedView.objects.count() == 0


def test_script_in_a_view_stays_text(create, browse, owner):
    evil = "<script>alert(1)</script>"
    create(owner, {"name": evil}, query=f"q={evil}", columns=f"{evil},email")
    response = browse(owner).get(SavedView.objects.get().get_absolute_url())
    assert evil not in response.content.decode()
    assert SavedView.objects.get().columns == ["email"]


def test_twelve_views_cost_as_many_queries_as_one(browse, owner):
    browser = browse(owner)
    keep(owner, "0")
    browser.open(SCREEN)
    with CaptureQueriesContext(connection) as few:
        browser.open(SCREEN)
    for number in range(1, 12):
        keep(owner, str(number), is_shared=True)
    with CaptureQueriesContext(connection) as many:
        browser.open(SCREEN)
    assert len(many) == len(few)


def test_each_tab_is_counted_by_itself_and_for_its_reader(browse, owner, colleague, organization, monkeypatch):
    ContactFactory.create_batch(3, organization=organization, owner=owner, lifecycle="donor")
    keep(owner, is_shared=True)
    places = page(browse(owner).open(SCREEN)).all("nav .mc-count", "hx-get")
    assert [browse(owner).get(place).content for place in places] == [b"3", b"3"]
    assert [browse(colleague).get(place).content for place in places] == [b"0", b"0"]
    monkeypatch.setattr("crm.core.web.paging.CAP", 2)
    monkeypatch.setattr("crm.core.web.paging.capped_count.__defaults__", (2,))
    assert browse(owner).get(places[1]).content == b"2+"
