"""What two ways of writing one e-mail, phone, postal code or street have in common: plain texts, compared as they are."""

import re
from collections.abc import Iterable

from crm.core.text import digits, fold

# Mailboxes of an office, read by several people: they say where somebody works, not who they are.
OFFICE = frozenset(
    "info admin administration contact bureau office accueil reception dons don donations giving secretariat "
    "comptabilite accounting direction communications courrier mail hello bonjour general famille family".split()
)

STREET_WORDS = frozenset(
    "rue street st ste av ave avenue boul boulevard blvd ch chemin road rd rang route rte drive dr crescent cr croissant "
    "place pl lane ln court ct terrasse terrace cote montee allee impasse way cir circle square sq no n "
    "nord sud est ouest north south east west e o w s de du des d la le les l the of "
    "app appt apt appartement apartment unit unite suite bureau porte local condo".split()
)
UNIT = re.compile(r"\b(?:app|appt|apt|appartement|apartment|unit|unite|suite|bureau|porte|local|condo)\s*(\w+)")
BEFORE = re.compile(r"^(\d+)\s*-\s*(\d+)")  # 4-1482: unit, then number


def key_of_email(text: str) -> str:
    """Where mail to this address arrives: tags after ``+`` and Gmail's dots change nothing."""
    local, _at, domain = text.strip().lower().partition("@")
    if not domain:
        return ""
    local = local.split("+")[0]
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def key_of_phone(text: str) -> str:
    """The ten digits of a North American number, without its extension; all the digits of another."""
    number = digits(text.partition(" x")[0])
    if len(number) < 7:
        return ""
    return number[-10:] if len(number) in (10, 11) else number


def key_of_postal_code(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())


def key_of_street(line: str) -> tuple[str, str]:
    """(number and street, unit): ``4-1482, rue des Érables`` and ``1482 des Erables, app. 4`` are one."""
    text, plain, unit = fold(line), line.strip(), ""
    if (found := BEFORE.match(plain)) is not None:
        unit, text = found.group(1), text.split(" ", 1)[1]
    elif (found := UNIT.search(text)) is not None:
        unit, text = found.group(1), f"{text[: found.start()]} {text[found.end() :]}"
    street = " ".join(word for word in text.split() if word not in STREET_WORDS)
    return (street, unit) if any(map(str.isdigit, street)) else ("", unit)


def personal(emails: Iterable[str]) -> bool:
    """Whether one of these addresses is somebody's own, not an office's."""
    return any(email.partition("@")[0] not in OFFICE for email in emails)


LEGAL = frozenset(
    "inc incorporated incorporee ltee ltd limitee limited corp corporation co cie compagnie company enr senc sencrl srl "
    "llp llc lp sa sarl gmbh the la le les l de du des d of and et a au aux for pour".split()
)
SAME_WORD = {
    "saint": "st", "sainte": "ste", "foundation": "fondation", "fdn": "fondation", "fond": "fondation",
    "assoc": "association", "assn": "association", "ass": "association", "asso": "association",
    "univ": "universite", "university": "universite", "hosp": "hopital", "hospital": "hopital",
    "soc": "societe", "society": "societe", "centre": "center", "ctr": "center", "groupe": "group",
    "cons": "construction", "freres": "frere", "fils": "fils", "montreal": "montreal", "mtl": "montreal",
}  # fmt: skip


def company_words(name: str) -> tuple[str, ...]:
    """The words that tell an organization from another, in one language: without articles and legal forms."""
    words = [SAME_WORD.get(word, word) for word in fold(name).split()]
    return tuple(word for word in words if word not in LEGAL) or tuple(words)
