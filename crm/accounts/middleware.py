"""From the address to the organization: anything that is not the signed-in person's own is 404.

It also writes down who took rows out (Law 25): the screens that export live below and know no audit log.
"""

from zoneinfo import ZoneInfo

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from crm.accounts import audit, queries, services
from crm.accounts.models import Organization


class MembershipMiddleware:
    """Sets ``request.membership`` for every address under ``/o/<organization>/`` and speaks the person's time zone."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None
        try:
            response = self.get_response(request)
            if taken_out := getattr(response, "taken_out", None):
                model, rows = taken_out
                query = "&".join(f"{name}={value}" for name, value in request.GET.items() if name != "export" and value)
                audit.exported(by=request.membership, model=model, rows=rows, query=query)
            return response
        finally:
            timezone.deactivate()

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        slug = kwargs.get("organization")
        if slug is None or not request.user.is_authenticated:
            return
        request.places = list(queries.places_of(request.user))  # all at once: the page's switcher shows the others
        membership = next((place for place in request.places if place.organization.slug == slug), None)
        if membership is None and request.user.is_superuser:
            organization = Organization.objects.filter(slug=slug, is_active=True).first()
            if organization:
                membership = services.superuser_membership(user=request.user, organization=organization)
        if membership is None:
            raise Http404("no such organization for this person")
        membership.user = request.user
        request.membership = membership
        timezone.activate(ZoneInfo(membership.organization.timezone))
        structlog.contextvars.bind_contextvars(organization=slug, membership_id=membership.pk)
        if not getattr(getattr(view, "view_class", None), "is_background", False):
            services.touch(membership)
