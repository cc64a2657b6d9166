"""What anybody who holds a receipt may ask of it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import View

from crm.receipts.verifying import receipt_at


@method_decorator(login_not_required, name="dispatch")
class VerifyView(View):
    """Whether a receipt counts, its date and its eligible amount; nothing personal."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, slug: str, number: str, code: str) -> HttpResponse:
        receipt = receipt_at(slug=slug, number=number, code=code)
        if receipt is None:
            raise Http404(_("No receipt has this address. Check each character, or ask the organization."))
        language = (get_language() or receipt.language)[:2]
        context = {
            "receipt": receipt,
            "said": receipt.said,
            "charity": receipt.said.charity_name if language == receipt.language else receipt.organization.name,
            "replacement": getattr(receipt, "replaced_by", None),
            "title": _("Checking a receipt"),
        }
        response = render(request, "receipts/verify.html", context)
        response["Referrer-Policy"] = "no-referrer"  # the address itself is the key
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "private, no-store"
        return response
