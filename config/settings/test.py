"""For pytest: fast hashing, jobs and mail recorded instead of sent, nothing outside the machine."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("LOG_LEVEL", "ERROR")

from config import env

from .base import *  # noqa: F403 - the documented way to derive settings

SECRET_KEY = "test-only-key-0123456789abcdefghijklmnopqrstuvwxyz"  # noqa: S105
DATABASES = {"default": env.database(env.env_str("DATABASE_URL", "sqlite:////tmp/merci-test.sqlite3"))}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
SCRATCH = Path(tempfile.mkdtemp(prefix="merci-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
# A file, not memory: SQLite in memory locks whole tables between threads, which no real installation does.
DATABASES["default"]["TEST"] = (
    {"NAME": str(SCRATCH / "test.sqlite3")} if "sqlite" in DATABASES["default"]["ENGINE"] else {}
)
MEDIA_ROOT = SCRATCH / "media"
OUTBOX_DIR = SCRATCH / "outbox"
DEMO_ALLOWED = True
STRIPE_API_BASE = "http://127.0.0.1:9"  # nobody answers there: a test that needs Stripe starts a stand-in
ALLOWED_HOSTS = ["*"]
SITE_URL = "http://testserver"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
ACCOUNT_RATE_LIMITS = False
