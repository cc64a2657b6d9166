"""The fields of files about contacts that are there already: notes and tasks."""

from django.utils.translation import gettext_lazy as _

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
