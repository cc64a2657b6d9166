"""Screens of segments: the list with the ready-made ones, the builder, one segment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.criteria import Context, RuleError
from crm.contacts.criteria.rules import compiled
from crm.contacts.forms.sets import SegmentForm, build
from crm.contacts.models import Contact, Segment
from crm.contacts.ready_made import READY_MADE
from crm.contacts.segments import said, segment_contacts
from crm.contacts.services import sets
from crm.contacts.set_filters import SharedFilter
from crm.contacts.set_tables import SegmentTable
from crm.core.errors import DomainError
from crm.core.web.actions import Link
from crm.core.web.htmx import trigger
from crm.core.web.views import ActionView, CreateView, DeleteView, DetailView, ListView, ScopedView, UpdateView

SHOWN = 5  # names under a count


class SegmentListView(ListView):
    permission = "segments.view"
    model = Segment
    table_class = SegmentTable
    filterset_class = SharedFilter
    can_export = False
    actions = (Link(gettext_lazy("New segment"), "contacts:segment_create", "plus", "segments.add", primary=True),)
    title = gettext_lazy("Segments and groups")
    empty_icon = "filter"
    empty_title = gettext_lazy("No segments yet")
    empty_text = gettext_lazy("Describe whom you look for: the segment stays up to date by itself.")
    template_name = "contacts/segment_list.html"

    def get_queryset(self):
        return super().get_queryset().order_by("name", "pk")

    def get_context(self, **context) -> dict:
        return super().get_context(tab="segments", ready=self.ready_made(), **context)

    def ready_made(self) -> list[tuple[str, object]]:
        """Those not added yet, to whom may add."""
        if not self.membership.can("segments.add"):
            return []
        rows = Segment.objects.of(self.membership.organization).exclude(ready_made="")
        present = set(rows.values_list("ready_made", flat=True))
        return [(code, model) for code, model in READY_MADE.items() if code not in present]


class SeenMixin:
    """Whoever finds a set in the list may open it: what is shared is not one's own, and is there to be looked at."""

    def get_object(self):
        return get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])


class SegmentDetailView(SeenMixin, DetailView):
    permission = "segments.view"
    model = Segment
    template_name = "contacts/segment_detail.html"
    context_name = "segment"

    def get_queryset(self):
        return super().get_queryset().select_related("owner__user")

    def get_context(self, **context) -> dict:
        segment = self.object
        context |= people(segment_contacts, segment, self.membership)
        return super().get_context(
            title=str(segment),
            said=said(segment, Context(segment.organization)),
            sees_all=self.membership.scope("contacts.view") == "all",
            may_change=self.membership.can("segments.change", segment),
            may_delete=self.membership.can("segments.delete", segment),
            **context,
        )


def people(find, segment: Segment, membership) -> dict:
    """How many this person sees in it now, and the first few."""
    try:
        rows = find(segment, membership=membership)
        return {"count": rows.count(), "first": list(rows.recent_first().only("name", "organization")[:SHOWN])}
    except RuleError:
        return {"count": None, "first": []}


class BuilderMixin:
    """A form whose rules change shape: an ``act`` draws it again, whatever else was typed in it."""

    template_name = "contacts/segment_form.html"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "act" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.load()
        form = self.get_form(request.POST)
        form.builder.act(request.POST["act"][:40])
        return self.render({"form": form, "drawn_again": True})

    def get_context(self, **context) -> dict:
        context.setdefault("builder", context["form"].builder)
        return super().get_context(**context)


class SegmentCreateView(BuilderMixin, CreateView):
    permission = "segments.add"
    model = Segment
    form_class = SegmentForm
    service = staticmethod(sets.create_segment)
    title = gettext_lazy("New segment")
    submit_label = gettext_lazy("Save the segment")
    success_message = gettext_lazy("The segment is saved.")

    def get_cancel_url(self) -> str:
        return self.url("contacts:segment_list")


class SegmentUpdateView(BuilderMixin, UpdateView):
    permission = "segments.change"
    model = Segment
    form_class = SegmentForm
    service = staticmethod(sets.update_segment)
    title = gettext_lazy("Edit the segment")
    submit_label = gettext_lazy("Save the segment")
    success_message = gettext_lazy("The segment is saved.")


class DraftView(ScopedView):
    """The rules of the builder as sent by the page, saved or not."""

    abstract = True
    permission = "segments.add"

    @cached_property
    def builder(self):
        asked = self.request.POST.get("segment", "")
        rows = Segment.objects.visible_to(self.membership)
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
        return build(self.request.POST, membership=self.membership, segment=rows.filter(pk=number).first())


class SegmentBuilderView(DraftView):
    """The rules drawn again: a criterion was changed, a rule added or removed."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.builder.act(request.POST.get("act", "")[:40])
        return trigger(render(request, "contacts/_segment_tree.html", {"builder": self.builder}), "rules-drawn")


class SegmentPreviewView(DraftView):
    """Who the rules find as they are now: a sentence, a number and a few names, of those this person may see."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        rules = self.builder.rules(mark=False)
        context = {"sentence": "", "count": None, "error": self.builder.error}
        if rules is None:
            context["error"] = _("Complete the rules to see whom they find.")
        else:
            context |= self.found(rules)
        return render(request, "contacts/_segment_preview.html", context)

    def found(self, rules: dict) -> dict:
        self.builder.context.budget[0] = 200
        try:
            condition = compiled(rules, self.builder.context)
        except RuleError as error:
            return {"error": str(error)}
        rows = Contact.objects.visible_to(self.membership).active().filter(condition)
        return {
            "sentence": self.builder.sentence(rules),
            "count": rows.count(),
            "first": list(rows.recent_first().only("name", "organization")[:SHOWN]),
            "sees_all": self.membership.scope("contacts.view") == "all",
        }


class SegmentCountView(SeenMixin, ActionView):
    """Count again, now."""

    permission = "segments.view"
    model = Segment
    service = staticmethod(sets.count_segment)
    title = gettext_lazy("Count again?")
    question = gettext_lazy("The number of contacts of this segment is brought up to date. It also is every night.")
    submit_label = gettext_lazy("Count again")


class SegmentDeleteView(DeleteView):
    permission = "segments.delete"
    model = Segment
    service = staticmethod(sets.delete_segment)
    title = gettext_lazy("Delete this segment?")
    submit_label = gettext_lazy("Delete the segment")
    success_message = gettext_lazy("The segment is deleted.")
    list_url_name = "contacts:segment_list"

    def get_question(self, segment: Segment) -> str:
        return _("%(name)s disappears for good. Its contacts stay as they are.") % {"name": segment} + named_by(
            "segment", segment
        )


def named_by(field: str, row) -> str:
    """Which segments will stop working when this row is gone, as a sentence to add to a question."""

    def names(raw) -> bool:
        if isinstance(raw, dict) and "field" in raw:
            return raw["field"] == field and row.pk in (raw.get("value") or [])
        return any(names(part) for parts in raw.values() for part in parts)

    rows = Segment.objects.of(row.organization).order_by("name")
    found = [str(segment) for segment in rows if segment.rules and names(segment.rules)]
    if not found:
        return ""
    return " " + _("These segments name it and will have to be corrected: %(names)s.") % {"names": ", ".join(found)}


class ReadyMadeView(ScopedView):
    """Add a ready-made segment with one click."""

    permission = "segments.add"

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            segment = sets.add_ready_made(code=request.POST.get("code", ""), by=self.membership)
        except DomainError:
            return self.go(self.url("contacts:segment_list"))
        return self.go(segment.get_absolute_url())
