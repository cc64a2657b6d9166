"""The number under which a country knows a charity: Canada's registration number, an EIN, a SIREN or an RNA number."""

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import siren
from stdnum.us import ein

CANADA = re.compile(r"[0-9]{9}RR[0-9]{4}", re.ASCII)
RNA = re.compile(r"W[0-9A-Z]{2}[0-9]{7}", re.ASCII)  # of an association: W, where it was declared, seven digits


def compact(text: str) -> str:
    """``12345 6782 rr0001`` → ``123456782RR0001``: what is stored. Does not check anything."""
    return re.sub(r"[\s.\-\u2010-\u2015]", "", text or "").upper()


def is_valid(number: str, law: str) -> bool:
    """Whether this is a charity's number under ``law`` (``CA``, ``US`` or ``FR``), its check digit included.

    - Canada: nine digits with their check digit, RR, four digits. ``stdnum.ca.bn`` knows RC, RM, RP and RT only and refuses
      every charity, hence our own rule.
    - United States: an employer identification number with a prefix that the IRS uses.
    - France: a SIREN, or the number of the national register of associations (RNA).
    """
    number = compact(number)
    if law == "CA":
        return bool(CANADA.fullmatch(number)) and luhn.is_valid(number[:9])
    module = ein if law == "US" else siren
    try:
        return (law == "FR" and bool(RNA.fullmatch(number))) or bool(module.validate(number))
    except ValidationError:
        return False


def written(number: str, law: str, *, space: str = "\u00a0") -> str:
    """As the country writes it: ``119219814 RR0001``, ``12-3456789``, ``732 829 320``; another shape is shown as it is.

    ``space`` is the one put between the groups.
    """
    plain = compact(number)
    if law == "CA" and CANADA.fullmatch(plain):
        return f"{plain[:9]}{space}{plain[9:]}"
    if law == "US" and re.fullmatch(r"[0-9]{9}", plain):
        return f"{plain[:2]}-{plain[2:]}"
    if law == "FR" and re.fullmatch(r"[0-9]{9}", plain):
        return f"{plain[:3]}{space}{plain[3:6]}{space}{plain[6:]}"
    return number
