"""Structured logs: key=value lines for people, JSON for machines. No personal data: ids, never names or addresses."""

import re

import structlog

# Links that open something by themselves: an invitation, a new password, a confirmed address.
SECRET_PATH = re.compile(r"(/invitation/|/password/reset/key/|/confirm-email/)[^/?\s]+")


def without_secrets(logger, method: str, event: dict) -> dict:
    """Addresses are logged without their query (it may hold a name that was searched) and without the secret of a link."""
    for key in ("request", "path"):
        if isinstance(event.get(key), str):
            event[key] = event[key].partition("?")[0]
    for key in ("request", "path", "event"):  # Django’s own “Not Found: /…” puts the address in the message
        if isinstance(event.get(key), str):
            event[key] = SECRET_PATH.sub(r"\1…", event[key])
    return event


SHARED = [
    structlog.contextvars.merge_contextvars,
    without_secrets,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


def logging_config(log_format: str, level: str) -> dict:
    """Django's ``LOGGING`` for ``console`` or ``json`` output on standard error."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    final = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if log_format == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "django_structlog.middlewares.request": {"level": level},
            "django-q": {"level": "WARNING"},  # jobs log their own beginning and end (crm.core.jobs)
            "fontTools": {"level": "ERROR"},
            "twilio": {"level": "WARNING"},  # five lines a message otherwise
            "weasyprint": {"level": "ERROR"},
        },
    }
