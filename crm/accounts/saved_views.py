"""Lists as people like them, under a name: what stands above a list, and how an address becomes a view (C-12)."""

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.http import urlencode

from crm.accounts.models import SavedView
from crm.core.web.tables import asked_columns
from crm.core.web.urls import org_url

# Of an address, what is not part of how a list is liked.
PASSING = {"page", "size", "export", "count", "panel", "columns", "view"}
LONGEST = 4000
TABS = 6  # pinned views above a list; the others are one step further


def cleaned(query: str) -> str:
    """The filters and the order of an address, in a form that two equal views share; nothing that a page only passes."""
    params = QueryDict(query[:LONGEST].replace("\x00", ""))
    kept = sorted((name, value) for name, values in params.lists() if name not in PASSING for value in values if value)
    return urlencode(kept)


@dataclass
class Tab:
    view: SavedView
    url: str
    is_current: bool = False
    may_change: bool = False

    @property
    def count_url(self) -> str:
        """Where the number beside the tab comes from: the same list, drawn by nothing."""
        return f"{self.url}&count=tab"


@dataclass
class Shelf:
    """What a list shows of its views: tabs, the others, the one open, and whether it was changed since."""

    screen: str
    base_url: str
    tabs: list[Tab] = field(default_factory=list)
    others: list[Tab] = field(default_factory=list)
    current: Tab | None = None
    query: str = ""
    columns: str = ""

    @property
    def is_changed(self) -> bool:
        """The list differs from the view that is open."""
        view = self.current.view if self.current else None
        return bool(view) and (view.query != self.query or ",".join(view.columns) != self.columns)

    @property
    def is_worth_saving(self) -> bool:
        return bool(self.query or self.columns)

    @property
    def present(self) -> str:
        """The list as it is now, for the address of the form that saves it."""
        return urlencode({"screen": self.screen, "query": self.query, "columns": self.columns})

    def __bool__(self) -> bool:
        return bool(self.tabs or self.others or self.is_worth_saving)


def may_change(view: SavedView, membership) -> bool:
    """Its owner; administrators also those that are shared (nobody sees another's private one)."""
    return membership.can("saved_views.change", view)


def shelf(list_view) -> Shelf:
    """For a list screen (``settings.SAVED_VIEWS``): one query."""
    request, membership = list_view.request, list_view.membership
    match = request.resolver_match
    screen = f"{match.namespace}:{match.url_name}"
    found = Shelf(
        screen,
        request.path,
        query=cleaned(request.META.get("QUERY_STRING", "")),
        columns=",".join(asked_columns(request)),
    )
    asked = request.GET.get("view", "")
    rows = SavedView.objects.visible_to(membership).filter(screen=screen).select_related("owner__user")
    for view in rows.order_by("name", "pk"):
        tab = Tab(view, address(view, request.path), str(view.pk) == asked, may_change(view, membership))
        if tab.is_current:
            found.current = tab
        pinned = view.is_pinned and (view.is_shared or view.is_owned_by(membership))
        (found.tabs if pinned and len(found.tabs) < TABS else found.others).append(tab)
    return found


def address(view: SavedView, path: str) -> str:
    """Where a view opens: its filters and order, its columns, and which one it is."""
    last = {"view": view.pk} | ({"columns": ",".join(view.columns)} if view.columns else {})
    return f"{path}?{'&'.join(part for part in (view.query, urlencode(last)) if part)}"


def home(view: SavedView) -> str:
    return address(view, org_url(view, view.screen))
