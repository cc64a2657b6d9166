"""What every template may use without loading anything (a builtin library)."""

import math
from datetime import date
from functools import lru_cache

from django import forms, template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core import dates, money
from crm.core.phones import show_phone
from crm.core.text import initials as letters
from crm.core.web import panels
from crm.core.web.urls import org_url as address

register = template.Library()

register.filter("initials", letters)


@register.simple_tag
@lru_cache(maxsize=1024)  # a page draws fifty of them
def icon(name: str, size: int = 20, css: str = ""):
    """A decorative icon of the sprite; 16 px beside text, 20 px alone."""
    classes = " ".join(part for part in ("icon", "icon-16" if size == 16 else "", css) if part)
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', classes, static("icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def org_url(context, name: str, **kwargs) -> str:
    """The address of a url name inside the present organization."""
    return address(context["membership"], name, **kwargs)


@register.simple_tag(takes_context=True)
def querystring(context, **changes) -> str:
    """The present query string with some parameters replaced, or removed when ``None``."""
    params = {**dict(context["request"].GET.lists()), **changes}
    text = urlencode({name: value for name, value in params.items() if value not in (None, "")}, doseq=True)
    return f"?{text}" if text else "?"


@register.simple_tag(takes_context=True)
def drawn_panel(context, url: str) -> str:
    """The panel of this address, drawn with the page; empty where it has to load itself."""
    return panels.drawn(context["request"], url, context.get("object"))


@register.filter("money")
def money_filter(amount, currency: str = "CAD") -> str:
    return money.format_money(amount, currency)


@register.filter
def number(value) -> str:
    return money.format_number(value)


@register.filter
def percent(value) -> str:
    """``68 %`` or ``68%``: a whole percentage as the language writes it."""
    return money.format_percent(value)


@register.filter
def rate(value) -> str:
    """``68,4 %`` or ``68.4%``; unknown is an en dash."""
    return money.format_rate(value)


@register.filter
def signed_rate(value) -> str:
    """The same, with its plus."""
    return money.format_rate(value, signed=True)


@register.filter
def day(value) -> str:
    return dates.format_date(value)


@register.filter
def weekday(value) -> str:
    return dates.format_weekday(value)


@register.filter
def short_day(value) -> str:
    return dates.format_date(value, short=True)


@register.filter
def moment(value) -> str:
    return dates.format_moment(value)


@register.filter
def clock(value) -> str:
    return dates.format_time(value)


@register.filter
def tint(pk) -> str:
    """One of the quiet avatar colours, always the same for the same row."""
    return f"a-{(pk or 0) % 5}"


@register.filter
def phone(value: str) -> str:
    """A stored number as people read it."""
    return show_phone(value) if value else "–"


@register.filter
def from_iso(text: str) -> date | None:
    """A date kept as text in the timeline's data."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


@register.filter
def relative_day(value) -> str:
    return dates.relative_day(value)


@register.filter
def file_name(file) -> str:
    """The name of a stored file without the folder it rests in."""
    return str(file).rsplit("/", 1)[-1]


@register.filter
def can(membership, permission: str) -> bool:
    """Whether the person may do this at all: what they may not do is not shown."""
    return bool(membership) and membership.can(permission)


@register.filter
def undo_url(message) -> str:
    """The address a message offers to undo with: ``messages.success(request, text, extra_tags=f"undo:{path}")``."""
    _mark, found, path = (getattr(message, "extra_tags", "") or "").partition("undo:")
    return path if found and path.startswith("/") and not path.startswith("//") else ""


KINDS = (
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checks"),
    (forms.RadioSelect, "radios"),
    (forms.SelectMultiple, "multiple"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
    (forms.MultiWidget, "range"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
)


@register.filter
def field_kind(field) -> str:
    """How a form field is drawn (``components/_field.html``): by the kind of its widget."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    return next((kind for base, kind in KINDS if isinstance(widget, base)), "text")


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """“Firefox, Windows” for what a browser says of itself; its first words when we do not know it."""
    names = [next((name for mark, name in known if mark in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in names if name) or user_agent[:60] or "–"


@register.filter
def range_type(field) -> str:
    """The browser's input for the two ends of a range filter."""
    return "date" if isinstance(field.field.fields[0], forms.DateField) else "text"


@register.filter
def duration(seconds: float | None) -> str:
    """How long something took, in words."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return _("Less than a second")
    if seconds < 120:
        count = round(seconds)
        return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
    minutes = round(seconds / 60)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


@register.filter
def time_left(operation) -> str:
    """How long the rest will take at the present pace, in words; nothing until there is a pace."""
    seen = operation.done + operation.failed
    if not (operation.started_at and seen and operation.total > seen) or operation.is_over:
        return ""
    spent = ((operation.moved_at or timezone.now()) - operation.started_at).total_seconds()
    seconds = math.ceil(spent / seen * (operation.total - seen))
    if seconds < 60:
        tens = max(10, math.ceil(seconds / 10) * 10)
        return _("About %(count)d seconds left") % {"count": tens}
    minutes = math.ceil(seconds / 60)
    return ngettext("About %(count)d minute left", "About %(count)d minutes left", minutes) % {"count": minutes}
