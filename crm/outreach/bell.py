"""What people are told of their mailings inside the application."""

from django.utils.translation import gettext as _

from crm.notifications.kinds import Told, by_object
from crm.outreach.choices import MailingStatus
from crm.outreach.models import Mailing

PAUSED = "mailing_paused"


def tell_paused(membership, notifications: list) -> dict[int, Told]:
    """“Spring appeal” waits: the mail server took nothing for an hour; or that it left meanwhile."""
    rows = Mailing.objects.visible_to(membership).filter(pk__in={one.object_id for one in notifications})
    found = {}
    for one, mailing in by_object(notifications, rows.select_related("organization")):
        if mailing.status == MailingStatus.PAUSED:
            text = _("The mailing “%(title)s” is paused: none of its messages was taken for an hour.")
        else:
            text = _("The mailing “%(title)s” was paused, and goes on.")
        found[one.pk] = Told(text % {"title": mailing.title}, url=mailing.get_absolute_url())
    return found
