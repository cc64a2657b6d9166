"""On a developer's or a first-time user's machine: demo allowed, mail kept in a browsable outbox."""

from config import env

from .base import *  # noqa: F403 - the documented way to derive settings

DEBUG = env.env_bool("DEBUG", default=False)
SECRET_KEY = env.env_secret("SECRET_KEY", "dev-only-key-never-used-in-production-0123456789abcdef")
EMAIL_BACKEND = "crm.core.outbox.EmailBackend"
DEMO_ALLOWED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
if DEBUG:
    STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
