"""Where people land, and how they set language and appearance."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import override
from django.views.generic import View

from crm.accounts import services
from crm.accounts.choices import Language, Theme
from crm.accounts.models import Membership
from crm.core.web.urls import org_url
from crm.core.web.views import PageMixin, ScopedView

YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest) -> str:
    """Where the form asks to go back to, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return reverse("me:home")


class HomeView(View):
    """To the organization last worked in, in the person's own language."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Membership.objects.active().filter(user=request.user).select_related("organization")
        latest = rows.order_by("-last_seen_at", "organization__slug").first()
        with override(request.user.language):
            if latest is None:
                return render(request, "accounts/no_organization.html", status=403)
            return HttpResponseRedirect(org_url(latest, "accounts:home"))


class HomeInView(PageMixin, ScopedView):
    permission = "dashboard.view"
    template_name = "accounts/home.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()


@method_decorator(login_not_required, name="dispatch")
class LanguageView(View):
    """The same page in the other language; remembered for the person who is signed in."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        language = request.POST.get("language", "")
        if language not in Language.values:
            language = settings.LANGUAGE_CODE
        if request.user.is_authenticated and request.user.language != language:
            services.update_profile(request.user, language=language)
        response = HttpResponseRedirect(translate_url(safe_next(request), language))
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax",
                            secure=request.is_secure())
        return response


@method_decorator(login_not_required, name="dispatch")
class ThemeView(View):
    """Light, dark, or as the device says; a cookie serves the sign-in page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        theme = request.POST.get("theme", "")
        theme = theme if theme in Theme.values else Theme.AUTO.value
        if request.user.is_authenticated and request.user.theme != theme:
            services.update_profile(request.user, theme=theme)
        response = HttpResponse(status=204) if request.htmx else HttpResponseRedirect(safe_next(request))
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        return response
