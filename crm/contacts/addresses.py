"""Addresses: Canadian ones are checked where they can be, all are written the way the post and each language write them."""

from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from localflavor.ca.ca_provinces import PROVINCE_CHOICES
from localflavor.ca.forms import CAPostalCodeField

from crm.core.text import fold

PROVINCES = dict(PROVINCE_CHOICES)
_postal_code = CAPostalCodeField(required=False)


def canadian_postal_code(text: str) -> str:
    """``g9a5h7`` → ``G9A 5H7``; raises ``ValidationError`` for what cannot be one."""
    try:
        return _postal_code.clean(text.replace("-", " ").strip()) if text.strip() else ""
    except ValidationError:
        raise ValidationError(_("This is not a Canadian postal code. It looks like G9A 5H7.")) from None


def _province_codes() -> dict[str, str]:
    codes = {fold(code): code for code in PROVINCES}
    for language in ("en", "fr"):
        with translation.override(language):
            codes.update({fold(str(name)): code for code, name in PROVINCES.items()})
    shorts = {"PQ": "QC", "Que": "QC", "Qué": "QC", "Ont": "ON", "N.-B.": "NB", "N.-É.": "NS", "Î.-P.-É.": "PE",
              "T.-N.-L.": "NL", "Alb": "AB", "Alta": "AB", "Sask": "SK", "Man": "MB", "C.-B.": "BC", "B.C.": "BC",
              "T.N.-O.": "NT", "N.W.T.": "NT", "P.E.I.": "PE", "N.B.": "NB", "N.S.": "NS",
              "Newfoundland": "NL", "Terre-Neuve": "NL", "Yuk": "YT", "Yn": "YT"}  # fmt: skip
    codes.update({fold(short): code for short, code in shorts.items()})
    return codes


@lru_cache(maxsize=1)
def province_codes() -> dict[str, str]:
    """Every way people write a Canadian province or territory, folded, to its two letters."""
    return _province_codes()


def province_code(text: str) -> str:
    """``Québec``, ``quebec``, ``PQ`` → ``QC``; empty when it is none. localflavor alone refuses the accent."""
    return province_codes().get(fold(text), "") if text else ""


def province_name(code: str, language: str) -> str:
    with translation.override(language):
        return str(PROVINCES.get(code, code))


def place(city: str, province: str, country: str, language: str) -> str:
    """``Trois-Rivières (Québec)`` in French, ``Trois-Rivières, Quebec`` in English."""
    if country in ("", "CA") and province:
        name = province_name(province, language)
        if not city:
            return name
        return f"{city} ({name})" if language == "fr" else f"{city}, {name}"
    return ", ".join(part for part in (city, province) if part)


def envelope_lines(contact, language: str | None = None, *, home: str = "CA") -> list[str]:
    """The lines of an envelope posted in ``home``, in the contact's language unless told otherwise.

    The country is named where it is another one. In France the postal code comes before the town.
    """
    language = language or contact.language
    town = place(contact.city, contact.province, str(contact.country), language)
    if contact.postal_code:
        parts = [town, contact.postal_code.replace(" ", chr(0xA0))]
        town = " ".join(reversed(parts) if contact.country == "FR" else parts).strip()
    lines = [contact.address_line1, contact.address_line2, town]
    if contact.country and contact.country != home:
        with translation.override(language):
            lines.append(contact.country.name)
    return [line for line in lines if line]


def is_complete(contact) -> bool:
    """Enough for an official receipt: street, city, and for Canada province and postal code."""
    base = bool(contact.address_line1 and contact.city)
    return base and (contact.country != "CA" or bool(contact.province and contact.postal_code))
