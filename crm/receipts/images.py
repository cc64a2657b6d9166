"""Logo and signature: made harmless when they are uploaded, checked again when a receipt is drawn.

Only PNG and JPEG pixels are accepted. SVG is refused: it may point to files and addresses, and is slow to draw.
"""

import base64
import binascii
import hashlib
import io
import re
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from crm.core.errors import DomainError
from crm.core.press import PICTURE

REFERENCE = re.compile(r"sha256:[0-9a-f]{64}")
LOGO_BOX = (480, 240)  # pixels: 400 per inch where they are printed, and few enough to be drawn fast
SIGNATURE_BOX = (640, 180)
MAX_BYTES = 2_000_000
MAX_PIXELS = 16_000_000
MODES = {"1", "L", "LA", "P", "RGB", "RGBA"}  # CMYK has no place in a page that promises sRGB


class UnsafeImage(DomainError):
    """What was given as a logo or a signature is not a plain PNG or JPEG picture."""


def image_data_uri(data: bytes, box: tuple[int, int]) -> str:
    """A PNG data URI that fits in ``box`` (:data:`LOGO_BOX`, :data:`SIGNATURE_BOX`), from an uploaded PNG or JPEG.

    On white, without metadata: a mask doubles the drawing time and the paper is white. Raises :class:`UnsafeImage` with
    a sentence for the person.
    """
    from PIL import Image, ImageOps

    if len(data) > MAX_BYTES:
        raise UnsafeImage(_("The picture is larger than 2 MB."), code="too_large")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise UnsafeImage(_("The picture has too many pixels."), code="too_large")
            picture = ImageOps.exif_transpose(picture)
            picture.thumbnail(box)
            rgba = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise UnsafeImage(_("The file is not a PNG or JPEG picture."), code="not_a_picture") from error
    flat = Image.new("RGB", rgba.size, "white")
    flat.paste(rgba, mask=rgba.getchannel("A"))
    out = io.BytesIO()
    flat.save(out, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def qr_data_uri(text: str) -> str:
    """A PNG data URI of ``text`` as a QR code that is still read with a sixth of it unreadable, one bit a pixel."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=4, border=2)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image().save(out)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def reference_of(data_uri: str) -> str:
    """``sha256:<hex>`` of a stored picture text: what a snapshot may hold instead of the picture itself."""
    return "sha256:" + hashlib.sha256(data_uri.encode()).hexdigest()


class Picture(NamedTuple):
    """A picture that may be drawn: its data URI and its size in pixels."""

    uri: str
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        return self.width > 1.4 * self.height


@lru_cache(maxsize=64)
def checked(data_uri: str) -> Picture:
    """The picture of a data URI if it is a real PNG or JPEG of reasonable size; else raises :class:`UnsafeImage`."""
    from PIL import Image

    match = PICTURE.fullmatch(data_uri)
    if not match or len(data_uri) > MAX_BYTES * 4 // 3 + 100:
        raise UnsafeImage(_("The file is not a PNG or JPEG picture."), code="not_a_picture")
    try:
        data = base64.b64decode(match[2], validate=True)
        with Image.open(io.BytesIO(data), formats=(match[1].upper(),)) as picture:
            width, height = picture.size
            fine = width * height <= MAX_PIXELS and picture.mode in MODES
            picture.load()
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError) as error:
        raise UnsafeImage(_("The file is not a PNG or JPEG picture."), code="not_a_picture") from error
    if not fine:
        raise UnsafeImage(_("The picture is too large or has no RGB colours."), code="too_large")
    return Picture(data_uri, width, height)
