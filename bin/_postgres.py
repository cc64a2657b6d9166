"""Whether a PostgreSQL server answers at an address (called by bin/test and .ci/run): status 0, or the reason and 1."""

import sys

import environ
import psycopg


def reason(error: psycopg.Error) -> str:
    """The server's or the network's own words, without psycopg's preamble."""
    first = str(error).strip().splitlines()[0]
    return first.rpartition("failed: ")[2]


def main(url: str) -> int:
    config = environ.Env.db_url_config(url)
    try:
        # "postgres" and not the database of the address: Django makes that one for its tests.
        with psycopg.connect(
            host=config["HOST"] or None,
            port=config["PORT"] or None,
            user=config["USER"] or None,
            password=config["PASSWORD"] or None,
            dbname="postgres",
            connect_timeout=3,
        ) as connection:
            allowed = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.OperationalError as error:
        print(f"no PostgreSQL answers at {config['HOST']}:{config['PORT']} ({reason(error)})")
        return 1
    if not allowed or not allowed[0]:
        print(f"the PostgreSQL role {config['USER']} may not create databases")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
