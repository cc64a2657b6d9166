"""One rule decides between a fragment and a page, and caches are told about it."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """An htmx request that is neither boosted navigation nor the browser going back in history; a part of a page."""
    if getattr(request, "is_part", False):
        return True
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


class FragmentMiddleware:
    """``Vary: HX-Request`` on every page, or Back would show a bare fragment from the browser's cache.

    What a signed-in person is answered, pages and JSON alike, is kept by no cache.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not getattr(response, "streaming", False) and response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        if hasattr(request, "user") and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")  # donors' data on shared computers
        if getattr(request, "htmx", False) and 300 <= response.status_code < 400 and "Location" in response:
            return redirect_to(response["Location"])
        return response


def redirect_to(url: str) -> HttpResponse:
    """Tell htmx to go to another page (an ordinary redirect would be followed inside the fragment)."""
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def trigger(response: HttpResponse, name: str, detail: object = True) -> HttpResponse:
    """Announce an event to the page (``HX-Trigger``); panels that listen load themselves again."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps({**events, name: detail})
    return response
