"""What every page knows: who, where, the menu, the language, the theme."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

THEMES = ("auto", "light", "dark")


def page(request: HttpRequest) -> dict:
    """Context processor. Everything that asks the database is lazy, so that fragments do not pay for it."""
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    other = "en" if language == "fr" else "fr"
    with override(language):
        url = translate_url(request.get_full_path(), other)
    user = getattr(request, "user", None)
    theme = getattr(user, "theme", "") or request.COOKIES.get("theme", "auto")
    return {
        "membership": getattr(request, "membership", None),
        "organization": getattr(getattr(request, "membership", None), "organization", None),
        "menu": SimpleLazyObject(lambda: import_string(settings.NAVIGATION)(request)),
        "memberships": SimpleLazyObject(lambda: import_string(settings.SWITCHER)(request)),
        "bell": SimpleLazyObject(lambda: import_string(settings.BELL)(request)),
        "theme": theme if theme in THEMES else "auto",
        "language": language,
        "other_language": {"code": other, "label": {"fr": "Français", "en": "English"}[other], "url": url},
        "product": _("Merci"),
    }
