"""Fetch the front-end files and fonts we ship, from npm, at the versions pinned here (called by bin/vendor).

    bin/vendor            every package
    bin/vendor icons      only the ones whose npm name holds the word

Files land in their place with the licence of each package; ``static/vendor/vendor.json`` records what came from where,
with the SHA-256 of every file, and ``tests/architecture/test_vendor.py`` compares. A package whose archive differs from
the one recorded under the same version stops the run.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "static/vendor/vendor.json"
ICONS = ROOT / "static/icons.txt"
PDF_FONTS = "crm/core/fonts"

# The product's own mark: a white M on mulberry. It is not Tabler's, so it is written out here.
MARK = (
    '<symbol id="i-merci" viewBox="0 0 28 28"><rect width="28" height="28" rx="8" fill="currentColor"/>'
    '<path d="M7 19.5V10l7 6.2 7-6.2v9.5" fill="none" stroke="#fff" stroke-width="2.4" '
    'stroke-linecap="round" stroke-linejoin="round"/></symbol>'
)


def plain(data: bytes) -> bytes:
    """Without the pointer to a source map that we do not ship: the hashed static storage refuses a missing file."""
    return re.sub(rb"\n?(//[#@]|/\*[#@]) ?sourceMappingURL=[^\n]*?(\*/)?\s*\Z", b"\n", data)


def as_is(data: bytes) -> bytes:
    return data


def truetype(family: str | None, face: str) -> Callable[[bytes], bytes]:
    """A WOFF2 as TrueType, which WeasyPrint opens six times faster (receipts.md, section D).

    ``family`` renames the font: "Source" is a reserved name that a changed file may not carry (OFL, condition 3).
    ``face`` ("latin-600-normal") tells one file of the family from another.
    """

    def convert(data: bytes) -> bytes:
        import io

        from fontTools.ttLib import TTFont

        font = TTFont(io.BytesIO(data), recalcTimestamp=False)
        font.flavor = None
        if family:
            names = font["name"]
            changed = {1: family, 3: f"{family} {face}", 4: f"{family} {face}", 6: f"{family}-{face}".replace(" ", "")}
            for record in list(names.names):
                if record.nameID in changed:
                    names.setName(
                        changed[record.nameID], record.nameID, record.platformID, record.platEncID, record.langID
                    )
        out = io.BytesIO()
        font.save(out)
        return out.getvalue()

    return convert


def pdf_fonts(name: str, faces: dict[str, tuple[str, ...]], family: str | None = None) -> dict:
    """Copy rules of one Fontsource family: ``{script: ("400-normal", …)}`` to TrueType files of the same name."""
    return {
        f"files/{name}-{script}-{face}.woff2": (
            f"{PDF_FONTS}/{name}-{script}-{face}.ttf",
            truetype(family, f"{script}-{face}"),
        )
        for script, wanted in faces.items()
        for face in wanted
    }


# npm name: (version, licence, where the licence text goes, {file in the archive: (place here, change)})
PACKAGES: dict[str, tuple[str, str, str, dict]] = {
    "@tabler/core": (
        "1.6.1",
        "MIT",
        "static/vendor/tabler/LICENSE",
        {
            "dist/css/tabler.min.css": ("static/vendor/tabler/tabler.min.css", plain),
            "dist/js/tabler.min.js": ("static/vendor/tabler/tabler.min.js", plain),
        },
    ),
    "@tabler/icons": ("3.51.0", "MIT", "static/vendor/tabler-icons/LICENSE", {}),  # the sprite: see sprite()
    "htmx.org": (
        "2.0.11",
        "0BSD",
        "static/vendor/htmx/LICENSE",
        {"dist/htmx.min.js": ("static/vendor/htmx/htmx.min.js", plain)},
    ),
    "sortablejs": (
        "1.15.6",
        "MIT",
        "static/vendor/sortablejs/LICENSE",
        {"Sortable.min.js": ("static/vendor/sortablejs/Sortable.min.js", plain)},
    ),
    "@fontsource-variable/inter": (
        "5.3.0",
        "OFL-1.1",
        "static/fonts/LICENSE-inter.txt",
        {
            f"files/inter-{script}-wght-normal.woff2": (f"static/fonts/inter-{script}.woff2", as_is)
            for script in ("latin", "latin-ext")
        },
    ),
    "@fontsource/source-sans-3": (
        "5.3.0",
        "OFL-1.1",
        f"{PDF_FONTS}/LICENSE-source-sans-3.txt",
        pdf_fonts(
            "source-sans-3",
            {
                "latin": ("400-normal", "600-normal", "700-normal"),
                "latin-ext": ("400-normal", "600-normal"),
                "vietnamese": ("400-normal",),
                "greek": ("400-normal",),
                "cyrillic": ("400-normal",),
            },
            family="Merci Sans",
        ),
    ),
    "@fontsource/source-serif-4": (
        "5.3.1",
        "OFL-1.1",
        f"{PDF_FONTS}/LICENSE-source-serif-4.txt",
        pdf_fonts(
            "source-serif-4",
            {
                "latin": ("400-italic", "600-normal"),
                "latin-ext": ("400-italic", "600-normal"),
                "vietnamese": ("600-normal",),
                "greek": ("600-normal",),
                "cyrillic": ("600-normal",),
            },
            family="Merci Serif",
        ),
    ),
    **{
        f"@fontsource/noto-sans-{script}": (
            "5.3.0",
            "OFL-1.1",
            f"{PDF_FONTS}/LICENSE-noto-sans-{script}.txt",
            pdf_fonts(f"noto-sans-{script}", {script: ("400-normal",)}),
        )
        for script in ("arabic", "canadian-aboriginal", "hebrew")
    },
    "axe-core": (
        "4.14.1",
        "MPL-2.0",
        "tests/vendor/LICENSE-axe-core.txt",
        {"axe.min.js": ("tests/vendor/axe.min.js", plain)},
    ),
}


def fetch(name: str, version: str, folder: Path) -> tuple[dict[str, bytes], str]:
    """The files of one published package, by path, and the archive's integrity as npm writes it."""
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{version}"],
        check=True,
        capture_output=True,
        text=True,
    )
    archive = folder / done.stdout.strip().splitlines()[-1]
    digest = hashlib.sha512(archive.read_bytes()).digest()
    files = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile():
                files[member.name.partition("/")[2]] = tar.extractfile(member).read()
    return files, "sha512-" + base64.b64encode(digest).decode()


def licence_text(name: str, version: str, licence: str, files: dict[str, bytes]) -> bytes:
    """The package's own licence file, with the copyright lines that Fontsource leaves out taken from the font itself."""
    if "LICENSE" in files:
        return font_copyright(files) + files["LICENSE"]
    if name != "@tabler/core":
        raise SystemExit(f"{name} {version} ships no LICENSE; write its {licence} text here first.")
    # @tabler/core ships none: the standard MIT text under the copyright lines of its own banner.
    banner = files["dist/css/tabler.min.css"][:600].decode()
    owners = re.findall(r"Copyright [^\n*]+", banner)
    return ("MIT License\n\n" + "\n".join(owners) + "\n\n" + MIT).encode()


def font_copyright(files: dict[str, bytes]) -> bytes:
    """The font's copyright line, with its reserved name, where the licence file says only "Google Inc."."""
    if not files["LICENSE"].startswith(b"Google Inc."):
        return b""
    import io

    from fontTools.ttLib import TTFont

    first = next(path for path in sorted(files) if path.endswith(".woff2"))
    return (str(TTFont(io.BytesIO(files[first]))["name"].getDebugName(0)) + "\n\n").encode()


MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def icon_names() -> list[str]:
    lines = ICONS.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def sprite(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """``static/icons.svg`` and the favicon: one symbol per name of ``static/icons.txt``, and the mark."""
    missing = [name for name in icon_names() if f"icons/outline/{name}.svg" not in files]
    if missing:
        raise SystemExit(f"No such Tabler outline icon: {', '.join(missing)} (static/icons.txt).")
    symbols = [MARK]
    for name in sorted(icon_names()):
        drawing = files[f"icons/outline/{name}.svg"].decode()
        shapes = re.findall(r"<(?:path|circle|rect|line|ellipse|poly\w+) [^>]*/>", drawing)
        body = "".join(shape.replace(" />", "/>") for shape in shapes if 'd="M0 0h24v24H0z"' not in shape)
        symbols.append(
            f'<symbol id="i-{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
            f'stroke-linejoin="round">{body}</symbol>'
        )
    note = "<!-- Made by bin/vendor from static/icons.txt. Tabler Icons, MIT: vendor/tabler-icons/LICENSE -->"
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', note, *symbols, "</svg>", ""]
    yield "static/icons.svg", "\n".join(lines).encode()
    favicon = MARK.replace('<symbol id="i-merci"', '<svg xmlns="http://www.w3.org/2000/svg"').replace("symbol>", "svg>")
    yield "static/favicon.svg", favicon.replace("currentColor", "#7a2a5f").encode() + b"\n"


def vendor(name: str, recorded: dict) -> dict:
    """Bring one package's files to their places; its entry for the manifest."""
    version, licence, licence_path, rules = PACKAGES[name]
    with tempfile.TemporaryDirectory() as folder:
        files, integrity = fetch(name, version, Path(folder))
    if recorded.get("version") == version and recorded.get("integrity") != integrity:
        raise SystemExit(
            f"{name} {version} is not the archive it was: {integrity}, recorded {recorded.get('integrity')}."
        )
    made = {place: change(files[source]) for source, (place, change) in rules.items()}
    if name == "@tabler/icons":
        made.update(sprite(files))
    made[licence_path] = licence_text(name, version, licence, files)
    for place, data in made.items():
        target = ROOT / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    hashes = {place: hashlib.sha256(data).hexdigest() for place, data in sorted(made.items())}
    return {"version": version, "licence": licence, "integrity": integrity, "files": hashes}


def main(words: list[str]) -> None:
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else {}
    manifest = {name: entry for name, entry in manifest.items() if name in PACKAGES}
    wanted = [name for name in PACKAGES if not words or any(word in name for word in words)]
    if not wanted:
        raise SystemExit(f"No package's name holds {' or '.join(words)}: {', '.join(PACKAGES)}.")
    for name in wanted:
        print(f"{name} {PACKAGES[name][0]}")
        manifest[name] = vendor(name, manifest.get(name, {}))
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    MANIFEST.write_text(json.dumps(manifest, indent=2, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
