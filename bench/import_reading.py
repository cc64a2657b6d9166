"""How fast a CSV file becomes values, and in how much memory: ``python bench/import_reading.py [rows]``.

Everything an import does before it touches the database: encoding, delimiter, header, one survey of the whole file,
then every cell of every row cleaned, checked and turned into its value. Times are the best of three.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

from crm.imports.choices import ImportKind  # noqa: E402
from crm.imports.columns import guess_mapping  # noqa: E402
from crm.imports.encoding import detect  # noqa: E402
from crm.imports.reading import MAX_ROWS, open_table  # noqa: E402
from crm.imports.rows import RowParser, survey  # noqa: E402

FIRST = ("Hélène", "Jean-François", "Mary Ann", "Zoé", "Paul", "Noémie", "Émile", "Susan", "André", "Chloé")
LAST = ("Bouchard", "Côté", "O’Neil", "Lefebvre", "Tremblay", "Gagné", "Roy", "Smith", "de la Durantaye", "Bélanger")
CITIES = (("Trois-Rivières", "Québec", "G9A 5H7"), ("Ottawa", "ON", "k1a0b1"), ("Moncton", "N.-B.", "E1C-4B6"))


CONTACT_HEADERS = "Prénom;Nom;Courriel;Téléphone;Adresse;Ville;Province;Code postal;Pays;Langue;No de donateur;Note"
GIFT_HEADERS = (
    "No de transaction;Courriel;Nom;Date du don;Montant;Devise;Mode de paiement;Type de don;Statut;Fonds;Note"
)


def contacts(rows: int, dice: random.Random):
    yield CONTACT_HEADERS.split(";")
    for number in range(rows):
        city, province, code = dice.choice(CITIES)
        phone = f"{dice.choice((819, 418, 514, 613))} {dice.randrange(200, 999)}-{dice.randrange(10000):04}"
        yield [
            dice.choice(FIRST),
            dice.choice(LAST),
            f"donateur{number}@example.org",
            phone,
            f"{dice.randrange(1, 9999)}, rue des Érables",
            city,
            province,
            code,
            "Canada",
            dice.choice(("français", "anglais")),
            f"D-{number}",
            "Rencontrée au gala; rappeler\nen mai" if number % 20 == 0 else "",
        ]


def gifts(rows: int, dice: random.Random):
    yield GIFT_HEADERS.split(";")
    start = date(2020, 1, 1)
    for number in range(rows):
        cents = dice.randrange(500, 500_000)
        whole = f"{cents // 100:,}".replace(",", "\u00a0")
        yield [
            f"T-{number}",
            f"donateur{dice.randrange(rows)}@example.org",
            dice.choice(LAST),
            f"{start + timedelta(days=dice.randrange(2200)):%d/%m/%Y}",
            f"{whole},{cents % 100:02} $",
            "CAD",
            dice.choice(("chèque", "comptant", "virement Interac", "carte de crédit")),
            dice.choice(("ponctuel", "mensuel")),
            "reçu",
            "Général",
            "",
        ]


def best(function, times: int = 3):
    """The result and the shortest time of a few runs, in seconds."""
    shortest = None
    for _run in range(times):
        started = time.perf_counter()
        result = function()
        spent = time.perf_counter() - started
        shortest = spent if shortest is None else min(shortest, spent)
    return result, shortest


def memory() -> float:
    """The peak of this process in MB. From /proc: getrusage counts what the parent used before the child began."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this needs Linux")


def measure(name: str, kind: ImportKind, maker, rows: int, encoding: str) -> None:
    path = Path(tempfile.mkdtemp(prefix="merci-bench-")) / f"{name}.csv"
    with path.open("w", encoding=encoding, newline="") as out:
        csv.writer(out, delimiter=";").writerows(maker(rows, random.Random(7)))  # noqa: S311 - not a secret
    megabytes = path.stat().st_size / 1024 / 1024
    print(f"\n{name}: {rows:,} rows, {megabytes:.1f} MB, {encoding}")
    with path.open("rb") as source:
        _encoding, seconds = best(lambda: detect(source))
        print(f"  encoding, whole file      {seconds:8.3f} s   {megabytes / seconds:9.0f} MB/s")
        table, seconds = best(lambda: open_table(source))
        print(f"  open_table                {seconds:8.3f} s")
        mapping = guess_mapping(table.headers, kind)
        if mapping.missing:
            sys.exit(f"the bench file lacks {mapping.missing}")
        count, seconds = best(lambda: sum(1 for _row in table.rows()))
        print(f"  rows only                 {seconds:8.3f} s   {count / seconds:9,.0f} rows/s")
        found, seconds = best(lambda: survey(table, mapping))
        print(f"  survey                    {seconds:8.3f} s   {found.rows / seconds:9,.0f} rows/s")
        parser = RowParser(mapping, found.formats())
        bad, seconds = best(lambda: sum(not parser.parse(row).is_good for row in table.rows()))
        print(f"  rows and values           {seconds:8.3f} s   {count / seconds:9,.0f} rows/s   ({bad} refused)")
        (before_last, _last) = deque(table.rows(), maxlen=2)

        def go_on():
            return next(open_table(source, table.layout).rows(before_last.mark)).index

        index, seconds = best(go_on)
        print(f"  open again at row {index:<8,}{seconds * 1000:8.3f} ms")
    path.unlink()
    path.parent.rmdir()


def measure_memory(rows: int) -> None:
    """The peak of a fresh process that reads a file of almost 50 MB, beside one that reads ten rows."""
    for count in (10, rows):
        subprocess.run([sys.executable, __file__, "--memory", str(count)], check=True)  # noqa: S603 - ourselves


def read_and_tell_memory(rows: int) -> None:
    path = Path(tempfile.mkdtemp(prefix="merci-bench-")) / "memory.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        for row in contacts(rows, random.Random(7)):  # noqa: S311 - not a secret
            lines.writerow([*row[:-1], f"{row[-1]} {'é' * (60 if rows > 10 else 1)}"])
    before = memory()
    with path.open("rb") as source:
        table = open_table(source)
        mapping = guess_mapping(table.headers, ImportKind.CONTACTS)
        parser = RowParser(mapping, survey(table, mapping).formats())
        for row in table.rows():
            parser.parse(row)
    size = path.stat().st_size / 1024 / 1024
    print(f"memory: reading {rows:,} rows ({size:.1f} MB) took {memory() - before:.1f} MB more")
    path.unlink()
    path.parent.rmdir()


def main() -> None:
    if sys.argv[1:2] == ["--memory"]:
        read_and_tell_memory(int(sys.argv[2]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    measure("contacts", ImportKind.CONTACTS, contacts, rows, "cp1252")
    measure("gifts", ImportKind.GIFTS, gifts, rows, "utf-8")
    print(flush=True)
    measure_memory(min(rows * 2, MAX_ROWS))


if __name__ == "__main__":
    main()
