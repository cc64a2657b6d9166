"""Merging two contacts: side by side, field by field; the merges made, and taking one back."""

import secrets

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts import comparing, queries, services, side_by_side
from crm.contacts.choices import PairStatus, Resemblance
from crm.contacts.filters_duplicates import MergeFilter
from crm.contacts.models import Contact, DuplicatePair, Merge
from crm.contacts.tables_duplicates import MergeTable
from crm.core.errors import DomainError
from crm.core.web.once import AlreadyDone, OnceMixin
from crm.core.web.views import ActionView, DetailView, ListView, PageMixin, ScopedView


class CompareMixin(OnceMixin, PageMixin):
    """Two contacts side by side. ``keep`` in the address or the form names the one that is kept."""

    template_name = "contacts/merge_form.html"
    fragment_name = "contacts/_merge_result.html"
    title = gettext_lazy("One contact of two?")

    def both(self) -> tuple[Contact, Contact]:
        raise NotImplementedError

    def pair(self) -> DuplicatePair | None:
        return None

    def merge_url(self) -> str:
        """Where the form is sent."""
        return self.url("contacts:duplicate_merge", pk=self.kwargs["pk"])

    def sides(self, data) -> tuple[Contact, Contact]:
        """(kept, absorbed)"""
        one, other = self.both()
        kept = comparing.better_kept(one, other)
        if data.get("keep") in (str(one.pk), str(other.pk)):
            kept = one if data["keep"] == str(one.pk) else other
        return kept, other if kept == one else one

    def picks(self, data) -> dict[str, str]:
        return {name[5:]: value for name, value in data.items() if name.startswith("pick-")}

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.show(request.GET)

    def show(self, data, *, error: str = "", status: int = 200) -> HttpResponse:
        kept, absorbed = self.sides(data)
        picks = self.picks(data)
        rows = side_by_side.rows(kept, absorbed, picks)
        pair = self.pair()
        words = dict(Resemblance.choices)
        context = {
            "kept": kept,
            "absorbed": absorbed,
            "rows": rows,
            "conflicts": sum(row.is_conflict for row in rows),
            "result": side_by_side.result(kept, absorbed, picks),
            "pair": pair,
            "reasons": [words[reason] for reason in pair.reasons if reason in words] if pair else [],
            "error": error,
            "title": self.title,
            "submission": secrets.token_urlsafe(16),
            "merge_url": self.merge_url(),
            "may_merge": all(self.membership.can("contacts.delete", one) for one in (kept, absorbed))
            and not (kept.merged_into_id or absorbed.merged_into_id),
            "may_dismiss": pair is not None
            and pair.status == PairStatus.OPEN
            and self.membership.can("contacts.change", pair),
        }
        return self.render(context, status=status)


class MergeActMixin(CompareMixin):
    """The same page, whose button merges."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        kept, absorbed = self.sides(request.POST)
        if self.is_done():
            return self.done(kept)
        try:
            with transaction.atomic():
                self.claim()
                merge = services.merge_contacts(
                    kept=kept, absorbed=absorbed, by=self.membership, picks=self.picks(request.POST)
                )
                self.remember(kept.get_absolute_url())
        except AlreadyDone:
            return self.done(kept)
        except DomainError as error:
            return self.show(request.POST, error=str(error), status=422)
        said = _("%(absorbed)s is now part of %(kept)s.") % {"absorbed": absorbed.name, "kept": merge.kept.name}
        undo = self.url("contacts:merge_undo", pk=merge.pk)
        messages.success(request, said, extra_tags=f"undo:{undo}")
        return self.go(kept.get_absolute_url())

    def done(self, kept: Contact) -> HttpResponse:
        messages.info(self.request, _("This was already saved."))
        return self.go(kept.get_absolute_url())


class PairMixin:
    model = DuplicatePair

    def get_queryset(self):
        return super().get_queryset().select_related("first__owner__user", "second__owner__user")

    def pair(self) -> DuplicatePair:
        if not hasattr(self, "_pair"):
            self._pair = self.get_object()
        return self._pair

    def both(self) -> tuple[Contact, Contact]:
        return self.pair().first, self.pair().second


class DuplicateDetailView(PairMixin, CompareMixin, ScopedView):
    """A possible duplicate, for whoever sees both: the same person or not?"""

    permission = "contacts.view"


class DuplicateMergeView(PairMixin, MergeActMixin, ScopedView):
    permission = "contacts.delete"


class ContactMergeView(MergeActMixin, ScopedView):
    """Merge the contact of this address with another one, chosen by hand (``?with=``)."""

    permission = "contacts.delete"
    model = Contact

    def get_queryset(self):
        return super().get_queryset().select_related("owner__user")

    def both(self) -> tuple[Contact, Contact]:
        if not hasattr(self, "_both"):
            number = self.request.POST.get("with") or self.request.GET.get("with", "")
            if not (number.isascii() and number.isdigit() and len(number) < 18):
                raise Http404
            one, other = self.get_object(), get_object_or_404(self.get_queryset(), pk=int(number))
            self.check(self.permission, other)
            self._both = one, other
        return self._both

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.GET.get("with"):
            return self.choose()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not (request.POST.get("with") or request.GET.get("with")):
            return self.choose(error=_("Choose the other contact."), status=422)
        return super().post(request, *args, **kwargs)

    def choose(self, *, error: str = "", status: int = 200) -> HttpResponse:
        contact = self.get_object()
        text = self.request.GET.get("q", "")[:200]
        found = [one for one in queries.find_contacts(self.membership, text, limit=20) if one != contact]
        near = DuplicatePair.objects.visible_to(self.membership).filter(status=PairStatus.OPEN)
        near = [
            *near.filter(first=contact).select_related("second"),
            *near.filter(second=contact).select_related("first"),
        ]
        context = {
            "view": self,
            "contact": contact,
            "title": _("Merge with another contact"),
            "near": [pair.second if pair.first_id == contact.pk else pair.first for pair in near],
            "found": found,
            "q": text,
            "error": error,
        }
        return render(self.request, "contacts/merge_choose.html", context, status=status)

    def merge_url(self) -> str:
        return f"{self.url('contacts:contact_merge', pk=self.kwargs['pk'])}?{urlencode({'with': self.both()[1].pk})}"


class MergeListView(ListView):
    permission = "contacts.view"
    model = Merge
    table_class = MergeTable
    filterset_class = MergeFilter
    title = gettext_lazy("Merges")
    can_export = False
    empty_icon = "git-merge"
    empty_title = gettext_lazy("No merges yet")
    empty_text = gettext_lazy("When two contacts are made one, the merge is kept here and can be undone.")

    def get_queryset(self):
        return super().get_queryset().defer("before").order_by("-merged_at", "-pk")


class MergeMixin:
    model = Merge

    def get_queryset(self):
        rows = super().get_queryset()
        return rows.select_related("kept__owner", "absorbed__owner", "merged_by__user", "undone_by__user")


class MergeDetailView(MergeMixin, DetailView):
    """What a merge did, whether it can be undone, and what an undo had to leave."""

    permission = "contacts.view"
    template_name = "contacts/merge_detail.html"
    context_name = "merge"

    def get_context(self, **context) -> dict:
        return super().get_context(
            moved=side_by_side.moved(self.object),
            left=side_by_side.left(self.object, self.membership),
            why_not=services.why_not_undone(self.object, by=self.membership),
            **context,
        )


class MergeUndoView(MergeMixin, ActionView):
    permission = "contacts.delete"
    service = staticmethod(services.undo_merge)
    title = gettext_lazy("Undo this merge?")
    submit_label = gettext_lazy("Undo the merge")

    def get_question(self, merge: Merge) -> str:
        return _(
            "%(absorbed)s stands on its own again, with everything that came from it. What was added to %(kept)s since "
            "stays there, and is listed."
        ) % {"absorbed": merge.absorbed.name, "kept": merge.kept.name}

    def act(self, merge: Merge):
        result = services.undo_merge(merge, by=self.membership)
        messages.success(self.request, _("The merge is undone: the two contacts are as they were."))
        return result
