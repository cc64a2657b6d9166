"""Phone numbers: kept in E.164 where they can be read, shown the national way."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HOME = "CA"


def normalise_phone(text: str) -> str:
    """``(819) 555-0142`` → ``+18195550142``; an extension is kept (``+18195550142 x12``); raises for what is no number."""
    text = text.strip()
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise ValidationError(_("This is not a phone number. It looks like 819 555-0142."))
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain} x{number.extension}" if number.extension else plain


def show_phone(text: str) -> str:
    """``819 555-0142`` for home numbers, the international form for others, and what was typed when it is neither."""
    plain, _mark, extension = text.partition(" x")
    try:
        number = phonenumbers.parse(plain, HOME)
    except phonenumbers.NumberParseException:
        return text
    if number.country_code == 1:
        digits = phonenumbers.national_significant_number(number)
        shown = f"{digits[:3]} {digits[3:6]}-{digits[6:]}" if len(digits) == 10 else plain
    else:
        shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{shown}, {_('ext.')} {extension}" if extension else shown
