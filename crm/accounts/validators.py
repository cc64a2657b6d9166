"""What an organization or a person may enter."""

import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.ca import bn
from stdnum.exceptions import ValidationError as NumberError

REGISTRATION = re.compile(r"^\d{9}RR\d{4}$")
MAX_IMAGE_BYTES = 1024 * 1024
MAX_PIXELS = 16_000_000


def normalise_registration_number(text: str) -> str:
    """``119219814 rr0001`` → ``119219814RR0001``."""
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def show_registration_number(number: str) -> str:
    """As the CRA writes it: ``119219814 RR0001``."""
    return f"{number[:9]} {number[9:]}" if REGISTRATION.match(number) else number


def validate_registration_number(value: str) -> None:
    """Nine digits with their check digit, RR, four digits. python-stdnum refuses RR, so only the digits go to it."""
    value = normalise_registration_number(value)
    try:
        bn.validate(value[:9])
    except NumberError:
        pass
    else:
        if REGISTRATION.match(value):
            return
    raise ValidationError(_("This is not a charity registration number. It looks like 119219814 RR0001."))


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
