"""Panels drawn within the page that shows them: one request instead of five, whole without script, nothing jumps."""

from copy import copy

import structlog
from django.http import HttpRequest, QueryDict
from django.urls import get_script_prefix, resolve
from django.utils.safestring import SafeString, mark_safe

logger = structlog.get_logger("merci.panels")


def drawn(request: HttpRequest, url: str, row=None) -> SafeString:
    """What the panel of this address shows this person, as its own screen draws it, permission and scope included.

    ``row`` is the one the page is about, already read within this person's scope: a panel about it needs no second reading.
    Empty where it cannot be drawn (the fault is in the log): the page then lets the panel load itself, which says so.
    """
    path = url.removeprefix(get_script_prefix().removesuffix("/"))
    match = resolve(path)
    inner = copy(request)
    inner.path, inner.path_info, inner.resolver_match = url, path, match
    inner.GET = QueryDict()  # the address of the page is not the panel's
    inner.is_part, inner.row = True, row
    try:
        response = match.func(inner, *match.args, **match.kwargs)
    except Exception:
        logger.exception("panel_failed", path=url)
        return SafeString()
    return mark_safe(response.content.decode()) if response.status_code == 200 else SafeString()  # noqa: S308
