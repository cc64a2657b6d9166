"""What templates say of communications."""

from django import template

from crm.outreach.choices import Way

register = template.Library()
WORDS = dict(Way.choices)


@register.filter
def way_word(code: str) -> str:
    """“Phone call”; one that this version does not know is shown as it is."""
    return str(WORDS.get(code, code))
