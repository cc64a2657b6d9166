"""Everything the three environments share, in the order a reader asks."""

from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = env.BASE_DIR
VAR_DIR = BASE_DIR / "var"

# --- who we are -------------------------------------------------------------------------------------------------------
DEBUG = False
SITE_URL = env.env_str("SITE_URL", f"http://localhost:{env.env_int('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = env.env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.env_list("CSRF_TRUSTED_ORIGINS")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
EFFECTS = "crm.effects.EFFECTS"
NAVIGATION = "crm.navigation.menu"
SWITCHER = "crm.navigation.switcher"
BELL = "crm.navigation.bell"
SHORTCUTS = "crm.navigation.SHORTCUTS"
SAVED_VIEWS = "crm.accounts.saved_views.shelf"
WATCH, REFILLED = "crm.accounts.meanwhile.Watch", "crm.accounts.meanwhile.refilled"
CONTACT_PANELS = "crm.navigation.CONTACT_PANELS"
CONTACT_CARDS = "crm.navigation.CONTACT_CARDS"
HOME_PANELS = "crm.navigation.HOME_PANELS"
SETTINGS_CARDS = "crm.navigation.SETTINGS_CARDS"
GIFT_PANELS = "crm.navigation.GIFT_PANELS"

INSTALLED_APPS = [
    "crm.core",
    "crm.accounts",
    "crm.notifications",
    "crm.contacts",
    "crm.tasks",
    "crm.giving",
    "crm.pipeline",
    "crm.outreach",
    "crm.receipts",
    "crm.insights",
    "crm.imports",
    "crm",
    "crm.core.web.admin.MerciAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_countries",  # its names of countries in French
    "django_filters",
    "django_htmx",
    "django_q",
    "django_structlog",
    "django_tables2",
    "localflavor",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "crm.core.web.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "crm.core.web.htmx.FragmentMiddleware",
    "crm.accounts.middleware.MembershipMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "crm.core.templatetags.crm_ui",
                "crm.core.templatetags.charts",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "crm.core.web.context.page",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data -------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database(env.env_str("DATABASE_URL", f"sqlite:///{VAR_DIR / 'merci.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = env.env_str("MEDIA_ROOT", str(VAR_DIR / "media"))  # private: served only through scoped views
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CACHES = {
    # Past MAX_ENTRIES (300 unless told) Django throws a third away, and with it the limits on sign-in: keep them all.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # The job cluster writes its statistics twice a second, for a monitor that nobody runs: never into the database.
    "cluster": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "cluster"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
MAX_IMPORT_BYTES = 50 * 1024 * 1024

# --- people and access ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me:home"
ACCOUNT_ADAPTER = "crm.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come in by an e-mailed invitation, which proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True  # one address a person, replaced once the new one is proven
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "crm.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Merci"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "crm.core.web.errors.csrf_failure"

# --- language, time, money --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Toronto"

# --- pages ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_MAX_AGE = 3600
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
PERMISSIONS_POLICY = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
    "publickey-credentials-get": "self",
    "publickey-credentials-create": "self",
}

# --- mail -------------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.env_str("DEFAULT_FROM_EMAIL", "Merci <merci@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = ""
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "crm.core.smtp.EmailBackend"
# A provider of e-mail, by the name django-anymail gives it, instead of a mail server, which reports nothing later.
MAIL_PROVIDER = ""
MAIL_PROVIDERS = {
    "amazon_ses", "brevo", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark", "resend",
    "sendgrid", "sparkpost", "unisender_go",
}  # fmt: skip
# Text messages, by Twilio: without these three they are not offered. The sender is a number of yours, or a Messaging Service.
TWILIO_ACCOUNT_SID = env.env_str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.env_secret("TWILIO_AUTH_TOKEN", "")
TWILIO_FROM = env.env_str("TWILIO_FROM", "")
MAIL_PATIENCE = 1.0  # of the pauses before a message of a batch is tried again, in their usual length
OUTBOX_DIR = VAR_DIR / "outbox"

# --- jobs (figures measured in ecosystem.md §2.a) ---------------------------------------------------------------------
# retry > timeout × (1 + (queue_limit + bulk) / workers), else a long task is run twice at once.
WORKERS = env.env_int(
    "WORKERS", 1, minimum=1
)  # processes that run jobs; each costs about 16 MiB, one keeps a small machine free
Q_CLUSTER = {
    "name": "merci",
    "orm": "default",
    "cache": "cluster",
    "workers": WORKERS,
    "timeout": 300,
    "retry": 1200,
    "queue_limit": WORKERS,
    "bulk": 1,
    "max_attempts": 3,
    "ack_failures": False,
    "catch_up": False,
    "save_limit": 0,
    "poll": 0.5,
    "recycle": 500,
    "max_rss": 250_000,  # kB: after a job that needed more, the process is replaced (receipts: 130 MB)
    "guard_cycle": 0.5,
    "label": "Jobs",
    "log_level": "WARNING",
}
WORKER_STALE_AFTER = env.env_int("WORKER_STALE_AFTER", 180, minimum=10)  # seconds without any sign of life
WORKER_LONGEST_PAUSE = 60  # seconds before a cluster that keeps failing is started again; the pauses double up to it
WORKER_GRACE = 30  # seconds a worker that gives no sign of life has to end by itself before it is killed
EXPORT_AT_ONCE = 2_000  # rows of a list that are sent at once; a longer file is made by a worker
CHARGE_STUCK_AFTER = 300  # seconds without an answer after which a payment is sent again, with the same key
STRIPE_API_BASE = env.env_str("STRIPE_API_BASE", "https://api.stripe.com")  # a stand-in, for tests
OPERATION_STUCK_AFTER = 90  # seconds without a finished chunk after which somebody else takes the work up

# --- logs -------------------------------------------------------------------------------------------------------------
LOG_FORMAT = env.env_choice("LOG_FORMAT", "console", {"console", "json"})
DEMO_ALLOWED = False

from config.logs import logging_config  # noqa: E402 - after LOG_FORMAT, which a wrong value must stop first

LOGGING = logging_config(LOG_FORMAT, env.env_choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"}))
