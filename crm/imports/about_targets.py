"""The fields of files about contacts that are there already: notes, tasks and pledges."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.imports.contact_targets import of_contact
from crm.imports.fields import Target, spellings

WHO = ("number", "external_id", "first_name", "last_name", "full_name", "organization_name", "email", "postal_code")
CONTACT_IDS = spellings(
    "External number of the contact | Numéro externe du contact | External number | Numéro externe | Contact external id | "
    "Contact ID | Donor ID | Constituent ID | Supporter ID | External identifier | Donor number | Contact number | "
    "Numéro de donateur | No de donateur | N° donateur | Numéro de contact | ID du contact | ID du donateur"
)
WHOSE = of_contact(WHO, number_label=_("External number of the contact"), number_headers=CONTACT_IDS)

NOTE_TARGETS = (
    Target(
        "text",
        _("Note"),
        spellings(
            "Note | Notes | Text | Comment | Comments | Remarks | Description | Texte | Remarque | Remarques | "
            "Commentaire | Commentaires"
        ),
        "lines",
        max_length=10_000,
        required=True,
    ),
    Target(
        "said_on",
        _("Date"),
        spellings("Date | Note date | Date of the note | Created | Created on | Date de la note | Créée le | Créé le"),
        "date",
    ),
    *WHOSE,
)

TASK_TARGETS = (
    Target(
        "title",
        _("What to do"),
        spellings("What to do | Task | Title | Subject | To do | À faire | Tâche | Titre | Objet | Quoi faire"),
        max_length=160,
        required=True,
    ),
    Target(
        "due_on",
        _("Due"),
        spellings("Due | Due date | Due on | Deadline | Échéance | Date d’échéance | À faire avant le | Pour le"),
        "date",
    ),
    Target(
        "task_type",
        _("Type of task"),
        spellings("Type of task | Task type | Type | Type de tâche | Activity type | Type d’activité"),
        "task_type",
    ),
    Target("task_priority", _("Priority"), spellings("Priority | Priorité"), "task_priority"),
    Target(
        "owner_email",
        _("E-mail of whoever does it"),
        spellings(
            "E-mail of whoever does it | Assigned to | Assignee | Owner email | Courriel de la personne qui s’en charge | "
            "Confiée à | Assignée à | Assigné à | Responsable"
        ),
        "email",
    ),
    Target(
        "details",
        _("Details"),
        spellings("Details | Description | Note | Notes | Détails | Précisions | Commentaires"),
        "lines",
        max_length=2_000,
    ),
    *WHOSE,
)

PLEDGE_TARGETS = (
    Target(
        "external_id",
        _("External number of the pledge"),
        spellings(
            "External number of the pledge | Pledge ID | Pledge number | Recurring donation ID | Recurring ID | "
            "Subscription ID | Agreement ID | ID | Numéro externe de la promesse | Numéro de la promesse | "
            "ID de la promesse | Numéro d’engagement | Identifiant"
        ),
        max_length=64,
    ),
    Target(
        "amount",
        _("Amount of each payment"),
        spellings(
            "Amount of each payment | Amount | Instalment amount | Installment amount | Pledge amount | Recurring amount | "
            "Montant de chaque versement | Montant | Montant du versement | Montant de la promesse | Montant récurrent"
        ),
        "amount",
        required=True,
    ),
    Target(
        "currency",
        pgettext_lazy("money", "Currency"),
        spellings("Currency | Currency code | Devise | Monnaie"),
        "currency",
    ),
    Target(
        "frequency",
        pgettext_lazy("pledge", "How often"),
        spellings(
            "How often | Frequency | Installment period | Instalment period | Schedule | Interval | Fréquence | Période | "
            "Rythme | Périodicité"
        ),
        "frequency",
    ),
    Target(
        "starts_on",
        _("First payment due"),
        spellings(
            "First payment due | Start date | Starts on | Date established | First payment | Begins | "
            "Premier versement dû | Premier versement | Date de début | Début | Commence le"
        ),
        "date",
        required=True,
    ),
    Target(
        "ends_on",
        _("Last payment due"),
        spellings(
            "Last payment due | End date | Ends on | Dernier versement dû | Dernier versement | Date de fin | Fin"
        ),
        "date",
    ),
    Target(
        "fund",
        _("Fund"),
        spellings(
            "Fund | Fund code | Fund name | Designation | Fonds | Code du fonds | Nom du fonds | Désignation | Affectation"
        ),
        max_length=120,
    ),
    Target(
        "note",
        _("Note"),
        spellings(
            "Note | Notes | Comment | Comments | Description | Remarque | Remarques | Commentaire | Commentaires"
        ),
        "lines",
        max_length=2_000,
    ),
    *WHOSE,
)
