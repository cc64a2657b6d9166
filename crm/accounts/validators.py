"""What an organization or a person may enter."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_IMAGE_BYTES = 1024 * 1024
MAX_PIXELS = 16_000_000


def validate_timezone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("This time zone is unknown."))


def validate_image(file) -> None:
    """A real PNG or JPEG up to 1 MB: what the PDF engine prints, nothing that carries script or unfolds into gigabytes.

    Only what has just been sent is looked at: a stored picture was, and may no longer be on this disk.
    """
    if getattr(file, "_committed", False):
        return
    if file.size > MAX_IMAGE_BYTES:
        raise ValidationError(_("The image is larger than 1 MB."))
    from PIL import Image

    try:
        file.seek(0)
        with Image.open(file, formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ValidationError(_("The image has too many pixels."))
            picture.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(_("The image must be a PNG or a JPEG file.")) from error
    finally:
        file.seek(0)
