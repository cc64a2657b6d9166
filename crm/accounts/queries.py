"""Reads of accounts that several screens share."""

from crm.accounts.models import Membership, User
from crm.accounts.querysets import MembershipQuerySet


def places_of(user: User) -> MembershipQuerySet:
    """The memberships through which this person works today, each with its organization."""
    return Membership.objects.active().filter(user=user).select_related("organization")


def colleagues(request) -> MembershipQuerySet:
    """The people whom a filter may name: those of the organization that the person of this request sees, by first name."""
    return Membership.objects.visible_to(request.membership).select_related("user").order_by("user__first_name", "pk")
