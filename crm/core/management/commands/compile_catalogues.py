"""``manage.py compile_catalogues``: the .po files of ``locale/`` made into .mo files, without gettext."""

import os
from argparse import ArgumentParser
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the translation catalogues that changed since they were last compiled."
    requires_system_checks = ()  # it runs before anything else works

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="compile all of them, changed or not")

    def handle(self, *, force: bool = False, **options) -> None:
        for source in sorted(po for folder in settings.LOCALE_PATHS for po in Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if force or not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                compile_catalogue(source, target)
                if options["verbosity"]:
                    self.stdout.write(f"compiled {source.relative_to(settings.BASE_DIR)}")


def compile_catalogue(source: Path, target: Path) -> None:
    """Write ``target`` in one step, so that a process that starts meanwhile never reads half a catalogue."""
    scratch = target.with_suffix(f".{os.getpid()}.tmp")
    try:
        polib.pofile(str(source)).save_as_mofile(str(scratch))
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)
