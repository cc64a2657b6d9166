"""From an address to the files behind it: what a newcomer asks first (style.md §4.6)."""

import inspect
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import override

from crm.core.web.views import ScopedView


class Command(BaseCommand):
    help = "Prints what answers at an address: route, view, permission, model, table and filter, template, tests."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", help="an address, as in the browser: /fr/o/demo/contacts/")

    def handle(self, *args, **options) -> None:
        match = find(options["path"])
        view = getattr(match.func, "view_class", match.func)
        rows = [
            ("route", f"{match.view_name or '(no name)'}  {match.route}"),
            ("view", place(view)),
            *[(name, describe(getattr(view, name, None))) for name in ("permission", "model")],
            *[(name, describe(getattr(view, f"{name}_class", None))) for name in ("table", "filterset", "form")],
            ("service", describe(getattr(view, "service", None))),
            ("template", template(getattr(view, "template_name", ""))),
            ("fragment", template(getattr(view, "fragment_name", ""))),
        ]
        for label, value in rows:
            if value:
                self.stdout.write(f"{label:<12}{value}")
        generated = ["tests/contracts (generated)"] if isinstance(view, type) and issubclass(view, ScopedView) else []
        for number, path in enumerate(tests_of(match.view_name, getattr(view, "__name__", "")) + generated):
            self.stdout.write(f"{'' if number else 'tests':<12}{path}")


def find(path: str) -> ResolverMatch:
    """The match for an address, with or without its site, language and query string."""
    path = urlsplit(path).path
    path = path if path.startswith("/") else f"/{path}"
    codes = [code for code, _name in settings.LANGUAGES]
    for candidate in (path, f"/{codes[0]}{path}"):
        language = candidate.split("/")[1]
        with override(language if language in codes else codes[0]):
            try:
                return resolve(candidate)
            except Resolver404:
                continue
    raise CommandError(f"Nothing answers at {path}")


def relative(path: str | Path) -> str:
    try:
        return str(Path(path).resolve().relative_to(settings.BASE_DIR))
    except ValueError:
        return str(path)


def place(thing) -> str:
    """Name, file and line of a class or function."""
    thing = inspect.unwrap(thing) if callable(thing) else thing  # behind @transaction.atomic stands the real one
    try:
        return f"{thing.__name__}  {relative(inspect.getsourcefile(thing))}:{inspect.getsourcelines(thing)[1]}"
    except (TypeError, OSError, AttributeError):
        return str(thing)


def describe(thing) -> str:
    return "" if not thing else thing if isinstance(thing, str) else place(thing)


def template(name: str) -> str:
    if not name:
        return ""
    try:
        return relative(get_template(name).origin.name)
    except TemplateDoesNotExist:
        return f"{name} (missing)"


def tests_of(url_name: str, view_name: str) -> list[str]:
    """The test files that name the address or the view; the generated contracts hold for every screen besides."""
    words = [f'"{url_name}"', view_name]
    files = sorted((settings.BASE_DIR / "tests").rglob("test_*.py"))
    named = [path for path in files if any(word and word in path.read_text(encoding="utf-8") for word in words)]
    return [relative(path) for path in named]
