"""Letters as one PDF: a page each, in the order of the envelopes."""

from collections.abc import Iterable
from contextlib import ExitStack
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

MOST = 10_000  # letters of one file
PART = 100  # letters drawn at once: some seconds of a worker


def draw(letters: Iterable[Communication], organization) -> bytes:
    """The PDF of these letters, each in its own language, with the address where a window envelope shows it."""
    pages = []
    for letter in letters:
        address = getattr(organization, f"address_{letter.language}") or organization.address
        name = getattr(organization, f"name_{letter.language}") or organization.name
        pages.append({"letter": letter, "name": name, "address": address.splitlines(), "lang": f"{letter.language}-CA"})
    # For paper only: without the tags and the profile of an archive it is drawn sooner, and ten thousand fit in memory.
    press = press_on(organization.paper, "pdf/letter.css", pdf_variant=None, output_intent=None)
    return press.print(render_to_string("pdf/letter.html", {"pages": pages}))


@transaction.atomic
def start_printing(letters: Iterable[int], *, by) -> Operation:
    """Queue the making of the file. Raises :class:`DomainError` when there is nothing to print."""
    rows = Communication.objects.of(by.organization).filter(pk__among=list(letters)[:MOST])
    ids = list(rows.order_by("language", "contact__sort_name", "pk").values_list("pk", flat=True))
    if not ids:
        raise _nothing()
    audit.exported(by=by, model="outreach.communication", rows=len(ids), query="letters")
    return operations.start(kind=PrintLetters.kind, by=by, total=len(ids), letters=ids)


def _nothing() -> DomainError:
    return DomainError(_("There is no letter to print."), code="empty")


def bind(parts: Iterable[Path], to: Path) -> None:
    """One file of these, in their order."""
    import pikepdf

    with pikepdf.Pdf.new() as whole, ExitStack() as opened:  # what was copied is read again when the file is saved
        for part in parts:
            whole.pages.extend(opened.enter_context(pikepdf.open(part)).pages)
        whole.save(to)


@operations.register
class PrintLetters(operations.Work):
    """Drawn some at a time, each lot before its transaction; bound, and the letters marked as printed, at the end."""

    kind = "print_letters"
    label = _("Letters to print")
    icon = "printer"
    kept = timedelta(days=14)  # the letters themselves stay, word for word

    def prepare(self, operation: Operation) -> Path | None:
        at, ids = operation.cursor.get("at", 0), operation.params["letters"]
        if at + PART < len(ids):
            self._part(operation, at)
            return None
        parts = [self._part(operation, start) for start in range(0, len(ids), PART)]
        if not any(part.stat().st_size for part in parts):
            raise _nothing()
        path = self.begin_file(operation, "letters.pdf")
        bind([part for part in parts if part.stat().st_size], path)
        return path

    def _part(self, operation: Operation, start: int) -> Path:
        """The file of one lot: as an earlier chunk left it, else drawn. Empty where its letters are gone meanwhile."""
        path = self.begin_file(operation, f"{start:06d}.pdf")
        if not path.exists():
            wanted = operation.params["letters"][start : start + PART]
            found = Communication.objects.of(operation.organization).select_related("contact").in_bulk(wanted)
            letters = [found[pk] for pk in wanted if pk in found]
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(draw(letters, operation.organization) if letters else b"")
            unfinished.rename(path)  # whole, or not there: a worker may be killed while it writes
        return path

    def run_chunk(self, operation: Operation) -> operations.Progress:
        at, ids, path = operation.cursor.get("at", 0), operation.params["letters"], operation.prepared
        done = min(PART, len(ids) - at)
        if path is None:
            return operations.Progress(done=done, cursor={"at": at + done})
        services.mark_printed(ids, by=operation.started_by)
        self.hand_over(operation, path, name=f"{_('letters')}-{operation.created_at:%Y-%m-%d}-{operation.pk}.pdf")
        return operations.Progress(done=done, finished=True)

    def url(self, operation: Operation) -> str:
        return org_url(operation, "outreach:communication_list")
