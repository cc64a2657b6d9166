"""The lists of segments, groups and tags."""

from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.cells import tag_html
from crm.contacts.criteria import Context
from crm.contacts.models import Segment, Tag
from crm.contacts.segments import said
from crm.core.dates import format_moment
from crm.core.money import format_number
from crm.core.web import tables
from crm.core.web.urls import org_url


class SetNameColumn(tables.Column):
    """The name as a link, and under it what the set is."""

    def cell(self, record, name: str, table) -> str:
        title, detail = conditional_escape(str(record)), table.detail(record)
        below = f'<br><span class="mc-small mc-quiet">{detail}</span>' if detail else ""
        return f'<a class="mc-name" href="{table.address(record)}">{title}</a>{below}'


class AudienceColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        return conditional_escape(_("The team") if record.is_shared else _("Private"))


class CountColumn(tables.Column):
    """How many contacts, leading to them in the list of contacts."""

    css = "is-num mc-num mc-r"

    def cell(self, record, name: str, table) -> str:
        count = record.count
        if count is None:
            return "–"
        title = table.counted(record)
        return f'<a href="{table.contacts_url}?{table.param}={record.pk}"{title}>{format_number(count)}</a>'


class SetTable(tables.CrmTable):
    """``param`` is the filter of the contacts list that keeps to one of these."""

    param = ""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")

    def address(self, record) -> str:
        return f"{self.base_url}{record.pk}/"

    def detail(self, record) -> str:
        return conditional_escape(record.description)

    def counted(self, record) -> str:
        return ""


class SegmentTable(SetTable):
    param = "segment"
    name = SetNameColumn(verbose_name=gettext_lazy("Name"), order_by=("name", "pk"), unlabelled=True)
    audience = AudienceColumn(verbose_name=gettext_lazy("For"), empty_values=(), css="mc-sub", orderable=False)
    count = CountColumn(verbose_name=gettext_lazy("Contacts"), empty_values=(), order_by=("count", "pk"))
    caption = gettext_lazy("Segments")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:segment_list")
        self.context = Context(self.membership.organization)
        if self.membership.scope("contacts.view") != "all":
            # A count is of the whole organization; somebody who sees only their own contacts could learn from it what
            # they may not see. The segment's page counts theirs.
            self.columns.hide("count")

    def detail(self, record: Segment) -> str:
        sentence = said(record, self.context)
        if sentence.broken:
            return format_html('<span class="mc-bad">{}</span>', sentence.text)
        return conditional_escape(sentence.text)

    def counted(self, record: Segment) -> str:
        when = _("Counted on %(when)s") % {"when": format_moment(record.counted_at)}
        return f' title="{conditional_escape(when)}"'


class GroupTable(SetTable):
    param = "group"
    name = SetNameColumn(verbose_name=gettext_lazy("Name"), order_by=("name", "pk"), unlabelled=True)
    audience = AudienceColumn(verbose_name=gettext_lazy("For"), empty_values=(), css="mc-sub", orderable=False)
    count = CountColumn(verbose_name=gettext_lazy("Contacts"), empty_values=(), orderable=False)
    caption = gettext_lazy("Groups")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:group_list")


class TagNameColumn(tables.Column):
    def cell(self, record: Tag, name: str, table) -> str:
        detail = conditional_escape(record.description)
        below = f'<br><span class="mc-small mc-quiet">{detail}</span>' if detail else ""
        dot = tag_html(record)
        if table.may_change(record):
            dot = f'<a class="mc-name" href="{table.address(record)}edit/">{dot}</a>'
        return f"{dot}{below}"


class TagTable(SetTable):
    param = "tag"
    name = TagNameColumn(verbose_name=gettext_lazy("Tag"), order_by=("name", "pk"), unlabelled=True)
    count = CountColumn(verbose_name=gettext_lazy("Contacts"), empty_values=(), orderable=False)
    caption = gettext_lazy("Tags")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:tag_list")

    def may_change(self, record: Tag) -> bool:
        return self.membership.can("segments.change", record)
