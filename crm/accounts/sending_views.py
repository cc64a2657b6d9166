"""Saved views that come by e-mail: which are due this morning, and the work that makes their file (O-04)."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.urls import NoReverseMatch

from crm.accounts.choices import Sends
from crm.accounts.models import SavedView
from crm.core.dates import today_in
from crm.core.exporting import start_export
from crm.core.models import Operation
from crm.core.web.urls import org_url


def last_due(sends: str, today: date) -> date:
    """The last day, today or before, on which such a view was to be sent: a Monday, the first of a month."""
    return today.replace(day=1) if sends == Sends.MONTHLY else today - timedelta(days=today.weekday())


def is_due(view: SavedView, *, today: date) -> bool:
    """Once for each Monday or month, however late: a server that was down on Monday sends it on Tuesday."""
    return bool(view.sends) and (view.sent_on is None or view.sent_on < last_due(view.sends, today))


def may_be_sent(view: SavedView) -> bool:
    """Its owner still works here and may take lists out."""
    owner = view.owner
    return owner.is_active and owner.user.is_active and owner.can("exports.run")


def due() -> list[SavedView]:
    """The views to send now, by each organization's clock."""
    rows = SavedView.objects.filter(organization__is_active=True).exclude(sends="")
    rows = rows.select_related("organization", "owner__user", "owner__organization").order_by("pk")
    return [view for view in rows if is_due(view, today=today_in(view.organization.timezone)) and may_be_sent(view)]


@transaction.atomic
def send(view_id: int) -> Operation | None:
    """Have the file made and sent: claimed and queued together, so that it happens once whatever is killed or run twice."""
    rows = SavedView.objects.select_for_update(of=("self",)).select_related("organization", "owner__user")
    view = rows.filter(pk=view_id).first()
    if view is None or not (is_due(view, today=today_in(view.organization.timezone)) and may_be_sent(view)):
        return None
    view.sent_on = today_in(view.organization.timezone)
    view.save(update_fields=["sent_on", "updated_at"])
    view.owner.organization = view.organization
    try:
        org_url(view.owner, view.screen)
    except NoReverseMatch:  # a list of an earlier release
        return None
    last = {"export": view.sends_as} | ({"columns": ",".join(view.columns)} if view.columns else {})
    query = "&".join(part for part in (view.query, urlencode(last)) if part)
    return start_export(url_name=view.screen, query=query, kind=view.sends_as, rows=0, by=view.owner, mails=view.name)
