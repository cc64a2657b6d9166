"""Where people land: the organization last worked in, and its first page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from django.views.generic import View

from crm.accounts import queries
from crm.accounts.models import Organization
from crm.core.web.urls import org_url
from crm.core.web.views import PageMixin, ScopedView

EVENING_BEGINS = 18


class HomeView(View):
    """To the organization last worked in, in the person's own language."""

    def get(self, request: HttpRequest) -> HttpResponse:
        latest = queries.places_of(request.user).order_by("-last_seen_at", "organization__slug").first()
        with override(request.user.language):
            if latest is not None:
                return HttpResponseRedirect(org_url(latest, "accounts:home"))
            every = Organization.objects.filter(is_active=True).order_by("slug")
            context = {"organizations": every[:50] if request.user.is_superuser else []}
            return render(request, "accounts/no_organization.html", context, status=403)


class HomeInView(PageMixin, ScopedView):
    """“My day”: a greeting, then the panels other domains lend to it, each loaded by itself."""

    permission = "dashboard.view"
    template_name = "accounts/home.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def get_context(self, **context) -> dict:
        panels = [panel for panel in import_string(settings.HOME_PANELS) if self.membership.can(panel.permission)]
        return super().get_context(
            title=_("My day"),
            panels=panels,
            today=timezone.localdate(),
            is_evening=timezone.localtime().hour >= EVENING_BEGINS,
            previous_visit=self.membership.previous_visit_at,
            **context,
        )
