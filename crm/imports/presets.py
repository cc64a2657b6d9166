"""What is known of the files other systems write, as data: how they are recognized, and what their columns cannot say.

A preset is a row of this table, not code: ``crm/imports/sources.py`` carries it out, whatever the source. Most headers
need nothing here: :mod:`crm.imports.targets` knows them by name already.
"""

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from crm.imports.choices import ImportKind

GIFTS, CONTACTS = ImportKind.GIFTS, ImportKind.CONTACTS
NO_GIFT = r"ticket|billet|admission|raffle|tirage|auction|encan"
PAYPAL_MOVES = (
    r"withdrawal|retrait|transfer|virement|conversion|hold|retenue|reversal|annulation|refund|remboursement|"
    r"chargeback|fee|frais|bank deposit|authorization|autorisation"
)


@dataclass(frozen=True)
class Never:
    """Rows whose cell of this column matches are left out; ``code`` says why (a key of ``problems.MESSAGES``)."""

    header: str
    pattern: str
    code: str


@dataclass(frozen=True)
class Another:
    """A second record on the same row: its columns, what is fixed in it, and the columns that say it is there."""

    fields: dict[str, str]  # header → field of the kind of file
    present_if: tuple[str, ...]
    is_contact: bool = True  # in a file of gifts: somebody to keep, without a gift
    fixed: dict[str, str] = field(default_factory=dict)
    number_suffix: str = ""  # of the external number of the gift, so that both can be told apart


@dataclass(frozen=True)
class Preset:
    code: str
    name: str
    kinds: tuple[ImportKind, ...]
    recognized_by: tuple[str, ...]  # all of them; ``A | B`` for either
    does: tuple = ()  # what it does beyond the columns, for the person who imports (lazy sentences)
    fields: dict[str, str] = field(default_factory=dict)  # header → field, ``""`` to leave it out
    status: str = ""  # header: rows whose status is known and is not “received” are left out
    never: tuple[Never, ...] = ()
    has_totals: bool = False  # lines of totals stand below the rows
    kept: tuple[tuple[str, object], ...] = ()  # header and label (lazy): kept in words in the note of the gift
    receipts_by: str = ""  # who issued the receipt, when it was not the charity
    receipt_number: str = ""  # header; where there is one, a row without a number got no receipt
    another: tuple[Another, ...] = ()


THEIR_RECEIPT = _("The note of each gift says who issued its receipt: do not issue a second one.")
KEPT = _("Columns without a field of their own are kept in words in the note of the gift.")
ONLY_RECEIVED = _("Payments that were refunded, failed or are still pending are left out, each with its reason.")

CONTACT2 = {
    "first_name": ("Contact2 First Name", "Contact2 Firstname"),
    "last_name": ("Contact2 Last Name", "Contact2 Lastname"),
    "email": ("Contact2 Personal Email", "Contact2 Email"),
    "honorific": ("Contact2 Salutation",),
    "job_title": ("Contact2 Title",),
    "phone": ("Contact2 Home Phone", "Contact2 Mobile Phone"),
}
HOME = {
    "address_line1": ("Home Street", "HH Street", "Household Street"),
    "city": ("Home City", "HH City", "Household City"),
    "province": ("Home State/Province", "Home State Province", "HH State", "Household State"),
    "postal_code": ("Home Zip/Postal Code", "Home Zip Postal Code", "HH Zip", "Household Zip"),
    "country": ("Home Country", "HH Country", "Household Country"),
}
SECOND_PERSON = Another(
    fields={header: name for name, headers in {**CONTACT2, **HOME}.items() for header in headers},
    present_if=(*CONTACT2["first_name"], *CONTACT2["last_name"]),
)
TWO_PEOPLE = _("The second person of a row becomes a contact too, at the same address.")

PRESETS: tuple[Preset, ...] = (
    Preset(
        "canadahelps",
        "CanadaHelps",
        (GIFTS,),
        ("Donor first name", "Donor email address", "Transaction number", "Donation source | Disbursement date"),
        does=(
            THEIR_RECEIPT,
            _("“ANON” stands for a donor who did not want to be known: these gifts gather on one record."),
            KEPT,
        ),
        kept=(("Donation source", _("Source")), ("Fee", _("Fees")), ("Disbursement date", _("Paid out"))),
        receipts_by="CanadaHelps",
    ),
    Preset(
        "zeffy",
        "Zeffy",
        (GIFTS,),
        ("Total Amount", "Payment Status", "Tax Receipt #", "Campaign Title"),
        does=(ONLY_RECEIVED, _("Tickets are not gifts: their rows are left out."), THEIR_RECEIPT, KEPT),
        status="Payment Status",
        never=(Never("Details", NO_GIFT, "left_ticket"),),
        kept=(("Campaign Title", _("Campaign")), ("Details", _("Details"))),
        receipts_by="Zeffy",
        receipt_number="Tax Receipt #",
    ),
    Preset(
        "paypal",
        "PayPal",
        (GIFTS,),
        ("Name", "Gross", "Fee", "Net", "Transaction ID", "Type"),
        does=(_("Only completed payments that came in are taken: no withdrawals, refunds or fees."), KEPT),
        fields={"Type": "", "Name": "contact_full_name"},
        status="Status",
        never=(Never("Gross", r"^\s*[-−(]", "left_outgoing"), Never("Type", PAYPAL_MOVES, "left_movement")),
        kept=(("Type", "PayPal"), ("Fee", _("Fees"))),
    ),
    Preset(
        "benevity",
        "Benevity",
        (GIFTS,),
        ("Project", "Total Donation to be Acknowledged", "Transaction ID", "Match Amount"),
        does=(
            _("The lines above the columns and the totals below the rows are left out."),
            _("What the employer adds becomes a gift of the company."),
            THEIR_RECEIPT,
            KEPT,
        ),
        has_totals=True,
        kept=(("Project", _("Project")), ("Cause support fee", _("Support fee")), ("Merchant fee", _("Merchant fee"))),
        receipts_by="Benevity",
        another=(
            Another(
                fields={
                    "Company": "contact_organization_name",
                    "Donation Date": "received_on",
                    "Match Amount": "amount",
                    "Currency": "currency",
                    "Transaction ID": "external_id",
                },
                present_if=("Match Amount",),
                is_contact=False,
                fixed={"contact_kind": "organization"},
                number_suffix="-match",
            ),
        ),
    ),
    Preset(
        "npsp",
        "Salesforce NPSP",
        (GIFTS, CONTACTS),
        ("Contact1 First Name | Contact1 Firstname", "Contact1 Last Name | Contact1 Lastname"),
        does=(TWO_PEOPLE, KEPT),
        kept=(
            ("Household Name", _("Household")),
            ("Payment Check/Reference Number", _("Cheque no.")),
            ("Donation Campaign Name", _("Campaign")),
        ),
        another=(SECOND_PERSON,),
    ),
    Preset(
        "civicrm",
        "CiviCRM",
        (GIFTS, CONTACTS),
        ("Contact ID", "External Identifier", "Supplemental Address 1 | Financial Type | Contact Type"),
        does=(
            _(
                "A household of CiviCRM is neither a person nor an organization: its row is refused, and can be corrected."
            ),
            KEPT,
        ),
        kept=(("Financial Type", _("Financial type")), ("Source", _("Source"))),
    ),
    Preset(
        "givewp",
        "GiveWP",
        (GIFTS,),
        ("Donation ID", "Donation Total | Amount | Donation Amount", "Form Title", "Donation Status"),
        does=(ONLY_RECEIVED, KEPT),
        status="Donation Status",
        kept=(("Form Title", _("Form")),),
    ),
    Preset(
        "french",
        _("Spreadsheet in French"),
        (GIFTS,),
        ("Prénom", "Nom", "Date du don", "Montant"),
        does=(KEPT,),
        kept=(
            ("No de chèque | N° de chèque | Numéro de chèque", _("Cheque no.")),
            ("Campagne", _("Campaign")),
            ("No de reçu | Numéro de reçu", _("Receipt no.")),
        ),
    ),
)
BY_CODE = {preset.code: preset for preset in PRESETS}
