"""Screens of tags: the manager page, and the tags of one contact in place."""

from django.contrib import messages
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.contacts.forms.sets import TagForm
from crm.contacts.models import Contact, Tag, TagAssignment
from crm.contacts.services import sets
from crm.contacts.set_filters import SetFilter
from crm.contacts.set_tables import TagTable
from crm.contacts.views.segments import named_by
from crm.core.errors import DomainError
from crm.core.money import format_number
from crm.core.text import fold
from crm.core.web.actions import Link
from crm.core.web.htmx import trigger, wants_fragment
from crm.core.web.views import CreateView, DeleteView, ListView, ScopedView, UpdateView

OFFERED = 8


def counted(rows, links, name: str, membership):
    """``rows`` with how many contacts this person sees in each (archived ones left out), by one query."""
    wanted = links.filter(contact__in=Contact.objects.visible_to(membership).active(), **{name: OuterRef("pk")})
    count = wanted.order_by().values(name).annotate(number=Count("pk")).values("number")
    return rows.annotate(count=Coalesce(Subquery(count, output_field=IntegerField()), 0))


class TagListView(ListView):
    permission = "segments.view"
    model = Tag
    table_class = TagTable
    filterset_class = SetFilter
    can_export = False
    actions = (Link(gettext_lazy("New tag"), "contacts:tag_create", "plus", "segments.add", primary=True),)
    title = gettext_lazy("Segments and groups")
    empty_icon = "tags"
    empty_title = gettext_lazy("No tags yet")
    empty_text = gettext_lazy("A tag is a word on a contact: Volunteer, Gala 2026. Put it on from the contact’s page.")
    template_name = "contacts/sets_list.html"

    def get_queryset(self):
        rows = counted(super().get_queryset(), TagAssignment.objects.all(), "tag", self.membership)
        return rows.order_by("name", "pk")

    def get_context(self, **context) -> dict:
        return super().get_context(tab="tags", **context)


class TagCreateView(CreateView):
    permission = "segments.add"
    model = Tag
    form_class = TagForm
    service = staticmethod(sets.create_tag)
    title = gettext_lazy("New tag")
    submit_label = gettext_lazy("Save the tag")
    success_message = gettext_lazy("The tag is saved.")

    def get_cancel_url(self) -> str:
        return self.url("contacts:tag_list")


class TagUpdateView(UpdateView):
    permission = "segments.change"
    model = Tag
    form_class = TagForm
    service = staticmethod(sets.update_tag)
    title = gettext_lazy("Edit the tag")
    submit_label = gettext_lazy("Save the tag")
    success_message = gettext_lazy("The tag is saved.")
    template_name = "contacts/tag_form.html"

    def get_context(self, **context) -> dict:
        return super().get_context(may_delete=self.membership.can("segments.delete", self.object), **context)


class TagDeleteView(DeleteView):
    permission = "segments.delete"
    model = Tag
    service = staticmethod(sets.delete_tag)
    title = gettext_lazy("Delete this tag?")
    submit_label = gettext_lazy("Delete the tag")
    success_message = gettext_lazy("The tag is deleted.")
    list_url_name = "contacts:tag_list"

    def get_question(self, tag: Tag) -> str:
        number = tag.assignments.count()
        text = ngettext(
            "“%(tag)s” is taken off %(count)s contact and disappears for good.",
            "“%(tag)s” is taken off %(count)s contacts and disappears for good.",
            number,
        )
        return text % {"tag": tag.name, "count": format_number(number)} + named_by("tag", tag)


# --- on a contact -----------------------------------------------------------------------------------------------------
class ContactTagView(ScopedView):
    """The tags of one contact, swapped in place; the focus stays where the hands are."""

    abstract = True
    permission = "contacts.change"
    model = Contact

    def drawn(self, contact: Contact, *, status: int = 200, changed: bool = False, **context) -> HttpResponse:
        if not wants_fragment(self.request):
            if context.get("error"):
                messages.error(self.request, context["error"])
            return self.go(contact.get_absolute_url())
        context |= {"contact": contact, "may_change": True}
        response = render(self.request, "contacts/_tags.html", context, status=status)
        return trigger(response, "timeline-changed") if changed else response

    def tag(self, number: str) -> Tag | None:
        known = number.isascii() and number.isdigit() and len(number) < 16
        return get_object_or_404(Tag.objects.visible_to(self.membership), pk=int(number)) if known else None


class TagAddView(ContactTagView):
    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        contact = self.get_object()
        try:
            done = sets.put_tag(
                contact, tag=self.tag(request.POST.get("tag", "")), name=request.POST.get("name", "")[:200],
                by=self.membership,
            )  # fmt: skip
        except DomainError as error:
            return self.drawn(contact, status=422, opened=True, error=str(error), typed=request.POST.get("name", ""))
        said = _("%(tag)s is added.") % {"tag": done.tag.name} if done else _("This tag was there already.")
        return self.drawn(contact, opened=True, changed=bool(done), said=said)


class TagRemoveView(ContactTagView):
    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        contact = self.get_object()
        tag = self.tag(request.POST.get("tag", ""))
        done = tag is not None and sets.take_tag(contact, tag=tag, by=self.membership)
        said = _("%(tag)s is taken off.") % {"tag": tag.name} if done else ""
        return self.drawn(contact, changed=done, said=said, removed=True)


class TagChoicesView(ContactTagView):
    """The tags that what was typed could mean, and the way to make a new one."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        contact = self.get_object()
        text = request.GET.get("name", "")[:200].replace("\x00", " ").strip()
        rows = Tag.objects.visible_to(self.membership).filter(~Q(assignments__contact=contact)).order_by("name")
        found = [tag for tag in rows if fold(text) in fold(tag.name)]
        exact = Tag.objects.visible_to(self.membership).filter(name__iexact=text).exists()
        context = {
            "contact": contact,
            "choices": found[:OFFERED],
            "text": text,
            "may_create": bool(text) and not exact and self.membership.can("segments.add"),
        }
        if wants_fragment(request):
            return render(request, "contacts/_tag_choices.html", context)
        context |= {"title": _("Add a tag"), "fragment": "contacts/_tag_choices_page.html"}
        return render(request, "generic/panel_page.html", context)
