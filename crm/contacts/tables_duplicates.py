"""The queue of possible duplicates, and the merges made."""

from html import escape

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.cells import who
from crm.contacts.choices import PairStatus, Resemblance
from crm.contacts.models import Contact, DuplicatePair, Merge
from crm.core.phones import show_phone
from crm.core.web import tables
from crm.core.web.urls import org_url


class ContactColumn(tables.Column):
    """One of the two, with what tells them apart."""

    def cell(self, record, name: str, table) -> str:
        contact: Contact = getattr(record, name)
        phone = show_phone(contact.phone) if contact.phone else ""
        detail = " · ".join(part for part in (contact.city or contact.postal_code, contact.email, phone) if part)
        return who(contact, f"{table.contacts_url}{contact.pk}/", detail)


class ReasonsColumn(tables.Column):
    def cell(self, record: DuplicatePair, name: str, table) -> str:
        said = [str(table.words[reason]) for reason in record.reasons if reason in table.words]
        pills = "".join(f'<span class="mc-pill">{escape(word)}</span>' for word in said)
        return f'<span class="mc-reasons">{pills}</span>'


class ScoreColumn(tables.NumberColumn):
    def cell(self, record: DuplicatePair, name: str, table) -> str:
        return f"{record.score}\u00a0%"


class PairActsColumn(tables.Column):
    """Compare, or say at once that these are two."""

    def cell(self, record: DuplicatePair, name: str, table) -> str:
        base = f"{table.pairs_url}{record.pk}/"
        names = _("%(one)s and %(other)s") % {"one": record.first.name, "other": record.second.name}
        compare = format_html(
            '<a class="btn btn-sm" href="{}" aria-label="{}">{}</a>',
            base, _("Compare %(names)s") % {"names": names}, _("Compare"),
        )  # fmt: skip
        if not table.membership.can("contacts.change", record):
            return compare
        act, word = ("dismiss", _("Not a duplicate")) if record.status == PairStatus.OPEN else ("reopen", _("Review"))
        other = format_html(
            ' <a class="btn btn-sm" href="{}{}/" aria-label="{}: {}">{}</a>', base, act, word, names, word
        )
        return format_html('<span class="d-flex flex-wrap gap-1 justify-content-end">{}{}</span>', compare, other)


class PairTable(tables.CrmTable):
    caption = gettext_lazy("Possible duplicates, the likeliest first")
    first = ContactColumn(
        verbose_name=gettext_lazy("Contact"), needs=("first", "second"), orderable=False, unlabelled=True
    )
    second = ContactColumn(verbose_name=gettext_lazy("Looks like"), needs=("second",), orderable=False)
    reasons = ReasonsColumn(verbose_name=gettext_lazy("Why"), orderable=False)
    score = ScoreColumn(verbose_name=gettext_lazy("Likeness"), order_by=("score", "pk"))
    acts = PairActsColumn(
        verbose_name=gettext_lazy("Decide"), empty_values=(), orderable=False, unlabelled=True, css="text-end"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.words = dict(Resemblance.choices)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.pairs_url = org_url(self.membership, "contacts:duplicate_list")


class MergeColumn(tables.Column):
    """What happened, leading to the merge."""

    def cell(self, record: Merge, name: str, table) -> str:
        return format_html(
            '<a class="mc-name" href="{}{}/">{} → {}</a>',
            table.merges_url, record.pk, record.absorbed.name, record.kept.name,
        )  # fmt: skip


class UndoneColumn(tables.Column):
    def cell(self, record: Merge, name: str, table) -> str:
        word, tone = (_("Undone"), "is-warn") if record.undone_at else (_("In force"), "is-ok")
        return format_html('<span class="mc-pill {}">{}</span>', tone, word)


class MergeTable(tables.CrmTable):
    caption = gettext_lazy("Merges, the latest first")
    kept = MergeColumn(verbose_name=gettext_lazy("Merge"), needs=("kept", "absorbed"), orderable=False, unlabelled=True)
    undone_at = UndoneColumn(verbose_name=gettext_lazy("Status"), orderable=False, empty_values=())
    merged_by = tables.Column(needs=("merged_by__user",), orderable=False)
    merged_at = tables.MomentColumn(order_by=("merged_at", "pk"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.merges_url = org_url(self.membership, "contacts:merge_list")
