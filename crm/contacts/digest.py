"""The contacts' section of the daily digest: who is new."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.contacts.models import Contact
from crm.core.money import format_number
from crm.core.web.urls import org_url
from crm.notifications.digest import MAX_LINES, Line, Section


def collect_contacts(membership, since: datetime, until: datetime) -> Section | None:
    """The contacts recorded in this time that the reader may see, newest first."""
    rows = Contact.objects.visible_to(membership).active().filter(created_at__gte=since, created_at__lt=until)
    count = rows.count()
    if not count:
        return None
    total = ngettext("%(count)s new contact.", "%(count)s new contacts.", count) % {"count": format_number(count)}
    newest = rows.select_related("owner__user").order_by("-created_at", "-pk")[:MAX_LINES]
    return Section(
        title=_("New contacts"),
        total=total,
        count=count,
        lines=[Line(text=row.name, detail=_detail(row), url=row.get_absolute_url()) for row in newest],
        link_url=org_url(membership, "contacts:contact_list"),
        link_label=_("See the contacts"),
    )


def _detail(contact: Contact) -> str:
    owner = _("Followed by %(person)s") % {"person": contact.owner} if contact.owner else ""
    return " · ".join(part for part in (contact.city, owner) if part)
