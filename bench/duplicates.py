"""How long the search for duplicates takes, and what it finds: ``python bench/duplicates.py DATABASE_URL [--contacts N]``.

The large demo, with one contact in forty written a second time (as :data:`SPELLINGS` says) and 3,000 contacts who share
one e-mail of an office. Then the look-alikes of somebody being typed, among all of them.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import database

SLUG = database.SLUG
SPELLINGS = ("plain", "shouted", "swapped", "one field", "initials")
PROMISE, TYPING = 120, 0.05
OFFICE = "info@bureau.example"


def written_again(contact, rng: Random):
    """The same person as another clerk typed them; the e-mail or the phone is often missing."""
    from crm.contacts.models import Contact
    from crm.core.text import fold

    first, last, how = contact.first_name, contact.last_name, rng.choice(SPELLINGS)
    if how == "plain":
        first, last = fold(first), fold(last)
    elif how == "shouted":
        first, last = first.upper(), last.upper()
    elif how == "swapped":
        first, last = last, first
    elif how == "one field":
        first, last = "", f"{last.upper()}, {first}"
    elif len(fold(first).split()) > 1:
        first = "".join(word[0] for word in fold(first).split())
    again = Contact(
        organization_id=contact.organization_id, first_name=first, last_name=last, suffix=contact.suffix,
        postal_code=contact.postal_code, city=contact.city, province=contact.province, address_line1=contact.address_line1,
        email=contact.email if rng.random() < 0.5 else "", phone=contact.phone if rng.random() < 0.5 else "",
        industry="planted", job_title=str(contact.pk),
    )  # fmt: skip
    again.derive()
    return again


def plant(organization_id: int, rng: Random) -> None:
    from crm.contacts.models import Contact

    mine = Contact.objects.filter(organization_id=organization_id)
    if mine.filter(industry="planted").exists():
        return
    people = list(mine.filter(kind="person", archived_at=None).exclude(postal_code="").order_by("pk"))
    Contact.objects.bulk_create(
        [written_again(one, rng) for one in rng.sample(people, len(people) // 40)], batch_size=500
    )
    shared = [one.pk for one in rng.sample(people, 3000)]
    for start in range(0, len(shared), 500):
        Contact.objects.filter(pk__in=shared[start : start + 500]).update(email=OFFICE)


def search(organization_id: int) -> None:
    from crm.contacts import blocks, services
    from crm.contacts.models import Contact, DuplicatePair

    DuplicatePair.objects.filter(organization_id=organization_id).delete()
    for name in ("first search", "the next night"):
        started, cursor, writes, chunks, fresh = time.perf_counter(), {}, [], [], 0
        while True:
            begun = time.perf_counter()
            found = blocks.look(organization_id, cursor)
            looked = time.perf_counter()
            fresh += services.record_pairs(found, organization_id=organization_id)
            writes.append(time.perf_counter() - looked)
            chunks.append(time.perf_counter() - begun)
            cursor = found.cursor
            if found.finished:
                break
        spent = time.perf_counter() - started
        verdict = "kept" if spent < PROMISE else "BROKEN"
        print(
            f"{name}: {spent:.1f} s (promise: under {PROMISE} s, {verdict}), {fresh} new pairs, {len(chunks)} chunks, "
            f"longest {max(chunks):.2f} s, of which the database was locked for at most {max(writes):.2f} s"
        )
    planted = Contact.objects.filter(organization_id=organization_id, industry="planted")
    truth = {(int(origin), pk) for pk, origin in planted.values_list("pk", "job_title")}
    pairs = set(DuplicatePair.objects.filter(organization_id=organization_id).values_list("first_id", "second_id"))
    print(f"planted {len(truth)}, found {len(truth & pairs)} of them; {len(pairs)} pairs proposed in all")


def typing(organization_id: int, rng: Random, times: int) -> None:
    from django.db import connection, reset_queries

    from crm.accounts.models import Membership
    from crm.contacts.alike import look_alikes
    from crm.contacts.likeness import Likely
    from crm.contacts.models import Contact

    admin = Membership.objects.select_related("organization", "user").get(organization_id=organization_id, role="admin")
    planted = list(Contact.objects.filter(organization_id=organization_id, industry="planted").order_by("pk"))
    spent, waited, queries, met = [], [], 0, 0
    connection.force_debug_cursor = True
    for contact in rng.sample(planted, min(times, len(planted))):
        reset_queries()
        begun, worked = time.perf_counter(), time.process_time()
        shown = look_alikes(admin, Likely.of(contact), email=contact.email, phone=contact.phone)
        spent.append(time.process_time() - worked)  # other programs of the machine weigh little on it
        waited.append(time.perf_counter() - begun)
        queries = max(queries, len(connection.queries))
        met += any(str(one.contact.pk) == contact.job_title for one in shown)
    spent.sort()
    p95 = spent[int(len(spent) * 0.95)]
    verdict = "kept" if p95 < TYPING else "BROKEN"
    print(
        f"while typing: processor time median {statistics.median(spent) * 1000:.0f} ms, 95th {p95 * 1000:.0f} ms "
        f"(promise: under {TYPING * 1000:.0f} ms, {verdict}); "
        f"on the clock median {statistics.median(waited) * 1000:.0f} ms; at most {queries} queries, {met} of {len(spent)} met"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database_url")
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--typed", type=int, default=200)
    parser.add_argument("--only-typing", action="store_true", help="leave out the search of everything")
    options = parser.parse_args()
    database.ensure(options.database_url, contacts=options.contacts, gifts=0)
    from crm.accounts.models import Organization
    from crm.contacts.models import Contact

    rng = Random(7)  # noqa: S311 - the same every time
    organization = Organization.objects.get(slug=SLUG)
    plant(organization.pk, rng)
    print(
        f"{Contact.objects.filter(organization=organization).count():,} contacts, {options.database_url.split(':')[0]}"
    )
    if not options.only_typing:
        search(organization.pk)
    typing(organization.pk, rng, options.typed)


if __name__ == "__main__":
    main()
