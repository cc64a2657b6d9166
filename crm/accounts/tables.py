"""Lists of accounts: the team, the invitations, the audit log."""

from django.apps import apps
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.accounts.choices import AuditAction, Role
from crm.accounts.models import AuditEntry, Invitation, Membership
from crm.core.changes import Names, describe
from crm.core.dates import format_moment
from crm.core.money import format_number
from crm.core.text import initials
from crm.core.web import tables
from crm.core.web.urls import org_url

ROLE_TONES = {Role.ADMIN: "is-brand"}
ACT_TONES = {
    AuditAction.CREATE: "is-ok", AuditAction.UPDATE: "is-info", AuditAction.DELETE: "is-bad", AuditAction.EXPORT: "is-warn",
}  # fmt: skip
SHOWN = 4  # changes of one entry before “more”
ASIDE = "text-end text-md-start"  # on a phone a cell stands at the right of its label
LONGEST = 160  # characters of one value; the record itself holds the rest


def pill(word: object, tone: str = "") -> SafeString:
    return format_html('<span class="mc-pill {}">{}</span>', tone, word)


class PersonColumn(tables.Column):
    """Avatar, name, address; the name leads to the person's access for those who may change it."""

    def cell(self, record: Membership, name: str, table: tables.CrmTable) -> str:
        said = str(record.user)
        if table.may_change:
            said = format_html('<a class="mc-name" href="{}{}/">{}</a>', table.base_url, record.pk, said)
        else:
            said = format_html('<span class="mc-name">{}</span>', said)
        mine = pill(_("You"), "is-brand") if record.pk == table.membership.pk else ""
        return format_html(
            '<div class="mc-who"><span class="avatar avatar-sm a-{}" aria-hidden="true">{}</span>'
            '<span>{} {}<br><span class="mc-small mc-quiet">{}</span></span></div>',
            record.user_id % 5,
            initials(str(record.user)),
            said,
            mine,
            record.user.email,
        )

    def export(self, record: Membership, name: str) -> str:
        return f"{record.user} <{record.user.email}>"


class AccessColumn(tables.Column):
    """Whether the person gets in: here, and at all."""

    def word(self, record: Membership) -> tuple[str, str]:
        if not record.is_active:
            return _("Deactivated"), "is-warn"
        if not record.user.is_active:
            return _("Account closed"), "is-bad"
        return _("Active"), "is-ok"

    def cell(self, record: Membership, name: str, table: tables.CrmTable) -> str:
        return pill(*self.word(record))

    def export(self, record: Membership, name: str) -> str:
        return self.word(record)[0]


class SeenColumn(tables.MomentColumn):
    def cell(self, record: Membership, name: str, table: tables.CrmTable) -> str:
        return format_moment(record.last_seen_at) if record.last_seen_at else conditional_escape(_("Never"))


class MemberTable(tables.CrmTable):
    name = PersonColumn(
        verbose_name=gettext_lazy("Person"),
        accessor="user",
        needs=("user",),
        order_by=("user__first_name", "user__last_name", "pk"),
        unlabelled=True,
    )
    role = tables.ChoiceColumn(choices=Role, tones=ROLE_TONES, order_by=("role", "pk"))
    job_title = tables.Column(css="mc-hide-s", order_by=("job_title", "pk"))
    access = AccessColumn(verbose_name=gettext_lazy("Access"), accessor="is_active", orderable=False)
    last_seen_at = SeenColumn(order_by=("last_seen_at", "pk"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "accounts:member_list")
        self.may_change = self.membership.can("settings.change")


class InvitationStateColumn(tables.Column):
    def word(self, record: Invitation) -> tuple[str, str]:
        if record.accepted_at:
            return _("Accepted"), "is-ok"
        if record.revoked_at:
            return _("Withdrawn"), ""
        if record.expires_at <= timezone.now():
            return _("Expired"), "is-warn"
        return _("Open"), "is-info"

    def cell(self, record: Invitation, name: str, table: tables.CrmTable) -> str:
        return pill(*self.word(record))

    def export(self, record: Invitation, name: str) -> str:
        return self.word(record)[0]


class InvitationActsColumn(tables.Column):
    def cell(self, record: Invitation, name: str, table: tables.CrmTable) -> str:
        if record.accepted_at or record.revoked_at or not table.may_change:
            return ""
        acts = (
            (f"{table.base_url}{record.pk}/resend/", _("Send again")),
            (f"{table.base_url}{record.pk}/withdraw/", _("Withdraw")),
        )
        buttons = format_html_join("", '<a class="btn btn-sm" href="{}">{}</a>', acts)
        return format_html('<span class="d-inline-flex gap-2">{}</span>', buttons)


class InvitationTable(tables.CrmTable):
    email = tables.Column(order_by=("email", "pk"), unlabelled=True, css="mc-strong")
    role = tables.ChoiceColumn(choices=Role, tones=ROLE_TONES, orderable=False)
    state = InvitationStateColumn(verbose_name=gettext_lazy("State"), accessor="accepted_at", orderable=False)
    invited_by = tables.Column(verbose_name=gettext_lazy("Invited by"), needs=("invited_by__user",), orderable=False)
    created_at = tables.MomentColumn(
        verbose_name=gettext_lazy("Sent on"), order_by=("created_at", "pk"), css="mc-hide-s"
    )
    expires_at = tables.MomentColumn(order_by=("expires_at", "pk"), css="mc-hide-s")
    acts = InvitationActsColumn(
        verbose_name=gettext_lazy("What to do"),
        accessor="pk",
        orderable=False,
        unlabelled=True,
        exclude_from_export=True,
        css="text-end",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "accounts:invitation_list")
        self.may_change = self.membership.can("settings.change")


def is_known(label: str) -> bool:
    """Whether the program still has this kind of record: the log outlives the models it speaks of."""
    try:
        return bool(apps.get_model(label))
    except LookupError:
        return False


def kind_of(label: str) -> str:
    """The name of a kind of record; the bare label when the model has left the program."""
    words = str(apps.get_model(label)._meta.verbose_name) if is_known(label) else label
    return words[:1].upper() + words[1:]


class ActorColumn(tables.Column):
    def export(self, record: AuditEntry, name: str) -> str:
        return str(record.actor) if record.actor_id else _("Merci")

    def cell(self, record: AuditEntry, name: str, table: tables.CrmTable) -> str:
        return conditional_escape(self.export(record, name))


class RecordColumn(tables.Column):
    """What the entry is about: its kind, its name, and the way to it while it is still there."""

    def cell(self, record: AuditEntry, name: str, table: tables.CrmTable) -> str:
        url = table.urls.get((record.model, record.object_id))
        text = Truncator(record.object_text).chars(LONGEST) or "–"
        said = (
            format_html('<a class="mc-name" href="{}">{}</a>', url, text)
            if url
            else format_html('<span class="mc-name">{}</span>', text)
        )
        kind = kind_of(record.model)
        return format_html('<div class="{}">{}<br><span class="mc-small mc-quiet">{}</span></div>', ASIDE, said, kind)

    def export(self, record: AuditEntry, name: str) -> str:
        return f"{kind_of(record.model)} {record.object_id or ''}: {record.object_text}"


class ChangesColumn(tables.Column):
    """Each field before and after, in words.

    ``names`` are the related rows the table has already fetched, ``currencies`` what the amounts of a record are in.
    """

    names: Names | None = None
    currency = "CAD"
    currencies: dict[tuple[str, int], str]

    def said(self, record: AuditEntry) -> list[tuple[str, str, str]]:
        if record.action == AuditAction.EXPORT:
            rows = (record.changes.get("rows") or [None, None])[1]
            return [(ngettext("%(count)s row", "%(count)s rows", rows or 0) % {"count": format_number(rows)}, "", "")]
        if not is_known(record.model):
            return [(name, str(before or ""), str(after or "")) for name, (before, after) in record.changes.items()]
        currency = self.currencies.get((record.model, record.object_id), self.currency)
        said = describe(record.model, record.changes, self.names, currency=currency)
        return [(one.label, one.before, one.after) for one in said]

    def cell(self, record: AuditEntry, name: str, table: tables.CrmTable) -> str:
        lines = [self._line(record, *line) for line in self.said(record)]
        # What changed is the news; what a row was made or lost with is there for who wants it.
        shown = 0 if record.action in (AuditAction.CREATE, AuditAction.DELETE) else SHOWN
        few, rest = lines[:shown], lines[shown:]
        html = format_html_join("", "<div>{}</div>", ((line,) for line in few))
        if rest:
            if few:
                more = ngettext("%(count)d more field", "%(count)d more fields", len(rest))
            else:
                more = ngettext("%(count)d field", "%(count)d fields", len(rest))
            html += format_html(
                '<details><summary class="mc-quiet">{}</summary>{}</details>',
                more % {"count": len(rest)},
                format_html_join("", "<div>{}</div>", ((line,) for line in rest)),
            )
        return format_html('<div class="{}">{}</div>', ASIDE, html) if html else "–"

    def _line(self, record: AuditEntry, label: str, before: str, after: str) -> SafeString:
        before, after = Truncator(before).chars(LONGEST), Truncator(after).chars(LONGEST)
        if not before and not after:
            return format_html("{}", label)
        if record.action == AuditAction.CREATE:
            return format_html('<span class="mc-quiet">{}</span> {}', label, after)
        if record.action == AuditAction.DELETE:
            return format_html('<span class="mc-quiet">{}</span> <s>{}</s>', label, before)
        return format_html(
            '<span class="mc-quiet">{}</span> <s>{}</s> <span aria-hidden="true">→</span>'
            '<span class="visually-hidden">{}</span> {}',
            label,
            before,
            _("becomes"),
            after,
        )

    def export(self, record: AuditEntry, name: str) -> str:
        return "; ".join(f"{label}: {before} → {after}" for label, before, after in self.said(record))


class AuditTable(tables.CrmTable):
    at = tables.MomentColumn(verbose_name=gettext_lazy("When"), order_by=("at", "pk"))
    actor = ActorColumn(verbose_name=gettext_lazy("By whom"), needs=("actor__user",), orderable=False)
    action = tables.ChoiceColumn(choices=AuditAction, tones=ACT_TONES, orderable=False)
    record = RecordColumn(verbose_name=gettext_lazy("Record"), accessor="object_text", orderable=False)
    changes = ChangesColumn(verbose_name=gettext_lazy("Before → after"), orderable=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.names, self.urls, self.currencies = Names(), {}, {}
        if "changes" not in self.columns:
            return
        column = self.columns["changes"].column
        column.names, column.currencies, column.currency = self.names, self.currencies, self.currency

    def rows_html(self, records: list[AuditEntry]) -> SafeString:
        """One query for each kind of record on the page, however many entries there are."""
        told = [entry for entry in records if entry.action != AuditAction.EXPORT and is_known(entry.model)]
        self.names.load((entry.model, entry.changes) for entry in told)
        self._find_records(told)
        return super().rows_html(records)

    def _find_records(self, entries: list[AuditEntry]) -> None:
        ids: dict[str, set[int]] = {}
        for entry in entries:
            if entry.object_id and hasattr(apps.get_model(entry.model), "get_absolute_url"):
                ids.setdefault(entry.model, set()).add(entry.object_id)
        for label, wanted in ids.items():
            rows = apps.get_model(label).objects.visible_to(self.membership).filter(pk__in=wanted)
            for row in rows:
                row.organization = self.membership.organization
                self.urls[label, row.pk] = row.get_absolute_url()
                if currency := getattr(row, "currency", ""):
                    self.currencies[label, row.pk] = currency
