"""A large database to measure on, made once and used again, and what the measures need to know about it."""

import os
import re
import unicodedata
from dataclasses import dataclass
from random import Random

from bench.server import environment, manage

SLUG = "demo"


def ensure(database_url: str, *, contacts: int, gifts: int, exactly: bool = True) -> None:
    """Create the database, its tables and its demo organization of this size, unless they are there.

    A database of another size is refused unless told otherwise (``exactly``).
    """
    if database_url.startswith("postgres"):
        import psycopg

        base, _slash, name = database_url.rpartition("/")
        with psycopg.connect(f"{base}/postgres", autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not known:
                if not re.fullmatch(r"\w+", name):
                    raise SystemExit(f"{name} is not a plain database name.")
                connection.execute(f'CREATE DATABASE "{name}"')
    manage(database_url, "migrate", "-v0")
    setup(database_url)
    from crm.accounts.models import Organization
    from crm.contacts.models import Contact

    organization = Organization.objects.filter(slug=SLUG).first()
    if organization is None:
        print(f"making {contacts} contacts and {gifts} gifts: some minutes", flush=True)
        manage(database_url, "seed_demo", "--size", "large", "--contacts", str(contacts), "--gifts", str(gifts))
        return
    present = Contact.objects.filter(organization=organization).count()
    if exactly and not contacts * 0.98 <= present <= contacts * 1.2:
        raise SystemExit(f"This database has {present} contacts, not {contacts}: name another one or drop it.")


def setup(database_url: str) -> None:
    """Django in this process, to choose what to ask for; the site that is measured is another process."""
    os.environ.update(environment(database_url))
    import django

    django.setup()


def plain(text: str) -> str:
    """Without accents, as many people type."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


@dataclass
class Material:
    """Rows drawn from the database for the measures: always the same for the same database."""

    words: list[str]
    donors: list[int]
    biggest: int
    funds: list[int]
    owner: int
    kpi: int


def material(rng: Random, *, count: int = 150) -> Material:
    from crm.accounts.models import Membership
    from crm.contacts.models import Contact
    from crm.giving.models import Fund, GivingSummary
    from crm.insights.models import Kpi

    mine = Contact.objects.filter(organization__slug=SLUG, archived_at=None)
    numbers = list(mine.order_by("pk").values_list("pk", flat=True))
    words = []
    for name in mine.filter(pk__in=rng.sample(numbers, min(count, len(numbers)))).values_list("name", flat=True):
        part = rng.choice([word for word in name.split() if len(word) > 3] or [name])
        start = rng.randrange(max(1, len(part) - 5)) if rng.random() < 0.4 else 0
        words.append(plain(part[start : start + rng.randrange(4, 8)]).lower() if rng.random() < 0.8 else part)
    summaries = GivingSummary.objects.filter(organization__slug=SLUG, contact__archived_at=None)
    donors = list(summaries.filter(gift_count__gte=5).order_by("pk").values_list("pk", flat=True))
    return Material(
        words=words,
        donors=rng.sample(donors, min(count, len(donors))),
        biggest=summaries.order_by("-gift_count").values_list("pk", flat=True)[0],
        funds=list(Fund.objects.filter(organization__slug=SLUG, is_active=True).values_list("pk", flat=True)),
        owner=Membership.objects.get(organization__slug=SLUG, role="admin").pk,
        kpi=Kpi.objects.filter(organization__slug=SLUG).in_order().first().pk,
    )
