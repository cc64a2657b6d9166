"""What templates say of opportunities."""

from django import template

from crm.pipeline.choices import OpportunityStage

register = template.Library()
WORDS = dict(OpportunityStage.choices)


@register.filter
def stage_word(code: str) -> str:
    """The name of a stage; one that this version does not know is shown as it is."""
    return str(WORDS.get(code, code))
