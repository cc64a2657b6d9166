"""Forms: crispy draws them in sections; choices hold only rows the person may see; dates use the browser's own field."""

import re
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.core.querysets import ScopedQuerySet
from crm.core.text import clean


class DateInput(forms.DateInput):
    """The browser's own date field: accessible, translated, and it speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self, attrs=None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SuggestionInput(forms.TextInput):
    """A text with words proposed while one types; any other may be written."""

    def __init__(self, words: list[str], attrs: dict | None = None) -> None:
        super().__init__(attrs)
        self.words = words

    def render(self, name, value, attrs=None, renderer=None) -> str:
        listed = f"{(attrs or {}).get('id', name)}_words"
        options = format_html_join("", '<option value="{}"></option>', ((word,) for word in self.words))
        drawn = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', drawn, listed, options)


class MoneyInput(forms.TextInput):
    """A text field, because people type ``1 234,56``; the numeric keyboard on a phone."""

    def __init__(self, attrs=None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})


GROUPED = {
    "space": re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]{1,2})?"),  # 1 234,56 (and 1 234.56)
    "comma": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}|[0-9]{1,3}(?:,[0-9]{3}){2,}"),  # 1,234.56 and 1,234,567
    "point": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}"),  # 1.234,56
}
PLAIN_AMOUNT = re.compile(r"[0-9]+(?:[.,][0-9]{1,2})?|[.,][0-9]{1,2}")
COMMA_THEN_THREE = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")


def parse_amount(text: str, language: str | None = None) -> Decimal | None:
    """The amount written in ``text``, or ``None`` when it is not one, or could be two.

    Either language's way is read in both: ``1 234,56 $`` and ``$1,234.56``; spaces of any kind group thousands. What
    could mean two things is refused rather than guessed, with one exception: ``12,345`` is twelve thousand to a reader
    of English, whose comma is never decimal; in French, where it is, somebody may have meant 12,34 and it is refused.
    ``12.345`` is refused in both. Money has no third decimal.
    """
    text = " ".join(text.replace("\u2212", "-").split())
    sign = Decimal(1)
    if text.startswith("-"):
        sign, text = Decimal(-1), text[1:].strip()
    text = text.removeprefix("$").removesuffix("$").strip()
    if PLAIN_AMOUNT.fullmatch(text) or GROUPED["space"].fullmatch(text):
        return sign * Decimal(text.replace(" ", "").replace(",", "."))
    english = not (language or get_language() or "fr").startswith("fr")
    if GROUPED["comma"].fullmatch(text) or (english and COMMA_THEN_THREE.fullmatch(text)):
        return sign * Decimal(text.replace(",", ""))
    if GROUPED["point"].fullmatch(text):
        return sign * Decimal(text.replace(".", "").replace(",", "."))
    return None


class AmountField(forms.DecimalField):
    """An amount as people write it in either language (:func:`parse_amount`), shown the way of the page's language."""

    widget = MoneyInput
    default_error_messages = {"invalid": _("Enter an amount such as 125.00.")}

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(**kwargs)
        self.localize = False

    def to_python(self, value):
        if isinstance(value, str) and (text := value.strip()):
            amount = parse_amount(text)
            if amount is None:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            return amount
        return None if isinstance(value, str) else super().to_python(value)

    def prepare_value(self, value):
        if not isinstance(value, Decimal):
            return value  # as it was typed
        text = f"{value:.2f}"
        return text.replace(".", ",") if (get_language() or "fr").startswith("fr") else text


class ScopedFormMixin:
    """What all our forms share. ``sections`` is ``((title, (field, …)), …)``; a title may be empty."""

    sections: tuple = ()

    def prepare(self, membership) -> None:
        self.membership = membership
        for field in self.fields.values():
            rows = getattr(field, "queryset", None)
            if isinstance(rows, ScopedQuerySet) and membership is not None:
                field.queryset = rows.visible_to(membership)
            if isinstance(field, forms.DateField) and not isinstance(field.widget, forms.HiddenInput):
                field.widget = DateInput(attrs=field.widget.attrs)
                field.localize = False
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.lay_out()

    def lay_out(self) -> None:
        """Arrange the fields by ``sections``; a form that adds one while it validates calls it again."""
        if self.sections:
            self.helper.layout = Layout(*(self._section(title, names) for title, names in self.sections))

    def _section(self, title, names) -> Div:
        return Fieldset(title, *(name for name in names if name in self.fields), css_class="mc-section")

    def clean(self):
        """One-line texts are stored in NFC, without control characters or doubled spaces."""
        data = super().clean() or self.cleaned_data
        for name, value in data.items():
            if isinstance(value, str) and not isinstance(
                self.fields[name].widget, forms.Textarea | forms.PasswordInput
            ):
                data[name] = clean(value)
        return data


class CrmForm(ScopedFormMixin, forms.Form):
    def __init__(self, *args, membership=None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(membership)


class CrmModelForm(ScopedFormMixin, forms.ModelForm):
    """Validates and hands ``cleaned_data`` to a service; it never saves by itself."""

    def __init__(self, *args, membership=None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.prepare(membership)

    def save(self, commit: bool = True):
        raise NotImplementedError("Forms do not write: call a service with cleaned_data.")
