"""The wording of the receipt, French and English side by side.

Data, not gettext: the words of a legal document belong to the version of its page (``Snapshot.template``) and must not
change under a receipt because somebody improved a translation. To change a word, add a version. Order and words follow
CRA's sample official receipts; the French follows the French text of s. 3501(1). ’ and no-break spaces are part of it.
"""

from typing import NamedTuple

from crm.receipts.choices import GiftKind, Mark


class Wording(NamedTuple):
    fr: str
    en: str


VERSION_1 = {
    "title": Wording(
        "Reçu officiel de don aux fins de l’impôt sur le revenu",
        "Official donation receipt for income tax purposes",
    ),
    "number": Wording("Reçu n°", "Receipt No."),
    "no_number": Wording("–", "–"),  # of a specimen
    "charity_name": Wording("Nom de l’organisme de bienfaisance", "Charity name"),
    "charity_address": Wording("Adresse de l’organisme de bienfaisance", "Charity address"),
    "registration_number": Wording(
        "N°\u00a0d’enregistrement d’organisme de bienfaisance", "Charitable registration No."
    ),
    "donor": Wording(
        "Nom du donateur (prénom, initiale, nom) et adresse du donateur",
        "Donor name (first name, initial, last name) and donor address",
    ),
    "gift_date": Wording("Date de réception du don", "Date gift was received"),
    "gift_year": Wording("Année de réception du don", "Year gift was received"),
    "issued_on": Wording("Date de délivrance du reçu", "Date receipt issued"),
    "place_of_issue": Wording("Lieu de délivrance du reçu", "Location receipt issued"),
    "amount": Wording("Montant du don", "Amount of gift"),
    "fair_market_value": Wording("Juste valeur marchande du bien", "Fair market value of property"),
    "property_description": Wording("Description du bien reçu", "Description of property received"),
    "appraiser_name": Wording("Évalué par", "Appraised by"),
    "appraiser_address": Wording("Adresse de l’évaluateur", "Address of appraiser"),
    "advantage_description": Wording("Description de l’avantage", "Description of advantage"),
    "advantage": Wording("Montant (valeur) de l’avantage", "Amount (value) of advantage"),
    "no_advantage": Wording("Aucun", "None"),
    "eligible": Wording("Montant admissible du don", "Eligible amount of gift"),
    "signature": Wording("Signature autorisée", "Authorized signature"),
    "logo": Wording("Logo de l’organisme", "Logo of the charity"),
    "replaces": Wording(
        "Le présent reçu annule et remplace le reçu n°\u00a0{number}.",
        "This receipt cancels and replaces receipt No.\u00a0{number}.",
    ),
    "keep": Wording(
        "Conservez ce reçu pour votre déclaration de revenus.",
        "Keep this receipt for your income tax return.",
    ),
    "verify": Wording("Vérifier ce reçu\u00a0:", "Check this receipt:"),
    "agency_joiner": Wording("\u00a0:", ":"),
    f"kind.{GiftKind.CASH}": Wording("Don en argent", "Cash gift"),
    f"kind.{GiftKind.CASH_WITH_ADVANTAGE}": Wording("Don en argent avec avantage", "Cash gift with an advantage"),
    f"kind.{GiftKind.IN_KIND}": Wording("Don en nature", "Gift in kind"),
    "kind.annual": Wording("Dons en argent de l’année", "Cash gifts of the year"),
    f"mark.{Mark.COPY}": Wording("COPIE", "COPY"),
    f"mark.{Mark.CANCELLED}": Wording("ANNULÉ", "CANCELLED"),
    f"mark.{Mark.SPECIMEN}": Wording("SPÉCIMEN", "SPECIMEN"),
}

VERSIONS = {"1": VERSION_1}


def labels(version: str, language: str) -> dict[str, str]:
    """Every label of one version in one language (``fr`` or ``en``). ``KeyError`` for a version that never was."""
    return {key: getattr(wording, language) for key, wording in VERSIONS[version].items()}
