"""The form of a template."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.core.web.forms import CrmForm, CrmModelForm
from crm.outreach import merge
from crm.outreach.models import MessageTemplate


class TemplateForm(CrmModelForm):
    sections = (
        ("", ("name", "is_active")),
        (_("In French"), ("subject_fr", "body_fr")),
        (_("In English"), ("subject_en", "body_en")),
    )

    class Meta:
        model = MessageTemplate
        fields = ("name", "is_active", "subject_fr", "body_fr", "subject_en", "body_en")
        widgets = {name: forms.Textarea(attrs={"rows": 12}) for name in ("body_fr", "body_en")}
        labels = {
            "is_active": _("Offered when somebody writes"),
            "subject_fr": _("Subject"),
            "body_fr": _("Text"),
            "subject_en": _("Subject"),
            "body_en": _("Text"),
        }

    def __init__(self, *args, purpose: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.purpose = purpose or self.instance.purpose

    def prepare(self, membership) -> None:
        super().prepare(membership)
        self.fields["name"].widget.attrs["autofocus"] = True
        for name, language in (("subject_fr", "fr"), ("body_fr", "fr"), ("subject_en", "en"), ("body_en", "en")):
            self.fields[name].widget.attrs["lang"] = language

    def clean(self) -> dict:
        data = super().clean()
        for name in ("subject_fr", "body_fr", "subject_en", "body_en"):
            text = data.get(name, "")
            if text and (problem := merge.problem(text, merge.FIELDS[self.purpose])):
                self.add_error(name, ValidationError(problem, code="field"))
        return data

    @property
    def merge_fields(self) -> list[tuple[str, object]]:
        return [("{" + name + "}", label) for name, label in merge.FIELDS[self.purpose].items()]

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


class PrintForm(CrmForm):
    """Nothing to choose: one is asked whether to print."""
