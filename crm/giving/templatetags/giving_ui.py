"""Words about gifts for templates: ``{% load giving_ui %}``."""

from datetime import timedelta

from django import template
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext, pgettext

from crm.core.money import format_money
from crm.core.web.urls import org_url
from crm.giving import tributes
from crm.giving.campaigns import said_percent
from crm.giving.choices import HOW, HOW_OFTEN, THANKED_BY, GiftStatus, Returned
from crm.giving.gateways import GATEWAYS, REASONS

register = template.Library()


@register.filter
def how(method: str) -> str:
    """A method inside a sentence: “by cheque”, “par chèque”."""
    return str(HOW.get(method, ""))


@register.filter
def thanked_how(how: str) -> str:
    """How somebody was thanked, inside a sentence: “by letter”, « par lettre »."""
    return str(THANKED_BY.get(how, ""))


@register.filter
def how_often(frequency: str) -> str:
    """A frequency inside a sentence: “every month”, « tous les mois »."""
    return str(HOW_OFTEN.get(frequency, ""))


@register.simple_tag(takes_context=True)
def pledge_name(context, event) -> str:
    """“$40.00 every month” of a timeline entry, leading to the pledge while it is there."""
    amount = format_money(event.data.get("amount"), event.data.get("currency", "CAD"))
    said = f"{amount} {how_often(event.data.get('frequency', ''))}"
    if not event.subject_id:
        return said
    url = org_url(context["membership"], "giving:pledge_detail", pk=event.subject_id)
    return format_html('<a href="{}">{}</a>', url, said)


@register.simple_tag
def instalment_state(instalment, pledge, today) -> str:
    """What has become of one payment, in a word."""
    if instalment.is_skipped:
        tone, word = "", pgettext("instalment", "Skipped")
    elif not instalment.left:
        tone, word = "is-ok", pgettext("instalment", "Paid")
    elif pledge.is_open and instalment.due_on + timedelta(days=pledge.grace_days) < today:
        tone, word = "is-bad", pgettext("instalment", "Late")
    elif instalment.due_on <= today:
        tone, word = (
            ("is-warn", pgettext("instalment", "Due")) if pledge.is_open else ("", pgettext("instalment", "Not paid"))
        )
    elif instalment.paid:
        tone, word = "is-info", pgettext("instalment", "Paid in part")
    else:
        tone, word = "", pgettext("instalment", "Expected")
    return format_html('<span class="mc-pill {}">{}</span>', tone, word)


@register.filter
def gateway_label(code: str) -> str:
    return str(GATEWAYS[code].label) if code in GATEWAYS else code


@register.filter
def why_refused(code: str) -> str:
    """What a gateway said of a payment; a reason that a person wrote stays as it is."""
    return str(REASONS.get(code, code))


@register.filter
def why_returned(code: str) -> str:
    """What the bank said of a payment that came back."""
    return str(dict(Returned.choices).get(code, ""))


@register.filter
def share(value) -> str:
    """A ratio as a whole percentage: 0.68 is ``68 %``; nothing to divide by is a dash."""
    return "–" if value is None else said_percent(value)


@register.simple_tag(takes_context=True)
def raised_url(context, row) -> str:
    """The list of gifts whose sum is what this campaign or appeal raised."""
    membership = context["membership"]
    asked = {
        row._meta.model_name: row.pk,
        "status": GiftStatus.COMPLETED.value,
        "currency": membership.organization.currency,
    }
    return f"{org_url(membership, 'giving:gift_list')}?{urlencode(asked)}"


@register.simple_tag(takes_context=True)
def told_of(context, event) -> str:
    """“3 gifts in memory or in honour” of a timeline entry, leading to the page while it is there."""
    count = event.data.get("gifts", 0)
    said = ngettext("%(count)d gift in memory or in honour", "%(count)d gifts in memory or in honour", count)
    if not event.subject_id:
        return said % {"count": count}
    url = org_url(context["membership"], "giving:tribute_detail", pk=event.subject_id)
    return format_html('<a href="{}">{}</a>', url, said % {"count": count})


@register.filter
def made_for(tribute) -> str:
    """“in memory of Jeanne Tremblay”, in the reader's language."""
    return tributes.said(tribute)


@register.filter
def spoken(names: dict | None) -> str:
    """``{"fr": …, "en": …}`` as the reader's language says it."""
    return (names or {}).get((get_language() or "fr")[:2], "")


@register.simple_tag(takes_context=True)
def gift_amount(context, event) -> str:
    """The amount of a timeline entry, leading to the gift while it is there."""
    amount = format_money(event.data.get("amount"), event.data.get("currency", "CAD"))
    if not event.subject_id:
        return format_html('<span class="mc-num">{}</span>', amount)
    url = org_url(context["membership"], "giving:gift_detail", pk=event.subject_id)
    return format_html('<a class="mc-num" href="{}">{}</a>', url, amount)
