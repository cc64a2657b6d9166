"""The forms of a template and of a mailing."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Language
from crm.core import texting
from crm.core.phones import normalise_phone
from crm.core.web.forms import CrmForm, CrmModelForm
from crm.outreach import merge
from crm.outreach.choices import Channel, Purpose
from crm.outreach.models import Mailing, MessageTemplate


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

    def __init__(self, *args, purpose: str = "", instance: MessageTemplate | None = None, **kwargs) -> None:
        self.purpose = purpose or instance.purpose
        super().__init__(*args, instance=instance, **kwargs)

    def prepare(self, membership) -> None:
        for language in Language.values:
            subject, body = self.fields[f"subject_{language}"], self.fields[f"body_{language}"]
            subject.widget.attrs["lang"] = body.widget.attrs["lang"] = language
            if self.purpose == Purpose.TEXT:
                del self.fields[f"subject_{language}"]
                body.validators.append(MaxLengthValidator(texting.MOST))
                body.widget.attrs |= {"rows": 5, "maxlength": texting.MOST}
                body.help_text = texting.HELP
            else:
                subject.required = True
        super().prepare(membership)
        self.fields["name"].widget.attrs["autofocus"] = True

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


class MailingForm(CrmModelForm):
    sections = (
        ("", ("title", "channel", "template")),
        (_("To whom"), ("segment", "group")),
        (_("Further"), ("appeal", "per_minute")),
    )

    class Meta:
        model = Mailing
        fields = ("title", "channel", "template", "segment", "group", "appeal", "per_minute")
        help_texts = {
            "title": _("For your team: donors do not see it."),
            "segment": _("Who is in it on the day it leaves."),
            "group": _("Instead of a segment."),
            "appeal": _("The gifts that answer it are counted with it."),
            "per_minute": _(
                "Some mail servers take only so many: Microsoft 365, 30 a minute. Empty: as fast as yours answers."
            ),
        }

    def prepare(self, membership) -> None:
        super().prepare(membership)
        fields = self.fields
        fields["title"].widget.attrs["autofocus"] = True
        written = [Purpose.MAILING]
        if texting.is_ready() or self.instance.channel == Channel.SMS:
            written.append(Purpose.TEXT)
            fields["template"].label_from_instance = _told_apart
        else:
            fields["channel"].choices = [one for one in Channel.choices if one[0] != Channel.SMS]
        own = fields["template"].queryset.filter(purpose__in=written)
        kept = self.instance.template_id if self.instance.pk else None
        fields["template"].queryset = (own.active() | own.filter(pk=kept)).order_by("name", "pk")
        for name, empty in (("segment", _("No segment")), ("group", _("No group")), ("appeal", _("No appeal"))):
            fields[name].empty_label = empty
        for name in ("segment", "group"):
            fields[name].queryset = fields[name].queryset.order_by("name", "pk")
        fields["appeal"].queryset = (
            fields["appeal"].queryset.select_related("campaign").order_by("campaign__name", "name")
        )
        fields["per_minute"].min_value = 1

    def clean(self) -> dict:
        data = super().clean()
        if bool(data.get("segment")) == bool(data.get("group")) and not {"segment", "group"} & set(self.errors):
            self.add_error("segment", ValidationError(_("Choose a segment or a group."), code="audience"))
        if data.get("per_minute") == 0:
            self.add_error("per_minute", ValidationError(_("At least one a minute."), code="min_value"))
        return data

    def _post_clean(self) -> None:
        """The service checks the row with the same rules."""


def _told_apart(text: MessageTemplate) -> str:
    """Texts for e-mails and letters, and those for text messages, are in one list."""
    return f"{text} ({text.get_purpose_display()})"


class ScheduleForm(CrmForm):
    """When a mailing leaves by itself, on the clock of the organization."""

    at = forms.DateTimeField(
        label=_("Leaves on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("Who gets it is asked at that moment."),
    )


class TestForm(CrmForm):
    """In which language one tries a mailing on oneself."""

    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, widget=forms.RadioSelect)


class TextTestForm(TestForm):
    """The same by text message: to which number."""

    to = forms.CharField(
        label=_("Your number"), max_length=40, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    )

    def clean_to(self) -> str:
        return normalise_phone(self.cleaned_data["to"])
