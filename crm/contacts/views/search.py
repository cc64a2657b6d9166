"""Finding anything from anywhere (Ctrl-K), and choosing a contact inside a form."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from crm.contacts import lookup, queries
from crm.contacts.finder import hit
from crm.contacts.models import Contact
from crm.core import finder
from crm.core.text import fold
from crm.core.web.views import ScopedView

RECENT = 6
ACTED_ON = 4  # contacts offered behind a word such as “gift”


class SearchView(ScopedView):
    """The search box of every page: groups of hits and acts as JSON for the palette, or a list without script.

    Nothing typed: the contacts opened last and what can be done from anywhere.
    """

    permission = "contacts.view"
    model = Contact

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        text = request.GET.get("q", "")[:200].replace("\x00", " ").strip()
        if not request.headers.get("Accept", "").startswith("application/json"):
            return self.go(f"{self.url('contacts:contact_list')}?{urlencode({'q': text})}")
        groups = self.found(text) if text else self.at_rest()
        return JsonResponse({"groups": [group for group in groups if group["hits"]]})

    def at_rest(self) -> list[dict]:
        recent = queries.recent_contacts(self.membership, limit=RECENT)
        return [
            self.group("recent", _("Last visited"), [hit(contact) for contact in recent]),
            self.group("acts", _("Actions"), self.acts("")),
        ]

    def found(self, text: str) -> list[dict]:
        groups = [self.group(one.code, one.label, hits) for one, hits in finder.find(self.membership, text)]
        people = next((group["hits"] for group in groups if group["code"] == "contacts"), [])
        acts = self.asked_by_word(text)
        if not acts and people:
            best = self.get_queryset().get(pk=people[0]["pk"])
            acts = [self.act(shortcut, best) for shortcut in self.shortcuts(best)]
        groups.insert(1 if people else 0, self.group("acts", _("Actions"), acts + self.acts(text)))
        return groups

    @staticmethod
    def group(code: str, label, hits: list[finder.Hit]) -> dict:
        return {"code": code, "label": str(label), "hits": [one.as_data() for one in hits]}

    def shortcuts(self, contact: Contact | None = None) -> list:
        """Those of everywhere, or those about one contact that this person may do to it."""
        return [
            shortcut
            for shortcut in import_string(settings.SHORTCUTS)
            if shortcut.of_contact == (contact is not None) and self.membership.can(shortcut.permission, contact)
        ]

    def act(self, shortcut, contact: Contact) -> finder.Hit:
        url = self.url(shortcut.url_name, pk=contact.pk)
        return finder.Hit(name=str(shortcut.label) % {"name": contact.name}, url=url, icon=shortcut.icon, pk=contact.pk)

    def acts(self, text: str) -> list[finder.Hit]:
        """Acts of everywhere whose name holds what was typed; all of them when nothing was."""
        return [
            finder.Hit(name=str(shortcut.label), url=self.url(shortcut.url_name), icon=shortcut.icon)
            for shortcut in self.shortcuts()
            if fold(text) in fold(str(shortcut.label))
        ]

    def asked_by_word(self, text: str) -> list[finder.Hit]:
        """“gift bouchard”: the act, for each contact that the rest finds."""
        word, _space, rest = text.partition(" ")
        asked = [one for one in import_string(settings.SHORTCUTS) if one.of_contact and fold(word) in one.words]
        if not asked:
            return []
        people = queries.find_contacts(self.membership, rest, limit=ACTED_ON)
        return [
            self.act(shortcut, contact)
            for contact in people
            for shortcut in asked
            if self.membership.can(shortcut.permission, contact)
        ]


class ContactLookupView(ScopedView):
    """Choosing a contact inside a form."""

    permission = "contacts.view"
    model = Contact

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        found = queries.find_contacts(self.membership, request.GET.get("q", "")[:200].replace("\x00", " "), limit=8)
        return JsonResponse(lookup.answer(found))
