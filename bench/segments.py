"""How long segments take to count: ``python bench/segments.py [database url] [contacts] [gifts]`` (PostgreSQL).

Makes the database if it is not there (minutes), then counts each kind of rule, the best and the worst of five, with the
number found. The promise: 200,000 contacts and 2,000,000 gifts in under a second, whatever the rule.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.database import SLUG, ensure

URL = "postgres://postgres@127.0.0.1:5432/merci_segments"
TIMES, PROMISE = 5, 1.0


def rule(name: str, op: str, value=None) -> dict:
    return {"field": name, "op": op, "value": value}


YEAR = {"span": "last_year"}
CASES = {
    "total at least 1000": {"all": [rule("total", "gte", "1000")]},
    "gave last year": {"all": [rule("gave_in", "yes", YEAR)]},
    "did not give last year": {"all": [rule("gave_in", "no", YEAR)]},
    "500 or more last year": {"all": [rule("sum_in", "gte", ["500", YEAR])]},
    "at most 50 last year": {"all": [rule("sum_in", "lte", ["50", YEAR])]},
    "average gift between": {"all": [rule("average", "between", ["50", "100"])]},
    "LYBUNT": {"all": [rule("lybunt", "calendar")]},
    "SYBUNT": {"all": [rule("sybunt", "calendar")]},
    "monthly": {"all": [rule("monthly", "yes")]},
    "inactive for a year": {"all": [rule("inactive", "gte", 365)]},
    "may be e-mailed today": {"all": [rule("may_contact", "in", ["email"])]},
    "implied consent or none": {"all": [rule("consent_email", "in", ["implied", "none"])]},
    "city contains": {"all": [rule("city", "contains", "saint")]},
    "any of three": {
        "any": [rule("sum_in", "gte", ["500", YEAR]), rule("gave_in", "yes", {"span": "this_year"}),
                rule("last_gift", "before", "2015-01-01")],
    },
    "none of three": {
        "none": [rule("sum_in", "gte", ["500", YEAR]), rule("gave_in", "yes", {"span": "this_year"}),
                 rule("gift_count", "gte", 10)],
    },
    "nested four deep": {
        "all": [
            rule("province", "in", ["QC", "ON"]),
            {"any": [
                rule("gave_in", "yes", YEAR),
                {"all": [rule("total", "gte", "500"), {"none": [rule("monthly", "yes"), rule("has_email", "no")]}]},
            ]},
        ],
    },
}  # fmt: skip


def main() -> None:
    url, contacts, gifts = ([*sys.argv[1:], *(URL, "200000", "2000000")[len(sys.argv) - 1 :]])[:3]
    ensure(url, contacts=int(contacts), gifts=int(gifts))
    from crm.accounts.models import Organization
    from crm.contacts.criteria import Context
    from crm.contacts.criteria.rules import compiled
    from crm.contacts.models import Contact

    organization = Organization.objects.get(slug=SLUG)
    print(f"| rules | contacts | middle of {TIMES} | worst |\n|---|---:|---:|---:|")
    slow = []
    for name, rules in CASES.items():
        spent, found = [], 0
        for _time in range(TIMES + 1):
            started = time.perf_counter()
            rows = Contact.objects.of(organization).active().filter(compiled(rules, Context(organization)))
            found = rows.count()
            spent.append(time.perf_counter() - started)
        spent = spent[1:]  # the first one warms the cache
        print(
            f"| {name} | {found:,} | {statistics.median(spent) * 1000:.0f} ms | {max(spent) * 1000:.0f} ms |",
            flush=True,
        )
        if statistics.median(spent) > PROMISE:
            slow.append(name)
    sys.exit(f"slower than {PROMISE:.0f} s: {', '.join(slow)}" if slow else 0)


if __name__ == "__main__":
    main()
