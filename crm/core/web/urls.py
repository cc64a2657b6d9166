"""Addresses inside an organization: ``/<lang>/o/<slug>/…`` from a url name."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language


def org_url(organization, name: str, **kwargs) -> str:
    """The address of ``name`` for an organization (or a request, or anything that carries one)."""
    owner = getattr(organization, "membership", None) or organization
    owner = getattr(owner, "organization", None) or owner
    # What Django's answer depends on: a page asks for some eighty addresses, most of them on every page.
    place = (get_urlconf() or settings.ROOT_URLCONF, get_script_prefix(), get_language())
    return _address(place, name, owner.slug, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _address(_place: tuple, name: str, slug: str, parts: tuple) -> str:
    return reverse(name, kwargs={"organization": slug, **dict(parts)})
