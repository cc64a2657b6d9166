"""Addresses inside an organization: ``/<lang>/o/<slug>/…`` from a url name."""

from django.urls import reverse


def org_url(organization, name: str, **kwargs) -> str:
    """The address of ``name`` for an organization (or a request, or anything that carries one)."""
    owner = getattr(organization, "membership", None) or organization
    owner = getattr(owner, "organization", None) or owner
    return reverse(name, kwargs={"organization": owner.slug, **kwargs})
