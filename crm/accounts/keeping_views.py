"""Writes on saved views. They are a person's way of looking, not the charity's data: no audit."""

from django.db import transaction
from django.urls import NoReverseMatch
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import SavedView
from crm.accounts.saved_views import LONGEST, cleaned, may_change
from crm.core import lists
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.text import clean
from crm.core.web.urls import org_url

MOST = 50  # views of one person on one list


def _schedule(view: SavedView, *, by, sends: str | None, sends_as: str = "") -> None:
    """``None`` leaves it as it was. The first one comes on the next morning that it is due, not at once."""
    if sends is None:
        return
    if sends and not (by.can("exports.run") and view.is_owned_by(by)):
        raise DomainError(_("Only whoever made this view, and may take lists out, has it sent."), field="sends")
    if sends and not getattr(lists.opened(view.screen, by=by), "can_export", False):
        raise DomainError(_("This list does not leave as a file."), field="sends")
    if sends and sends != view.sends:
        view.sent_on = today_in(view.organization.timezone)
    view.sends, view.sends_as = sends, sends_as or view.sends_as


def _check(view: SavedView) -> None:
    view.name = clean(view.name)
    if not view.name:
        raise DomainError(_("Give the view a name."), field="name")
    same = SavedView.objects.filter(owner=view.owner, screen=view.screen, name__iexact=view.name).exclude(pk=view.pk)
    if same.exists():
        raise DomainError(_("You already have a view of this name."), field="name")
    validated(view, exclude=["organization", "owner"])


def _columns(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name.isidentifier() and len(name) <= 60][:60]


@transaction.atomic
def save_view(
    *, screen: str, name: str, query: str, columns: list[str], is_shared: bool, is_pinned: bool, by, **schedule
) -> SavedView:
    """Keep a list under a name, and have it sent (``sends``, ``sends_as``).

    Raises :class:`DomainError` for a screen that is none, or a name one already has.
    """
    try:
        org_url(by, screen)
    except NoReverseMatch:
        raise DomainError(_("This list does not exist."), code="screen") from None
    if len(query) > LONGEST:
        raise DomainError(_("This list has too many filters to be kept."), code="long")
    if SavedView.objects.filter(owner=by, screen=screen).count() >= MOST:
        raise DomainError(_("You have fifty views of this list: delete one first."), code="many")
    view = SavedView(
        organization=by.organization,
        owner=by,
        screen=screen,
        name=name,
        query=cleaned(query),
        columns=_columns(columns),
        is_shared=is_shared,
        is_pinned=is_pinned,
    )
    _schedule(view, by=by, **{"sends": None} | schedule)
    _check(view)
    view.save()
    return view


def _mine(view: SavedView, by) -> SavedView:
    view = SavedView.objects.select_for_update(of=("self",)).select_related("organization", "owner").get(pk=view.pk)
    if not may_change(view, by) or not (view.is_shared or view.is_owned_by(by)):
        raise DomainError(_("Only whoever made this view may change it."), code="not_yours")
    return view


@transaction.atomic
def update_view(view: SavedView, *, name: str, is_shared: bool, is_pinned: bool, by, **schedule) -> SavedView:
    """Rename, share, pin; have it sent or no more (``sends``, ``sends_as``)."""
    view = _mine(view, by)
    _schedule(view, by=by, **{"sends": None} | schedule)
    view.name, view.is_shared, view.is_pinned = name, is_shared, is_pinned
    _check(view)
    view.save()
    return view


@transaction.atomic
def refresh_view(view: SavedView, *, query: str, columns: list[str], by) -> SavedView:
    """The view becomes the list as it is now."""
    view = _mine(view, by)
    view.query, view.columns = cleaned(query), _columns(columns)
    view.save()
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by) -> None:
    """Forget a view; the rows it showed stay."""
    _mine(view, by).delete()
