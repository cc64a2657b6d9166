"""The gifts of a file: written as one import, and taken back with it."""

from functools import partial

from crm.core.operations import Undone
from crm.giving.events import GiftsImported
from crm.giving.models import Gift
from crm.giving.services.many import take_back_gifts, write_gifts


def save_imported(*, gifts: list[Gift], by, source: str) -> dict:
    """Write the gifts of ``source``, the name of a file; publish one GiftsImported.

    The import has said what is wrong with a row in its own words; the rules hold here all the same. Returns what
    :func:`take_back_imported` needs.
    """
    if not gifts:
        return {}

    tell = partial(GiftsImported, organization_id=by.organization_id, actor_id=by.pk, cause="import")
    return write_gifts(gifts, by=by, tell=tell, file=source)


def take_back_imported(data: dict, *, by) -> Undone:
    """Undo one :func:`save_imported`; what has been changed or receipted since stays and is listed."""
    return take_back_gifts(data, by=by, cause="import")
