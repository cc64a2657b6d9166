"""Cells of text turned into the values the system keeps.

Each parser takes cleaned, non-empty text and returns the value or raises :class:`~crm.imports.problems.ValueProblem`.
Amounts and dates, which a whole column decides, have modules of their own.
"""

import re
from functools import cache, lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crm.contacts.choices import CompanySize, Priority
from crm.imports import words
from crm.imports.problems import ValueProblem
from crm.imports.words import spelling
from crm.tasks.choices import TaskPriority, TaskType

HOME = "CA"
PLAIN_EMAIL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
MAX_EMAIL = 254
NORTH_AMERICAN = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ ./-]{0,3}([2-9][0-9]{2})[ .-]?([0-9]{4})")
EXTENSION = re.compile(r"[ ,;]*\b(?:poste|post\.|p\.)\s*(?=[0-9]{1,6}$)", re.IGNORECASE)
# Letters Canada Post uses: never D, F, I, O, Q, U; and neither W nor Z in first place.
POSTAL_CODE = re.compile(
    r"([ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z])[ -]?([0-9][ABCEGHJ-NPRSTV-Z][0-9])", re.IGNORECASE | re.ASCII
)


def parse_email(text: str) -> str:
    """In lower case: the address is what contacts are matched on (C-05)."""
    address = text.removeprefix("mailto:").lower()
    if PLAIN_EMAIL.fullmatch(address) and len(address) <= MAX_EMAIL:
        return address
    if address.count("@") > 1 and re.search(r"[\s,;/]", address):
        raise ValueProblem("email_several", text)
    try:
        validate_email(address)
    except ValidationError:
        raise ValueProblem("email", text) from None
    if len(address) > MAX_EMAIL:
        raise ValueProblem("email", text)
    return address


@cache
def _is_canadian(area: str) -> bool:
    """Whether an area code is Canadian, and then every number of seven digits that begins with 2 to 9 is valid in it.

    Asked of the library once per area code: checking every number takes it a hundred times longer. Elsewhere in North
    America validity goes exchange by exchange; only the library knows.
    """
    number = phonenumbers.PhoneNumber(country_code=1, national_number=int(f"{area}2345678"))
    return phonenumbers.region_code_for_number(number) == HOME


def parse_phone(text: str) -> str:
    """E.164, ``+18195550123``, then `` x22`` for an extension. Without a country code it is read as Canadian."""
    match = NORTH_AMERICAN.fullmatch(text)
    if match and _is_canadian(match[1]):
        return f"+1{match[1]}{match[2]}{match[3]}"
    try:
        number = phonenumbers.parse(EXTENSION.sub(" ext. ", text), HOME)
    except phonenumbers.NumberParseException:
        raise ValueProblem("phone", text) from None
    if not phonenumbers.is_valid_number(number):
        raise ValueProblem("phone", text)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written} x{number.extension}" if number.extension else written


def parse_postal_code(text: str, country: str = HOME) -> str:
    """``g9a5h7`` or ``G9A-5H7`` → ``G9A 5H7``; outside Canada, as written."""
    if country != HOME:
        return text
    match = POSTAL_CODE.fullmatch(text)
    if match is None:
        raise ValueProblem("postal_code", text)
    return f"{match[1]} {match[2]}".upper()


def parse_province(text: str, country: str = HOME) -> str:
    """The code of Canada Post (``QC``) for names and abbreviations of both languages; outside Canada, as written."""
    if country != HOME:
        return text
    return _coded(text, words.PROVINCES, "province")


def parse_number(text: str) -> int:
    """The number Merci gave a contact, as its own exports write it."""
    digits = text.replace("\u202f", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise ValueProblem("number", text)
    return int(digits)


def parse_country(text: str) -> str:
    """Two-letter ISO 3166 code, from French and English names and two- or three-letter codes."""
    return _coded(text, words.countries(), "country")


def parse_language(text: str) -> str:
    """``fr`` or ``en``."""
    return _coded(text, words.LANGUAGES, "language")


def parse_kind(text: str) -> str:
    """A :class:`crm.contacts.choices.Kind`. A household is neither, and is refused."""
    return _coded(text, words.KINDS, "kind")


def parse_boolean(text: str) -> bool:
    return _coded(text, words.BOOLEANS, "boolean") == "yes"


def parse_method(text: str) -> str:
    """A :class:`crm.giving.choices.Method`."""
    return _coded(text, words.METHODS, "method")


def parse_type(text: str) -> str:
    """A :class:`crm.giving.choices.GiftType`."""
    return _coded(text, words.TYPES, "type")


def parse_status(text: str) -> str:
    """A :class:`crm.giving.choices.GiftStatus`."""
    return _coded(text, words.STATUSES, "status")


def parse_currency(text: str) -> str:
    """A :class:`crm.giving.choices.Currency`."""
    return _coded(text, words.CURRENCIES, "currency")


def parse_company_size(text: str) -> str:
    """A :class:`crm.contacts.choices.CompanySize`, by its code or by its words in either language."""
    return _coded(text, words.choices(CompanySize), "company_size")


def parse_priority(text: str) -> str:
    """A :class:`crm.contacts.choices.Priority`."""
    return _coded(text, words.choices(Priority), "priority")


def parse_receipt_preference(text: str) -> str:
    """A :class:`crm.accounts.choices.ReceiptPreference`."""
    return _coded(text, words.RECEIPT_PREFERENCES, "receipt_preference")


def parse_frequency(text: str) -> str:
    """A :class:`crm.giving.choices.Frequency`: how often a promise is paid."""
    return _coded(text, words.FREQUENCIES, "frequency")


def parse_task_type(text: str) -> str:
    """A :class:`crm.tasks.choices.TaskType`, by its code or by its words in either language."""
    return _coded(text, words.choices(TaskType), "task_type")


def parse_task_priority(text: str) -> str:
    """A :class:`crm.tasks.choices.TaskPriority`."""
    return _coded(text, words.choices(TaskPriority), "task_priority")


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return spelling(text)


def _coded(text: str, vocabulary: dict[str, str], code: str) -> str:
    found = vocabulary.get(_key(text))
    if found is None:
        raise ValueProblem(code, text)
    return found


def split_name(text: str) -> tuple[str, str]:
    """First and last name out of one cell: ``Tremblay, Jean`` as it says; otherwise the last word and the particles
    before it (``Marie de la Durantaye``) are the last name. A single word is a last name.
    """
    last, comma, first = (part.strip() for part in text.partition(","))
    if comma and first and last:
        return first, last
    parts = text.replace(",", " ").split()
    cut = len(parts) - 1
    while cut > 1 and parts[cut - 1].lower().rstrip(".") in words.PARTICLES:
        cut -= 1
    return " ".join(parts[:cut]), " ".join(parts[cut:])
