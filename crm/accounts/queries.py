"""Reads of accounts that several screens share."""

from crm.accounts.models import Membership, User
from crm.accounts.querysets import MembershipQuerySet


def places_of(user: User) -> MembershipQuerySet:
    """The memberships through which this person works today, each with its organization."""
    return Membership.objects.active().filter(user=user).select_related("organization")
