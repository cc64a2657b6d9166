"""The logo and the signature of the demo charity, drawn here: no picture of unknown origin in the repository."""

import io

from PIL import Image, ImageDraw

PLUM, INK = (79, 23, 60, 255), (31, 42, 77, 255)
SMOOTH = 4  # drawn this many times larger, then reduced

Point = tuple[float, float]

# Each stroke: a first point, then cubic curves (two handles and an end), absolute, in a box of 220 × 60.
SIGNATURE: tuple[tuple[Point, tuple[tuple[Point, Point, Point], ...]], ...] = (
    (
        (12, 44),
        (
            ((18, 22), (26, 8), (33, 7)), ((40, 6), (38, 22), (33, 31)), ((30, 37), (28, 42), (29, 45)),
            ((31, 49), (38, 36), (42, 31)), ((43, 35), (42, 41), (45, 42)), ((49, 43), (53, 32), (56, 30)),
            ((58, 33), (54, 40), (57, 42)), ((61, 43), (66, 33), (70, 29)), ((71, 34), (68, 40), (72, 41)),
            ((78, 42), (82, 27), (90, 26)), ((95, 26), (93, 35), (87, 36)), ((83, 37), (81, 34), (83, 31)),
        ),
    ),
    (
        (108, 40),
        (
            ((114, 26), (121, 12), (128, 11)), ((134, 11), (130, 23), (123, 30)), ((120, 34), (117, 39), (119, 41)),
            ((124, 43), (131, 28), (138, 26)), ((140, 29), (135, 37), (139, 39)), ((144, 40), (148, 27), (154, 26)),
            ((157, 28), (152, 36), (156, 38)), ((164, 40), (172, 22), (186, 20)), ((192, 20), (198, 22), (206, 21)),
        ),
    ),
    ((20, 53), (((70, 47), (130, 44), (196, 47)),)),
)  # fmt: skip


def _curve(start: Point, bend: tuple[Point, Point, Point], scale: float) -> list[Point]:
    (x0, y0), ((x1, y1), (x2, y2), (x3, y3)) = start, bend
    points = []
    for step in range(25):
        t = step / 24
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append(((a * x0 + b * x1 + c * x2 + d * x3) * scale, (a * y0 + b * y1 + c * y2 + d * y3) * scale))
    return points


def _png(image: Image.Image, size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def signature() -> bytes:
    """A PNG of 660 × 180, ink on nothing."""
    scale = 3 * SMOOTH
    image = Image.new("RGBA", (220 * scale, 60 * scale), (*INK[:3], 0))
    draw = ImageDraw.Draw(image)
    for start, bends in SIGNATURE:
        width = round((1 if len(bends) == 1 else 1.7) * scale)
        here = start
        for bend in bends:
            line = _curve(here, bend, scale)
            draw.line(line, fill=INK, width=width, joint="curve")
            for x, y in line:  # round joints, which ``line`` alone leaves open
                draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=INK)
            here = bend[2]
    return _png(image, (660, 180))


def logo() -> bytes:
    """A PNG of 384 × 384: two waves on a disc."""
    scale = 8 * SMOOTH
    image = Image.new("RGBA", (48 * scale, 48 * scale), (*PLUM[:3], 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((scale, scale, 47 * scale, 47 * scale), fill=PLUM)
    for top in (22, 29):
        waves = (((14, top - 5), (19, top - 5), (24, top)), ((29, top + 5), (34, top + 5), (39, top)))
        line = _curve((9, top), waves[0], scale) + _curve((24, top), waves[1], scale)
        draw.line(line, fill="white", width=round(2.4 * scale), joint="curve")
        for x, y in (line[0], line[-1]):
            draw.ellipse((x - 1.2 * scale, y - 1.2 * scale, x + 1.2 * scale, y + 1.2 * scale), fill="white")
    return _png(image, (384, 384))
