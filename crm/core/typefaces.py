"""The font files that ship with the receipt, so that it looks the same on every machine, and what they can draw.

The files come from Fontsource (SIL Open Font License 1.1, see ``fonts/README.md``), one per script and style.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parent / "fonts"

WEIGHTS = {400: "regular", 600: "semibold", 700: "bold"}  # CSS → fontconfig
SLANTS = {"normal": "roman", "italic": "italic"}
SCRIPTS = ("latin", "latin-ext", "vietnamese", "greek", "cyrillic")
WORLD = ("canadian-aboriginal", "hebrew", "arabic")  # names in scripts of their own, one weight each


@dataclass(frozen=True)
class Face:
    """A file and the family our style sheet calls it.

    One family per script, listed in a fixed order, rather than one for all: fontconfig knows what each file can draw,
    so a sign that one lacks is looked for in the next.
    """

    family: str
    file: str
    weight: int
    style: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.file}.ttf"

    @property
    def rule(self) -> str:
        """The fontconfig rule that names the file; what it calls itself (“Source Sans 3 ExtraLight”) is ignored."""
        return (
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
            '<fontconfig><match target="scan">'
            f'<test name="file" compare="eq"><string>{escape(str(self.path))}</string></test>'
            f'<edit name="family" mode="prepend"><string>{self.family}</string></edit>'
            f'<edit name="slant" mode="assign_replace"><const>{SLANTS[self.style]}</const></edit>'
            f'<edit name="weight" mode="assign_replace"><const>{WEIGHTS[self.weight]}</const></edit>'
            "</match></fontconfig>"
        )


def _faces() -> Iterable[Face]:
    for script in SCRIPTS:
        yield Face(f"Merci Sans {script}", f"source-sans-3-{script}-400-normal", 400, "normal")
        yield Face(f"Merci Serif {script}", f"source-serif-4-{script}-600-normal", 600, "normal")
        if script in ("latin", "latin-ext"):
            yield Face(f"Merci Sans {script}", f"source-sans-3-{script}-600-normal", 600, "normal")
            yield Face(f"Merci Serif {script}", f"source-serif-4-{script}-400-italic", 400, "italic")
    yield Face("Merci Sans latin", "source-sans-3-latin-700-normal", 700, "normal")
    for script in WORLD:
        yield Face(f"Merci World {script}", f"noto-sans-{script}-{script}-400-normal", 400, "normal")


FACES = tuple(_faces())
_WORLD = [f"Merci World {script}" for script in WORLD]
# CSS font-family lists, in order of search
SANS = ", ".join([*(f"Merci Sans {script}" for script in SCRIPTS), *_WORLD])
SERIF = ", ".join([*(f"Merci Serif {script}" for script in SCRIPTS), *_WORLD])


@lru_cache(maxsize=1)
def drawable() -> frozenset[int]:
    """The code points our files can draw. Reads them all (about 0.1 s) on first use."""
    from fontTools.ttLib import TTFont

    points: set[int] = set()
    for face in FACES:
        with TTFont(face.path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def undrawable(texts: Iterable[str]) -> str:
    """The characters of ``texts`` that none of our files can draw, once each, in order: they would print as boxes."""
    return "".join(dict.fromkeys(char for text in texts for char in text if ord(char) not in drawable()))
