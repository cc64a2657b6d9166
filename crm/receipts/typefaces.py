"""The font files that ship with the receipt, so that it looks the same on every machine, and what they can draw.

The files come from Fontsource (SIL Open Font License 1.1, see ``fonts/README.md``), one per script and style.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"

SCRIPTS = ("latin", "latin-ext", "vietnamese", "greek", "cyrillic")
WORLD = ("canadian-aboriginal", "hebrew", "arabic")  # names in scripts of their own, one weight each


@dataclass(frozen=True)
class Face:
    """One ``@font-face``: a file and the family our style sheet calls it, one family per script.

    A family per script, listed in a fixed order, rather than ``unicode-range``: WeasyPrint hands the range to
    fontconfig as what the file *can* draw, and a sign it lacks would print as a box instead of being looked for in the
    next file.
    """

    family: str
    file: str
    weight: int
    style: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.file}.ttf"

    @property
    def url(self) -> str:
        return self.path.as_uri()


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
