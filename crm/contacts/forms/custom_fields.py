"""Defining a field of the organization's own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import CustomField
from crm.contacts.services.custom_fields import is_used
from crm.core.text import clean
from crm.core.web.forms import CrmModelForm


class CustomFieldForm(CrmModelForm):
    lines = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line, French | English: Or | Gold. Only for a field of choices."),
    )
    sections = (
        (_("Name"), ("label_fr", "label_en", "help_fr", "help_en")),
        (_("Kind"), ("kind", "lines")),
    )

    class Meta:
        model = CustomField
        fields = ("label_fr", "label_en", "help_fr", "help_en", "kind")
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            shown = [one for one in self.instance.choices if not one.get("retired")]
            self.initial["lines"] = "\n".join(
                " | ".join(word for word in (one.get("fr", ""), one.get("en", "")) if word) for one in shown
            )
            if is_used(self.instance):
                self.fields["kind"].disabled = True
                self.fields["kind"].help_text = _("Contacts have values of this field: its kind is fixed.")

    def clean_lines(self) -> list[tuple[str, str]]:
        pairs = []
        for line in self.cleaned_data["lines"].splitlines():
            french, mark, english = (clean(part) for part in line.partition("|"))
            if french or english:
                pairs.append((french or english, english if mark else ""))
        return pairs

    def _post_clean(self) -> None:
        """The service validates the row; a half-built one here would only repeat errors."""
