"""Acts on several contacts of the list at once."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts import services
from crm.contacts.choices import FunnelStage, Lifecycle
from crm.contacts.forms.bulk import LifecycleForm, OwnerForm, PriorityForm, ReceiptPreferenceForm, StageForm
from crm.core.acts import BulkAction, numbered
from crm.core.operations import Undone


class ContactAction(BulkAction):
    permission = "contacts.change"
    url_name = "contacts:contact_detail"

    def undo(self, data: dict, *, by) -> Undone:
        return services.undo_change(data, by=by, permission=self.permission)


class ColumnAction(ContactAction):
    """One column of the contact, chosen in the form of that name."""

    column = ""

    @property
    def attname(self) -> str:
        return self.column

    def value(self, data: dict):
        return data[self.column]

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"already": Q(**{self.attname: self.value(data)})} if self.column in data else {}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.change_contacts(contact_ids=ids, by=by, **{self.attname: self.value(data)})


class AssignOwner(ColumnAction):
    code, icon = "owner", "user-check"
    label = _("Assign a responsible person")
    column, form_class = "owner", OwnerForm
    reasons = {"already": _("Already followed by this person")}
    explanation = _("Fundraisers see only the contacts that they are responsible for.")

    @property
    def attname(self) -> str:
        return "owner_id"

    def may(self, by) -> bool:
        """Whoever is responsible is who sees the contact: for administrators to decide."""
        return by.scope("contacts.add") == "all"

    def value(self, data: dict):
        return data["owner"].pk if data["owner"] else None

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Assign %(count)s contact", "Assign %(count)s contacts", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s contact is assigned.", "%(count)s contacts are assigned.", count), count)


class ChangeStage(ColumnAction):
    code, icon = "stage", "layout-kanban"
    label = _("Change the stage")
    column, form_class = "funnel_stage", StageForm
    reasons = {
        "already": _("Already at this stage"),
        "won": _("Won: reopened one by one, from the board, with a reason"),
    }

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return super().skips(data=data, by=by) | {"won": Q(funnel_stage=FunnelStage.CLOSED_WON)}

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Move %(count)s contact", "Move %(count)s contacts", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s contact is moved.", "%(count)s contacts are moved.", count), count)


class ChangePriority(ColumnAction):
    code, icon = "priority", "star"
    label = _("Change the priority")
    column, form_class = "priority", PriorityForm
    reasons = {"already": _("Already has this priority")}

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Change %(count)s contact", "Change %(count)s contacts", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s contact is changed.", "%(count)s contacts are changed.", count), count)


class ChangeReceiptPreference(ChangePriority):
    code, icon = "receipts", "file-certificate"
    label = _("Change the receipt preference")
    column, form_class = "receipt_preference", ReceiptPreferenceForm
    reasons = {"already": _("Already has this preference")}


class ChangeLifecycle(ChangePriority):
    code, icon = "lifecycle", "target-arrow"
    label = _("Change the giving status")
    column, form_class = "lifecycle", LifecycleForm
    reasons = {"already": _("Already has this status"), "follows": _("Donor and lapsed follow the gifts by themselves")}

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        follows = {"follows": Q(lifecycle__in=[Lifecycle.DONOR, Lifecycle.LAPSED])}
        return follows | super().skips(data=data, by=by)


class Archive(ContactAction):
    code, icon = "archive", "archive"
    label = _("Archive")
    permission = "contacts.delete"
    reasons = {"already": _("Already archived")}
    explanation = _(
        "They leave the lists and searches. Notes, gifts and receipts are kept, and they can be restored at any time."
    )

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"already": Q(archived_at__isnull=False)}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.archive_contacts(contact_ids=ids, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Archive %(count)s contact", "Archive %(count)s contacts", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s contact is archived.", "%(count)s contacts are archived.", count), count)


class Restore(ContactAction):
    code, icon = "restore", "arrow-back-up"
    label = _("Restore")
    permission = "contacts.delete"
    reasons = {
        "already": _("Not archived"),
        "merged": _("Merged into another contact"),
        "anonymized": _("Anonymized for good"),
    }
    explanation = _("They come back to the lists and searches.")

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {
            "already": Q(archived_at=None),
            "merged": Q(merged_into__isnull=False),
            "anonymized": Q(anonymized_at__isnull=False),
        }

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return services.restore_contacts(contact_ids=ids, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Restore %(count)s contact", "Restore %(count)s contacts", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s contact is back.", "%(count)s contacts are back.", count), count)


CONTACT_ACTIONS = (
    AssignOwner(),
    ChangeStage(),
    ChangePriority(),
    ChangeLifecycle(),
    ChangeReceiptPreference(),
    Archive(),
    Restore(),
)
