"""The rows of :file:`cases.csv`, and what their flaws mean."""

import csv
from datetime import date
from pathlib import Path

CASES = list(
    csv.DictReader((Path(__file__).parent / "cases.csv").read_text(encoding="utf-8").splitlines(), delimiter=";")
)
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
    "bad_number": {"registration_number": "119219815RR0001"},
}
