"""How a contact looks inside a list, whichever domain draws the list."""

from django.utils.html import format_html

from crm.contacts.models import Contact
from crm.core.text import initials


def who(contact: Contact, url: str, detail: str = "") -> str:
    """Avatar, name as a link, one quiet line under it: how a contact looks in every list."""
    shape = "mc-org" if contact.is_organization else f"a-{contact.pk % 5}"
    return format_html(
        '<div class="mc-who"><span class="avatar avatar-sm {}" aria-hidden="true">{}</span>'
        '<span><a class="mc-name" href="{}">{}</a>{}</span></div>',
        shape,
        initials(contact.name),
        url,
        contact.name,
        format_html('<br><span class="mc-small mc-quiet">{}</span>', detail) if detail else "",
    )
