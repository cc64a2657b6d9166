"""Acts on several rows of a list: the bar above the table, and which rows were meant."""

from django.db.models import QuerySet
from django.http import QueryDict

from crm.core import acts, lists
from crm.core.web.urls import org_url

BUTTONS = 4  # in the bar; the others are under “More”
MOST_TICKED = 1000  # rows named one by one; a page shows a hundred, more is not a person ticking


class ActsMixin:
    """What a list needs to offer acts: ``bulk_actions``, and ``bulk_url_name`` of the page that asks and does."""

    bulk_actions: tuple[acts.BulkAction, ...] = ()
    bulk_url_name = ""

    def get_bulk(self) -> dict | None:
        """What the bar shows: the acts this person may do, and the filters that “all of them” means."""
        if not self.bulk_url_name:
            return None
        name = self.request.resolver_match.view_name
        offered = [action for action in acts.actions_of(self, name) if action.may(self.membership)]
        if not offered:
            return None
        query = self.request.GET.copy()
        for plain in ("page", "size", "panel", "export", "count"):
            query.pop(plain, None)
        return {
            "url": org_url(self.membership, self.bulk_url_name),
            "query": query.urlencode(),
            "first": offered[:BUTTONS],
            "more": offered[BUTTONS:],
            "folded": offered[BUTTONS // 2 : BUTTONS],  # on a phone these too are under “More”
        }


class Selection:
    """The rows that were ticked, or all that the filters of the list leave: told by the address or by the form."""

    def __init__(self, params: QueryDict, *, url_name: str, by) -> None:
        self.everything = params.get("all") == "1"
        self.query = params.get("query", "")[:4000]
        numbers = [int(text) for text in params.getlist("row") if text.isascii() and text.isdigit() and len(text) < 16]
        self.numbers = [] if self.everything else sorted(set(numbers))[:MOST_TICKED]
        self.list = lists.opened(url_name, by=by, query=self.query)

    def __bool__(self) -> bool:
        return self.everything or bool(self.numbers)

    def rows(self) -> QuerySet:
        """In the reach of the person; all of them means what the same filters show now."""
        rows = self.list.get_queryset().order_by()
        if not self.everything:
            return rows.filter(pk__in=self.numbers)
        self.list.read()
        if self.list.filterset.form.errors:  # one that is not understood narrows nothing: never act on more than meant
            return rows.none()
        return rows.filter(pk__in=self.list.filterset.qs.order_by().values("pk"))

    @property
    def url(self) -> str:
        return f"{self.list.request.path}?{self.query}" if self.query else self.list.request.path
