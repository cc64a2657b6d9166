"""What a fresh machine gets: pinned packages, documented settings, scripts that run."""

import os
import re
import subprocess
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")


def lines_of(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(*names):
    """{package: its requirement} of these files."""
    return {
        plain(pin.name): pin for name in names for pin in (Requirement(line.split("#")[0]) for line in lines_of(name))
    }


@pytest.mark.parametrize("line", [line for name in REQUIREMENTS for line in lines_of(name)])
def test_every_package_is_pinned_and_says_why_it_is_there(line):
    assert re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][^ ]* +# \S.+", line)


@pytest.mark.parametrize("names", [REQUIREMENTS[:1], REQUIREMENTS], ids=["runtime", "development"])
def test_every_package_that_a_pinned_one_needs_is_pinned_too(names):
    """Else two installations of the same commit differ."""
    pinned = pins(*names)
    unpinned = set()
    for name, pin in pinned.items():
        for extra in pin.extras or {""}:
            for need in map(Requirement, requires(name) or []):
                applies = need.marker is None or need.marker.evaluate({"extra": extra})
                if applies and plain(need.name) not in pinned:
                    unpinned.add(f"{need.name}, for {name}")
    assert unpinned == set()


def test_the_environment_holds_the_pinned_versions():
    def installed(name):
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    wrong = {name: installed(name) for name, pin in pins(*REQUIREMENTS).items() if installed(name) not in pin.specifier}
    assert wrong == {}


def test_env_example_names_every_variable_that_the_settings_read_and_no_other():
    sources = [*(ROOT / "config").rglob("*.py"), ROOT / "bin/_run.py"]
    read = {
        name
        for source in sources
        for name in re.findall(
            r"env_(?:str|bool|int|list|choice|secret)\(\s*\"([A-Z_]+)\"", source.read_text(encoding="utf-8")
        )
    }
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    assert named - {"DJANGO_SETTINGS_MODULE"} == read


@pytest.mark.parametrize("script", ["bin/setup", "bin/run", "bin/test", "bin/vendor", ".ci/run"])
def test_a_script_can_be_started_and_parsed(script):
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", script], cwd=ROOT, check=True)


@pytest.fixture
def catalogue(tmp_path, settings):
    """A French catalogue of one entry, alone in LOCALE_PATHS."""
    settings.LOCALE_PATHS = [tmp_path]
    settings.BASE_DIR = tmp_path
    path = tmp_path / "fr/LC_MESSAGES/django.po"
    path.parent.mkdir(parents=True)
    book = polib.POFile()
    book.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    book.append(polib.POEntry(msgid="Gift", msgstr="Don"))
    book.save(str(path))
    return path


def compiled(catalogue):
    return {entry.msgid: entry.msgstr for entry in polib.mofile(str(catalogue.with_suffix(".mo")))}


def test_catalogues_are_compiled_and_nothing_else_is_left(catalogue):
    call_command("compile_catalogues", verbosity=0)
    assert compiled(catalogue) == {"Gift": "Don"}
    assert sorted(path.name for path in catalogue.parent.iterdir()) == ["django.mo", "django.po"]


def test_a_compiled_catalogue_is_left_alone_until_its_source_changes(catalogue):
    call_command("compile_catalogues", verbosity=0)
    target = catalogue.with_suffix(".mo")
    target.write_bytes(b"as it was")
    call_command("compile_catalogues", verbosity=0)
    assert target.read_bytes() == b"as it was"
    os.utime(catalogue, (target.stat().st_mtime + 5,) * 2)
    call_command("compile_catalogues", verbosity=0)
    assert compiled(catalogue) == {"Gift": "Don"}
