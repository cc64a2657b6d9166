"""The wording of the receipts of each country, French and English side by side.

Data, not gettext: the words of a legal document belong to the version of its page (``Snapshot.template``) and must not
change under a receipt because somebody improved a translation. To change a word, add a version. In Canada, order and words
follow CRA's sample official receipts; the French follows the French text of s. 3501(1). ’ and no-break spaces are part of it.
"""

from typing import NamedTuple

from crm.giving.choices import Method
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
    "qr": Wording("Code QR de la page de vérification", "QR code of the page that checks it"),
    "agency_joiner": Wording("\u00a0:", ":"),
    f"kind.{GiftKind.CASH}": Wording("Don en argent", "Cash gift"),
    f"kind.{GiftKind.CASH_WITH_ADVANTAGE}": Wording("Don en argent avec avantage", "Cash gift with an advantage"),
    f"kind.{GiftKind.IN_KIND}": Wording("Don en nature", "Gift in kind"),
    "kind.annual": Wording("Dons en argent de l’année", "Cash gifts of the year"),
    f"mark.{Mark.COPY}": Wording("COPIE", "COPY"),
    f"mark.{Mark.CANCELLED}": Wording("ANNULÉ", "CANCELLED"),
    f"mark.{Mark.SPECIMEN}": Wording("SPÉCIMEN", "SPECIMEN"),
}

# United States: IRS Publication 1771 and the pages of the IRS on written acknowledgments and on quid pro quo contributions.
UNITED_STATES_1 = VERSION_1 | {
    "title": Wording("Attestation de don de bienfaisance", "Acknowledgment of your charitable contribution"),
    "number": Wording("Attestation n°", "Acknowledgment No."),
    "charity_name": Wording("Organisme", "Organization"),
    "charity_address": Wording("Adresse de l’organisme", "Address of the organization"),
    "registration_number": Wording("Numéro d’identification d’employeur (EIN)", "Employer identification number (EIN)"),
    "donor": Wording("Nom et adresse du donateur", "Donor name and address"),
    "gift_date": Wording("Date du don", "Date of contribution"),
    "gift_year": Wording("Année des dons", "Year of contributions"),
    "issued_on": Wording("Date de l’attestation", "Date of this acknowledgment"),
    "amount": Wording("Montant donné en argent", "Amount of cash contribution"),
    "property_description": Wording("Description du bien donné", "Description of property contributed"),
    "advantage_description": Wording("Biens ou services remis en contrepartie", "Goods or services provided in return"),
    "advantage": Wording("Estimation de bonne foi de leur valeur", "Good-faith estimate of their value"),
    "eligible": Wording("Montant déductible au plus", "Amount deductible at most"),
    "nothing_given": Wording(
        "Aucun bien ni service n’a été remis en échange de ce don.",
        "No goods or services were provided in exchange for this contribution.",
    ),
    "nothing_given.annual": Wording(
        "Aucun bien ni service n’a été remis en échange de ces dons.",
        "No goods or services were provided in exchange for these contributions.",
    ),
    "excess_only": Wording(
        "Aux fins de l’impôt fédéral sur le revenu, seul l’excédent de ce que vous avez donné sur la valeur des biens ou "
        "services remis est déductible.",
        "For federal income tax purposes, only the excess of what you contributed over the value of the goods or services "
        "provided is deductible.",
    ),
    "value_is_yours": Wording(
        "Il vous revient d’établir la valeur de ce bien.", "It is for you to determine the value of this property."
    ),
    "exempt": Wording(
        "{name} est exonéré d’impôt en vertu de l’article 501(c)(3) de l’Internal Revenue Code.",
        "{name} is exempt from tax under section 501(c)(3) of the Internal Revenue Code.",
    ),
    "replaces": Wording(
        "La présente attestation annule et remplace l’attestation n°\u00a0{number}.",
        "This acknowledgment cancels and replaces acknowledgment No.\u00a0{number}.",
    ),
    "keep": Wording(
        "Conservez cette attestation avec vos documents fiscaux.",
        "Keep this acknowledgment with your tax records.",
    ),
    "verify": Wording("Vérifier cette attestation\u00a0:", "Check this acknowledgment:"),
    f"kind.{GiftKind.CASH}": Wording("Don en argent", "Cash contribution"),
    f"kind.{GiftKind.CASH_WITH_ADVANTAGE}": Wording(
        "Don en argent avec contrepartie", "Cash contribution with something in return"
    ),
    f"kind.{GiftKind.IN_KIND}": Wording("Don d’un bien", "Contribution of property"),
    "kind.annual": Wording("Dons en argent de l’année", "Cash contributions of the year"),
}


def _french(text: str) -> Wording:
    """Of a page that is written in French only."""
    return Wording(text, text)


# France: the items of the form Cerfa 11580*05 (articles 200 and 978 of the general tax code), on a page of our own.
FRANCE_1 = VERSION_1 | {
    "title": _french(
        "Reçu des dons et versements effectués par les particuliers au titre de l’article\u00a0200 du code général des impôts"
    ),
    "number": _french("N°\u00a0d’ordre du reçu"),
    "charity_name": _french("Bénéficiaire des versements"),
    "charity_address": _french("Adresse du bénéficiaire"),
    "registration_number": _french("N°\u00a0SIREN ou RNA"),
    "charity_purpose": _french("Objet"),
    "charity_status": _french("Nature de l’organisme"),
    "donor": _french("Nom, prénom et adresse du donateur"),
    "gift_date": _french("Date du versement ou du don"),
    "gift_year": _french("Année des versements"),
    "issued_on": _french("Date de délivrance du reçu"),
    "place_of_issue": _french("Fait à"),
    "form": _french("Forme du don"),
    "form.manual": _french("Déclaration de don manuel"),
    "nature": _french("Nature du don"),
    f"nature.{GiftKind.CASH}": _french("Numéraire"),
    f"nature.{GiftKind.CASH_WITH_ADVANTAGE}": _french("Numéraire"),
    f"nature.{GiftKind.IN_KIND}": _french("Autre que numéraire"),
    "means": _french("Mode de versement"),
    f"means.{Method.CASH}": _french("Remise d’espèces"),
    f"means.{Method.CHECK}": _french("Chèque"),
    **{
        f"means.{method}": _french("Virement, prélèvement, carte bancaire")
        for method in (Method.CREDIT_CARD, Method.BANK_TRANSFER, Method.E_TRANSFER, Method.PAYROLL)
    },
    **{f"means.{method}": _french("Autre") for method in (Method.DONOR_ADVISED_FUND, Method.OTHER)},
    "property_description": _french("Description du bien donné"),
    "amount": _french("Somme versée"),
    "fair_market_value": _french("Valeur du bien donné"),
    "eligible": _french("Montant ouvrant droit à réduction d’impôt"),
    "in_figures": _french("***\u00a0{amount}\u00a0***"),  # between asterisks, figures stand for words
    "certifies": _french(
        "Le bénéficiaire certifie sur l’honneur que les dons et versements qu’il reçoit ouvrent droit à la réduction d’impôt "
        "prévue à l’article\u00a0200 du code général des impôts."
    ),
    "signature": _french("Signature"),
    "keep": _french("Conservez ce reçu\u00a0: l’administration fiscale peut vous le demander."),
    "verify": _french("Vérifier ce reçu\u00a0:"),
    f"kind.{GiftKind.CASH}": _french("Don en numéraire"),
    f"kind.{GiftKind.CASH_WITH_ADVANTAGE}": _french("Don en numéraire"),
    f"kind.{GiftKind.IN_KIND}": _french("Don en nature"),
    "kind.annual": _french("Dons en numéraire de l’année"),
}

VERSIONS = {"1": VERSION_1, "us-1": UNITED_STATES_1, "fr-1": FRANCE_1}


def labels(version: str, language: str) -> dict[str, str]:
    """Every label of one version in one language (``fr`` or ``en``). ``KeyError`` for a version that never was."""
    return {key: getattr(wording, language) for key, wording in VERSIONS[version].items()}
