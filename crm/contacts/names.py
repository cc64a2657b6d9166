"""How a contact is called, sorted and found."""

import re

from crm.core.text import digits, fold

NO_APOSTROPHE = re.compile(r"['’ʼ]")


def display_name(contact) -> str:
    """``Hélène Bouchard``; an organization by its own name; a person known only by an employer or address, by that."""
    if contact.kind == "organization":
        return contact.organization_name or contact.last_name or contact.email
    words = [contact.first_name, contact.last_name, contact.suffix]
    return " ".join(word for word in words if word) or contact.organization_name or contact.email or contact.phone


def sort_name(contact) -> str:
    """Folded, last name first, so that É sorts with E in both databases."""
    if contact.kind == "organization":
        return fold(display_name(contact))
    return fold(f"{contact.last_name} {contact.first_name}") or fold(display_name(contact))


def search_text(contact) -> str:
    """Everything a person may be looked up by, folded once: names both ways, e-mail, phone digits, city, numbers."""
    phone = digits(contact.phone)
    parts = (
        contact.first_name,
        contact.middle_name,
        contact.last_name,
        contact.organization_name,
        contact.email,
        contact.city,
        contact.postal_code,
        contact.external_id,
        contact.further,
    )
    folded = " ".join(fold(part) for part in parts if part)
    # O’Connor, L’Écuyer: people type the apostrophe or leave it out, so both spellings are there.
    joined = [
        fold(NO_APOSTROPHE.sub("", name))
        for name in (contact.first_name, contact.last_name, contact.organization_name, contact.city)
    ]
    extra = [
        phone,
        phone[1:] if len(phone) == 11 and phone.startswith("1") else "",
        contact.postal_code.replace(" ", "").lower(),
        *(word for word in joined if word and word not in folded),
    ]
    for value in contact.further.split():  # a phone by its digits, with the country and without
        number = digits(value) if value.startswith("+") else ""
        extra += [number, number[1:] if len(number) == 11 and number.startswith("1") else ""]
    return " ".join([folded, *(word for word in extra if word)]).strip()
