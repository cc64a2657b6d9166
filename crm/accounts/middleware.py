"""From the address to the organization: anything that is not the signed-in person's own is 404."""

from zoneinfo import ZoneInfo

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from crm.accounts import services
from crm.accounts.models import Membership, Organization


class MembershipMiddleware:
    """Sets ``request.membership`` for every address under ``/o/<organization>/`` and speaks the person's time zone."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = None
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        slug = kwargs.get("organization")
        if slug is None or not request.user.is_authenticated:
            return
        membership = (
            Membership.objects.active()
            .select_related("organization")
            .filter(organization__slug=slug, user=request.user)
        ).first()
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
        services.touch(membership)
