"""Letters as one PDF: a page each, in the order of the envelopes."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.core.press import press_on
from crm.core.web.urls import org_url
from crm.outreach import services
from crm.outreach.models import Communication

MOST = 500  # letters of one file: what a worker draws in half a minute, and a printer takes


def in_order(letters: Iterable[Communication]) -> list[Communication]:
    return sorted(letters, key=lambda letter: (letter.language, letter.contact.sort_name, letter.pk))


def draw(letters: Iterable[Communication], organization) -> bytes:
    """The PDF of these letters, each in its own language, with the address where a window envelope shows it."""
    pages = []
    for letter in letters:
        address = getattr(organization, f"address_{letter.language}") or organization.address
        name = getattr(organization, f"name_{letter.language}") or organization.name
        pages.append({"letter": letter, "name": name, "address": address.splitlines(), "lang": f"{letter.language}-CA"})
    press = press_on(organization.paper, "pdf/letter.css")
    return press.print(render_to_string("pdf/letter.html", {"pages": pages}))


@transaction.atomic
def start_printing(letters: Iterable[int], *, by) -> Operation:
    """Queue the making of the file. Raises :class:`DomainError` when there is nothing to print."""
    ids = list(letters)[:MOST]
    if not ids:
        raise DomainError(_("There is no letter to print."), code="empty")
    audit.exported(by=by, model="outreach.communication", rows=len(ids), query="letters")
    return operations.start(kind=PrintLetters.kind, by=by, total=len(ids), letters=ids)


@operations.register
class PrintLetters(operations.Work):
    """One file, drawn before the transaction; the letters in it are then printed."""

    kind = "print_letters"
    label = _("Letters to print")
    icon = "printer"
    kept = timedelta(days=14)  # the letters themselves stay, word for word

    def prepare(self, operation: Operation) -> tuple[Path, list[int]]:
        rows = Communication.objects.filter(organization=operation.organization, pk__in=operation.params["letters"])
        letters = in_order(rows.select_related("contact"))
        path = self.begin_file(operation, "letters.pdf")
        path.write_bytes(draw(letters, operation.organization))
        return path, [letter.pk for letter in letters]

    def run_chunk(self, operation: Operation) -> operations.Progress:
        path, ids = operation.prepared
        services.mark_printed(ids, by=operation.started_by)
        self.hand_over(operation, path, name=f"{_('letters')}-{operation.created_at:%Y-%m-%d}-{operation.pk}.pdf")
        return operations.Progress(done=len(ids), finished=True)

    def url(self, operation: Operation) -> str:
        return org_url(operation, "outreach:communication_list")
