"""Screens of groups: sets of contacts made by hand."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.contacts.forms.sets import GroupForm
from crm.contacts.models import Contact, Group, GroupMember
from crm.contacts.queries import find_contacts
from crm.contacts.services import sets
from crm.contacts.set_filters import SharedFilter
from crm.contacts.set_tables import GroupTable
from crm.contacts.views.segments import SeenMixin, named_by
from crm.contacts.views.tags import counted
from crm.core.errors import DomainError
from crm.core.money import format_number
from crm.core.web.actions import Link
from crm.core.web.paging import paginate
from crm.core.web.views import CreateView, DeleteView, DetailView, ListView, ScopedView, UpdateView


class GroupListView(ListView):
    permission = "segments.view"
    model = Group
    table_class = GroupTable
    filterset_class = SharedFilter
    can_export = False
    actions = (Link(gettext_lazy("New group"), "contacts:group_create", "plus", "segments.add", primary=True),)
    title = gettext_lazy("Segments and groups")
    empty_icon = "users-group"
    empty_title = gettext_lazy("No groups yet")
    empty_text = gettext_lazy(
        "A group holds the contacts you put in it, one by one: a committee, the guests of an evening."
    )
    template_name = "contacts/sets_list.html"

    def get_queryset(self):
        rows = counted(super().get_queryset(), GroupMember.objects.all(), "group", self.membership)
        return rows.order_by("name", "pk")

    def get_context(self, **context) -> dict:
        return super().get_context(tab="groups", **context)


class GroupCreateView(CreateView):
    permission = "segments.add"
    model = Group
    form_class = GroupForm
    service = staticmethod(sets.create_group)
    title = gettext_lazy("New group")
    submit_label = gettext_lazy("Save the group")
    success_message = gettext_lazy("The group is saved. Add its contacts below.")

    def get_cancel_url(self) -> str:
        return self.url("contacts:group_list")


class GroupUpdateView(UpdateView):
    permission = "segments.change"
    model = Group
    form_class = GroupForm
    service = staticmethod(sets.update_group)
    title = gettext_lazy("Edit the group")
    submit_label = gettext_lazy("Save the group")
    success_message = gettext_lazy("The group is saved.")


class GroupDeleteView(DeleteView):
    permission = "segments.delete"
    model = Group
    service = staticmethod(sets.delete_group)
    title = gettext_lazy("Delete this group?")
    submit_label = gettext_lazy("Delete the group")
    success_message = gettext_lazy("The group is deleted.")
    list_url_name = "contacts:group_list"

    def get_question(self, group: Group) -> str:
        number = group.memberships.count()
        text = ngettext(
            "“%(group)s” disappears for good. The %(count)s contact in it stays.",
            "“%(group)s” disappears for good. The %(count)s contacts in it stay.",
            number,
        )
        return text % {"group": group.name, "count": format_number(number)} + named_by("group", group)


class GroupDetailView(SeenMixin, DetailView):
    """Who is in the group, and the way to add and remove."""

    permission = "segments.view"
    model = Group
    template_name = "contacts/group_detail.html"
    context_name = "group"

    def get_queryset(self):
        return super().get_queryset().select_related("owner__user")

    def get_context(self, **context) -> dict:
        shown = Contact.objects.visible_to(self.membership).active()
        rows = GroupMember.objects.filter(group=self.object, contact__in=shown)
        rows = rows.select_related("contact", "added_by__user").order_by("contact__sort_name", "pk")
        context.setdefault("page", paginate(rows, self.request.GET))
        return super().get_context(
            title=self.object.name,
            may_change=self.membership.can("segments.change", self.object),
            may_delete=self.membership.can("segments.delete", self.object),
            **context,
        )


class GroupAddView(ScopedView):
    """Put the chosen contact in the group; without script, the one whom the name typed can only mean."""

    permission = "segments.change"
    model = Group

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        group = self.get_object()
        contact = self.chosen()
        if contact is None:
            messages.error(request, _("Choose the contact in the list that opens as you type."))
        else:
            try:
                done = sets.add_member(group, contact=contact, by=self.membership)
                text = _("%(name)s is in the group.") if done else _("%(name)s was in the group already.")
                messages.success(request, text % {"name": contact.name})
            except DomainError as error:
                messages.error(request, str(error))
        return self.go(f"{group.get_absolute_url()}?added=1")

    def chosen(self) -> Contact | None:
        number = self.request.POST.get("contact", "")
        if number.isascii() and number.isdigit() and len(number) < 16:
            return get_object_or_404(Contact.objects.visible_to(self.membership), pk=int(number))
        found = find_contacts(self.membership, self.request.POST.get("contact_text", "")[:200], limit=2)
        return found[0] if len(found) == 1 else None


class GroupRemoveView(ScopedView):
    permission = "segments.change"
    model = Group

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        group = self.get_object()
        number = request.POST.get("contact", "")
        if number.isascii() and number.isdigit() and len(number) < 16:
            contact = get_object_or_404(Contact.objects.visible_to(self.membership), pk=int(number))
            if sets.remove_member(group, contact=contact, by=self.membership):
                messages.success(request, _("%(name)s is no longer in the group.") % {"name": contact.name})
        return self.go(group.get_absolute_url())
