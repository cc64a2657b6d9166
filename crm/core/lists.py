"""A list screen read without a browser: what background work does to “the rows this list showed” begins here.

The list is named by its address, the filters are its query string: the same code reads them as for the page, in the name
of the person who asked and with what that person may see now.
"""

from django.http import HttpRequest, QueryDict
from django.urls import resolve

from crm.core.web.urls import org_url


def asked_in(operation, *, query: str = "", by=None):
    """The list that an operation is about, as whoever asked for it (or ``by``) may open it now; raises ``LookupError``."""
    by = by or operation.started_by
    by.organization = operation.organization
    return opened(operation.params["list"], by=by, query=query)


def opened(url_name: str, *, by, query: str = ""):
    """The :class:`ListView` at this address as ``by`` would open it, with these filters and this order; not yet read."""
    path = org_url(by, url_name)
    match = resolve(path)
    request = HttpRequest()
    request.method, request.path, request.GET = "GET", path, QueryDict(query)
    request.user, request.membership, request.resolver_match = by.user, by, match
    view = match.func.view_class()
    view.setup(request, *match.args, **match.kwargs)
    return view
