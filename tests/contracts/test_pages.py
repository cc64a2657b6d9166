"""What every page keeps, in both languages: found by walking the URLconf."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from crm.contacts.models import Contact
from crm.core.web.views import PanelView
from tests.factories.contacts import NoteFactory, VisitFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.factories.receipts import issued
from tests.factories.tasks import TaskFactory
from tests.routes import all_routes, screens
from tests.world import build

HTML = "text/html"
PAGES = [route for route in screens() if route.is_screen and hasattr(route.view, "get")]
PANELS = [route for route in PAGES if issubclass(route.view, PanelView) and route.view.model is Contact]
PERSONAL = [
    "me:profile",
    "account_change_password",
    "account_email",
    "mfa_index",
    "usersessions_list",
    "account_logout",
]
PUBLIC = ["account_login", "account_reset_password", "account_reset_password_done", "account_signup"]
# Files, answers for scripts, and pages that need more than their address: pages of no language. Each is known here by its
# kind, so that a page never becomes one.
NOT_PAGES = {
    "contacts:contact_bulk", "receipts:receipt_bulk",
    "giving:thanks_bulk", "giving:notice_bulk", "tasks:task_bulk", "core:export", "accounts:saved_view_create",
    "receipts:receipt_pdf", "receipts:gift_specimen", "receipts:annual_specimen",
    "imports:import_rejected", "imports:import_template", "core:operation_file",
    "contacts:contact_colleagues", "inbox:count", "inbox:digest_body",
    "contacts:contact_lookup", "contacts:search", "giving:batch_donors", "giving:batch_slip", "giving:payment_method_back",
    "accounts:organization_logo", "accounts:organization_signature",
}  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a reader meets: the language, the title, the headings, the ids, the visible text outside data of the world."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang, self.title, self.headings, self.ids, self.styled, self.words = "", "", [], [], [], []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        attrs = dict(attrs)
        if tag == "html":
            self.lang = attrs.get("lang", "")
        if tag == "h1":
            self.headings.append("")
        if "id" in attrs:
            self.ids.append(attrs["id"])
        self.styled += [name for name in attrs if name == "style" or name.startswith("on")]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data) -> None:
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        if "h1" in self._open:
            self.headings[-1] += data
        if not {"script", "style", "template"} & set(self._open):
            self.words.append(data)


@pytest.fixture
def world(contact, admin, owner):
    return build(contact=contact, by=admin, owner=owner)


def address(route, organization, world, language: str) -> str:
    kwargs = {"organization": organization.slug}
    if route.has_pk:
        kwargs["pk"] = world[route.model].pk
    with translation.override(language):
        return reverse(route.name, kwargs=kwargs)


def whole(response, language: str) -> Page:
    """The page, having checked what all pages keep."""
    assert response.status_code == 200
    assert response["Content-Type"].startswith(HTML)
    page = Page(response.content.decode())
    assert page.lang == f"{language}-CA"
    assert [bool(text.strip()) for text in page.headings] == [True]
    assert re.fullmatch(r"\S.* · Merci", " ".join(page.title.split())), page.title
    assert sorted({one for one in page.ids if page.ids.count(one) > 1}) == []
    assert page.styled == []
    return page


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("route", [route for route in PAGES if route.name not in NOT_PAGES], ids=str)
def test_every_screen_is_a_whole_page_in_both_languages(route, language, world, organization, admin, browse):
    browser = browse(admin, language)
    whole(browser.get(address(route, organization, world, language)), language)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PERSONAL)
def test_a_persons_own_pages_too(name, language, admin, browse):
    with translation.override(language):
        url = reverse(name)
    browser = browse(admin, language)
    response = browser.get(url)
    if response.status_code == 302 and "reauthenticate" in response.url:
        response = browser.get(response.url)
    whole(response, language)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PUBLIC)
def test_and_the_way_in(name, language, client, db):
    with translation.override(language):
        url = reverse(name)
    whole(client.get(url), language)


def test_what_is_not_a_page_is_still_an_address():
    known = {route.name for route in all_routes()}
    assert {name for name in NOT_PAGES if name not in known} == set()


# What the rows of the world say, names of places in the world, and files.
DATA = re.compile(
    "Rive-Claire|Côté-Bouchard|rue des Érables|Called about the gala|Tremblay|Fleuve|Trois-Rivières|directrice générale|"
    "Montréal, Ottawa, Toronto|Hélène et Paul|Hélène and Paul|Spring appeal|550 no such person|"
    r"\{greeting\}|\{first_name\}|sheet\.csv|@|[0-9a-f]{64}|/webhooks/|^payment_intent[.]|^charge[.]|^[A-Z][A-Za-z]+/"
)


# --- nothing of one language on a page of the other -------------------------------------------------------------------
def sentences(page: Page) -> set[str]:
    """Texts of three words and more: a name or “Contacts” may well be the same in both languages."""
    texts = (" ".join(text.split()) for text in page.words)
    return {text for text in texts if len(re.findall(r"[^\W\d_]{2,}", text)) >= 3}


@pytest.mark.parametrize("route", [route for route in PAGES if route.name not in NOT_PAGES], ids=str)
def test_no_sentence_is_the_same_in_both_languages(route, world, organization, admin, browse):
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            response = browse(admin, language).get(address(route, organization, world, language))
        said[language] = sentences(Page(response.content.decode()))
    assert {text for text in said["fr"] & said["en"] if not DATA.search(text)} == set()


# --- panels -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("route", PANELS, ids=str)
def test_a_donors_panel_costs_as_many_queries_for_ten_rows_as_for_two(route, contact, admin, browse):
    browser = browse(admin)

    def add(count: int) -> None:
        for _number in range(count):
            fund = FundFactory(organization=contact.organization)
            issued(GiftFactory(contact=contact, fund=fund, recorded_by=admin), by=admin)
            NoteFactory(contact=contact, author=admin)
            VisitFactory(contact=contact, recorded_by=admin)
            TaskFactory(contact=contact, owner=admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert (
                browser.get(browser.url(route.name, pk=contact.pk), headers={"HX-Request": "true"}).status_code == 200
            )
        return len(queries)

    add(2)
    cost()
    few = cost()
    add(8)
    assert cost() == few
