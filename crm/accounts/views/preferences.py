"""What a person decides about their own screen: language, appearance, profile, digest."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.generic import View

from crm.accounts import queries, services
from crm.accounts.choices import Language, Theme
from crm.accounts.forms import PreferencesForm, ProfileForm

YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest) -> str:
    """Where the form asks to go back to, if that is a page of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return reverse("me:home")


def remember(response: HttpResponse, request: HttpRequest, name: str, value: str) -> HttpResponse:
    """In a cookie too, for the pages seen before signing in."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


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
        return remember(response, request, settings.LANGUAGE_COOKIE_NAME, language)


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
        return remember(response, request, "theme", theme)


class ProfileView(View):
    """Names, language, appearance, time zone; for each organization, whether and when the digest comes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ProfileForm(instance=request.user), self.preferences())

    def preferences(self, data=None) -> list[PreferencesForm]:
        """One form for each organization the person works in; nobody else's membership can be named here."""
        places = queries.places_of(self.request.user).order_by("organization__slug")
        return [PreferencesForm(data, instance=place, prefix=f"place-{place.pk}") for place in places]

    def post(self, request: HttpRequest) -> HttpResponse:
        form, preferences = ProfileForm(request.POST, instance=request.user), self.preferences(request.POST)
        if not all([form.is_valid(), *(one.is_valid() for one in preferences)]):
            request.user.refresh_from_db()  # the form wrote what was refused on it: the page’s own head must not say so
            return self.page(form, preferences, status=422)
        with transaction.atomic():
            services.update_profile(request.user, **form.cleaned_data)
            for one in preferences:
                services.update_preferences(one.instance, **one.cleaned_data)
        language = form.cleaned_data["language"]
        with override(language):
            messages.success(request, _("Your profile is saved."))
            response = HttpResponseRedirect(reverse("me:profile"))
        remember(response, request, settings.LANGUAGE_COOKIE_NAME, language)
        return remember(response, request, "theme", form.cleaned_data["theme"])

    def page(self, form: ProfileForm, preferences: list, *, status: int = 200) -> HttpResponse:
        context = {"title": _("My profile"), "form": form, "preferences": preferences}
        return render(self.request, "accounts/profile.html", context, status=status)
