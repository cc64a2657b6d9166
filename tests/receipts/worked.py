"""The rows of :file:`cases.csv`, and what their flaws mean."""

import csv
from datetime import date
from pathlib import Path


def _read(name: str) -> list[dict[str, str]]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


CASES = [{**row, "law": "CA", "method": "check"} for row in _read("cases.csv")]
ABROAD = _read("cases_abroad.csv")
LAWS = {
    "CA": {},
    "US": {"receipt_law": "US", "currency": "USD", "registration_number": "530196605"},
    "FR": {
        "receipt_law": "FR", "currency": "EUR", "registration_number": "775672272", "paper": "a4",
        "purpose": "Secours aux personnes seules", "legal_status": "Association reconnue d’utilité publique",
    },
}  # fmt: skip
ISSUED_ON = date(2027, 1, 12)
YEAR = 2026

DONORS = {
    "no_postal_code": {"postal_code": ""},
    "no_street": {"address_line1": ""},
    "no_name": {"last_name": "", "first_name": "Hélène"},
    "abroad": {"country": "US", "province": "ME", "postal_code": "04101", "city": "Portland"},
    "company": {
        "kind": "organization",
        "organization_name": "Imprimerie Sainte-Anne inc.",
        "first_name": "",
        "last_name": "",
    },
    "undrawable": {"last_name": "𓀀𓀁"},
}
CHARITIES = {
    "no_place": {"receipt_place_fr": "", "receipt_place_en": ""},
    "no_signatory": {"signatory_name": ""},
    "no_number": {"registration_number": ""},
    "no_purpose": {"purpose": ""},
    "bad_number": {"registration_number": "119219815RR0001"},
}
