"""On a server: every secret must be given, everything over HTTPS, JSON logs."""

import os
import re

os.environ.setdefault("LOG_FORMAT", "json")

from config import env

from .base import *  # noqa: F403 - the documented way to derive settings
from .base import MAIL_PROVIDERS

SECRET_KEY = env.env_secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.env_list("SECRET_KEY_FALLBACKS")
SITE_URL = env.env_str("SITE_URL").rstrip("/")
ALLOWED_HOSTS = env.env_list("ALLOWED_HOSTS") or [SITE_URL.split("://", 1)[-1].split(":")[0]]
CSRF_TRUSTED_ORIGINS = env.env_list("CSRF_TRUSTED_ORIGINS") or [SITE_URL]

HTTPS = env.env_bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.env_bool("BEHIND_PROXY", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0  # else every sign-in seems to come from the proxy's address
SECURE_HSTS_SECONDS = env.env_int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS

MAIL_PROVIDER = env.env_choice("MAIL_PROVIDER", "", {"", *MAIL_PROVIDERS})
if MAIL_PROVIDER:
    EMAIL_BACKEND = "crm.core.provider.EmailBackend"
    ANYMAIL = env.env_group("ANYMAIL_", required=["WEBHOOK_SECRET"])
    if not re.fullmatch(r"[^:,]+:[^,]{16,}", ANYMAIL["WEBHOOK_SECRET"]):
        raise env.ImproperlyConfigured(
            "ANYMAIL_WEBHOOK_SECRET must be name:password, the password of 16 characters or more."
        )
    EMAIL_CONFIG = {}
else:
    EMAIL_CONFIG = env.environ.Env.email_url_config(env.env_secret("EMAIL_URL"))
    if "smtp" not in EMAIL_CONFIG["EMAIL_BACKEND"]:
        EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.env_str("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
