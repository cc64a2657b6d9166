"""What templates say of news."""

from django import template

register = template.Library()
SIGNS = {
    "gifts": ("coin", "is-ok"),
    "contacts": ("user-plus", "is-brand"),
    "at_risk": ("heart-broken", "is-warn"),
    "receipts": ("file-certificate", "is-info"),
}


@register.filter
def news_icon(code: str) -> str:
    return SIGNS.get(code, ("info-circle", ""))[0]


@register.filter
def news_tone(code: str) -> str:
    return SIGNS.get(code, ("info-circle", ""))[1]
