"""Putting several contacts of the list in a tag or a group at once, and taking them out."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts.bulk import ContactAction
from crm.contacts.forms.bulk_sets import GroupForm, NewTagForm, TagForm
from crm.contacts.models import Group, GroupMember, Tag, TagAssignment
from crm.contacts.services import bulk_sets
from crm.core.acts import numbered
from crm.core.operations import Undone


class AddTag(ContactAction):
    code, icon = "tag", "tag"
    label = _("Add a tag")
    form_class = NewTagForm
    reasons = {"already": _("Already wears this tag")}

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        if not data.get("tag"):
            return {}
        worn = TagAssignment.objects.filter(tag__organization=by.organization, tag__name__iexact=data["tag"])
        return {"already": Q(pk__in=worn.values("contact"))}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return bulk_sets.add_named_tag(contact_ids=ids, name=data["tag"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return bulk_sets.undo_add(Tag, data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Tag %(count)s contact", "Tag %(count)s contacts", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s contact is tagged.", "%(count)s contacts are tagged.", count), count)


class SetAction(ContactAction):
    """One set out of those there are, in the field ``chosen``; ``row`` says who is in it."""

    row, name = None, ""

    def inside(self, data: dict) -> Q:
        return Q(pk__in=self.row.objects.filter(**{self.name: data["chosen"]}).values("contact"))


class RemoveTag(SetAction):
    code, icon = "untag", "tag-off"
    label = _("Take off a tag")
    form_class = TagForm
    row, name = TagAssignment, "tag"
    reasons = {"absent": _("Does not wear this tag")}

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"absent": ~self.inside(data)} if data.get("chosen") else {}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return bulk_sets.remove_from_set(contact_ids=ids, chosen=data["chosen"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return bulk_sets.undo_remove(Tag, data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("Take the tag off %(count)s contact", "Take the tag off %(count)s contacts", count), count
        )

    def told(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("The tag is off %(count)s contact.", "The tag is off %(count)s contacts.", count), count
        )


class AddToGroup(SetAction):
    code, icon = "group", "users-plus"
    label = _("Put in a group")
    permission = "segments.change"
    form_class = GroupForm
    row, name = GroupMember, "group"
    reasons = {"already": _("Already in this group")}

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"already": self.inside(data)} if data.get("chosen") else {}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return bulk_sets.add_to_set(contact_ids=ids, chosen=data["chosen"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return bulk_sets.undo_add(Group, data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("Put %(count)s contact in the group", "Put %(count)s contacts in the group", count), count
        )

    def told(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("%(count)s contact is in the group.", "%(count)s contacts are in the group.", count), count
        )


class RemoveFromGroup(AddToGroup):
    code, icon = "ungroup", "users-minus"
    label = _("Take out of a group")
    reasons = {"absent": _("Not in this group")}

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"absent": ~self.inside(data)} if data.get("chosen") else {}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return bulk_sets.remove_from_set(contact_ids=ids, chosen=data["chosen"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return bulk_sets.undo_remove(Group, data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("Take %(count)s contact out of the group", "Take %(count)s contacts out of the group", count),
            count,
        )

    def told(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("%(count)s contact is out of the group.", "%(count)s contacts are out of the group.", count), count
        )


SET_ACTIONS = (AddTag(), AddToGroup(), RemoveTag(), RemoveFromGroup())
