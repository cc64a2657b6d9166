"""The pages of opportunities and leads, for bin/screens."""

from collections.abc import Callable


def choose(name: str, value: str) -> Callable:
    """Another answer in a list, which brings the fields it needs."""

    def act(page) -> None:
        page.locator(f"select[name={name}]").select_option(value)

    return act


def sent(page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def lost_without_reason(page) -> None:
    page.locator("select[name=to]").select_option("lost")
    sent(page)


def menu(page) -> None:
    page.locator("[data-card] [data-menu]").nth(2).click()


# Name, address below the pipeline's, what is done there first.
PAGES = (
    ("asks", "opportunities/board/", None),
    ("asks_menu", "opportunities/board/", menu),
    ("asks_nothing", "opportunities/board/?q=zzzz", None),
    ("ask_list", "opportunities/", None),
    ("ask_list_nothing", "opportunities/?q=zzzz", None),
    ("ask", "opportunities/{ask}/", None),
    ("ask_late", "opportunities/{ask_late}/", None),
    ("ask_won", "opportunities/{ask_won}/", None),
    ("ask_lost", "opportunities/{ask_lost}/", None),
    ("ask_new", "opportunities/new/", None),
    ("ask_new_errors", "opportunities/new/", sent),
    ("ask_new_for", "contacts/{donor}/new/", None),
    ("ask_edit", "opportunities/{ask}/edit/", None),
    ("ask_move", "opportunities/{ask}/move/", None),
    ("ask_move_errors", "opportunities/{ask}/move/", lost_without_reason),
    ("ask_win", "opportunities/{ask}/won/", None),
    ("ask_win_pledge", "opportunities/{ask}/won/", choose("outcome", "pledge")),
    ("ask_win_errors", "opportunities/{ask}/won/", sent),
    ("ask_delete", "opportunities/{ask}/delete/", None),
    ("leads", "leads/", None),
    ("lead_convert", "leads/{lead}/convert/", None),
)


def numbers() -> dict[str, int]:
    from crm.contacts.models import Contact
    from crm.pipeline.models import Opportunity

    asks = Opportunity.objects.filter(organization__slug="demo")
    leads = Contact.objects.filter(organization__slug="demo", relationship="lead", lifecycle="prospect")
    going = asks.filter(stage="asked", expected_on__gt="2000-01-01").order_by("-amount").first()
    return {
        "ask": going.pk,
        "asked": going.contact_id,
        "ask_late": asks.open().order_by("expected_on").first().pk,
        "ask_won": asks.filter(stage="won").first().pk,
        "ask_lost": asks.filter(stage="lost").first().pk,
        "lead": leads.filter(archived_at=None).first().pk,
    }
