"""``manage.py seed_demo``: the demo organizations, their team, their donors. Refused in production settings."""

import time
from random import Random

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.accounts.models import Organization
from crm.management.demo import large, small, team


class Command(BaseCommand):
    help = (
        "Create the demo organization (and “other”, next door) with sign-ins …@demo.test. "
        "small: some 60 contacts through the services; large: as many as asked, for measuring."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=("small", "large"), default="small")
        parser.add_argument("--contacts", type=int, default=100_000, help="large only")
        parser.add_argument("--gifts", type=int, default=500_000, help="large only")
        parser.add_argument("--seed", type=int, default=1, help="same number, same people")
        parser.add_argument("--organization", default="demo", help="address of the organization to create")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when any organization exists")

    def handle(self, *args, **options) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError(
                "Demo data has a password that everybody knows, so it is refused with these settings "
                f"({settings.SETTINGS_MODULE}: DEMO_ALLOWED is off). Use a development machine."
            )
        slug = options["organization"]
        if options["if_empty"] and Organization.objects.exists():
            return
        if slug == "other" or Organization.objects.filter(slug=slug).exists():
            raise CommandError(f"The organization “{slug}” exists already; nothing was changed.")
        if options["size"] == "large" and (options["contacts"] < 1 or options["gifts"] < 0):
            raise CommandError("--contacts must be at least 1 and --gifts at least 0.")
        started = time.monotonic()
        rng = Random(options["seed"])  # noqa: S311 - believable, not secret
        if options["size"] == "small":
            small.build(slug=slug, rng=rng)
        else:
            large.build(slug=slug, rng=rng, contacts=options["contacts"], gifts=options["gifts"], say=self.stdout.write)
        if not Organization.objects.filter(slug="other").exists():
            small.build_other(rng=rng)
        self.stdout.write(
            f"Ready in {time.monotonic() - started:.1f} s. Sign in as admin@{slug}.test, {team.PASSWORD}."
        )
