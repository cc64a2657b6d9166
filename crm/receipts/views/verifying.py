"""What anybody who holds a receipt may ask of it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import View

from crm.receipts import links, services
from crm.receipts.verifying import receipt_at
from crm.receipts.views.receipts import pdf_answer

GONE = gettext_lazy("This link no longer works. Ask the organization to send the receipt again.")


def _unlisted(response: HttpResponse) -> HttpResponse:
    """The address itself is the key: it is told to nobody, and nothing keeps the page."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response


@method_decorator(login_not_required, name="dispatch")
class LinkedFileView(View):
    """The file of a receipt, for whoever got the link by e-mail; once the receipt is void, that it is."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        receipt = links.receipt_behind(token)
        if receipt is None:
            raise Http404(GONE)
        if not receipt.is_valid:
            context = {"receipt": receipt, "title": _("This receipt no longer counts")}
            return _unlisted(render(request, "receipts/linked_void.html", context, status=410))
        if services.draw_receipt(receipt.pk):
            receipt.refresh_from_db()
        try:
            content = services.stored_pdf(receipt)
        except services.AlteredReceipt:  # said in the log, for whoever looks after the installation
            raise Http404(GONE) from None
        return _unlisted(pdf_answer(content, services.file_name(receipt), inline=True))


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
        return _unlisted(render(request, "receipts/verify.html", context))
