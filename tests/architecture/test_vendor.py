"""The files others made are exactly the ones bin/vendor fetched: none edited by hand, none unrecorded."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = json.loads((ROOT / "static/vendor/vendor.json").read_text(encoding="utf-8"))
RECORDED = {path: digest for entry in MANIFEST.values() for path, digest in entry["files"].items()}
VENDORED = ("static/vendor", "static/fonts", "crm/core/fonts", "tests/vendor")
OUR_OWN = {"static/vendor/vendor.json", "crm/core/fonts/README.md"}


@pytest.mark.parametrize("path", sorted(RECORDED))
def test_a_vendored_file_is_the_one_recorded(path):
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == RECORDED[path], f"run bin/vendor to restore {path}"


def test_every_file_of_a_vendor_folder_is_recorded():
    present = {
        path.relative_to(ROOT).as_posix()
        for folder in VENDORED
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    recorded = {path for path in RECORDED if path.startswith(tuple(f"{folder}/" for folder in VENDORED))}
    assert present - OUR_OWN == recorded


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_every_package_comes_with_its_licence(name):
    licences = [path for path in MANIFEST[name]["files"] if Path(path).name.startswith("LICENSE")]
    assert len(licences) == 1
    text = (ROOT / licences[0]).read_text(encoding="utf-8")
    opening = {
        "MIT": "MIT License",
        "0BSD": "Zero-Clause BSD",
        "OFL-1.1": "SIL OPEN FONT LICENSE Version 1.1",
        "MPL-2.0": "Mozilla Public License, version 2.0",
    }
    assert opening[MANIFEST[name]["licence"]] in text


def test_no_served_file_names_a_source_map_that_is_not_there():
    """ManifestStaticFilesStorage follows the pointer and stops collectstatic when the map is missing."""
    served = [path for path in RECORDED if path.endswith((".css", ".js"))]
    assert [path for path in served if "sourceMappingURL=" in (ROOT / path).read_text(encoding="utf-8")] == []


def test_the_sprite_holds_the_listed_icons_and_the_mark():
    lines = (ROOT / "static/icons.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    drawn = re.findall(r'<symbol id="i-([a-z0-9-]+)"', (ROOT / "static/icons.svg").read_text(encoding="utf-8"))
    assert listed == sorted(set(listed)), "static/icons.txt is sorted, each name once"
    assert drawn == ["merci", *listed], "run bin/vendor icons"


def test_every_icon_named_in_a_template_is_in_the_sprite():
    drawn = set(re.findall(r'<symbol id="i-([a-z0-9-]+)"', (ROOT / "static/icons.svg").read_text(encoding="utf-8")))
    named = {
        (name, path.relative_to(ROOT).as_posix())
        for path in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert sorted((name, path) for name, path in named if name not in drawn) == []
