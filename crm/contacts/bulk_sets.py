"""Putting several contacts of the list in a tag or a group at once, and taking them out."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts.bulk import ContactAction
from crm.contacts.forms.bulk_sets import GroupForm, NewTagForm, TagForm
from crm.contacts.models import Group, Tag, TagAssignment
from crm.contacts.services import bulk_sets
from crm.core.acts import numbered
from crm.core.operations import Undone


class SetAction(ContactAction):
    """One set of kind ``model``, chosen in the field ``chosen`` of the form."""

    model = None

    def inside(self, data: dict, by) -> Q | None:
        """Who is in the set; ``None`` as long as none is chosen."""
        if not data.get("chosen"):
            return None
        return Q(pk__in=bulk_sets.KINDS[self.model].rows(data["chosen"]).values("contact"))


class PutIn(SetAction):
    def skips(self, *, data: dict, by) -> dict[str, Q]:
        inside = self.inside(data, by)
        return {} if inside is None else {"already": inside}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return bulk_sets.add_to_set(contact_ids=ids, chosen=data["chosen"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return bulk_sets.undo_add(self.model, data, by=by)


class TakeOut(SetAction):
    def skips(self, *, data: dict, by) -> dict[str, Q]:
        inside = self.inside(data, by)
        return {} if inside is None else {"absent": ~inside}

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return bulk_sets.remove_from_set(contact_ids=ids, chosen=data["chosen"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return bulk_sets.undo_remove(self.model, data, by=by)


class AddTag(PutIn):
    """By its name: the tag may be made with the act."""

    code, icon = "tag", "tag"
    label = _("Add a tag")
    model, form_class = Tag, NewTagForm
    reasons = {"already": _("Already wears this tag")}

    def inside(self, data: dict, by) -> Q | None:
        if not data.get("tag"):
            return None
        worn = TagAssignment.objects.filter(tag__organization=by.organization, tag__name__iexact=data["tag"])
        return Q(pk__in=worn.values("contact"))

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return bulk_sets.add_named_tag(contact_ids=ids, name=data["tag"], by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Tag %(count)s contact", "Tag %(count)s contacts", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s contact is tagged.", "%(count)s contacts are tagged.", count), count)


class RemoveTag(TakeOut):
    code, icon = "untag", "tag-off"
    label = _("Take off a tag")
    model, form_class = Tag, TagForm
    reasons = {"absent": _("Does not wear this tag")}

    def said(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("Take the tag off %(count)s contact", "Take the tag off %(count)s contacts", count), count
        )

    def told(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("The tag is off %(count)s contact.", "The tag is off %(count)s contacts.", count), count
        )


class AddToGroup(PutIn):
    code, icon = "group", "users-plus"
    label = _("Put in a group")
    permission = "segments.change"
    model, form_class = Group, GroupForm
    reasons = {"already": _("Already in this group")}

    def said(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("Put %(count)s contact in the group", "Put %(count)s contacts in the group", count), count
        )

    def told(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("%(count)s contact is in the group.", "%(count)s contacts are in the group.", count), count
        )


class RemoveFromGroup(TakeOut):
    code, icon = "ungroup", "users-minus"
    label = _("Take out of a group")
    permission = "segments.change"
    model, form_class = Group, GroupForm
    reasons = {"absent": _("Not in this group")}

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
