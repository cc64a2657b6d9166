"""How django-allauth behaves here: nobody signs up by themselves, and everybody lands in their own language."""

import base64
from hashlib import sha256
from zoneinfo import ZoneInfo

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import User

LINKS = ("password_reset_url", "activate_url")


def language_of(user: User | None) -> str:
    """The person's language; for somebody unknown, that of the page."""
    return (getattr(user, "language", "") or get_language() or settings.LANGUAGE_CODE)[:2]


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and this password do not go together."),
        "incorrect_password": _("This is not the right password."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        with override(request.user.language):
            return reverse("me:home")

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Mails about the account speak the language of the person, and their links open in it."""
        user = context.get("user")
        language, zone = language_of(user), getattr(user, "timezone", "") or settings.TIME_ZONE
        # While the page's own language is spoken: translate_url reads no other prefix.
        links = {name: translate_url(context[name], language) for name in LINKS if name in context}
        with override(language), timezone.override(ZoneInfo(zone)):
            super().send_mail(template_prefix, email, {**context, **links, "language": language})

    def send_notification_mail(self, template_prefix: str, user: User, context: dict | None = None, email=None) -> None:
        """allauth leaves the person out of these; they are whom we speak to."""
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the configured address of the site: a forged ``Host`` header must not choose where the link leads."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)


def box() -> MultiFernet:
    """Locks with the present ``SECRET_KEY`` and opens with the former ones too, so that a change of key loses nothing."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(f"merci.mfa:{key}".encode()).digest())) for key in keys])


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes rest encrypted: a stolen back-up opens no account."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it is too old. Enter the one shown now."),
    }

    def encrypt(self, text: str) -> str:
        return box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return box().decrypt(encrypted_text.encode()).decode()
