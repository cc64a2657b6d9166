"""Possible duplicates: the queue, the decision, and what is said while a new contact is typed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts import services
from crm.contacts.alike import look_alikes
from crm.contacts.choices import Kind, Resemblance
from crm.contacts.filters_duplicates import PairFilter
from crm.contacts.jobs.duplicates import start_scan
from crm.contacts.likeness import Likely
from crm.contacts.models import Contact, DuplicatePair
from crm.contacts.tables_duplicates import PairTable
from crm.core.phones import normalise_phone
from crm.core.web.actions import Link
from crm.core.web.views import ActionView, ListView, PageMixin, ScopedView


class DuplicateListView(ListView):
    """The queue: the likeliest pair first, with the reasons in words."""

    permission = "contacts.view"
    model = DuplicatePair
    table_class = PairTable
    filterset_class = PairFilter
    actions = (
        Link(gettext_lazy("Merges"), "contacts:merge_list", "git-merge", "contacts.view"),
        Link(gettext_lazy("Search now"), "contacts:duplicate_scan", "refresh", "contacts.delete"),
    )
    title = gettext_lazy("Possible duplicates")
    can_export = False
    empty_icon = "circle-check"
    empty_title = gettext_lazy("No duplicates to review")
    empty_text = gettext_lazy("Merci looks for them every night. Pairs that may be one person will wait for you here.")

    def get_queryset(self):
        present = {"first__merged_into": None, "second__merged_into": None}
        present |= {"first__archived_at": None, "second__archived_at": None}
        return super().get_queryset().filter(**present).order_by("-score", "-pk")


class PairMixin:
    """A pair whose two contacts this person may change."""

    permission = "contacts.change"
    model = DuplicatePair

    def get_queryset(self):
        return super().get_queryset().select_related("first", "second")

    def get_success_url(self, pair: DuplicatePair, result) -> str:
        return self.url("contacts:duplicate_list")

    def get_cancel_url(self, pair: DuplicatePair) -> str:
        return self.url("contacts:duplicate_list")


class DuplicateDismissView(PairMixin, ActionView):
    service = staticmethod(services.dismiss_pair)
    title = gettext_lazy("Two different contacts?")
    submit_label = gettext_lazy("Not a duplicate")

    def get_question(self, pair: DuplicatePair) -> str:
        return _("%(one)s and %(other)s stay as they are, and will not be proposed again.") % {
            "one": pair.first.name,
            "other": pair.second.name,
        }

    def act(self, pair: DuplicatePair):
        result = services.dismiss_pair(pair, by=self.membership)
        undo = self.url("contacts:duplicate_reopen", pk=pair.pk)
        said = _("%(one)s and %(other)s are remembered as two different contacts.")
        said %= {"one": pair.first.name, "other": pair.second.name}
        messages.success(self.request, said, extra_tags=f"undo:{undo}")
        return result


class DuplicateReopenView(PairMixin, ActionView):
    service = staticmethod(services.reopen_pair)
    title = gettext_lazy("Review this pair again?")
    question = gettext_lazy("The pair comes back to the queue of possible duplicates.")
    submit_label = gettext_lazy("Put it back in the queue")
    success_message = gettext_lazy("The pair is back in the queue.")


class DuplicateScanView(ScopedView):
    """Look for duplicates at once; the page that asks is the confirmation page of every act."""

    permission = "contacts.delete"
    title = gettext_lazy("Search for duplicates now?")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        context = {
            "view": self,
            "title": self.title,
            "question": _(
                "All contacts are compared by name, e-mail, phone and postal code. It takes a minute or two, in the "
                "background. What was marked “Not a duplicate” is not proposed again."
            ),
            "submit_label": _("Search now"),
            "cancel_url": self.url("contacts:duplicate_list"),
        }
        return render(request, "generic/confirm.html", context)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.go(start_scan(by=self.membership).get_absolute_url())


class LookAlikesView(PageMixin, ScopedView):
    """“Looks like…” under the names of a new contact: asked at every pause of the typing."""

    permission = "contacts.add"
    model = Contact
    template_name = "generic/panel_page.html"
    fragment_name = "contacts/_look_alikes_found.html"
    fields = (
        "kind", "first_name", "middle_name", "last_name", "suffix", "organization_name", "postal_code", "address_line1",
        "city",
    )  # fmt: skip

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        typed = {name: request.GET.get(name, "")[:150].replace("\x00", "") for name in self.fields}
        typed["kind"] = typed["kind"] or Kind.PERSON
        code = "".join(typed["postal_code"].split()).upper()
        typed["postal_code"] = f"{code[:3]} {code[3:]}" if len(code) == 6 else code  # as Canadian ones are stored
        email = request.GET.get("email", "")[:254].replace("\x00", "").strip().lower()
        try:
            phone = normalise_phone(request.GET.get("phone", "")[:40])
        except ValidationError:
            phone = ""
        likely = Likely(**typed)
        likely.reach([("email", email), ("phone", phone)])
        words = dict(Resemblance.choices)
        found = [
            {"contact": one.contact, "reasons": [words[reason] for reason in one.likeness.reasons if reason in words]}
            for one in look_alikes(self.membership, likely, email=email, phone=phone)
        ]
        return self.render({"found": found, "title": _("Looks like…"), "fragment": self.fragment_name})
