"""Typed environment variables. A wrong value stops start-up with the name of the variable and what was expected.

Every secret may also come from a file: ``NAME_FILE=/run/secrets/name`` is read when ``NAME`` is not set.
"""

import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
environ.Env.read_env(BASE_DIR / ".env")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def env_str(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set (see .env.example).")
    return value


def env_bool(name: str, *, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    word = raw.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} is neither true nor false.")


def env_int(name: str, default: int, *, minimum: int | None = None) -> int:
    raw = os.environ.get(name)
    if raw is None or raw.strip() == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number.") from None
    if minimum is not None and value < minimum:
        raise ImproperlyConfigured(f"{name}={value} is below {minimum}.")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def env_choice(name: str, default: str, choices: set[str]) -> str:
    value = os.environ.get(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of {', '.join(sorted(choices))}.")
    return value


def env_secret(name: str, default: str | None = None) -> str:
    """The variable, or the first line of the file that ``NAME_FILE`` names."""
    path = os.environ.get(f"{name}_FILE")
    if name not in os.environ and path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path!r} cannot be read: {error.strerror}.") from None
    return env_str(name, default)


def env_group(prefix: str, *, required: list[str]) -> dict[str, str]:
    """All variables that begin with ``prefix``, without it; those ``required`` may come from a file too."""
    found = {name.removeprefix(prefix): value for name, value in os.environ.items() if name.startswith(prefix)}
    return found | {name: env_secret(prefix + name) for name in required}


def database(url: str) -> dict:
    """``DATABASES["default"]`` for a ``sqlite:///path`` or ``postgres://…`` address, tuned as measured in ecosystem.md."""
    try:
        config = environ.Env.db_url_config(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL is not a database address: {error}.") from None
    engine = config.get("ENGINE", "")
    config["CONN_MAX_AGE"] = 60
    if engine == "django.db.backends.sqlite3":
        # IMMEDIATE: a deferred read→write upgrade fails at once under load, whatever the timeout.
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-4000;PRAGMA temp_store=MEMORY"
            ),
        }
        if config["NAME"] != ":memory:":
            Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    elif engine == "django.db.backends.postgresql":
        config["CONN_HEALTH_CHECKS"] = True
        # As if on a disk with a head, PostgreSQL's default reads all gifts to sum up those of 500 donors; and compiling a
        # query takes longer than ours take to run. ``?options=`` in the address says otherwise (PgBouncer: docs).
        config.setdefault("OPTIONS", {}).setdefault("options", "-c random_page_cost=1.1 -c jit=off")
    else:
        raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:/// or postgres://.")
    return config
