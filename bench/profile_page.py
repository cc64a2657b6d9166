"""Where the time of one page goes, in this process: ``python -m bench.profile_page '/fr/o/demo/contacts/?page=2'``.

Uses DATABASE_URL; signs in as admin@<organization>.test. ``--sql`` lists the queries with their times; ``--times N`` says
how many requests the profile adds up (after three to warm up).
"""

import argparse
import cProfile
import os
import pstats
import statistics
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--user", default="admin@demo.test")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--sort", default="tottime", choices=("tottime", "cumtime"))
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--sql", action="store_true")
    parser.add_argument("--htmx", action="store_true", help="ask for the fragment")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from crm.accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1", headers={"HX-Request": "true"} if options.htmx else None)
    client.force_login(User.objects.get(email=options.user))

    def ask() -> None:
        response = client.get(options.url)
        if response.status_code != 200:
            raise SystemExit(f"{options.url}: {response.status_code}")

    for _ in range(3):
        ask()
    if options.sql:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask()
        for query in queries.captured_queries:
            print(f"{float(query['time']) * 1000:7.1f} ms  {query['sql'][:400]}")
        print(f"{len(queries)} queries")
    times, cpu = [], time.process_time()
    for _ in range(options.times):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    cpu = (time.process_time() - cpu) * 1000 / options.times
    print(
        f"without profiling: median {statistics.median(times):.1f} ms, least {min(times):.1f} ms, own CPU {cpu:.1f} ms"
    )
    profiler = cProfile.Profile(time.process_time)  # waiting for the database is not counted
    profiler.enable()
    for _ in range(options.times):
        ask()
    profiler.disable()
    pstats.Stats(profiler).sort_stats(options.sort).print_stats(options.lines)


if __name__ == "__main__":
    main()
