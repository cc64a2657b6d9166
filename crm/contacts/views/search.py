"""Finding a contact from anywhere, and choosing one inside a form."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from crm.contacts import queries
from crm.contacts.models import Contact
from crm.core.web.views import ScopedView


class SearchView(ScopedView):
    """The search box of every page (Ctrl-K): people, as JSON for the palette or as a list without script."""

    permission = "contacts.view"
    model = Contact

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        text = request.GET.get("q", "")[:200]
        found = queries.find_contacts(self.membership, text, limit=8)
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"results": [self.result(contact) for contact in found]})
        return self.go(f"{self.url('contacts:contact_list')}?{urlencode({'q': text})}")

    def result(self, contact: Contact) -> dict:
        detail = [contact.city, contact.email]
        return {
            "id": contact.pk,
            "name": contact.name,
            "detail": " · ".join(part for part in detail if part),
            "url": contact.get_absolute_url(),
            "organization": contact.is_organization,
        }


class ContactLookupView(SearchView):
    """Choosing a contact inside a form."""

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        found = queries.find_contacts(self.membership, request.GET.get("q", "")[:200], limit=8)
        count = ngettext("%(count)d contact found", "%(count)d contacts found", len(found)) % {"count": len(found)}
        return JsonResponse({"results": [self.result(contact) for contact in found], "said": count})
