"""The words files use for what the system keeps as a code, in French and in English, folded once at start-up.

Each line: the code, then the spellings a charity's files have for it. Case, accents and punctuation do not count.
"""

from functools import cache

from babel import Locale
from babel.core import get_global
from django.utils.translation import override

from crm.core.text import fold

SIGNS = str.maketrans({"$": "dollar", "€": "euro", "£": "pound", "✓": "x", "✔": "x"})


def spelling(text: str) -> str:
    """What two spellings of one word have in common; initials count as one word: ``P.E.I.`` is ``PEI``."""
    folded = fold(text.translate(SIGNS))
    parts = folded.split()
    return "".join(parts) if len(parts) > 1 and all(len(part) == 1 for part in parts) else folded


def vocabulary(**spellings: str) -> dict[str, str]:
    """``{folded spelling: code}``; the code itself is always understood."""
    words = {}
    for code, line in spellings.items():
        for word in (code, *line.split("|")):
            key = spelling(word)
            if words.setdefault(key, code) != code:
                raise ValueError(f"“{word}” is both {words[key]} and {code}")
    return words


LANGUAGES = vocabulary(
    fr="fra|fre|français|french|francophone|f|fr-CA|français (Canada)|French (Canada)",
    en="eng|anglais|english|anglophone|a|e|en-CA|anglais (Canada)|English (Canada)",
)

PROVINCES = vocabulary(
    AB="Alberta|Alb.|Alta.|CA-AB",
    BC="British Columbia|Colombie-Britannique|C.-B.|CB|B.C.|CA-BC",
    MB="Manitoba|Man.|CA-MB",
    NB="New Brunswick|Nouveau-Brunswick|N.-B.|CA-NB",
    NL=(
        "Newfoundland and Labrador|Newfoundland & Labrador|Newfoundland|Labrador|Terre-Neuve-et-Labrador|Terre-Neuve|"
        "T.-N.-L.|TNL|NF|NFLD|CA-NL"
    ),
    NS="Nova Scotia|Nouvelle-Écosse|N.-É.|NÉ|CA-NS",
    NT="Northwest Territories|Territoires du Nord-Ouest|T.N.-O.|TNO|NWT|CA-NT",
    NU="Nunavut|Nvt|CA-NU",
    ON="Ontario|Ont.|CA-ON",
    PE="Prince Edward Island|Île-du-Prince-Édouard|Î.-P.-É.|IPE|PEI|CA-PE",
    QC="Québec|Quebec|Qué.|Que|PQ|P.Q.|Province de Québec|CA-QC",
    SK="Saskatchewan|Sask.|CA-SK",
    YT="Yukon|Yukon Territory|Territoire du Yukon|Yn|YK|CA-YT",
)

KINDS = vocabulary(
    person=(
        "personne|individual|individu|particulier|particulière|personne physique|human|p|i|contact|donor|donateur|"
        "donatrice"
    ),
    organization=(
        "organisation|organisme|org|company|compagnie|corporate|corporation|business|entreprise|société|institution|"
        "personne morale|foundation|fondation|association|charity|nonprofit|o"
    ),
)

BOOLEANS = vocabulary(
    yes="oui|o|y|true|vrai|t|v|1|x|on|checked|coché",
    no="non|n|false|faux|f|0|off|unchecked",
)

RECEIPT_PREFERENCES = vocabulary(
    each=(
        "one for each gift|for each gift|per gift|each gift|every gift|individual|single|one per gift|"
        "un pour chaque don|pour chaque don|par don|chaque don|à chaque don|individuel|un par don"
    ),
    annual=(
        "one for the whole year|for the whole year|yearly|annually|year end|year-end|annual receipt|consolidated|"
        "cumulative|un pour toute l’année|pour toute l’année|annuel|annuelle|annuellement|fin d’année|cumulatif|reçu annuel"
    ),
    none="no receipt|no|never|not wanted|aucun reçu|aucun|non|pas de reçu|jamais",
)

FREQUENCIES = vocabulary(
    one_time="once|one time|one-time|one off|single|une fois|unique|ponctuel|une seule fois",
    monthly="every month|monthly|month|per month|each month|12|chaque mois|mensuel|mensuelle|mensuellement|mois|par mois",
    quarterly=(
        "every three months|quarterly|quarter|per quarter|every 3 months|4|tous les trois mois|tous les 3 mois|trimestriel|"
        "trimestrielle|trimestriellement|trimestre"
    ),
    semi_annual=(
        "every six months|semi-annual|semiannual|semi annually|half-yearly|twice a year|every 6 months|2|tous les six mois|"
        "tous les 6 mois|semestriel|semestrielle|semestre|deux fois par an"
    ),
    annual="every year|annual|annually|yearly|year|per year|1|chaque année|annuel|annuelle|annuellement|année|par an|par année",
)

# Property and securities are no way to pay: a gift in kind read as cash would get the wrong receipt. They stay unknown.
METHODS = vocabulary(
    check=(
        "cheque|chèque|chq|chk|ck|paper check|par chèque|personal cheque|chèque personnel|bank draft|traite bancaire|"
        "money order|mandat|mandat poste"
    ),
    cash="comptant|argent comptant|argent|espèces|liquide|en espèces|cash donation",
    credit_card=(
        "credit|crédit|carte|card|carte de crédit|cc|visa|mastercard|master card|mc|amex|american express|"
        "carte bancaire|stripe|stripe credit card|apple pay|google pay|en ligne|online|credit card online"
    ),
    bank_transfer=(
        "virement|virement bancaire|transfer|transfert|transfert bancaire|bank|wire|wire transfer|eft|tef|ach|acss|"
        "pad|dpa|virement électronique|dépôt direct|direct deposit|"
        "direct debit|débit direct|prélèvement|prélèvement bancaire|"
        "prélèvement automatique|débit préautorisé|débit pré-autorisé|pre-authorized debit|preauthorized debit|"
        "paiement préautorisé|bank account"
    ),
    e_transfer=(
        "interac|e-transfer|etransfer|e transfer|interac e-transfer|virement interac|interac e transfer|emt|"
        "email transfer|e-mail money transfer|transfert interac|virement électronique interac"
    ),
    payroll=(
        "payroll deduction|payroll giving|workplace giving|retenue salariale|retenue sur salaire|retenues sur salaire|"
        "déduction salariale|déduction à la source|retenue à la source|don en milieu de travail"
    ),
    donor_advised_fund=(
        "donor-advised fund|donor advised|daf|fonds orienté par le donateur|fonds à vocation arrêtée par le donateur|"
        "fod|fonds de donateur|fonds désigné par le donateur"
    ),
    other=(
        "autre|autres|misc|divers|paypal|debit|débit|debit card|carte de débit|paiement direct|"
        "gift card|carte-cadeau|manual|unknown|inconnu|non précisé"
    ),
)

TYPES = vocabulary(
    one_time=(
        "one-time|one time|onetime|once|single|ponctuel|don ponctuel|unique|don unique|une fois|one-off|"
        "single donation|donation|don|gift|donation payment|mobile payment|express checkout payment|general payment"
    ),
    recurring=(
        "récurrent|don récurrent|recurring donation|recurring gift|monthly|mensuel|don mensuel|monthly donor|"
        "monthly donation|quarterly|trimestriel|semi-annual|semestriel|annual|annuel|yearly|weekly|hebdomadaire|"
        "subscription|abonnement|subscription payment|recurring payment|sustainer|regular|régulier"
    ),
    special=(
        "spécial|don spécial|special gift|événement spécial|major gift|don majeur|bequest|legs|don planifié|"
        "planned gift"
    ),
)

STATUSES = vocabulary(
    completed=(
        "complete|complété|complet|terminé|reçu|reçue|received|paid|payé|payée|succeeded|success|successful|réussi|"
        "settled|encaissé|cleared|approved|approuvé|accepted|accepté|publish|posted|closed won|closed-won|processed|"
        "traité|confirmed|confirmé"
    ),
    pending=(
        "en attente|attente|processing|en traitement|in progress|en cours|on hold|scheduled|prévu|pledged|promis|"
        "unpaid|à recevoir"
    ),
    failed=(
        "échoué|échec|declined|refusé|rejected|rejeté|cancelled|canceled|annulé|abandoned|abandonné|expired|expiré|"
        "voided|void|error|erreur|denied|closed lost|nsf|sans provision|chèque sans provision|bounced"
    ),
    refunded=(
        "refund|remboursé|remboursée|remboursement|reversed|reversal|chargeback|rétrofacturation|charged back|"
        "disputed|contesté"
    ),
)

CURRENCIES = vocabulary(
    CAD="$|C$|CA$|CDN|CAD$|$CA|$ CA|$ CAD|dollar canadien|dollars canadiens|canadian dollar|canadian dollars",
    USD="US$|$US|$ US|USD$|dollar américain|dollars américains|us dollar|us dollars|american dollar",
    EUR="€|euro|euros",
    GBP="£|livre sterling|pound sterling|british pound|pounds",
)

MONTHS = {
    fold(word): number
    for number, line in enumerate(
        (
            "janvier|janv|jan|january",
            "février|févr|fév|feb|february",
            "mars|mar|march",
            "avril|avr|april|apr",
            "mai|may",
            "juin|june|jun",
            "juillet|juil|july|jul",
            "août|aout|august|aug",
            "septembre|sept|sep|september",
            "octobre|oct|october",
            "novembre|nov|november",
            "décembre|déc|dec|december",
        ),
        start=1,
    )
    for word in line.split("|")
}


def _set(line: str) -> frozenset[str]:
    return frozenset(fold(word) for word in line.split("|"))


# Words that may stand beside a date and say nothing: “le samedi 31 janvier 2026”, “the 31st of January, 2026”.
DATE_FILLERS = _set(
    "le|the|of|de|du|on|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|monday|tuesday|wednesday|thursday|friday|"
    "saturday|sunday|mon|tue|wed|thu|fri|sat|sun|lun|mer|jeu|ven|sam|dim"
)
# What CanadaHelps, Benevity and others write where a donor did not want to be known.
ANONYMOUS = _set("anon|anonymous|anonyme|not shared by donor|donateur anonyme|anonymous donor|don anonyme")
# Small words that belong to the last name that follows them.
PARTICLES = _set("de|du|des|la|le|van|von|der|den|di|da|dos|del|della|st|ste|saint|sainte|mac|mc|bin|ben|al|el")

COUNTRY_NICKNAMES = {
    "kanada": "CA",
    "usa": "US",
    "us": "US",
    "united states of america": "US",
    "etats unis d amerique": "US",
    "eu": "US",  # É.-U.
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "angleterre": "GB",
    "ecosse": "GB",
    "scotland": "GB",
}


@cache
def countries() -> dict[str, str]:
    """Folded French and English names and two- and three-letter codes of every country → its two-letter code."""
    found = {}
    names = {}
    for locale in ("fr_CA", "fr", "en_CA", "en"):
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"):
                names.setdefault(spelling(name), code)
                found[code.lower()] = code
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1 and codes[0].lower() in found:
            found[alias.lower()] = codes[0]
    return {**found, **names, **COUNTRY_NICKNAMES}


@cache
def choices(kind: type) -> dict[str, str]:
    """The codes of a list of choices by their code and by their words in both languages."""
    found = {}
    for language in ("fr", "en"):
        with override(language):
            for value, label in kind.choices:
                found |= {spelling(str(value)): value, spelling(str(label)): value}
    return found
