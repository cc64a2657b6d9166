"""The fields of a contact that a file can fill: name, label, the headers they are known by, how a cell is read."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from crm.imports.fields import Target, spellings

CONTACT_TARGETS = (
    Target("number", _("Merci number"), spellings("Merci number | Numéro Merci | No Merci"), "number"),
    Target(
        "external_id",
        _("External number"),
        spellings(
            "External number | External id | Contact external id | Contact1 external id | Contact ID | Donor ID | "
            "Constituent ID | Supporter ID | Customer ID | Member ID | External identifier | Donor number | "
            "Contact number | ID | Number | Numéro externe | Identifiant externe | Numéro de donateur | "
            "No de donateur | N° donateur | Numéro de contact | Identifiant | Code donateur | ID du donateur | "
            "ID du contact | Numéro | No"
        ),
        max_length=64,
    ),
    Target(
        "kind",
        _("Person or organization"),
        spellings(
            "Kind | Contact type | Type of contact | Contact kind | Donor type | Constituent type | "
            "Person or organization | Type | Type de contact | Type de donateur | Sorte | Nature | "
            "Personne ou organisme"
        ),
        "kind",
    ),
    Target(
        "honorific",
        _("Honorific"),
        spellings(
            "Honorific | Donor title | Contact1 Salutation | Salutation | Individual prefix | Prefix | Name prefix | "
            "Title | Civilité | Titre de civilité | Titre | Appellation | Préfixe"
        ),
        max_length=30,
    ),
    Target(
        "first_name",
        _("First name"),
        spellings(
            "First name | Donor first name | Contact1 First Name | Contact1 Firstname | Given name | Forename | "
            "First | fname | Prénom | Prénom du donateur | Prénom du contact"
        ),
        max_length=80,
    ),
    Target(
        "middle_name",
        _("Middle name or initial"),
        spellings(
            "Middle name | Middle name or initial | Middle initial | Middle | Second prénom | Deuxième prénom | "
            "Second prénom ou initiale | Initiale | Autres prénoms"
        ),
        max_length=80,
    ),
    Target(
        "last_name",
        _("Last name"),
        spellings(
            "Last name | Donor last name | Contact1 Last Name | Contact1 Lastname | Surname | Family name | Last | "
            "lname | Nom de famille | Nom de famille du donateur | Nom"
        ),
        max_length=80,
    ),
    Target(
        "full_name",
        _("Full name"),
        spellings(
            "Full name | Name | Donor name | Donor | Display name | Contact name | Contact | Supporter | Nom complet | "
            "Prénom et nom | Nom et prénom | Nom, prénom | Nom du donateur | Nom du contact | Donateur"
        ),
        ("full_name"),
    ),
    Target("suffix", _("Suffix"), spellings("Suffix | Name suffix | Individual suffix | Suffixe"), max_length=30),
    Target(
        "organization_name",
        _("Name of the organization"),
        spellings(
            "Organization name | Organisation name | Name of the organization | Donor company name | Company name | "
            "Organization | Organisation | Company | Account1 Name | Account name | Business name | Corporation | "
            "Nom de l’organisme | Nom de l’organisation | Organisme | Nom de l’entreprise | Entreprise | "
            "Raison sociale | Nom de la compagnie | Compagnie | Société"
        ),
        max_length=150,
    ),
    Target(
        "job_title",
        _("Job title"),
        spellings(
            "Job title | Contact1 Title | Position | Occupation | Titre du poste | Titre d’emploi | Fonction | "
            "Profession"
        ),
        max_length=80,
    ),
    Target(
        "email",
        _("E-mail"),
        spellings(
            "Email | Email address | Donor email address | Donor email | From email address | Primary email | "
            "Contact1 Personal Email | Contact1 Email | Personal email | Email 1 | Contact1 Work Email | "
            "Contact1 Alternate Email | Courriel | Adresse courriel | Adresse de courriel | Courriel principal | "
            "Courriel du donateur | Adresse électronique | Adresse e-mail | Adresse mail | Mail | Mél"
        ),
        "email",
        max_length=254,
        spare="email2",
    ),
    Target(
        "phone",
        _("Phone"),
        spellings(
            "Phone | Phone number | Donor phone number | Telephone | Telephone number | Primary phone | Phone 1 | "
            "Home phone | Contact1 Home Phone | Household Phone | Mobile | Mobile phone | Contact1 Mobile Phone | "
            "Cell | Cell phone | Work phone | Contact1 Work Phone | Téléphone | Numéro de téléphone | "
            "No de téléphone | Tél. | Téléphone principal | Téléphone à domicile | Téléphone résidence | "
            "Cellulaire | Téléphone cellulaire | Téléphone mobile | Téléphone au travail"
        ),
        "phone",
        max_length=40,
        spare="phone2",
    ),
    Target(
        "email2",
        _("Second e-mail"),
        spellings(
            "Second email | Second e-mail | Email 2 | Secondary email | Other email | Additional email | "
            "Deuxième courriel | Courriel 2 | Second courriel | Autre courriel | Courriel secondaire"
        ),
        "email",
        max_length=254,
    ),
    Target(
        "phone2",
        _("Second phone"),
        spellings(
            "Second phone | Phone 2 | Secondary phone | Other phone | Additional phone | Deuxième téléphone | "
            "Téléphone 2 | Second téléphone | Autre téléphone | Téléphone secondaire"
        ),
        "phone",
        max_length=40,
    ),
    Target(
        "address_line1",
        _("Address"),
        spellings(
            "Address | Address line 1 | Address 1 | Donor address 1 | Street address | Street | Street 1 | "
            "Address1 Street | Adresse | Adresse ligne 1 | Adresse, ligne 1 | Adresse 1 | Adresse postale | "
            "Adresse civique | Rue | Numéro et rue | No et rue"
        ),
        max_length=150,
    ),
    Target(
        "address_line2",
        _("Address, second line"),
        spellings(
            "Address line 2 | Address 2 | Address, second line | Donor address 2 | Supplemental address 1 | Street 2 | "
            "Apartment | Apt | Unit | Adresse ligne 2 | Adresse, ligne 2 | Adresse 2 | Adresse, deuxième ligne | "
            "Complément d’adresse | Appartement | App."
        ),
        max_length=150,
    ),
    Target(
        "city",
        _("City"),
        spellings("City | Donor city | Town | Municipality | Ville | Municipalité | Localité"),
        max_length=80,
    ),
    Target(
        "province",
        _("Province or state"),
        spellings(
            "Province | Province/State | Donor province/state | State/Province | Province or state | State | "
            "Province ou État | Province/État | État"
        ),
        "province",
        max_length=40,
    ),
    Target(
        "postal_code",
        _("Postal code"),
        spellings(
            "Postal code | Donor postal/zip code | Postal/zip code | Zip/postal code | Zip code | Zip | Postcode | "
            "Code postal"
        ),
        "postal_code",
        max_length=12,
    ),
    Target("country", _("Country"), spellings("Country | Donor country | Country code | Pays"), "country"),
    Target(
        "language",
        _("Language"),
        spellings(
            "Language | Preferred language | Language of correspondence | Communication language | Lang | Langue | "
            "Langue préférée | Langue de préférence | Langue de correspondance | Langue de communication"
        ),
        ("language"),
    ),
    Target(
        "company_size",
        _("Size of the organization"),
        spellings(
            "Size of the organization | Company size | Number of employees | Taille de l’organisme | "
            "Taille de l’organisation | Nombre d’employés"
        ),
        "company_size",
    ),
    Target("industry", _("Industry"), spellings("Industry | Sector | Secteur | Secteur d’activité"), max_length=80),
    Target(
        "lead_source",
        _("How they came to us"),
        spellings("How they came to us | Lead source | Provenance | Comment il est venu à nous | Origine du contact"),
        max_length=80,
    ),
    Target("priority", _("Priority"), spellings("Priority | Priorité"), "priority"),
    Target(
        "receipt_preference",
        _("Official receipts"),
        spellings(
            "Official receipts | Receipt preference | Receipt type | Tax receipt preference | Receipts | "
            "Reçus officiels | Préférence de reçu | Type de reçu"
        ),
        "receipt_preference",
    ),
    Target(
        "do_not_contact",
        _("Do not contact"),
        spellings("Do not contact | Contact1 Do not contact | Ne pas contacter | Ne pas joindre"),
        "boolean",
    ),
    Target("is_deceased", _("Deceased"), spellings("Deceased | Is deceased | Décédé | Décédée | Décès"), "boolean"),
    Target(
        "owner_email",
        _("E-mail of the responsible person"),
        spellings(
            "E-mail of the responsible person | Owner email | Courriel du responsable | "
            "Courriel de la personne responsable"
        ),
        "email",
    ),
    Target(
        "tags",
        _("Tags"),
        spellings("Tags | Tag | Keywords | Étiquettes | Étiquette | Mots-clés"),
        "tags",
    ),
    Target(
        "note",
        _("Note"),
        spellings(
            "Note | Notes | Comment | Comments | Remarks | Latest note | Remarque | Remarques | Commentaire | "
            "Commentaires | Dernière note"
        ),
        "lines",
        max_length=10_000,
    ),
)


def of_contact(names: Collection[str], *, number_label, number_headers: tuple[str, ...]) -> tuple[Target, ...]:
    """These fields in a file whose rows are something else; the external number is told apart from that of the row."""
    return tuple(
        Target(
            f"contact_{target.name}",
            number_label if target.name == "external_id" else target.label,
            number_headers if target.name == "external_id" else target.aliases,
            target.parser,
            target.max_length,
            of_contact=True,
        )
        for target in CONTACT_TARGETS
        if target.name in names
    )
