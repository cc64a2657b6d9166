"""What templates ask about the sets of a contact."""

from django import template

from crm.contacts.models import Group, TagAssignment

register = template.Library()


@register.simple_tag
def sets_of(contact, membership) -> dict:
    """The tags of a contact, with who put each one on and when, and the groups of it that this person sees."""
    tags = TagAssignment.objects.filter(contact=contact).select_related("tag", "assigned_by__user")
    return {
        "tags": list(tags.order_by("tag__name", "pk")),
        "groups": list(Group.objects.visible_to(membership).filter(memberships__contact=contact).order_by("name")),
    }
