"""The band of fine lines under the head of a receipt, as on a share certificate: ornament, and a copier blurs it.

Written as PDF drawing operators once per process. As an SVG it would cost more than the whole table, on every receipt.
"""

from functools import lru_cache
from math import cos, pi, sin

WIDTH, HEIGHT = 504.0, 17.28  # points: 7 in × 0.24 in
LINES = 9
STEPS = 60
WAVES = ((4.4, 0.47), (7.6, 0.93))  # cycles over the width, phase from one line to the next
INK = b"0.71 0.54 0.65 RG 0.36 w 1 J 1 j"  # mulberry at half strength: light enough in grey


def _height_and_slope(x: float, line: int) -> tuple[float, float]:
    """Height over the middle and its derivative at ``x`` (0 to 1), for one line."""
    height = slope = 0.0
    for cycles, phase in WAVES:
        angle = 2 * pi * cycles * x + phase * line
        height += 0.24 * HEIGHT * 0.83 * sin(angle)
        slope += 0.24 * HEIGHT * 0.83 * cos(angle) * 2 * pi * cycles
    return height, slope


@lru_cache(maxsize=1)
def operators() -> bytes:
    """The drawing, its lower left corner at the origin, in points. Each step is the cubic with the right slopes."""
    parts = [INK]
    step = 1 / STEPS
    for line in range(LINES):
        y0, slope0 = _height_and_slope(0, line)
        parts.append(f"0 {HEIGHT / 2 + y0:.2f} m".encode())
        for index in range(1, STEPS + 1):
            x = index * step
            y1, slope1 = _height_and_slope(x, line)
            control = (
                (x - step * 2 / 3) * WIDTH,
                HEIGHT / 2 + y0 + slope0 * step / 3,
                (x - step / 3) * WIDTH,
                HEIGHT / 2 + y1 - slope1 * step / 3,
                x * WIDTH,
                HEIGHT / 2 + y1,
            )
            parts.append(" ".join(f"{number:.1f}" for number in control).encode() + b" c")
            y0, slope0 = y1, slope1
        parts.append(b"S")
    return b"\n".join(parts)


def placed(left: float, bottom: float) -> bytes:
    """The band at a place of the page, marked as an artifact: a reading voice skips it."""
    return b"/Artifact BMC q 1 0 0 1 %.2f %.2f cm\n%s\nQ EMC" % (left, bottom, operators())
