"""Collects every sentence of the code into the French catalogue: stable output, nothing obsolete, nothing guessed.

``bin/messages`` writes the catalogue; ``bin/messages --check`` says what would change and exits 1 if anything would.
"""

import re
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale/fr/LC_MESSAGES/django.po"
IGNORED = (".venv/*", "var/*", "tests/*", "bench/*", "bin/*", "static/*")


def collect() -> None:
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "--locale=fr",
        "--no-obsolete",
        "--add-location=file",
        "--no-wrap",
    ]
    command += [f"--ignore={pattern}" for pattern in IGNORED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=0)
    for name in ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Report-Msgid-Bugs-To"):
        catalogue.metadata.pop(name, None)
    catalogue.metadata["Project-Id-Version"] = "Merci"
    for entry in catalogue:
        if entry.fuzzy:  # a guess from a similar sentence is worse than nothing: it looks finished
            entry.flags.remove("fuzzy")
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
            entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    catalogue.header = "French (Canada) catalogue of Merci. Collected by bin/messages, translated by hand."
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save(str(CATALOGUE))


def main() -> int:
    before = CATALOGUE.read_text(encoding="utf-8") if CATALOGUE.exists() else ""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    collect()
    after = CATALOGUE.read_text(encoding="utf-8")
    catalogue = polib.pofile(str(CATALOGUE))
    missing = catalogue.untranslated_entries()
    print(f"{len(catalogue)} sentences, {len(missing)} without French")
    for entry in missing[:40]:
        print(f"  {entry.occurrences[0][0] if entry.occurrences else ''}: {re.sub(chr(10), ' ', entry.msgid)[:90]}")
    if "--check" in sys.argv and before != after:
        CATALOGUE.write_text(before, encoding="utf-8")
        print("The catalogue is not up to date: run bin/messages.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
