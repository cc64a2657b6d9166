"""The fields a file can fill, as data: name, label, the headers they are known by, how a cell is read.

The headers are those of the systems people leave (CanadaHelps, Zeffy, PayPal, Benevity, Salesforce NPSP, CiviCRM,
GiveWP) and of plain sheets in both languages. Case, accents, punctuation and spaces do not count.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.imports.about_targets import NOTE_TARGETS, PLEDGE_TARGETS, TASK_TARGETS, WHOSE
from crm.imports.choices import ImportKind
from crm.imports.contact_targets import CONTACT_TARGETS, of_contact
from crm.imports.fields import Requirement, Target, spellings

GIFT_ONLY_TARGETS = (
    Target(
        "external_id",
        _("External number of the gift"),
        spellings(
            "External number of the gift | Numéro externe du don | "
            "External number | External id | Transaction number | Transaction ID | Donation ID | Gift ID | "
            "Contribution ID | Payment ID | Gift external id | Gift number | Reference number | Reference | ID | "
            "Number | Numéro externe | Identifiant externe | Numéro de transaction | No de transaction | "
            "ID de transaction | Numéro du don | No du don | Identifiant du don | Numéro de référence | Référence | "
            "Identifiant | Numéro | No"
        ),
        max_length=64,
    ),
    Target(
        "received_on",
        _("Date received"),
        spellings(
            "Date received | Received on | Donation date | Date of donation | Gift date | Date of gift | "
            "Payment date | Contribution date | Transaction date | Receive date | Close date | Date | Date du don | "
            "Date de réception | Date reçue | Reçu le | Date de la transaction | Date de transaction | "
            "Date du paiement"
        ),
        ("date"),
        required=True,
    ),
    Target(
        "amount",
        _("Amount"),
        spellings(
            "Amount | Total amount | Donation amount | Gift amount | Total donation to be acknowledged | "
            "Donation total | Contribution amount | Gross | Gross amount | Total | Montant | Montant du don | "
            "Montant total | Montant reçu | Montant brut | Total du don | Somme"
        ),
        "amount",
        required=True,
    ),
    Target(
        "currency",
        pgettext_lazy("money", "Currency"),
        spellings("Currency | Currency code | Donation currency | Devise | Code de devise | Monnaie"),
        "currency",
    ),
    Target(
        "method",
        _("Method of payment"),
        spellings(
            "Payment method | Method | Method of payment | Payment type | Payment instrument | Gift method | "
            "Donation method | Payment gateway | Mode de paiement | Méthode de paiement | Moyen de paiement | "
            "Mode de versement | Type de paiement | Mode | Méthode"
        ),
        "method",
    ),
    Target(
        "type",
        _("Type of gift"),
        spellings(
            "Gift type | Type of gift | Donation type | Type | Frequency | Donation frequency | Type de don | "
            "Type du don | Fréquence | Fréquence du don"
        ),
        "type",
    ),
    Target(
        "status",
        pgettext_lazy("state of a gift", "Status"),
        spellings(
            "Status | Gift status | Donation status | Payment status | Contribution status | Donation stage | Statut | "
            "Statut du don | Statut du paiement | État du paiement | État du don"
        ),
        "status",
    ),
    Target(
        "fund",
        _("Fund"),
        spellings(
            "Fund | Fund code | Fund name | Designation | GAU Allocation 1 GAU | GAU | Fonds | Code du fonds | "
            "Nom du fonds | Désignation | Affectation"
        ),
        max_length=120,
    ),
    Target(
        "campaign",
        _("Campaign"),
        spellings(
            "Campaign | Campaign name | Campaign title | Donation campaign name | Primary campaign source | Campagne | "
            "Nom de la campagne | Titre de la campagne"
        ),
        max_length=120,
    ),
    Target(
        "is_anonymous",
        pgettext_lazy("gift", "Anonymous"),
        spellings("Anonymous | Is anonymous | Anonymous donation | Anonymous gift | Anonyme | Don anonyme"),
        "boolean",
    ),
    Target(
        "note",
        _("Note on the gift"),
        spellings(
            "Note on the gift | Note sur le don | "
            "Note | Notes | Gift note | Message to charity | Donation description | Donor comment | Comment | "
            "Comments | Message | Note du don | Remarque | Remarques | Commentaire | Commentaires | "
            "Message à l’organisme"
        ),
        ("lines"),
        max_length=2_000,
    ),
)

NOT_ABOUT_DONOR = (
    "note", "tags", "email2", "phone2", "owner_email", "number", "company_size", "industry", "lead_source", "priority",
    "receipt_preference", "do_not_contact", "is_deceased",
)  # fmt: skip
# In the same order as above, so that a file of contacts and one of gifts from the same system choose the same column.
DONOR_IDS = spellings(
    "External number of the donor | Numéro externe du donateur | "
    "Contact external id | Contact ID | Donor ID | Constituent ID | Supporter ID | Customer ID | Member ID | "
    "External identifier | Donor number | Contact number | Numéro de donateur | No de donateur | N° donateur | "
    "Numéro de contact | Code donateur | ID du donateur | ID du contact | Numéro externe du contact"
)

GIFT_TARGETS = (
    *GIFT_ONLY_TARGETS,
    *of_contact(
        {target.name for target in CONTACT_TARGETS} - set(NOT_ABOUT_DONOR),
        number_label=_("External number of the donor"),
        number_headers=DONOR_IDS,
    ),
)

TARGETS = {
    ImportKind.CONTACTS: CONTACT_TARGETS,
    ImportKind.GIFTS: GIFT_TARGETS,
    ImportKind.NOTES: NOTE_TARGETS,
    ImportKind.TASKS: TASK_TARGETS,
    ImportKind.PLEDGES: PLEDGE_TARGETS,
}

WHO_IT_IS = Requirement(
    tuple(target.name for target in WHOSE), _("what tells the contact: a number, an e-mail or a name")
)
REQUIREMENTS = {
    ImportKind.NOTES: (Requirement(("text",), _("the text of the note")), WHO_IT_IS),
    ImportKind.PLEDGES: (
        Requirement(("amount",), _("the amount")),
        Requirement(("starts_on",), _("the date the first payment is due")),
        WHO_IT_IS,
    ),
    ImportKind.TASKS: (Requirement(("title",), _("what there is to do")),),
    ImportKind.CONTACTS: (
        Requirement(
            ("last_name", "first_name", "full_name", "organization_name", "email", "phone", "number"),
            _("a name, the name of an organization or an e-mail"),
        ),
    ),
    ImportKind.GIFTS: (
        Requirement(("received_on",), _("the date the gift was received")),
        Requirement(("amount",), _("the amount")),
        Requirement(
            (
                "contact_external_id",
                "contact_email",
                "contact_last_name",
                "contact_first_name",
                "contact_full_name",
                "contact_organization_name",
            ),
            _("what tells the donor: a number, an e-mail or a name"),
        ),
    ),
}
