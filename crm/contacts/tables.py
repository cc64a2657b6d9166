"""The contacts list."""

from django.db.models import Prefetch
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy as _

from crm.contacts.cells import tag_html, who
from crm.contacts.choices import LIFECYCLE_TONES, CustomFieldKind, Lifecycle
from crm.contacts.models import Contact, CustomField, RecordView, TagAssignment
from crm.core.templatetags.crm_ui import icon
from crm.core.web import tables
from crm.core.web.urls import org_url


class NameColumn(tables.Column):
    """Built by hand rather than ``reverse`` for each row: the address differs only by its number."""

    def cell(self, record: Contact, name: str, table) -> str:
        return who(record, f"{table.base_url}{record.pk}/", ", ".join(filter(None, (record.city, record.province))))


def short_name(user) -> str:
    """``G. Tremblay``: a colleague in a narrow column."""
    return f"{user.first_name[:1]}.\u00a0{user.last_name}" if user.first_name and user.last_name else str(user)


class OwnerColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return conditional_escape(short_name(record.owner.user)) if record.owner_id else "–"


class LanguageColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return record.language.upper()


class TagsColumn(tables.Column):
    """The tags as dots and words, read by one query a page (:meth:`ContactTable.optimise`)."""

    def cell(self, record: Contact, name: str, table) -> str:
        return f'<span class="mc-line is-tight">{"".join(tag_html(one.tag) for one in record.tags_shown)}</span>'

    def export(self, record: Contact, name: str) -> str:
        return ", ".join(one.tag.name for one in record.tags_shown)


TAGS = Prefetch(
    "tag_assignments", TagAssignment.objects.select_related("tag").order_by("tag__name", "pk"), to_attr="tags_shown"
)


class ContactTable(tables.CrmTable):
    reads = (
        "organization", "kind", "name", "city", "province", "lifecycle", "language", "owner__user__first_name",
        "owner__user__last_name", "summary__year_total", "summary__total", "summary__last_on",
    )  # fmt: skip
    name = NameColumn(verbose_name=_("Name"), order_by=("sort_name", "pk"), unlabelled=True)
    lifecycle = tables.ChoiceColumn(
        verbose_name=_("Giving status"), choices=Lifecycle, tones=LIFECYCLE_TONES, css="mc-sub", orderable=False
    )
    tags = TagsColumn(verbose_name=_("Tags"), empty_values=(), css="mc-hide-s", orderable=False)
    owner = OwnerColumn(
        verbose_name=_("Responsible"), needs=("owner__user",), accessor="owner__user", css="mc-hide-s", orderable=False
    )
    year_total = tables.MoneyColumn(
        accessor="summary__year_total", needs=("summary",), css="mc-hide-s", beside="summary__year_total"
    )
    total = tables.MoneyColumn(
        verbose_name=_("Lifetime"),
        accessor="summary__total",
        needs=("summary",),
        css="mc-strong mc-r",
        beside="summary__total",
    )
    last_on = tables.DateColumn(
        verbose_name=_("Last gift"),
        accessor="summary__last_on",
        needs=("summary",),
        css="mc-r mc-r2",
        beside="summary__last_on",
    )
    language = LanguageColumn(verbose_name=_("Language"), css="mc-hide-s", orderable=False)

    @classmethod
    def optimise(cls, queryset):
        return super().optimise(queryset).prefetch_related(TAGS)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:contact_list")
        self.columns["year_total"].column.verbose_name = str(timezone.localdate().year)


class ReadColumn(tables.Column):
    def cell(self, record: RecordView, name: str, table) -> str:
        return who(record.contact, f"{table.base_url}{record.contact_id}/")


class RecordViewTable(tables.CrmTable):
    """Who read whose record. The moment is that of the last reading of the day."""

    contact = ReadColumn(verbose_name=_("Contact"), needs=("contact",), orderable=False, unlabelled=True)
    membership = tables.Column(verbose_name=_("Read by"), needs=("membership__user",), orderable=False)
    last_at = tables.MomentColumn(verbose_name=_("Last time"), orderable=False)
    times = tables.NumberColumn(verbose_name=_("Times that day"), orderable=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:contact_list")


class FieldNameColumn(tables.Column):
    def cell(self, record: CustomField, name: str, table) -> str:
        other = record.label_en if record.label == record.label_fr else record.label_fr
        below = f'<br><span class="mc-small mc-quiet">{tables.escaped(other)}</span>' if other else ""
        return f'<a class="mc-name" href="{table.base_url}{record.pk}/edit/">{tables.escaped(record.label)}</a>{below}'


class ActsColumn(tables.Column):
    """Up, down, out of use: plain links to acts that ask once, so that they work by keyboard and without script."""

    ACTS = (("up", "arrow-up", _("Move up")), ("down", "arrow-down", _("Move down")))

    def cell(self, record: CustomField, name: str, table) -> str:
        csrf = get_token(table.request)
        parts = [
            f'<form method="post" action="{table.base_url}{record.pk}/{act}/"><input type="hidden" name="csrfmiddlewaretoken" '
            f'value="{csrf}"><button class="mc-iconbtn" type="submit" title="{label}" aria-label="{label}: '
            f'{tables.escaped(record.label)}">{icon(sign, 16)}</button></form>'
            for act, sign, label in self.ACTS
        ]
        act, word = ("retire", _("Take out of use")) if record.is_active else ("reuse", _("Use again"))
        parts.append(f'<a class="mc-small" href="{table.base_url}{record.pk}/{act}/">{word}</a>')
        return f'<div class="d-flex gap-2 align-items-center justify-content-end">{"".join(parts)}</div>'


class CustomFieldTable(tables.CrmTable):
    label_fr = FieldNameColumn(verbose_name=_("Name"), orderable=False, unlabelled=True)
    kind = tables.ChoiceColumn(verbose_name=_("Kind of field"), choices=CustomFieldKind, orderable=False)
    is_active = ActsColumn(verbose_name=_("Order and use"), orderable=False, unlabelled=True)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:custom_field_list")
