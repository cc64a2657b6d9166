"""What templates say of communications."""

from django import template

from crm.core import texting
from crm.outreach.choices import Way

register = template.Library()
WORDS = dict(Way.choices)


@register.simple_tag
def texts_are_ready() -> bool:
    """Whether text messages can be sent from here."""
    return texting.is_ready()


@register.filter
def way_word(code: str) -> str:
    """“Phone call”; one that this version does not know is shown as it is."""
    return str(WORDS.get(code, code))
